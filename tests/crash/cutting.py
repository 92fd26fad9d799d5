"""Cutting the power after every call of a command, and judging what is left (L2)."""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.crash.commands import in_place
from tests.crash.invariants import Before, Ending, broken, differs
from tests.crash.recorder import Image, Recorder
from tests.crash.telling import Command
from tieout.cli import main
from tieout.evidence import durable


class Speaking(io.StringIO):
    """Standard output that tells when somebody was first told something."""

    def __init__(self, said: Callable[[], None]) -> None:
        """Call back at the first word."""
        super().__init__()
        self._said: Callable[[], None] | None = said

    def write(self, text: str) -> int:
        """Tell once, then keep the words."""
        if self._said is not None and text:
            self._said()
            self._said = None
        return super().write(text)


@dataclass
class Cut:
    """What the images of one command came to."""

    steps: int = 0
    images: int = 0
    distinct: int = 0
    repeated: int = 0
    broken: list[str] = field(default_factory=list)


@contextlib.contextmanager
def standing_in(disk: object) -> Iterator[None]:
    """Let durable writing go through this ``os``; the process is well again afterwards."""
    exchanged: Any = durable
    kept = exchanged.os
    exchanged.os = disk
    try:
        yield
    finally:
        exchanged.os = kept
        durable.HEALTH.failed_sync = ""


def said_and_code(root: Path, words: tuple[str, ...], said: Callable[[], None]) -> Ending:
    """Run a command here, in this process; nothing of it is shown."""
    kept = sys.stdout
    sys.stdout = Speaking(said)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            code = main(["--workspace", str(root), *in_place(words, root)])
        return Ending(int(code), sys.stdout.getvalue())
    finally:
        sys.stdout = kept


def record(root: Path, words: tuple[str, ...], *, failing_sync: int = 0) -> Recorder:
    """Run a command in a folder and write down what it did to the disk."""
    recorder = Recorder(root, failing_sync=failing_sync)
    with standing_in(recorder):
        said_and_code(root, words, recorder.said)
    return recorder


def cut(
    prepared: Path,
    folder: Path,
    words: tuple[str, ...],
    command: Command,
    *,
    step: int = 1,
    repeat: int = 0,
    failing_sync: int = 0,
    first: bool = False,
    before: Before | None = None,
) -> Cut:
    """Judge every ``step``-th distinct image of a command.

    Args:
        prepared: the workspace before the command; it is not touched.
        folder: where the images go.
        words: the command.
        command: what is known of it, above all how many entries it adds.
        step: 1 for every image.
        repeat: repeat the command in every so many-th image, and compare; 0 for never.
        failing_sync: which fsync of a file fails while it is recorded.
        first: stop at the first image that is not good.
        before: what had been acknowledged; by default the workspace before the command.
    """
    # One name for all of them, because a new workspace is called after its folder.
    clean = folder / "clean" / "books"
    shutil.copytree(prepared, clean)
    recorder = record(clean, words, failing_sync=failing_sync)
    before = before or Before.of(prepared)
    added = command.added
    if added < 0:
        added = len(Before.of(clean).entries) - len(before.entries)
    found = Cut(steps=len(recorder.steps))
    for length, spoken, image in _different(recorder, found, step):
        root = folder / f"image-{found.distinct}" / "books"
        image.write(root, prepared, recorder.before.files)
        wrong = broken(root, before, Ending(0 if spoken else -9), added)
        if repeat and found.distinct % repeat == 0:
            found.repeated += 1
            again = said_and_code(root, words, lambda: None)
            if not (again.is_acknowledged or again.code == command.done):
                wrong.append(f"I6: repeating ended with {again.code}")
            wrong += differs(root, clean)
        found.broken += [f"after {length} of {found.steps} steps: {one}" for one in wrong]
        shutil.rmtree(root.parent)
        if first and found.broken:
            break
    return found


def compound(
    prepared: Path, folder: Path, words: tuple[str, ...], command: Command, *, step: int = 1
) -> Cut:
    """Cut the power, repeat the command in what is left, and cut again while it recovers (L3)."""
    # One name for all of them, because a new workspace is called after its folder.
    clean = folder / "clean" / "books"
    shutil.copytree(prepared, clean)
    recorder = record(clean, words)
    before = Before.of(prepared)
    total, first = Cut(steps=len(recorder.steps)), Cut()
    for length, _, image in _different(recorder, first, step):
        root = folder / f"image-{first.distinct}" / "books"
        image.write(root, prepared, recorder.before.files)
        left = Before.of(root)
        again = folder / f"again-{first.distinct}"
        rest = command.added
        if not command.repeats:
            rest += len(before.entries) - len(left.entries)
        inner = cut(root, again, words, replace(command, added=rest), before=left)
        total.images += inner.images
        total.distinct += inner.distinct
        total.broken += [f"after {length} steps, then {one}" for one in inner.broken]
        for place in (root.parent, again):
            shutil.rmtree(place)
    return total


def _different(recorder: Recorder, found: Cut, step: int) -> Iterator[tuple[int, bool, Image]]:
    """Every ``step``-th image that was not there before; all of them are counted."""
    seen: set[tuple[str, bool]] = set()
    for length, spoken, image in recorder.images():
        found.images += 1
        key = (image.digest(), spoken)
        if key in seen:
            continue
        seen.add(key)
        if (len(seen) - 1) % step == 0:
            found.distinct += 1
            yield length, spoken, image
