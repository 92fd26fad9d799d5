"""Our rows against the vendor's own sums: a trap explains a difference exactly, or it is open."""

from __future__ import annotations

import pytest

from tieout.metering.collection.counts import (
    FLUSHED_LATE,
    HOUR,
    REFUNDS,
    SETTLEMENTS,
    HourCount,
    OurHour,
    compare_hours,
    compare_sum,
    our_hours,
    tally,
)

TEN = 10 * HOUR
MODEL = "model-a"
# By hand: two calls of 100 and 50 units, one settlement of 7, one refund of 30, one failed attempt.
OURS = our_hours(
    [
        (TEN, MODEL, "call", 100),
        (TEN + 3_599, MODEL, "call", 50),
        (TEN + 10, MODEL, "settlement", 7),
        (TEN + 20, MODEL, "refund", 30),
        (TEN + 30, MODEL, "other", 0),
    ]
)


def test_rows_are_counted_by_hour_and_model_and_kind() -> None:
    assert {
        (TEN, MODEL): OurHour(
            calls=2,
            call_quota=150,
            settlements=1,
            settled_quota=7,
            refunds=1,
            refunded_quota=30,
        )
    } == OURS
    assert list(our_hours([(TEN - 1, MODEL, "call", 1)])) == [(9 * HOUR, MODEL)]


@pytest.mark.parametrize(
    ("count", "quota", "flushed", "reason", "is_open"),
    [
        (3, 157, 99 * HOUR, "", False),
        (2, 150, 99 * HOUR, SETTLEMENTS, False),
        (1, 100, TEN + 3_598, FLUSHED_LATE, False),
        # The hour was over long enough: the same sums explain nothing.
        (1, 100, TEN + 3_599, "1 rows on record here are not in the vendor's hours", True),
        # More than ours is never late, however young the hour.
        (4, 190, TEN, "2 rows that the vendor counts are not on record here", True),
        (2, 151, 99 * HOUR, "the rows agree and their units do not", True),
        # The count is that of the calls, the units those of all: no trap says that.
        (2, 157, 99 * HOUR, "the rows agree and their units do not", True),
    ],
)
def test_a_difference_is_explained_exactly_or_stays_open(
    count: int, quota: int, flushed: int, reason: str, is_open: bool
) -> None:
    (found,) = compare_hours(OURS, [HourCount(TEN, MODEL, count, quota)], flushed)
    assert (found.reason, found.is_open) == (reason, is_open)
    assert (found.our_count, found.our_quota) == (3, 157)


def test_an_hour_that_only_one_side_has_is_compared_too() -> None:
    found = compare_hours(OURS, [HourCount(TEN + HOUR, "model-b", 5, 9)], 99 * HOUR)
    assert [(one.hour, one.vendor_count, one.is_open) for one in found] == [
        (TEN, 0, True),
        (TEN + HOUR, 5, True),
    ]
    assert tally(found) == {"open": 2}


def test_hours_without_a_counted_row_are_no_difference() -> None:
    refunds_alone = our_hours([(TEN, MODEL, "refund", 30)])
    assert compare_hours(refunds_alone, [], 99 * HOUR) == ()


@pytest.mark.parametrize(
    ("quota", "reason", "is_open"),
    [
        (157, REFUNDS, False),
        (127, "it takes refunds off, against what is documented", True),
        (150, "nothing known explains it", True),
    ],
)
def test_the_one_sum_counts_settlements_and_no_refund(
    quota: int, reason: str, is_open: bool
) -> None:
    found = compare_sum(OURS, quota)
    assert (found.our_quota, found.reason, found.is_open) == (157, reason, is_open)


def test_the_one_sum_agrees_without_a_word_where_nothing_was_given_back() -> None:
    found = compare_sum(our_hours([(TEN, MODEL, "call", 150)]), 150)
    assert (found.reason, found.is_open) == ("", False)
