"""The key of whoever signs: its file, and the passphrase, which is never said on a command line.

An argument stands in the list of processes, and in the history of a shell. So the passphrase comes
from a file that its owner alone may read, from a variable, or from the terminal; no letter, answer
or log repeats it.
"""

from __future__ import annotations

import getpass
import os
import stat
import sys
from pathlib import Path
from typing import Final

from tieout.errors import ApprovalRefused, InputRefused
from tieout.report.shown import visible
from tieout.signing.key import SigningKey, unlock

VARIABLE: Final = "TIEOUT_PASSPHRASE"

_MOST: Final = 16_384
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def signing_key(key: Path, passphrase_file: Path | None = None) -> SigningKey:
    """The key in a file, opened with its passphrase.

    Args:
        key: the file that ``tieout key new`` wrote.
        passphrase_file: the file that holds the passphrase; by default the variable
            ``TIEOUT_PASSPHRASE``, and without it the terminal.

    Raises:
        InputRefused: ``FILE_UNREADABLE``: a file cannot be opened.
        ApprovalRefused: ``KEY_PASSPHRASE_NEEDED``: nothing says the passphrase;
            ``KEY_PASSPHRASE_MODE``: others may read its file; ``KEY_LOCKED``: it does not open the
            key.
    """
    content = _beginning(key)
    said = _said(passphrase_file)
    if said is None:
        said = _asked(f"Passphrase of {visible(key.name)}: ")
    return unlock(content, said)


def new_passphrase(passphrase_file: Path | None = None) -> str:
    """The passphrase for a new key; whoever types it does so twice.

    Raises:
        InputRefused: ``FILE_UNREADABLE``; ``KEY_PASSPHRASE``: the two are not the same.
        ApprovalRefused: ``KEY_PASSPHRASE_NEEDED`` or ``KEY_PASSPHRASE_MODE``.
    """
    said = _said(passphrase_file)
    if said is not None:
        return said
    first, second = _asked("New passphrase: "), _asked("The same again: ")
    if first != second:
        raise InputRefused(
            "KEY_PASSPHRASE",
            "The two passphrases are not the same.",
            remedy="Repeat the command; no key was made.",
        )
    return first


def _said(passphrase_file: Path | None) -> str | None:
    """The passphrase of the file, or else of the variable; none where there is neither."""
    if passphrase_file is None:
        return os.environ.get(VARIABLE)
    content = _beginning(passphrase_file, alone=True)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    line = text.removesuffix("\n").removesuffix("\r")
    if not line or not line.isprintable():
        # What the file holds is not shown: it is a passphrase, or was meant to be one.
        raise _needed("The passphrase file does not hold one line of text.", str(passphrase_file))
    return line


def _asked(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise _needed("The key needs its passphrase, and there is no terminal to ask on.")
    return getpass.getpass(prompt)


def _beginning(path: Path, *, alone: bool = False) -> bytes:
    """As much of a file as a key can have.

    Args:
        path: the file.
        alone: whether its owner alone may read it.
    """
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if alone and os.name == "posix" and stat.S_ISREG(mode) and mode & _OTHERS:
                raise ApprovalRefused(
                    "KEY_PASSPHRASE_MODE",
                    "The passphrase file may be read by others.",
                    where=(f"{path}: mode {stat.S_IMODE(mode):04o}",),
                    remedy="Let its owner alone read it: chmod 600. Consider the passphrase seen.",
                )
            return stream.read(_MOST)
    except OSError as error:
        raise InputRefused(
            "FILE_UNREADABLE",
            "A file cannot be opened.",
            where=(f"{path}: {error.strerror}",),
            remedy="Check its name and your right to read it, then repeat the command.",
        ) from error


def _needed(what: str, *where: str) -> ApprovalRefused:
    return ApprovalRefused(
        "KEY_PASSPHRASE_NEEDED",
        what,
        where=where,
        remedy=f"Set {VARIABLE}, name a file with --passphrase-file, or use a terminal.",
    )
