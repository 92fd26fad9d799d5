"""``tieout variance``: review, by cause group or line."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter

from tieout.actions.start import find_workspace
from tieout.actions.variances import list_variances, show_variance
from tieout.cli.face import Here, next_text
from tieout.cli.review_text import decide_text
from tieout.cli.variance_diff import diff
from tieout.report.listing import line_show, variance_list, variance_show
from tieout.report.review_text import said_lines

app = App(
    name="variance", help_epilogue="Example:\n\n    tieout variance list --period 2026-08 --open"
)

app.command(diff, help_epilogue="Example:\n\n    tieout variance diff 7f3a9c12 9b70c1d2")


@app.command(
    name="list", help_epilogue="Example:\n\n    tieout variance list --period 2026-08 --open"
)
def list_(
    *,
    period: str | None = None,
    run: str | None = None,
    open_: Annotated[bool, Parameter(name="--open", negative="")] = False,
    face: Here,
) -> None:
    """The cause groups of a run by owner, stale decisions and the oldest first; the newest run.

    Args:
        period: the newest run of this period.
        run: this run, by its id or the start of it.
        open_: only groups that somebody still has to settle.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    found = list_variances(workspace, run_id=run, period=period, open_only=open_)
    groups = [_plain(group) for group in found.groups]
    face.answer(
        variance_list(found.groups, face.width),
        {"run_id": found.run_id, "period": found.period, "groups": groups},
    )


@app.command(
    help_epilogue=(
        "Example:\n\n    tieout variance show g-1a2b3c4d\n\n"
        "One line: tieout variance show id:req-7c1a"
    )
)
def show(
    name: Annotated[str, Parameter(name="GROUP_OR_LINE")],
    /,
    *,
    period: str | None = None,
    run: str | None = None,
    face: Here,
) -> None:
    """One cause group with its largest lines, or one line down to price bytes and usage rows.

    Args:
        name: the id of a cause group, or the key of a line.
        period: the newest run of this period.
        run: this run, by its id or the start of it.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    found = show_variance(workspace, name, run_id=run, period=period)
    if found.group is not None:
        said = said_lines(found.said, face.width)
        page = variance_show(found.group, found.lines, face.width, said)
        page += next_text(decide_text(found.group, found.period))
    else:
        page = "".join(line_show(line, face.width) for line in found.lines)
    group = None if found.group is None else _plain(found.group)
    lines = [_plain(line) for line in found.lines]
    face.answer(
        page,
        {"run_id": found.run_id, "group": group, "lines": lines, "said": _plain(found.said)},
    )


def _plain(part: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(part)
    return plain
