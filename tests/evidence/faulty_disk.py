"""A disk that fails on demand, and a model of what a power cut leaves of it.

Both stand in for the ``os`` module of :mod:`tieout.evidence.durable` alone, so that everything else
keeps working.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

CALLS = ("open", "write", "fsync", "close", "link", "replace", "rename", "mkdir", "unlink")


class Killed(BaseException):
    """The process is gone: no handler runs, and nothing it does afterwards reaches the disk."""


class FaultyOs:
    """The ``os`` module with one call failing: by death, or by an error of the system."""

    def __init__(
        self, point: int, errno: int | None = None, *, forever: bool = False, only: str = ""
    ) -> None:
        """Fail at that call, counted from 1; for ever when dead or so asked.

        Args:
            point: which call, counted from 1.
            errno: the error; death, if it is left out.
            forever: every later call fails as well.
            only: the one name of calls that is counted; all, if it is left out.
        """
        self.point = point
        self.errno = errno
        self.forever = forever
        self.watched = (only,) if only else CALLS
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        """The real thing, watched where it changes the disk."""
        real = getattr(os, name)
        if name not in self.watched:
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            self.calls.append(name)
            if self._fails():
                if name == "close":
                    real(*arguments)
                if self.errno is None:
                    raise Killed
                raise OSError(self.errno, os.strerror(self.errno))
            return real(*arguments, **named)

        return call

    @property
    def reached(self) -> bool:
        return len(self.calls) >= self.point

    def _fails(self) -> bool:
        if self.errno is None or self.forever:
            return self.reached
        return len(self.calls) == self.point


class PowerCut:
    """The ``os`` module that remembers what is synced, and calls back after every change.

    A file keeps the bytes of its last fsync, a folder the names of its last fsync.
    """

    def __init__(self, base: Path, after: Callable[[PowerCut], None]) -> None:
        """Take everything under the folder as synced."""
        self.base = base
        self.after = after
        self.live: dict[Path, int] = {}
        self.bytes: dict[int, bytes] = {}
        self.names: dict[Path, dict[str, int]] = {}
        self.handles: dict[int, Path] = {}
        self.folders: dict[Path, int] = {}
        for path in [base, *sorted(base.rglob("*"))]:
            if path.is_dir():
                self.folders[path] = -1
            else:
                self.live[path] = self._new(path.read_bytes())
        for folder in self.folders:
            self.names[folder] = self._listing(folder)

    def __getattr__(self, name: str) -> Any:
        """The real thing, watched where it changes the disk."""
        real = getattr(os, name)
        if name not in CALLS:
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            result = real(*arguments, **named)
            getattr(self, f"_{name}", self._nothing)(result, *arguments)
            self.after(self)
            return result

        return call

    def lost(self, image: Path) -> Path:
        """Everything that was not synced is gone: the names and the bytes."""
        self._build(self.base, image, self.names)
        return image

    def torn(self, image: Path) -> Path:
        """Names reached the disk before the bytes did: every name is there, un-synced bytes not."""
        live = {folder: self._listing(folder) for folder in self.folders}
        self._build(self.base, image, live)
        return image

    def _build(self, folder: Path, image: Path, names: dict[Path, dict[str, int]]) -> None:
        image.mkdir(parents=True)
        for name, number in names.get(folder, {}).items():
            if number == -1:
                self._build(folder / name, image / name, names)
            else:
                (image / name).write_bytes(self.bytes[number])

    def _listing(self, folder: Path) -> dict[str, int]:
        entries = self.live | {path: -1 for path in self.folders if path != self.base}
        return {path.name: number for path, number in entries.items() if path.parent == folder}

    def _new(self, content: bytes) -> int:
        self.bytes[len(self.bytes)] = content
        return len(self.bytes) - 1

    def _nothing(self, *_: Any) -> None: ...

    def _open(self, handle: int, path: Path, flags: int, *_: Any) -> None:
        self.handles[handle] = path
        if flags & os.O_CREAT:
            self.live[path] = self._new(b"")

    def _fsync(self, _: None, handle: int) -> None:
        path = self.handles[handle]
        if path in self.folders:
            self.names[path] = self._listing(path)
        else:
            self.bytes[self.live[path]] = path.read_bytes()

    def _link(self, _: None, source: Path, target: Path) -> None:
        self.live[target] = self.live[source]

    def _replace(self, _: None, source: Path, target: Path) -> None:
        self.live[target] = self.live.pop(source)

    def _rename(self, _: None, source: Path, target: Path) -> None:
        self.live = {_moved(path, source, target): n for path, n in self.live.items()}
        self.folders = {_moved(path, source, target): n for path, n in self.folders.items()}
        self.names = {_moved(path, source, target): n for path, n in self.names.items()}

    def _unlink(self, _: None, path: Path) -> None:
        self.live.pop(path, None)

    def _mkdir(self, _: None, path: Path, *__: Any) -> None:
        self.folders[path] = -1


def _moved(path: Path, source: Path, target: Path) -> Path:
    return target / path.relative_to(source) if path.is_relative_to(source) else path
