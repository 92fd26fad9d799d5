"""Polluted files are right or refused; and the judge that says so can say otherwise."""

from __future__ import annotations

import random

import pytest

from fuzz.clean import as_csv, as_jsonl, feed, records
from fuzz.judge import judge, read
from fuzz.polluted import kinds, pollute

CSV = feed("csv")


@pytest.mark.parametrize("kind", kinds())
def test_a_polluted_file_is_right_or_refused(kind: str) -> None:
    for seed in (1, 2, 3):
        judgement = pollute(seed, kind)
        assert judgement.verdict != "silent", (seed, judgement)


def _lines() -> list[bytes]:
    return as_csv(records(6, random.Random(3)))  # noqa: S311 - repeatable, not unguessable


def test_the_clean_file_is_right_in_both_formats() -> None:
    rows = records(6, random.Random(3))  # noqa: S311 - repeatable, not unguessable
    truth = read(b"".join(as_csv(rows)), CSV).rows
    assert len(truth) == 6
    assert judge(b"".join(as_csv(rows)), CSV, truth).verdict == "right"
    assert judge(b"".join(as_jsonl(rows)), feed("jsonl"), truth).verdict == "right"


def test_a_row_that_is_gone_is_silent() -> None:
    lines = _lines()
    truth = read(b"".join(lines), CSV).rows
    assert judge(b"".join([*lines[:3], *lines[4:]]), CSV, truth).verdict == "silent"


def test_a_row_that_stands_twice_is_silent_unless_the_pollution_wrote_it_twice() -> None:
    lines = _lines()
    truth = read(b"".join(lines), CSV).rows
    doubled = b"".join([*lines, lines[2]])
    assert judge(doubled, CSV, truth).verdict == "silent"
    assert judge(doubled, CSV, truth, doubled=1).verdict == "right"


def test_a_changed_digit_is_silent() -> None:
    lines = _lines()
    truth = read(b"".join(lines), CSV).rows
    cost = lines[2].split(b",")[-2]
    changed = lines[2].replace(cost, cost[:-1] + (b"1" if cost[-1:] == b"2" else b"2"))
    assert judge(b"".join([*lines[:2], changed, *lines[3:]]), CSV, truth).verdict == "silent"


def test_the_same_seed_pollutes_the_same_file() -> None:
    assert pollute(11, "csv: cut inside a record") == pollute(11, "csv: cut inside a record")
