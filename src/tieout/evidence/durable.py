"""The one module that does all durable writing: what it says is written survives a power cut.

The protocol, everywhere the same: a temporary file or folder of our own beside its destination,
every byte written, fsync of each file, one atomic step into its final name, fsync of the folder.
What is new never replaces anything; only the checkpoint and its witness copy are replaced,
atomically.

After a failed fsync the kernel may have dropped the bytes and may report success the next time. So
a failed fsync is never retried: the process is *poisoned* and refuses every further write.

A temporary file that a crash leaves behind has a name of one form (:func:`is_leftover`). Readers
never see it.
"""

# Every system call here goes through `os`, so that a test can make any one of them fail.
# ruff: noqa: PTH102, PTH104, PTH105, PTH108, PTH208

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.errors import ConflictRefused, EnvironmentRefused
from tieout.evidence.machine import READ, machine, read_file

_LEFTOVER: Final = re.compile(r"\.staged-[0-9a-f]{32}")
_TAKEN: Final = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(slots=True)
class Health:
    """Whether this process may still write; a failed fsync ends that for good."""

    failed_sync: str = ""


HEALTH: Final = Health()


def write_new_file(path: Path, content: bytes, mode: int = 0o644) -> bool:
    """Write a new file durably; it appears whole or not at all, and never replaces another.

    Args:
        path: its final name.
        content: its bytes.
        mode: who may read it, from its first byte on.

    Returns:
        True when it was written, False when a file with the same bytes is already there.

    Raises:
        ConflictRefused: ``FILE_EXISTS``: a file with other bytes is already there.
        EnvironmentRefused: the machine failed; see the module's text.
    """
    make_folder(path.parent)
    with _writing(path):
        staged = _stage(path.parent, content, mode)
        try:
            written = _link(staged, path, content)
        finally:
            _discard(staged)
        # Also where the file was there before: whoever put it there may have died before this.
        sync_folder(path.parent)
    return written


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file atomically and durably: readers see the old bytes or the new, never a mix.

    Raises:
        EnvironmentRefused: the machine failed; with ``IO_FSYNC`` it is unknown which of the two
            states survives a power cut, and the next start reads it from the disk.
    """
    make_folder(path.parent)
    with _writing(path):
        staged = _stage(path.parent, content)
        try:
            os.replace(staged, path)
        except OSError:
            _discard(staged)
            raise
        sync_folder(path.parent)


def publish_folder(final: Path, files: Mapping[str, bytes]) -> bool:
    """Make a folder of exactly these files visible: wholly or not at all.

    The files are written under their own names into a staged folder, which is nobody else's and
    gets its name in one step: no temporary name lies in it that could be renamed along.

    Returns:
        True when it was published, False when a folder with the same files and bytes is already
        there.

    Raises:
        ConflictRefused: ``FOLDER_EXISTS``: another folder has that name.
        EnvironmentRefused: the machine failed; nothing is visible, or all of it.
    """
    make_folder(final.parent)
    with _writing(final):
        done = not os.path.lexists(final) and _move_into_place(final, files)
        if not done:
            _require_same(final, files)
        # The grandparent too: a process that made the parent may have died before its sync.
        for folder in (final.parent, final.parent.parent):
            sync_folder(folder)
    return done


def make_folder(path: Path) -> None:
    """Make a folder and its missing parents durably; nothing happens where it is already there."""
    with _writing(path):
        missing = []
        while not path.is_dir():
            missing.append(path)
            path = path.parent
        for folder in reversed(missing):
            with contextlib.suppress(FileExistsError):
                os.mkdir(folder)
            sync_folder(folder.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    with _writing(path):
        _sync(path)


def staged_name() -> str:
    """A name for a temporary file or folder that nobody else uses."""
    return f".staged-{secrets.token_hex(16)}"


def is_leftover(name: str) -> bool:
    """Whether a file or folder of that name is a temporary one of ours that a crash left behind."""
    return _LEFTOVER.fullmatch(name) is not None


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Refuse when poisoned; turn an error of the operating system into a letter."""
    if HEALTH.failed_sync:
        raise _sync_failed(HEALTH.failed_sync)
    with machine(path):
        yield


def _sync_failed(path: str) -> EnvironmentRefused:
    return EnvironmentRefused(
        "IO_FSYNC",
        "The disk did not confirm a write; nothing more is written by this process.",
        where=(path,),
        remedy="Check the disk, run tieout verify, then repeat the command.",
    )


def _sync(path: Path) -> None:
    handle = os.open(path, READ)
    try:
        _sync_handle(handle, path)
    finally:
        os.close(handle)


def _sync_handle(handle: int, path: Path) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        HEALTH.failed_sync = str(path)
        raise _sync_failed(str(path)) from error


def _stage(folder: Path, content: bytes, mode: int = 0o644) -> Path:
    """A durable temporary file with these bytes in that folder, under a name nobody else uses."""
    staged = folder / staged_name()
    with contextlib.ExitStack() as undo:
        undo.callback(_discard, staged)
        _write_whole(staged, content, mode)
        undo.pop_all()
    return staged


def _write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """A new file with these bytes, durable but for its name; what failed in it is left there."""
    handle = os.open(path, _NEW_FILE, mode)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        _sync_handle(handle, path)
    finally:
        os.close(handle)


def _link(staged: Path, path: Path, content: bytes) -> bool:
    """Give the staged file its final name unless somebody else was first with the same bytes."""
    try:
        os.link(staged, path, follow_symlinks=False)
    except FileExistsError:
        if read_file(path) == content:
            return False
        what = "A file with other content is already there; Tieout overwrites nothing."
        remedy = "Choose another name, or find out who wrote the file."
        raise ConflictRefused("FILE_EXISTS", what, where=(str(path),), remedy=remedy) from None
    return True


def _discard(staged: Path) -> None:
    # A leftover does no harm, so failing to remove one is no reason to fail.
    with contextlib.suppress(OSError):
        os.unlink(staged)


def _move_into_place(final: Path, files: Mapping[str, bytes]) -> bool:
    """Stage these files and give their folder its name; False where the name was taken meanwhile.

    The staged folder has a name of its own each time: what a killed attempt left is never reused.
    """
    staging = final.parent / staged_name()
    os.mkdir(staging)
    try:
        for name, content in files.items():
            _write_whole(staging / name, content)
        sync_folder(staging)
        os.rename(staging, final)
    except OSError as error:
        # Only an empty folder would have been replaced.
        if error.errno not in _TAKEN:
            raise
        return False
    finally:
        # Nothing is left of it once it was renamed. Otherwise it does no harm where it stays.
        shutil.rmtree(staging, ignore_errors=True)
    return True


def _require_same(final: Path, files: Mapping[str, bytes]) -> None:
    if final.is_dir() and not final.is_symlink():
        names = set(os.listdir(final))
        if names == set(files) and all(read_file(final / one) == files[one] for one in names):
            return
    what = "A folder with other content is already there; Tieout overwrites nothing."
    remedy = "Find out which run it belongs to; a new run gets a folder of its own."
    raise ConflictRefused("FOLDER_EXISTS", what, where=(str(final),), remedy=remedy)
