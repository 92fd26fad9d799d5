"""``tieout sign``: sign a run as prepared or as checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from tieout.actions.signing_off import show_approval, sign_run
from tieout.actions.start import find_workspace
from tieout.cli.approval_text import ruling_json, ruling_text, state_text
from tieout.cli.face import Here
from tieout.cli.signing_key import signing_key
from tieout.close.approval_record import approval_record
from tieout.errors import ConfigurationRefused

app = App(
    name="sign",
    help_epilogue=(
        "Example:\n\n"
        "    tieout sign 7f3a9c12 --as prepared --digest 31047140c6ae --key mia.key\n\n"
        "What there is to sign: tieout sign 7f3a9c12 --show"
    ),
)


@app.default
def sign(
    run: Annotated[str, Parameter(name="RUN")],
    /,
    *,
    signed_as: Annotated[Literal["prepared", "checked"] | None, Parameter(name="--as")] = None,
    digest: str = "",
    show: Annotated[bool, Parameter(negative="")] = False,
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Sign a run: as prepared first, then as checked by somebody who had no hand in it.

    Args:
        run: the run, by its id or the start of it.
        signed_as: prepared or checked.
        digest: the sign-off digest you looked at, at least its first 12 digits.
        show: show what there is to sign and who signed it; nothing is signed.
        key: the key of who signs.
        passphrase_file: a file with the passphrase of the key; else TIEOUT_PASSPHRASE, else asked.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    if show:
        state = show_approval(workspace, run)
        face.answer(state_text(state, face.width), approval_record(state))
        return
    if signed_as is None or key is None:
        raise ConfigurationRefused(
            "COMMAND_LINE",
            "A signature needs to say as what, and by which key.",
            remedy="Give --as prepared or --as checked, --digest and --key; or look with --show.",
        )
    done = sign_run(
        workspace, run, signed_as=signed_as, digest=digest, key=signing_key(key, passphrase_file)
    )
    text = ruling_text(done.ruling, face.width) + state_text(done.state, face.width)
    face.answer(text, {**ruling_json(done.ruling), "state": approval_record(done.state)})
