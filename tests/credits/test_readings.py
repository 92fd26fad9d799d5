"""Which two balance readings a period is proved between."""

from __future__ import annotations

import pytest

from tieout.calendar import parse_period
from tieout.credits.readings import between
from tieout.evidence.documents import BalanceReading

AUGUST = parse_period("2026-08", "UTC")


def reading(at: str) -> BalanceReading:
    return BalanceReading(f"2026-{at}:00Z", "1", "console", "0" * 64, "shot.png", "AB")


@pytest.mark.parametrize(
    ("read", "opening", "closing"),
    [
        ([], None, None),
        (["08-01T00:10", "09-01T00:10"], "08-01T00:10", "09-01T00:10"),
        (["07-20T00:00", "07-31T00:00", "08-02T00:00", "08-30T00:00", "09-09T00:00"],
         "08-02T00:00", "08-30T00:00"),
        (["08-03T00:00"], "08-03T00:00", None),
        (["08-29T00:00"], None, "08-29T00:00"),
        (["07-01T00:00", "07-30T00:00"], "07-30T00:00", None),
        (["09-01T00:00", "08-31T00:00"], "08-31T00:00", "09-01T00:00"),
    ],
)  # fmt: skip
def test_the_nearest_to_each_bound_counts_and_none_for_both(
    read: list[str], opening: str | None, closing: str | None
) -> None:
    found = between([reading(at) for at in read], AUGUST)
    sides = (found.opening, found.closing)
    expected = (opening, closing)
    assert [None if one is None else one.read_at for one in sides] == [
        None if at is None else f"2026-{at}:00Z" for at in expected
    ]
