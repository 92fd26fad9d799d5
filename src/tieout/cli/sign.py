"""``tieout sign``: a run as prepared or checked, a ruling that waits, entries on a name alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from tieout.actions.people import find_waiting, ruling_json, sign_ruling
from tieout.actions.policy import policy_terms
from tieout.actions.signing_off import show_approval, sign_run
from tieout.actions.start import find_workspace
from tieout.cli import approval_text
from tieout.cli.face import Here, next_text
from tieout.cli.ruling_text import made_text, shown_text
from tieout.cli.sign_entries import is_named, sign_entries
from tieout.cli.signing_key import signing_key
from tieout.close.approval_record import approval_record
from tieout.errors import ConfigurationRefused
from tieout.people.replay import Ruling
from tieout.workspace.layout import Workspace

app = App(
    name="sign",
    help_epilogue=(
        "Example:\n\n"
        "    tieout sign 7f3a9c12 --as prepared --digest 31047140c6ae --key mia.key\n\n"
        "A ruling that waits for you: tieout sign 5c1e90aa12bb --key cd.key\n"
        "Entries on a name alone:"
        ' tieout sign 0b66f1c2d3e4 8aa1c2f3e4d5 --reason "read both pages" --key ab.key\n'
        "Without a key it shows what would be signed."
    ),
)


@app.default
def sign(
    name: Annotated[str, Parameter(name="NAME")],
    /,
    *more: Annotated[str, Parameter(name="MORE")],
    signed_as: Annotated[Literal["prepared", "checked"] | None, Parameter(name="--as")] = None,
    digest: str = "",
    reason: str = "",
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Sign a run, a waiting ruling or entries; without a key, show what would be signed.

    A run is signed as prepared first, then as checked by somebody who had no hand in it.

    Args:
        name: the id of a run, or of a ruling or an entry, from tieout people review.
        more: further entries on a name alone.
        signed_as: for a run: prepared or checked.
        digest: for a run: the sign-off digest you looked at, at least its first 12 digits.
        reason: for entries: why they may stand.
        key: your key file.
        passphrase_file: a file that holds your passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    if more or (signed_as is None and is_named(workspace, name)):
        sign_entries(workspace, (name, *more), reason, key, passphrase_file, face)
        return
    ruling = None if signed_as or digest else find_waiting(workspace, name)
    if ruling is not None:
        _ruling(workspace, ruling, key, passphrase_file, face)
        return
    if key is None:
        state = show_approval(workspace, name)
        text = approval_text.state_text(state, face.width)
        face.answer(text, approval_record(state))
        return
    if signed_as is None:
        raise ConfigurationRefused(
            "COMMAND_LINE",
            "A run is signed as something.",
            where=(f"no ruling waits under {name[:80]!a}",),
            remedy="Give --as prepared or --as checked, with the --digest you were shown.",
        )
    done = sign_run(
        workspace, name, signed_as=signed_as, digest=digest, key=signing_key(key, passphrase_file)
    )
    text = approval_text.ruling_text(done.ruling, face.width)
    face.answer(
        text + approval_text.state_text(done.state, face.width),
        {
            **ruling_json(done.ruling),
            "state": approval_record(done.state),
        },
    )


def _ruling(
    workspace: Workspace, found: Ruling, key: Path | None, passphrase_file: Path | None, face: Here
) -> None:
    if key is None:
        terms = policy_terms(workspace, found)
        step = "" if found.is_in_force else f"tieout sign {found.ruling_id} --key FILE"
        text = shown_text(found, face.width, terms) + (next_text(step) if step else "")
        face.answer(text, {**ruling_json(found), "policy": terms, "next": step})
        return
    made = sign_ruling(workspace, found.entry, signing_key(key, passphrase_file))
    face.answer(made_text(made, face.width), ruling_json(made))
