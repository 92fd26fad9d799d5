"""What a power cut may leave of a command: every call recorded, every prefix cut, judged each time.

Stands in for the ``os`` module of :mod:`tieout.evidence.durable`. The model: bytes of a file are on
the disk for certain after fsync of that file, names of a folder after fsync of that folder; until
then each write and each change of a name may be there or not, alone or together, and a write may be
torn. A disk that lies about fsync is outside the model.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

_WATCHED: Final = frozenset(
    {"open", "write", "fsync", "close", "link", "replace", "rename", "mkdir", "unlink"}
)
_SECTOR: Final = 512
_PAGE: Final = 4096
_MOST_PENDING: Final = 8


@dataclass(frozen=True)
class Step:
    """One call: what it did, to which file (a number) or folder, and whether it may get lost.

    Attributes:
        what: data, cut, name, move, gone, folder, sync, sync folder or said.
        path: the name it is about; of a move, the new one.
        file: the number of the file; -1 for a folder.
        old: of a move, the old name.
        at: of data, where in the file it was written.
        content: of data, the bytes.
        is_lost: the kernel dropped it when an fsync failed; no later fsync brings it back.
    """

    what: str
    path: str = ""
    file: int = -1
    old: str = ""
    at: int = 0
    content: bytes = b""
    is_lost: bool = False


@dataclass
class Image:
    """One state of the disk: the bytes of every file by name, and the folders."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)

    def digest(self) -> str:
        """Equal images, equal digest."""
        running = hashlib.sha256()
        for name in sorted(self.folders):
            running.update(f"folder {name}\n".encode())
        for name, content in sorted(self.files.items()):
            running.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
        return running.hexdigest()

    def write(self, target: Path, base: Path, known: dict[str, bytes]) -> None:
        """Lay it out under a folder; files as they were before are linked, never written to."""
        target.mkdir(parents=True)
        for name in sorted(self.folders):
            (target / name).mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            if known.get(name) == content:
                (target / name).hardlink_to(base / name)
            else:
                (target / name).write_bytes(content)


class Recorder:
    """The ``os`` module that writes down what was done to a folder, and does it."""

    def __init__(self, base: Path, *, failing_sync: int = 0) -> None:
        """Take everything under the folder as durable.

        Args:
            base: the folder.
            failing_sync: which fsync of a file fails, counted from 1; the kernel then drops what
                was written to that file and says that all is well the next time.
        """
        self.base = base
        self.failing_sync = failing_sync
        self.steps: list[Step] = []
        self.before = Image()
        self._numbers: dict[str, int] = {}
        self._handles: dict[int, str] = {}
        self._sizes: dict[int, int] = {}
        for path in sorted(base.rglob("*")):
            name = path.relative_to(base).as_posix()
            if path.is_dir():
                self.before.folders.add(name)
            else:
                self.before.files[name] = path.read_bytes()
                self._number(name)
        self._count = 0

    def said(self) -> None:
        """The command told somebody that it was done."""
        self.steps.append(Step("said"))

    def __getattr__(self, name: str) -> Any:
        """The real function, watched where it changes the disk."""
        real = getattr(os, name)
        if name not in _WATCHED:
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            if name == "fsync":
                self._fails(arguments[0])
            if name == "close":
                self._handles.pop(arguments[0], None)
            result = real(*arguments, **named)
            getattr(self, f"_{name}", lambda *_: None)(result, *arguments)
            return result

        return call

    def _number(self, name: str) -> int:
        self._numbers[name] = len(self._sizes)
        self._sizes[self._numbers[name]] = len(self.before.files.get(name, b""))
        return self._numbers[name]

    def _inside(self, path: Any) -> str | None:
        place = Path(path)
        return place.relative_to(self.base).as_posix() if place.is_relative_to(self.base) else None

    def _open(self, handle: int, path: Any, flags: int, *_: Any) -> None:
        name = self._inside(path)
        if name is None:
            return
        self._handles[handle] = name
        if flags & os.O_CREAT and name not in self._numbers:
            self.steps.append(Step("name", name, self._number(name)))
        elif flags & os.O_TRUNC:
            self.steps.append(Step("cut", name, self._numbers[name]))
            self._sizes[self._numbers[name]] = 0

    def _write(self, written: int, handle: int, content: Any) -> None:
        name = self._handles.get(handle)
        if name is not None:
            number = self._numbers[name]
            at = self._sizes[number]
            self._sizes[number] += written
            self.steps.append(Step("data", name, number, "", at, bytes(content)[:written]))

    def _fails(self, handle: int) -> None:
        name = self._handles.get(handle)
        if name is None or name not in self._numbers:
            return
        self._count += 1
        if self._count == self.failing_sync:
            number = self._numbers[name]
            self.steps = [
                replace(one, is_lost=True) if one.file == number and one.content else one
                for one in self.steps
            ]
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def _fsync(self, _: None, handle: int) -> None:
        name = self._handles.get(handle)
        if name is not None and name in self._numbers:
            self.steps.append(Step("sync", name, self._numbers[name]))
        elif name is not None:
            self.steps.append(Step("sync folder", "" if name == "." else name))

    def _link(self, _: None, source: Any, target: Any) -> None:
        name, old = self._inside(target), self._inside(source)
        if name is not None and old is not None:
            self._numbers[name] = self._numbers[old]
            self.steps.append(Step("name", name, self._numbers[old]))

    def _replace(self, _: None, source: Any, target: Any) -> None:
        name, old = self._inside(target), self._inside(source)
        if name is not None and old is not None:
            for known in [one for one in self._numbers if one == old or one.startswith(f"{old}/")]:
                self._numbers[name + known[len(old) :]] = self._numbers.pop(known)
            self.steps.append(Step("move", name, self._numbers.get(name, -1), old))

    _rename = _replace

    def _unlink(self, _: None, path: Any) -> None:
        name = self._inside(path)
        if name is not None:
            self.steps.append(Step("gone", name, self._numbers.pop(name, -1)))

    def _mkdir(self, _: None, path: Any, *__: Any) -> None:
        name = self._inside(path)
        if name is not None:
            self.steps.append(Step("folder", name))

    # --- images ------------------------------------------------------------------------------

    def images(self) -> Iterator[tuple[int, bool, Image]]:
        """Every image of every prefix: its length, whether the command had spoken, the disk."""
        for length in range(len(self.steps) + 1):
            prefix = self.steps[:length]
            spoken = any(step.what == "said" for step in prefix)
            pending = _pending(prefix)
            lost = [n for n in pending if prefix[n].is_lost]
            free = [n for n in pending if n not in lost]
            for kept in _choices(free):
                dropped = set(pending) - kept
                yield length, spoken, self._image(prefix, dropped, {})
                for n in kept:
                    if prefix[n].what == "data":
                        for torn in _torn(prefix[n].content):
                            yield length, spoken, self._image(prefix, dropped, {n: torn})

    def _image(self, prefix: list[Step], dropped: set[int], torn: dict[int, bytes]) -> Image:
        names = {name: number for number, name in enumerate(self.before.files)}
        content = {n: bytearray(text) for n, text in enumerate(self.before.files.values())}
        folders = set(self.before.folders)
        for number, step in enumerate(prefix):
            if number in dropped:
                if step.what == "name":
                    content.setdefault(step.file, bytearray())
                continue
            if step.what == "name":
                names[step.path] = step.file
                content.setdefault(step.file, bytearray())
            elif step.what == "data":
                _put(
                    content.setdefault(step.file, bytearray()),
                    step.at,
                    torn.get(number, step.content),
                )
            elif step.what == "cut":
                content[step.file] = bytearray()
            elif step.what == "gone":
                names.pop(step.path, None)
            elif step.what == "folder":
                folders.add(step.path)
            elif step.what == "move":
                names, folders = _moved(names, folders, step)
        reached = {one for one in folders if _all_there(one, folders)}
        files = {
            name: bytes(content[number])
            for name, number in names.items()
            if "/" not in name or name.rpartition("/")[0] in reached
        }
        return Image(files, reached)


