"""Seven seeded defects of durable writing; the harness must catch each of them (L4)."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tieout.cli.face import Face
from tieout.evidence import checkpoint, durable, log

Patch = pytest.MonkeyPatch
Defect = Callable[[Patch], None]
# Its `os` stands for the operating system and is exchanged here.
DURABLE: Any = durable


def _no_sync(patch: Patch, is_kind: Callable[[int], bool]) -> None:
    real = durable._sync_handle

    def planted(handle: int, path: Path) -> None:
        if not is_kind(os.fstat(handle).st_mode):
            real(handle, path)

    patch.setattr(durable, "_sync_handle", planted)


def no_sync_of_files(patch: Patch) -> None:
    """What was written is never made certain."""
    _no_sync(patch, stat.S_ISREG)


def no_sync_of_folders(patch: Patch) -> None:
    """Names are never made certain."""
    _no_sync(patch, stat.S_ISDIR)


def acknowledged_early(patch: Patch) -> None:
    """The answer is given before the commit."""
    waiting: list[Callable[[], None]] = []
    commit, witness, answer = checkpoint.commit, checkpoint.write_witness, Face.answer
    patch.setattr(log, "commit", lambda *what: waiting.append(lambda: commit(*what)))
    patch.setattr(log, "write_witness", lambda *what: waiting.append(lambda: witness(*what)))

    def answered(self: Face, *what: Any) -> None:
        answer(self, *what)
        for one in waiting:
            one()

    patch.setattr(Face, "answer", answered)


def renamed_before_sync(patch: Patch) -> None:
    """The file gets its name first and is made certain afterwards."""
    real_stage, real_link, replaced = durable._stage, durable._link, durable.replace_file
    sync = durable._sync_handle

    def stage(folder: Path, content: bytes, mode: int = 0o644) -> Path:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(durable, "_sync_handle", lambda *_: None)
            return real_stage(folder, content, mode)

    def link(staged: Path, path: Path, content: bytes) -> bool:
        done = real_link(staged, path, content)
        _synced(path, sync)
        return done

    def replace(path: Path, content: bytes) -> None:
        replaced(path, content)
        _synced(path, sync)

    patch.setattr(durable, "_stage", stage)
    patch.setattr(durable, "_link", link)
    patch.setattr(checkpoint, "replace_file", replace)


def _synced(path: Path, sync: Callable[[int, Path], None]) -> None:
    handle = DURABLE.os.open(path, os.O_RDONLY)
    sync(handle, path)
    DURABLE.os.close(handle)


def close_error_ignored(patch: Patch) -> None:
    """Closing a file may say that its bytes never arrived; nobody listens."""
    real = durable._stage

    def stage(folder: Path, content: bytes, mode: int = 0o644) -> Path:
        disk = DURABLE.os

        class Deaf:
            def __getattr__(self, name: str) -> Any:
                found = getattr(disk, name)
                if name != "close":
                    return found

                def close(handle: int) -> None:
                    with contextlib.suppress(OSError):
                        found(handle)

                return close

        DURABLE.os = Deaf()
        try:
            return real(folder, content, mode)
        finally:
            DURABLE.os = disk

    patch.setattr(durable, "_stage", stage)


def failed_sync_retried(patch: Patch) -> None:
    """A failed fsync is tried again, and the second answer is believed."""

    def planted(handle: int, _: Path) -> None:
        try:
            DURABLE.os.fsync(handle)
        except OSError:
            DURABLE.os.fsync(handle)

    patch.setattr(durable, "_sync_handle", planted)


def head_written_in_place(patch: Patch) -> None:
    """The checkpoint is written over, instead of replaced."""

    def planted(path: Path, content: bytes) -> None:
        handle = DURABLE.os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        DURABLE.os.write(handle, content)
        durable._sync_handle(handle, path)
        DURABLE.os.close(handle)
        durable.sync_folder(path.parent)

    patch.setattr(checkpoint, "replace_file", planted)


DEFECTS: Final[tuple[Defect, ...]] = (
    no_sync_of_files, no_sync_of_folders, acknowledged_early, renamed_before_sync,
    close_error_ignored, failed_sync_retried, head_written_in_place,
)  # fmt: skip


class LosingClose:
    """The ``os`` module whose n-th closing of a file fails, and the file has lost its bytes.

    So a file server may tell, as late as on close, that it could not keep what was written.
    """

    def __init__(self, point: int) -> None:
        """Fail at that close, counted from 1 over the files that were written."""
        self.point = point
        self.count = 0
        self._written: set[int] = set()

    def __getattr__(self, name: str) -> Any:
        """The real function, watched where it matters here."""
        real = getattr(os, name)
        if name == "write":

            def write(handle: int, content: Any) -> Any:
                self._written.add(handle)
                return real(handle, content)

            return write
        if name == "close":
            return self._close
        return real

    def _close(self, handle: int) -> None:
        failing = False
        if handle in self._written:
            self._written.discard(handle)
            self.count += 1
            failing = self.count == self.point
        if failing:
            os.ftruncate(handle, 0)
        os.close(handle)
        if failing:
            raise OSError(5, os.strerror(5))


@contextlib.contextmanager
def planted(defect: Defect | None) -> Iterator[None]:
    """Run with that defect in place, or without any."""
    with pytest.MonkeyPatch.context() as patch:
        if defect is not None:
            defect(patch)
        yield
