"""The calls of this process that write to a folder, counted, and one of them failing for real.

It stands in front of the functions of ``os``, which every durable write, the lock and its owner
record go through. Death is a real SIGKILL: no handler runs, and nothing is flushed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_PATHS: Final = ("mkdir", "link", "rename", "replace", "unlink", "rmdir", "truncate")
_HANDLES: Final = ("write", "fsync", "ftruncate", "close")
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Fault:
    """Which call fails and how: an error number, or 0 for death."""

    point: int
    error: int = 0
    forever: bool = False


class Watch:
    """Counts the calls and lets one fail; everything else goes to the operating system."""

    def __init__(self, root: Path, fault: Fault) -> None:
        """Watch a folder; :meth:`begin` starts it."""
        self.root = str(root)
        self.fault = fault
        self.calls: list[str] = []
        self.hit = ""
        self.handles: dict[int, str] = {}

    def begin(self) -> None:
        """Stand in front of the functions of ``os`` from now on."""
        real_open = os.open

        def opened(path: Any, flags: int, *rest: Any, **named: Any) -> int:
            place = self._place(path)
            if place and flags & _WRITING:
                self._call("open", place)
            handle = real_open(path, flags, *rest, **named)
            if place:
                self.handles[handle] = place
            return handle

        os.open = opened
        for name in _PATHS:
            setattr(os, name, self._by_path(name, getattr(os, name)))
        for name in _HANDLES:
            setattr(os, name, self._by_handle(name, getattr(os, name)))

    def _by_path(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *rest: Any, **named: Any) -> Any:
            place = self._place(path)
            if place:
                self._call(name, place)
            return real(path, *rest, **named)

        return call

    def _by_handle(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(handle: int, *rest: Any) -> Any:
            place = self.handles.get(handle)
            if name == "close":
                self.handles.pop(handle, None)
            if place is None:
                return real(handle, *rest)
            if name == "close":
                # The operating system frees the handle even where closing fails.
                real(handle)
                self._call(name, place)
                return None
            if name == "write" and self._is_next() and not self.fault.error and rest:
                real(handle, bytes(rest[0])[: len(rest[0]) // 2])
            self._call(name, place)
            return real(handle, *rest)

        return call

    def _place(self, path: Any) -> str:
        text = os.fspath(path) if isinstance(path, str | Path) else ""
        return text if text.startswith(self.root) else ""

    def _is_next(self) -> bool:
        return len(self.calls) + 1 == self.fault.point

    def _call(self, name: str, place: str) -> None:
        self.calls.append(name)
        number = len(self.calls)
        if number != self.fault.point and not (self.fault.forever and number > self.fault.point):
            return
        self.hit = self.hit or f"{name} {place.removeprefix(self.root)}"
        if not self.fault.error:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(self.fault.error, os.strerror(self.fault.error), place)
