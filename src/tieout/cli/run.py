"""``tieout run``: the main job."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import Annotated, Final

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tieout.actions.changed_feeds import changed_feeds
from tieout.actions.closing import run as run_action
from tieout.actions.rerun import compare_runs
from tieout.actions.start import find_workspace
from tieout.calendar import instant_text, parse_instant, parse_period
from tieout.cli.face import Face, Here, ProgressLine
from tieout.cli.variance_diff import diff_json, diff_line
from tieout.close.line_diff import LineDiff
from tieout.close.run import RunResult
from tieout.engine.opening import EngineName
from tieout.errors import IntegrityRefused
from tieout.report import text
from tieout.report.document import load
from tieout.report.shown import instant
from tieout.workspace.layout import Workspace

# Comparing reads both tables whole: above this many rows it is done when somebody asks.
_COMPARED_AT_ONCE: Final = 1_000_000

app = App(name="run", help_epilogue="Example:\n\n    tieout run --period 2026-08")


@app.default
def run(
    *,
    period: str,
    as_of: str | None = None,
    known_at: str | None = None,
    threads: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    engine: EngineName = "duckdb",
    by: str | None = None,
    face: Here,
) -> int:
    """Tie out a period: prices, usage and books, line by line. Exits 0, 1 or 9 by the decision.

    Args:
        period: a month (2026-08), a day (2026-08-10), or start/end with the end not included.
        as_of: the instant the run looks from; now, if it is left out.
        known_at: use only prices and rulings on record at this instant; all, if it is left out.
        threads: threads of the engine; no result depends on it.
        engine: the engine that runs the statements; no result depends on it.
        by: who or what runs it; by default the user of this machine.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    moment = parse_instant(as_of, "--as-of") if as_of else datetime.now(UTC)
    known = parse_instant(known_at, "--known-at") if known_at else None
    bounds = parse_period(period, workspace.settings.zone)
    said = [one.sentence for one in changed_feeds(workspace)]
    if bounds.end > moment:
        said.append(
            f"the period {period} ends at {instant(instant_text(bounds.end))}, after the instant"
            f" this run looks from ({instant(instant_text(moment))}); more of it may still come"
        )
    face.warn(said, beside_json=True)
    progress = ProgressLine(sys.stderr)
    try:
        result = run_action(
            workspace,
            period,
            operator=by or operator(),
            as_of=moment,
            threads=threads,
            progress=progress,
            engine=engine,
            known_at=known,
        )
    finally:
        progress.close()
    page = text.render(load(result.document), face.width, color=face.color)
    changed = _changed(workspace, result, face)
    if changed is None:
        face.answer(page, result.summary)
    else:
        face.answer(page + diff_line(changed), {**result.summary, "corrects": diff_json(changed)})
    return int(result.exit_code)


def _changed(workspace: Workspace, result: RunResult, face: Face) -> LineDiff | None:
    """What the run changed beside the one it supersedes; large ones are compared when asked."""
    summary = result.summary
    if not summary["supersedes"] or summary["rows"]["received"] > _COMPARED_AT_ONCE:
        return None
    try:
        return compare_runs(workspace, None, result.run_id)
    except IntegrityRefused as refused:
        # The run is published all the same; what is wrong is the folder of the one before.
        face.warn([f"{refused.what} {' '.join(refused.where)}"], beside_json=True)
        return None


def operator() -> str:
    """Who runs a command that nobody signed: the user of this machine, unsigned."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "unnamed"