def _moved(names: dict[str, int], folders: set[str], step: Step) -> tuple[dict[str, int], set[str]]:
    def new(name: str) -> str:
        inside = name == step.old or name.startswith(f"{step.old}/")
        return step.path + name[len(step.old) :] if inside else name

    if step.file >= 0:
        # The file itself gets the name, whether or not its old name ever reached the disk.
        return {**{n: f for n, f in names.items() if n != step.old}, step.path: step.file}, folders
    return {new(name): number for name, number in names.items()}, {new(one) for one in folders}


def _pending(prefix: list[Step]) -> list[int]:
    """The steps that no fsync has made certain yet."""
    synced: dict[str, int] = {}
    for number, step in enumerate(prefix):
        if step.what == "sync":
            synced[f"file {step.file}"] = number
        elif step.what == "sync folder":
            synced[f"folder {step.path}"] = number
    found = []
    for number, step in enumerate(prefix):
        if step.what in ("data", "cut"):
            by = f"file {step.file}"
        elif step.what in ("name", "move", "gone", "folder"):
            by = f"folder {step.path.rpartition('/')[0]}"
        else:
            continue
        if step.is_lost or synced.get(by, -1) < number:
            found.append(number)
    return found


def _choices(free: list[int]) -> Iterator[set[int]]:
    """Every choice of what survives; where they are too many: all, none, each alone, each lost."""
    if len(free) <= _MOST_PENDING:
        for size in range(len(free) + 1):
            yield from map(set, itertools.combinations(free, size))
        return
    yield from (set(free), set())
    for n in free:
        yield from ({n}, set(free) - {n})


def _torn(content: bytes) -> Iterator[bytes]:
    """A write that stopped at a sector or a page, the rest missing or zero; one page lost in it."""
    whole = len(content)
    for size in (_SECTOR, *range(_PAGE, whole, _PAGE)):
        if size < whole:
            yield content[:size]
            yield content[:size] + bytes(whole - size)
    for at in range(0, whole, _PAGE):
        size = min(_PAGE, whole - at)
        yield content[:at] + bytes(size) + content[at + size :]


def _put(content: bytearray, at: int, new: bytes) -> None:
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(new)] = new


def _all_there(folder: str, folders: set[str]) -> bool:
    above = folder.rpartition("/")[0]
    return folder in folders and (not above or _all_there(above, folders))
