"""Our rows against the vendor's, per meter and day: what cancels over a day is not hidden by it."""

from __future__ import annotations

from tieout.metering.collection.by_day import DayCompared, by_day
from tieout.metering.collection.counts import HOUR, HourCount, compare_hours, our_hours

# 2026-08-03 00:00 UTC.
DAY = 1_785_715_200
LATE = DAY + 40 * 24 * HOUR


def compared(zone: str = "UTC") -> tuple[DayCompared, ...]:
    ours = our_hours(
        [
            (DAY, "a", "call", 100),
            (DAY, "a", "settlement", 7),
            (DAY + HOUR, "a", "call", 60),
            (DAY + 2 * HOUR, "b", "call", 40),
            (DAY + 23 * HOUR, "a", "call", 5),
        ]
    )
    vendor = [
        HourCount(DAY, "a", 1, 100),  # the vendor leaves out what settles a task: explained
        HourCount(DAY + HOUR, "a", 1, 50),  # 10 less than ours
        HourCount(DAY + 2 * HOUR, "b", 1, 50),  # 10 more than ours
        HourCount(DAY + 23 * HOUR, "a", 1, 5),
    ]
    return by_day(compare_hours(ours, vendor, LATE), zone)


def test_both_meters_of_a_day_stand_with_what_is_explained_and_what_is_not() -> None:
    rows, units = compared()
    assert rows == DayCompared("2026-08-03", "rows", 5, 4, 1, 0, 0)
    # 212 against 205: 7 explained, and 10 too many and 10 too few that nothing explains.
    assert units == DayCompared("2026-08-03", "units", 212, 205, 7, 10, -10)
    assert units.is_open
    assert not rows.is_open


def test_an_hour_is_of_the_day_of_the_reporting_zone() -> None:
    days = [(one.day, one.ours) for one in compared("Asia/Shanghai") if one.meter == "units"]
    # 23:00 in UTC is 07:00 of the next day there.
    assert days == [("2026-08-03", 207), ("2026-08-04", 5)]


def test_without_hours_there_is_no_day() -> None:
    assert by_day([], "UTC") == ()
