"""``tieout sign``: a further signature under what waits for one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.people import ruling_json, show_ruling, sign_ruling
from tieout.actions.policy import policy_terms
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.cli.ruling_text import made_text, shown_text
from tieout.cli.signing_key import signing_key

app = App(
    name="sign",
    help_epilogue=(
        "Example:\n\n    tieout sign 5c1e90aa12bb --key cd.key\n\n"
        "What would be signed: tieout sign 5c1e90aa12bb"
    ),
)


@app.default
def sign(
    name: Annotated[str, Parameter(name="NAME")],
    /,
    *,
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Sign a ruling that waits for you; without a key, show what would be signed.

    Args:
        name: the id of the ruling, from tieout people review.
        key: your key file.
        passphrase_file: a file that holds your passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    found = show_ruling(workspace, name)
    if key is None:
        terms = policy_terms(workspace, found)
        step = "" if found.is_in_force else f"tieout sign {found.ruling_id} --key FILE"
        text = shown_text(found, face.width, terms) + (next_text(step) if step else "")
        face.answer(text, {**ruling_json(found), "policy": terms, "next": step})
        return
    made = sign_ruling(workspace, found.entry, signing_key(key, passphrase_file))
    face.answer(made_text(made, face.width), ruling_json(made))
