"""``tieout calculation``: the calculation in force, its rerun of what was closed, its approval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter

from tieout.actions.calculation import CalculationShown, approve_calculation, show_calculation
from tieout.actions.people import ruling_json
from tieout.actions.start import find_workspace
from tieout.cli.approval_text import ruling_text
from tieout.cli.face import Here
from tieout.cli.signing_key import signing_key
from tieout.findings import plural
from tieout.report.shown import visible

app = App(name="calculation", help_epilogue="Example:\n\n    tieout calculation show")


@app.command(help_epilogue="Example:\n\n    tieout calculation show")
def show(*, face: Here) -> None:
    """The calculation in force, and what it makes of the period that was closed last.

    Args:
        face: where the answer goes.
    """
    found = show_calculation(find_workspace(face.workspace))
    face.answer(_text(found), _json(found))


@app.command(
    help_epilogue=(
        "Example:\n\n    tieout calculation approve v2 --reason 'hourly cache' --key eve.key"
    )
)
def approve(
    version: Annotated[str, Parameter(name="VERSION")],
    /,
    *,
    reason: str,
    key: Path,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Approve the calculation in force; engineering signs it, then a checker or finance.

    From the first approval on, a run by other statements is not approved.

    Args:
        version: the version, as the settings name it.
        reason: why it is in force from here on.
        key: the key of who approves.
        passphrase_file: a file with the passphrase of the key; else TIEOUT_PASSPHRASE, else asked.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    ruling, found = approve_calculation(
        workspace, version, reason=reason, key=signing_key(key, passphrase_file)
    )
    face.answer(
        ruling_text(ruling, face.width) + _text(found), {**ruling_json(ruling), **_json(found)}
    )


def _json(found: CalculationShown) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(found)
    return shown


def _text(found: CalculationShown) -> str:
    lines = [
        f"  calculation {visible(found.version)}",
        f"    statements  {found.statements_digest}",
    ]
    rerun = found.rerun
    if rerun is None:
        lines.append("    no period is closed yet, so that there is nothing to rerun")
    else:
        same = rerun.original_result == rerun.rerun_result
        said = "the same result" if same else f"{plural(rerun.changed_lines, 'line')} changed"
        lines += [
            f"    rerun of {visible(rerun.period)}, run {rerun.original_id}: {said}",
            f"      was  {rerun.original_result}",
            f"      is   {rerun.rerun_result}",
        ]
    return "\n" + "\n".join(lines) + "\n"
