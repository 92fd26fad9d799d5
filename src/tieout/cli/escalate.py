"""``tieout escalate``: the packet of a cause group, to hand to the vendor or to a colleague."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from tieout.actions.escalation import escalate as escalate_action
from tieout.actions.start import find_workspace
from tieout.cli.face import Here
from tieout.findings import plural
from tieout.report.shown import visible

app = App(
    name="escalate",
    help_epilogue="Example:\n\n    tieout escalate g-1a2b3c4d --to vendor --out claim",
)


@app.default
def escalate(
    group: Annotated[str, Parameter(name="GROUP")],
    /,
    *,
    to: Literal["vendor", "internal"],
    out: Path,
    run: str | None = None,
    period: str | None = None,
    face: Here,
) -> None:
    """Write what somebody else needs to answer a cause group: letter, JSON and tables.

    It names requests, amounts, prices with their places, and digests; never prompts or credentials.

    Args:
        group: the id of the cause group.
        to: the vendor, who is not told who bears the cost; or a colleague.
        out: a folder for the files; an existing file is not overwritten.
        run: this run, by its id or the start of it; the newest one by default.
        period: the newest run of this period.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    done = escalate_action(workspace, group, to=to, out=out, run_id=run, period=period)
    lines = plural(len(done.packet.lines), "line")
    listed = "".join(f"    {visible(str(path))}\n" for path in done.files)
    face.answer(
        f"\n  packet of {visible(group)} for {to}, {lines}\n{listed}",
        {**done.packet.head, "files": [str(path) for path in done.files]},
    )
