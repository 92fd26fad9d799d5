"""The machine under the evidence: its errors as letters, and reading that follows no link.

An error of the disk is an environment failure and never looks like tampering; something that is no
regular file is the other way round.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from tieout.errors import EnvironmentRefused, IntegrityRefused

# Without O_NONBLOCK, opening a pipe that somebody put in place of a file would wait for ever.
READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_CHUNK: Final = 1 << 20
_LOOSE: Final = stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def read_file(path: Path) -> bytes | None:
    """The bytes of a regular file, never through a symbolic link; None when it is absent.

    Raises:
        IntegrityRefused: ``EV_UNKNOWN_FILE``: a link, folder or device is in its place.
        EnvironmentRefused: it cannot be read; a disk that fails is not tampering.
    """
    with machine(path):
        opened = _opened(path)
        if opened is None:
            return None
        with opened:
            return opened.read()


def digest_and_size(path: Path) -> tuple[str, int] | None:
    """The SHA-256 and the size of a regular file, read in pieces; None when it is absent.

    Raises:
        IntegrityRefused: ``EV_UNKNOWN_FILE``: something else is in its place, or anybody may write
            to it.
        EnvironmentRefused: it cannot be read; a disk that fails is not tampering.
    """
    running, size = hashlib.sha256(), 0
    with machine(path):
        opened = _opened(path)
        if opened is None:
            return None
        with opened:
            require_own_mode(os.fstat(opened.fileno()), path)
            while chunk := opened.read(_CHUNK):
                running.update(chunk)
                size += len(chunk)
    return running.hexdigest(), size


def require_own_mode(found: os.stat_result, path: Path) -> None:
    """Refuse a file or folder of the evidence that every account of the machine may write to.

    Raises:
        IntegrityRefused: ``EV_UNKNOWN_FILE``.
    """
    if stat.S_IMODE(found.st_mode) & _LOOSE:
        raise IntegrityRefused(
            "EV_UNKNOWN_FILE",
            "Every account of this machine may write to a file of the evidence.",
            where=(f"{path}: mode {stat.S_IMODE(found.st_mode):04o}",),
            remedy="Take the right away (chmod o-w), find out who gave it, then run tieout verify.",
        )


def _opened(path: Path) -> BinaryIO | None:
    try:
        handle = os.open(path, READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise not_a_file(path) from error
        raise
    opened = os.fdopen(handle, "rb")
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        opened.close()
        raise not_a_file(path)
    return opened


def not_a_file(path: Path) -> IntegrityRefused:
    """The refusal for anything that has no place in the evidence."""
    return IntegrityRefused(
        "EV_UNKNOWN_FILE",
        "Something lies in the evidence that Tieout did not put there.",
        where=(str(path),),
        remedy="Find out who put it there, move it elsewhere, then run tieout verify.",
    )


@contextlib.contextmanager
def machine(path: Path) -> Iterator[None]:
    """Turn an error of the operating system inside the block into a letter."""
    try:
        yield
    except OSError as error:
        raise machine_failed(error, path) from error


def machine_failed(error: OSError, path: Path) -> EnvironmentRefused:
    """The letter for an error of the operating system at that path."""
    where = (str(path), os.strerror(error.errno) if error.errno else str(error))
    if error.errno in _FULL:
        what, remedy = "The disk or the quota is full.", "Free some space, then repeat the command."
        return EnvironmentRefused("STORE_ENOSPC", what, where=where, remedy=remedy)
    if error.errno in _FORBIDDEN:
        what = "The operating system does not permit this."
        remedy = "Give this account the rights to the workspace, then repeat the command."
        return EnvironmentRefused("IO_PERMISSION", what, where=where, remedy=remedy)
    what = "The disk or the file system failed."
    remedy = "Check the disk, then repeat the command; what was committed before still stands."
    return EnvironmentRefused("IO_ERROR", what, where=where, remedy=remedy)
