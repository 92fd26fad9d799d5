"""Changing a real workspace byte by byte, and asking a fresh verification each time (G16)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tieout.actions.evidence import verify_evidence
from tieout.errors import IntegrityRefused
from tieout.evidence.durable import is_leftover
from tieout.workspace.layout import RECORD_FOLDERS, Workspace

BITS: Final = (0, 3, 7)


def kept_files(root: Path) -> list[Path]:
    """Every file of evidence, witness and runs but the empty lock and what a dead command left."""
    found = [path for name in RECORD_FOLDERS for path in (root / name).rglob("*")]
    return sorted(
        path
        for path in found
        if path.is_file() and path.name != "lock" and not is_leftover(path.name)
    )


def is_noticed(root: Path, *kept: Path) -> bool:
    """Whether a fresh verification of everything refuses or says that something differs."""
    try:
        return not verify_evidence(Workspace.open(root), kept=kept).agrees
    except IntegrityRefused:
        return True


def flips(root: Path, *, step: int = 1) -> Iterator[tuple[Path, int, int]]:
    """Every ``step``-th flip of a bit, done for as long as the caller looks at it.

    Yields:
        the file, the byte and the bit.
    """
    number = 0
    for path in kept_files(root):
        content = path.read_bytes()
        for place in range(len(content)):
            for bit in BITS:
                number += 1
                if number % step:
                    continue
                with path.open("r+b") as opened:
                    opened.seek(place)
                    opened.write(bytes([content[place] ^ (1 << bit)]))
                yield path, place, bit
                with path.open("r+b") as opened:
                    opened.seek(place)
                    opened.write(content[place : place + 1])
