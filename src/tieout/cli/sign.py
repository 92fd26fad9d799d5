"""``tieout sign``: a signature under what waits for one, or under what stands on a name alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.people import (
    endorse_entries,
    named_entries,
    ruling_json,
    show_ruling,
    sign_ruling,
    unsigned_json,
)
from tieout.actions.policy import policy_terms
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.cli.ruling_text import made_text, named_text, shown_text
from tieout.cli.signing_key import signing_key
from tieout.workspace.layout import Workspace

app = App(
    name="sign",
    help_epilogue=(
        "Example:\n\n    tieout sign 5c1e90aa12bb --key cd.key\n\n"
        "What would be signed: tieout sign 5c1e90aa12bb\n\n"
        "Entries on a name alone:"
        ' tieout sign 0b66f1c2d3e4 8aa1c2f3e4d5 --reason "read both pages" --key ab.key'
    ),
)


@app.default
def sign(
    name: Annotated[str, Parameter(name="NAME")],
    /,
    *more: Annotated[str, Parameter(name="MORE")],
    key: Path | None = None,
    passphrase_file: Path | None = None,
    reason: str = "",
    face: Here,
) -> None:
    """Sign a ruling that waits for you, or entries on a name alone; without a key, show them.

    Args:
        name: the id of the ruling, or of an entry on a name alone, from tieout people review.
        more: further entries on a name alone.
        key: your key file.
        passphrase_file: a file that holds your passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal.
        reason: why the entries may stand; a ruling has its own reason.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    if more or named_entries(workspace, [name], strict=False):
        _sign_entries(workspace, (name, *more), reason, key, passphrase_file, face)
    else:
        _sign_ruling(workspace, name, key, passphrase_file, face)


def _sign_ruling(
    workspace: Workspace, name: str, key: Path | None, passphrase_file: Path | None, face: Here
) -> None:
    found = show_ruling(workspace, name)
    if key is None:
        terms = policy_terms(workspace, found)
        step = "" if found.is_in_force else f"tieout sign {found.ruling_id} --key FILE"
        text = shown_text(found, face.width, terms) + (next_text(step) if step else "")
        face.answer(text, {**ruling_json(found), "policy": terms, "next": step})
        return
    made = sign_ruling(workspace, found.entry, signing_key(key, passphrase_file))
    face.answer(made_text(made, face.width), ruling_json(made))


def _sign_entries(
    workspace: Workspace,
    names: tuple[str, ...],
    reason: str,
    key: Path | None,
    passphrase_file: Path | None,
    face: Here,
) -> None:
    found = named_entries(workspace, names)
    if key is None:
        step = f"tieout sign {' '.join(one.entry[:12] for one in found)} --reason WHY --key FILE"
        text = named_text(found, face.width) + next_text(step)
        face.answer(text, {"entries": [unsigned_json(one) for one in found], "next": step})
        return
    own = signing_key(key, passphrase_file)
    made = endorse_entries(workspace, [one.entry for one in found], reason=reason, key=own)
    face.answer(made_text(made, face.width), ruling_json(made))
