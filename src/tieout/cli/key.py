"""``tieout key``: a person's own key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.key_file import KeyFile, make_key, require_place
from tieout.cli.face import Here, next_text
from tieout.cli.signing_key import new_passphrase, signing_key
from tieout.report.shown import visible

app = App(name="key", help_epilogue="Example:\n\n    tieout key new ab.key")


@app.command(help_epilogue="Example:\n\n    tieout key new ab.key")
def new(
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Make your own key, locked with a passphrase, in a new file that you alone may read.

    Args:
        file: where it goes; keep it where your other keys are, and a copy offline.
        passphrase_file: a file that holds the passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal, which asks twice.
        face: where the answer goes.
    """
    require_place(file)
    made = make_key(file, new_passphrase(passphrase_file))
    step = "tieout people add NAME --roles ROLES --public-key PUBLIC --reason WHY --key THEIRS"
    face.answer(_text(made) + next_text(step), {**made.as_json(), "next": step})


@app.command(help_epilogue="Example:\n\n    tieout key show ab.key")
def show(
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """The public half of a key, which is what gets enrolled.

    Args:
        file: the file of the key.
        passphrase_file: a file that holds the passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal.
        face: where the answer goes.
    """
    found = KeyFile.of(file, signing_key(file, passphrase_file))
    face.answer(_text(found), found.as_json())


def _text(found: KeyFile) -> str:
    return (
        f"\n  key     {visible(str(found.file))}\n  id      {found.key_id}\n"
        f"  public  {found.public_key}\n"
    )
