"""Exports in parts: a gap is found from the names alone, and nothing else is read out of them."""

from __future__ import annotations

import pytest

from tieout.close.part_files import missing_parts
from tieout.evidence.documents import Import, Leg


def stored(name: str, leg: Leg = "usage", feed: str = "f") -> Import:
    """An import of that name."""
    return Import(
        import_id="0", leg=leg, feed_name=feed, feed={}, sha256="", size=0, original_name=name,
        records_object="", quarantine_object="", records_framed=0, records_recounted=0,
        quarantined=0, operator="AB",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("names", "where"),
    [
        (["u-1-of-3.csv", "u-3-of-3.csv"], "feed f, u-*.csv: part 2"),
        (["u_2of4.csv"], "feed f, u_*.csv: part 1, 3, 4"),
        (["u-0-of-2.csv"], "feed f, u-*.csv: part 1"),
        (["part-00000.csv", "part-00002.csv"], "feed f, *.csv: part 1"),
        (["x-part2.csv", "x-part3.csv"], "feed f, x-*.csv: part 1"),
        (["u-1-of-30.csv"], "feed f, u-*.csv: part 2, 3, 4, 5, 6, 7, 8, 9 and 21 more"),
    ],
)
def test_a_gap_in_a_series_is_named(names: list[str], where: str) -> None:
    (found,) = missing_parts(tuple(stored(name) for name in names))
    assert found.where == (where,)
    assert found.code == "FILE_PART_MISSING"


@pytest.mark.parametrize(
    "names",
    [
        ["u-1-of-2.csv", "u-2-of-2.csv"],
        ["u-0-of-2.csv", "u-1-of-2.csv"],
        ["part-00000.csv", "part-00001.csv"],
        ["2026-08-01.csv", "2026-08-03.csv"],
        ["partner-7.csv"],
        ["usage.csv"],
    ],
)
def test_a_whole_series_and_any_other_name_are_silent(names: list[str]) -> None:
    assert list(missing_parts(tuple(stored(name) for name in names))) == []


def test_each_leg_and_feed_has_a_series_of_its_own() -> None:
    halves = (
        stored("u-1-of-2.csv"), stored("u-2-of-2.csv", leg="ledger"),
        stored("u-2-of-2.csv", feed="g"),
    )  # fmt: skip
    assert len(list(missing_parts(halves))) == 3
