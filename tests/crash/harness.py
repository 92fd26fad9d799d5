"""The four ways in which the harness looks for a defect, each over a short command."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.crash.commands import COMMANDS
from tests.crash.cutting import cut, said_and_code, standing_in
from tests.crash.defects import LosingClose
from tests.crash.invariants import Before, Ending, broken
from tests.evidence.faulty_disk import FaultyOs, Killed

Words = tuple[str, ...]


def _each_point(
    prepared: Path,
    folder: Path,
    words: Words,
    disk: Callable[[int], object],
    last: Callable[..., bool],
) -> list[str]:
    before = Before.of(prepared)
    found: list[str] = []
    for point in itertools.count(1):
        root = folder / f"point-{point}"
        shutil.copytree(prepared, root)
        failing = disk(point)
        try:
            with standing_in(failing):
                ending = said_and_code(root, words, lambda: None)
        except Killed:
            ending = Ending(-9)
        found += broken(root, before, ending, 1)
        shutil.rmtree(root)
        # One is proof enough; a healthy program is looked at to the end.
        if found or last(failing):
            break
    return found


def by_killing(prepared: Path, folder: Path, words: Words) -> list[str]:
    """Death at every call of durable writing; what was written before stays written."""
    return _each_point(prepared, folder, words, FaultyOs, lambda disk: not disk.reached)


def by_losing_on_close(prepared: Path, folder: Path, words: Words) -> list[str]:
    """Every close of a written file fails in turn, and the file has lost its bytes."""
    return _each_point(prepared, folder, words, LosingClose, lambda disk: disk.count < disk.point)


def by_power_cuts(prepared: Path, folder: Path, words: Words) -> list[str]:
    """Every image of every prefix."""
    return cut(prepared, folder / "cuts", words, COMMANDS["prices approve"], first=True).broken


def by_failed_syncs(prepared: Path, folder: Path, words: Words) -> list[str]:
    """Each of the first fsyncs of a file fails in turn; then every image of every prefix."""
    found: list[str] = []
    for number in range(1, 5):
        place = folder / f"sync-{number}"
        place.mkdir(parents=True)
        if found:
            break
        found += cut(
            prepared, place, words, COMMANDS["prices approve"], failing_sync=number, first=True
        ).broken
    return found
