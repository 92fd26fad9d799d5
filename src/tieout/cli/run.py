"""``tieout run``: the main job."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tieout.actions.changed_feeds import changed_feeds
from tieout.actions.closing import run as run_action
from tieout.actions.start import find_workspace
from tieout.calendar import instant_text, parse_instant, parse_period
from tieout.cli.face import Here, ProgressLine
from tieout.engine.opening import EngineName
from tieout.report import text
from tieout.report.document import load
from tieout.report.shown import instant

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
    face.answer(page, result.summary)
    return int(result.exit_code)


def operator() -> str:
    """Who runs a command that nobody signed: the user of this machine, unsigned."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "unnamed"
