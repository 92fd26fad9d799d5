"""The sweep: one command, every call that writes, every kind of fault; judged each time (L1)."""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.crash.commands import COMMANDS, place_of, words_of
from tests.crash.faulty_calls import Fault
from tests.crash.forked import Server
from tests.crash.invariants import Before, disk
from tests.crash.telling import Words

KINDS: Final = {
    "kill -9": (0, False),
    "EIO once": (errno.EIO, False),
    "EIO for ever": (errno.EIO, True),
    "ENOSPC once": (errno.ENOSPC, False),
    "ENOSPC for ever": (errno.ENOSPC, True),
}


@dataclass
class Swept:
    """What one sweep came to: calls, faults, and the different disks they left."""

    points: int = 0
    tried: int = 0
    disks: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def sweep(
    server: Server, prepared: Path, folder: Path, name: str, *, kinds: Iterable[str], step: int = 1
) -> Swept:
    """Let every ``step``-th call of a command fail in each of those ways.

    Args:
        server: where the commands run.
        prepared: the folder of the prepared workspaces; one is copied for each point.
        folder: where the copies go; each is removed when it was good.
        name: the command.
        kinds: names of :data:`KINDS`.
        step: 1 for every call.
    """
    words, before, added = words_of(name, prepared), place_of(name, prepared), COMMANDS[name].added
    # One name for all of them, because a new workspace is called after its folder.
    clean, root = folder / "clean" / "books", folder / "point" / "books"
    shutil.copytree(before, clean)
    ending = server.run(clean, words, Fault(0))
    assert ending.is_acknowledged, ending
    if added < 0:
        added = len(Before.of(clean).entries) - len(Before.of(before).entries)
    assert server.judge(clean, before, ending, added) == []
    found = Swept(points=len(ending.calls))
    repeated: dict[str, list[str]] = {}
    for kind in kinds:
        error, forever = KINDS[kind]
        for point in range(1, found.points + 1, step):
            shutil.copytree(before, root)
            ending = server.run(root, words, Fault(point, error, forever))
            wrong = server.judge(root, before, ending, added)
            # Where two faults left the same disk, one of them is repeated.
            left = disk(root)
            if left not in repeated:
                repeated[left] = _repeated(server, name, words, (before, root, clean), added)
            wrong += repeated[left]
            found.tried += 1
            found.endings[f"{kind}: {ending.code}"] += 1
            found.broken += [f"{name}, {kind} at {point} ({ending.hit}): {one}" for one in wrong]
            shutil.rmtree(root)
    found.disks = len(repeated)
    return found


def _repeated(
    server: Server, name: str, words: Words, places: tuple[Path, Path, Path], added: int
) -> list[str]:
    """What is wrong after the command was repeated in what a fault left."""
    before, root, clean = places
    again = server.run(root, words)
    wrong = []
    if not (again.is_acknowledged or again.code == COMMANDS[name].done):
        wrong.append(f"I6: repeating ended with {again.code}")
    wrong += server.judge(root, before, again, added) if added == 0 else []
    return wrong + server.differs(root, clean)
