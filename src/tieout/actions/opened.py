"""Opening files a person names: a file that cannot be opened is a letter, not a stack of calls."""

from __future__ import annotations

from pathlib import Path

from tieout.errors import InputRefused


def file_content(path: Path) -> bytes:
    """The bytes of a file that a person named.

    Raises:
        InputRefused: ``FILE_UNREADABLE``: it is not there, is no file, or may not be read.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        raise InputRefused(
            "FILE_UNREADABLE",
            "A file cannot be opened.",
            where=(f"{path}: {error.strerror}",),
            remedy="Check its name and your right to read it, then repeat the command.",
        ) from error
