"""What a swept command is told, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Stands for the folder of the workspace, which is another one at each point.
ROOT: Final = "{root}"

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        told: its words, from the folder that was prepared; files stand in it by their names.
        place: the workspace it finds, by the name of its folder.
        added: how many entries it adds to the log; -1 where that is counted once in a clean run.
            One that adds several may add some of them before it dies: each is whole, and
            repeating adds the rest.
        repeats: whether a second time adds an entry of its own, as a run or a fetch does.
        done: the exit code of a refusal that says that it was done already.
    """

    told: Callable[[Path], Words]
    place: str = "small"
    added: int = 1
    repeats: bool = False
    done: int = 0


def file(name: str) -> Callable[[Path], str]:
    return lambda folder: str(folder / name)


def written_in(name: str) -> Callable[[Path], str]:
    return lambda folder: (folder / name).read_text(encoding="utf-8")


def words_told(*words: str | Callable[[Path], str]) -> Callable[[Path], Words]:
    """Words, some of which are looked up in the prepared folder."""
    return lambda folder: tuple(one if isinstance(one, str) else one(folder) for one in words)
