"""Reading a secret from where the settings say it stands; it is never copied, printed or kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tieout.errors import ConfigurationRefused
from tieout.fetching.secret import Secret, SecretRefused
from tieout.fetching.wording import note
from tieout.workspace.document import refused
from tieout.workspace.fetch_terms import Fetch, SecretName

_MOST: Final = 8192
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def read_secret(
    terms: Fetch, name: SecretName, root: Path, environment: Mapping[str, str]
) -> tuple[Secret, tuple[str, ...]]:
    """A secret, and what was accepted with a note.

    Args:
        terms: the settings that say where it stands.
        name: which of them.
        root: the workspace; a path is relative to it.
        environment: the variables of the process.

    Raises:
        ConfigurationRefused: ``CFG_SECRET_ABSENT``: nothing says where it stands, or nothing is
            there; ``CFG_SECRET_EMPTY``, ``CFG_SECRET_CHARS``, ``CFG_SECRET_SHORT``,
            ``CFG_SECRET_MODE``. No letter repeats it, or what was written in its place.
    """
    variable, file = terms.variable_of(name), terms.file_of(name)
    if variable:
        setting = f"[fetch] {name}_env"
        if variable not in environment:
            raise _refused("CFG_SECRET_ABSENT", "The variable named there is not set.", setting)
        text = environment[variable]
    elif file:
        setting = f"[fetch] {name}_file"
        text = _file_text(root / file, setting)
    else:
        raise _refused(
            "CFG_SECRET_ABSENT", "Nothing says where the secret stands.",
            f"[fetch] {name}_env or {name}_file",
        )  # fmt: skip
    bare = text.removesuffix("\n").removesuffix("\r")
    notes = (note("CFG_SECRET_TRIMMED", f"the line end after the secret was left out, {setting}"),)
    trouble: SecretRefused
    try:
        return Secret(bare, setting), notes if bare != text else ()
    except SecretRefused as error:
        trouble = error
    # Outside of the handler: the frames below held the text.
    raise _refused(trouble.code, f"The secret cannot be used. {trouble}", setting)


def _file_text(path: Path, setting: str) -> str:
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise _refused("CFG_SECRET_ABSENT", "What is named there is no file.", setting)
            if os.name == "posix" and mode & _OTHERS:
                raise _refused(
                    "CFG_SECRET_MODE", "The file of the secret may be read by others.",
                    f"{setting}, mode {stat.S_IMODE(mode):04o}",
                )  # fmt: skip
            content = stream.read(_MOST + 1)
    except OSError as error:
        raise _refused(
            "CFG_SECRET_ABSENT", "The file named there cannot be read.",
            f"{setting}: {error.strerror}",
        ) from None  # fmt: skip
    if len(content) > _MOST or not content.isascii():
        raise _refused("CFG_SECRET_CHARS", "The file holds no secret.", setting)
    return content.decode("ascii")


def _refused(code: str, what: str, setting: str) -> ConfigurationRefused:
    remedies = {
        "CFG_SECRET_MODE": "Let its owner alone read it: chmod 600. Then consider the secret seen.",
        "CFG_SECRET_ABSENT": "Set the variable, or name the file, and repeat the command.",
    }
    known = remedies.get(code, "Put the secret there as its issuer gave it: one line, no blanks.")
    return refused(code, what, setting, known)
