"""``tieout policy``: the local policy, and the one that people signed."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from tieout.actions.people import ruling_json
from tieout.actions.policy import PolicyShown, approve_policy, show_policy
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, json_text
from tieout.cli.ruling_text import field_lines, made_text
from tieout.cli.signing_key import signing_key
from tieout.report.layout import wrapped
from tieout.report.shown import minute, visible

app = App(name="policy", help_epilogue="Example:\n\n    tieout policy show")


@app.command(help_epilogue="Example:\n\n    tieout policy show")
def show(*, face: Here) -> None:
    """Every term of the policy, and whether exactly this policy is the one that was signed.

    Args:
        face: where the answer goes.
    """
    found = show_policy(find_workspace(face.workspace))
    face.answer(_text(found, face.width), found.as_json())


@app.command(
    help_epilogue='Example:\n\n    tieout policy approve --reason "new limit" --key ab.key'
)
def approve(*, reason: str, key: Path, passphrase_file: Path | None = None, face: Here) -> None:
    """Sign the policy of tieout.toml; finance, and one of checker or engineering, both sign it.

    Args:
        reason: why it changes.
        key: your key file.
        passphrase_file: a file that holds your passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    made = approve_policy(workspace, reason=reason, key=signing_key(key, passphrase_file))
    face.answer(made_text(made, face.width), ruling_json(made))


def _text(found: PolicyShown, width: int) -> str:
    lines = field_lines(found.terms, width)
    lines += ["", *wrapped(_state(found), width)]
    for name, (before, now) in found.changed.items():
        lines += wrapped(f"{name}: signed {_plain(before)}, written {_plain(now)}", width, hang=4)
    return "\n" + "\n".join(lines) + "\n"


def _state(found: PolicyShown) -> str:
    if found.signed is None:
        return "Nobody has signed a policy here yet; it is signed when people are founded."
    by = ", ".join(found.signed.names)
    said = f"signed {minute(found.signed.statement.at)} by {by}"
    if found.is_signed:
        return f"{said}."
    return f"This is not the policy that was {said}: tieout policy approve"


def _plain(value: object) -> str:
    if value is None:
        return "nothing"
    return visible(value) if isinstance(value, str) else json_text({"": value})[6:-3].strip()
