"""``tieout report``: the report of a run, to hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter

from tieout.actions.closing import read_report, write_report
from tieout.actions.signing_off import show_approval
from tieout.actions.start import find_workspace
from tieout.cli.approval_text import state_text
from tieout.cli.face import Here
from tieout.close.approval_record import approval_record
from tieout.report import text
from tieout.report.shown import visible
from tieout.workspace.layout import refuse_inside_records

app = App(
    name="report",
    help_epilogue="Example:\n\n    tieout report --period 2026-08 --out august.html",
)


@app.default
def report(
    *,
    run: str | None = None,
    period: str | None = None,
    out: Annotated[Path | None, Parameter()] = None,
    face: Here,
) -> None:
    """Show the report of a run, who signed it since, and where its page is.

    Args:
        run: this run, by its id or the start of it; the newest one by default.
        period: the newest run of this period.
        out: a new file for the page; an existing file is not overwritten.
        face: where the answer goes.
    """
    if out is not None:
        refuse_inside_records(out)
    workspace = find_workspace(face.workspace)
    found, document = read_report(workspace, run, period)
    page = found.folder / "report.html"
    if out is not None:
        page = write_report(document, out)
    content: dict[str, Any] = msgspec.to_builtins(document)
    shown = text.render(document, face.width, color=face.color)
    state = show_approval(workspace, found.record.run_id)
    face.answer(
        f"{shown}{state_text(state, face.width)}\n  page  {visible(str(page))}\n",
        {"page": str(page), **content, "approval": approval_record(state)},
    )
