"""Which two balance readings a period is proved between."""

from __future__ import annotations

import pytest

from tieout.calendar import parse_period
from tieout.close.credit_inputs import covered
from tieout.close.fetched_log import FetchedLog
from tieout.credits.readings import between
from tieout.evidence.documents import BalanceReading
from tieout.metering.collection.window import Window

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


@pytest.mark.parametrize(
    ("read", "is_covered"),
    [
        ("08-01T00:00", True),
        ("07-31T23:59", False),  # a minute before the log begins: rows may be missing
        ("08-31T23:59", True),
        ("09-01T00:00", False),  # the log ends a second earlier
        ("08-15T12:00", False),  # in a gap
    ],
)
def test_a_reading_counts_once_every_fetched_log_reaches_it(read: str, is_covered: bool) -> None:
    first, last = (int(bound.timestamp()) for bound in (AUGUST.start, AUGUST.end))
    middle = first + 14 * 86_400
    windows = (Window(first, middle - 1), Window(middle + 86_400, last - 1))
    log = FetchedLog("log", windows, ())
    found = covered([reading(read)], [log])
    assert bool(found) is is_covered
    assert covered([reading(read)], []) == (reading(read),)


def test_the_last_second_before_a_log_is_as_good_as_its_first() -> None:
    first = int(AUGUST.start.timestamp())
    just_before = BalanceReading("2026-07-31T23:59:59Z", "1", "x", "0" * 64, "shot.png", "AB")
    log = FetchedLog("log", (Window(first, first + 60),), ())
    assert covered([just_before], [log]) == (just_before,)
