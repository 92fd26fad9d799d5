"""The sweep: one command, every call that writes, every kind of fault; judged each time (L1)."""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.crash.commands import WORDS
from tests.crash.faulty_calls import Fault
from tests.crash.forked import Server

KINDS: Final = {
    "kill -9": (0, False),
    "EIO once": (errno.EIO, False),
    "EIO for ever": (errno.EIO, True),
    "ENOSPC once": (errno.ENOSPC, False),
    "ENOSPC for ever": (errno.ENOSPC, True),
}
# How many entries each command adds to the log.
ADDED: Final = {"doctor --sweep": 0}


@dataclass
class Swept:
    """What one sweep came to."""

    points: int = 0
    tried: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def sweep(
    server: Server, prepared: Path, folder: Path, name: str, *, kinds: Iterable[str], step: int = 1
) -> Swept:
    """Let every ``step``-th call of a command fail in each of those ways.

    Args:
        server: where the commands run.
        prepared: the folder of a prepared workspace; it is copied for each point.
        folder: where the copies go; each is removed when it was good.
        name: the command.
        kinds: names of :data:`KINDS`.
        step: 1 for every call.
    """
    words = WORDS[name](prepared)
    added = ADDED.get(name, 1)
    clean = folder / "clean"
    shutil.copytree(prepared / "small", clean)
    ending = server.run(clean, words, Fault(0))
    assert ending.is_acknowledged, ending
    assert server.judge(clean, prepared / "small", ending, added) == []
    found = Swept(points=len(ending.calls))
    for kind in kinds:
        error, forever = KINDS[kind]
        for point in range(1, found.points + 1, step):
            root = folder / "point"
            shutil.copytree(prepared / "small", root)
            ending = server.run(root, words, Fault(point, error, forever))
            wrong = server.judge(root, prepared / "small", ending, added)
            again = server.run(root, words)
            if not again.is_acknowledged:
                wrong.append(f"I6: repeating ended with {again.code}")
            wrong += server.judge(root, prepared / "small", again, added) if added == 0 else []
            wrong += server.differs(root, clean)
            found.tried += 1
            found.endings[f"{kind}: {ending.code}"] += 1
            found.broken += [f"{name}, {kind} at {point} ({ending.hit}): {one}" for one in wrong]
            shutil.rmtree(root)
    return found
