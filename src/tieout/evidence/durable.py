"""The one module that does all durable writing: what it says is written survives a power cut.

The protocol, everywhere the same: a temporary file of our own beside its destination, every byte
written, fsync of the file, one atomic step into its final name, fsync of the folder. New files
never replace others; only the checkpoint and its witness copy are replaced, atomically.

After a failed fsync the kernel may have dropped the bytes and may report success the next time. So
a failed fsync is never retried: the process is *poisoned* and refuses every further write.

A temporary file that a crash leaves behind has a name of one form (:func:`is_leftover`). Readers
never see it.
"""

# Every system call here goes through `os`, so that a test can make any one of them fail.
# ruff: noqa: PTH102, PTH104, PTH105, PTH108

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.errors import ConflictRefused, EnvironmentRefused
from tieout.evidence.machine import READ, machine, not_a_file, read_file

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


def publish_folder(staging: Path, final: Path) -> bool:
    """Make a finished folder visible under its final name: wholly or not at all.

    Both lie on one file system. Every file and folder is synced before the one rename.

    Returns:
        True when it was published, False when a folder with the same files and bytes is already
        there (the staged copy is then removed).

    Raises:
        ConflictRefused: ``FOLDER_EXISTS``: another folder has that name.
        EnvironmentRefused: the machine failed.
    """
    make_folder(final.parent)
    with _writing(staging):
        folders, files = _tree(staging)
        for path in files:
            _sync(path)
        for folder in reversed(folders):
            sync_folder(folder)
    with _writing(final):
        if os.path.lexists(final):
            return _same_folder_is_there(staging, final)
        try:
            os.rename(staging, final)
        except OSError as error:
            # Something appeared there meanwhile; only an empty folder would have been replaced.
            if error.errno not in _TAKEN:
                raise
            return _same_folder_is_there(staging, final)
        # The grandparent too: a process that made the parent may have died before its sync.
        for folder in (final.parent, final.parent.parent, staging.parent):
            sync_folder(folder)
    return True


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
    handle = os.open(staged, _NEW_FILE, mode)
    complete = False
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        _sync_handle(handle, staged)
        complete = True
    finally:
        os.close(handle)
        if not complete:
            _discard(staged)
    return staged


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


def _tree(root: Path) -> tuple[list[Path], list[Path]]:
    """The folders (parents first) and files under a folder, in a fixed order."""
    folders, files = [root], []
    for folder in folders:
        for path in sorted(folder.iterdir()):
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                folders.append(path)
            elif stat.S_ISREG(mode):
                files.append(path)
            else:
                raise not_a_file(path)
    return folders, files


def _same_folder_is_there(staging: Path, final: Path) -> bool:
    if final.is_dir() and not final.is_symlink() and _contents(staging) == _contents(final):
        shutil.rmtree(staging)
        sync_folder(final.parent)
        return False
    what = "A folder with other content is already there; Tieout overwrites nothing."
    remedy = "Find out which run it belongs to; a new run gets a folder of its own."
    raise ConflictRefused("FOLDER_EXISTS", what, where=(str(final),), remedy=remedy)


def _contents(root: Path) -> dict[str, bytes | None]:
    folders, files = _tree(root)
    found: dict[str, bytes | None] = {str(path.relative_to(root)): None for path in folders}
    return found | {str(path.relative_to(root)): read_file(path) for path in files}
