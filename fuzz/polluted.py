"""Thousands of polluted copies of a clean export, each judged: right or refused, never silent."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from fuzz.clean import Record, as_csv, as_jsonl, feed, records
from fuzz.judge import Judgement, judge, read
from fuzz.pollution import ANY_TEXT, CSV_ONLY, FIELDS, JSONL_ONLY, Lines
from tieout.intake.feed import Format

ROWS: Final = 24
FORMATS: Final[tuple[Format, ...]] = ("csv", "jsonl")


@dataclass(slots=True)
class Score:
    """How the polluted files came out, by kind of pollution.

    Attributes:
        verdicts: kind and verdict to how many.
        silent: every silent file: seed, kind and what is wrong with it.
    """

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    silent: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def files(self) -> int:
        """How many files were judged."""
        return self.verdicts.total()


def kinds() -> list[str]:
    """Every kind of pollution, with its format."""
    return [f"{form}: {name}" for form in FORMATS for name in _names(form)]


def pollute(seed: int, kind: str) -> Judgement:
    """Make one polluted file from its seed and judge it; the same seed makes the same file."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not unguessable
    form, _, name = kind.partition(": ")
    rows = records(ROWS, dice)
    own = feed("csv" if form == "csv" else "jsonl")
    truth = read(b"".join(_written(form, rows)), own).rows
    assert len(truth) == ROWS
    for pollution in (*ANY_TEXT, *(CSV_ONLY if form == "csv" else JSONL_ONLY)):
        if pollution.name == name:
            content = pollution.spoil(_written(form, rows), dice)
            return judge(content, own, truth, doubled=pollution.doubled, merged=pollution.merged)
    spoil = dict(FIELDS)[name]
    spoil(rows[dice.randrange(ROWS)], dice)
    return judge(b"".join(_written(form, rows)), own, truth)


def score(files: int, first_seed: int = 0) -> Score:
    """Judge so many polluted files, every kind as often as every other."""
    found = Score()
    for seed, kind in _plan(files, first_seed):
        judgement = pollute(seed, kind)
        found.verdicts[kind, judgement.verdict] += 1
        if judgement.verdict == "silent":
            found.silent.append((seed, kind, judgement.why))
    return found


def _plan(files: int, first_seed: int) -> Iterator[tuple[int, str]]:
    every = kinds()
    for number in range(files):
        yield first_seed + number, every[number % len(every)]


def _names(form: Format) -> list[str]:
    own = CSV_ONLY if form == "csv" else JSONL_ONLY
    return [p.name for p in (*ANY_TEXT, *own)] + [name for name, _ in FIELDS]


def _written(form: str, rows: list[Record]) -> Lines:
    return as_csv(rows) if form == "csv" else as_jsonl(rows)
