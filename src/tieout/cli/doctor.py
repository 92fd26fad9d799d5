"""``tieout doctor``: how the evidence and the machine under it are, and what to do."""

from __future__ import annotations

from typing import Annotated, Final

from cyclopts import App, Parameter

from tieout.actions.doctor import Examined
from tieout.actions.doctor import doctor as doctor_action
from tieout.actions.start import find_workspace
from tieout.cli.face import Here
from tieout.report.layout import wrapped
from tieout.report.shown import visible

app = App(name="doctor", help_epilogue="Example:\n\n    tieout doctor")

_WORDS: Final = {"well": "well", "note": "note", "act": "ACT"}
_NAME: Final = 15


@app.default
def doctor(*, sweep: Annotated[bool, Parameter(negative="")] = False, face: Here) -> int:
    """Look at the store and the machine and say what to do; exits 4 or 5 where something must be.

    Args:
        sweep: remove what dead commands left half written, older than an hour; never evidence.
        face: where the answer goes.
    """
    found = doctor_action(find_workspace(face.workspace), sweep=sweep)
    face.answer(_text(found, face.width, sweep=sweep), found.as_json())
    return int(found.exit_code)


def _text(found: Examined, width: int, *, sweep: bool) -> str:
    acts = sum(sign.state == "act" for sign in found.signs)
    verdict = f"{acts} to act on" if acts else "nothing to act on"
    lines = [f"  doctor: {verdict}; it reads names, not bytes: tieout verify reads those", ""]
    for sign in found.signs:
        head = f"  {_WORDS[sign.state]:<4}  {sign.name:<{_NAME}}  "
        beside = " " * len(head)
        first, *rest = wrapped(visible(sign.found), width, indent=beside)
        lines += [head + first.removeprefix(beside), *rest]
        if sign.remedy:
            lines += wrapped(visible(sign.remedy), width, indent=beside)
    if sweep:
        lines += ["", "  removed" if found.swept else "  removed nothing"]
        lines += [f"    {visible(path)}" for path in found.swept]
    return "\n" + "\n".join(lines) + "\n"
