"""The key a command signs with: a file, and the passphrase that opens it."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Final

from tieout.actions.opened import file_content
from tieout.errors import ApprovalRefused
from tieout.signing.key import SigningKey, unlock

_VARIABLE: Final = "TIEOUT_PASSPHRASE"
_MOST_BYTES: Final = 16_384


def signing_key(key: Path, passphrase_file: Path | None) -> SigningKey:
    """The key in a file, opened with the passphrase of the environment, of a file or of a terminal.

    Raises:
        ApprovalRefused: ``KEY_PASSPHRASE_NEEDED``: nothing says it; ``KEY_LOCKED``: it does not
            open the file.
        InputRefused: ``FILE_UNREADABLE``.
    """
    content = file_content(key)[:_MOST_BYTES]
    return unlock(content, _passphrase(key, passphrase_file))


def _passphrase(key: Path, passphrase_file: Path | None) -> str:
    if passphrase_file is not None:
        lines = file_content(passphrase_file)[:_MOST_BYTES].decode("utf-8", "replace").splitlines()
        return lines[0] if lines else ""
    if _VARIABLE in os.environ:
        return os.environ[_VARIABLE]
    if sys.stdin.isatty():
        return getpass.getpass(f"Passphrase of {key.name}: ")
    raise ApprovalRefused(
        "KEY_PASSPHRASE_NEEDED",
        "Nothing says the passphrase of the key.",
        where=(str(key),),
        remedy=f"Set {_VARIABLE}, or give --passphrase-file FILE, or sign on a terminal.",
    )
