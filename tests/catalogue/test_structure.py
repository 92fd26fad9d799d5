"""Catalogue ST: every case of file structure has its outcome, code and exact place."""

from __future__ import annotations

import pytest

from tests.catalogue import cases_parquet, cases_structure
from tests.catalogue.reading_case import HEADER, ROW, Case, assert_outcome, feed_of
from tieout.errors import InputRefused
from tieout.intake.framing import frame

CASES = (*cases_structure.CASES, *cases_parquet.CASES)
APPLICABLE = tuple(case for case in CASES if case.outcome != "not applicable")
WIDE = ROW[:-1] + b",x\n"


@pytest.mark.parametrize("case", APPLICABLE, ids=[case.id for case in APPLICABLE])
def test_a_file_structure_has_its_outcome_code_and_place(case: Case) -> None:
    assert_outcome(case)


def test_each_case_has_an_id_of_its_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


def test_only_what_does_not_apply_needs_no_test_and_says_why() -> None:
    assert [case.id for case in CASES if case not in APPLICABLE] == ["ST62"]
    assert all(case.why for case in CASES if case not in APPLICABLE)


@pytest.mark.parametrize(
    ("content", "waiting"),
    [
        # 99 on end, and 99 of 9,900 is one per cent and not above it.
        pytest.param(HEADER + ROW * 9_801 + WIDE * 99, 99, id="99 on end"),
        # 20 of 2,000 is one per cent; 21 of 2,000 is above it.
        pytest.param(HEADER + (ROW * 99 + WIDE) * 20, 20, id="one per cent"),
        pytest.param(HEADER + (ROW * 94 + WIDE) * 21 + ROW * 5, None, id="above one per cent"),
        # Below 20 rows the share says nothing.
        pytest.param(HEADER + (ROW + WIDE) * 19, 19, id="19 of 38"),
        pytest.param(HEADER + (ROW + WIDE) * 20, None, id="20 of 40"),
    ],
)
def test_a_width_that_shifts_is_refused_from_a_hundred_on_end_or_above_one_per_cent(
    content: bytes, waiting: int | None
) -> None:
    feed = feed_of(cases_structure.CASES[0])
    if waiting is None:
        with pytest.raises(InputRefused, match="CSV_WIDTH_SHIFT"):
            frame(content, feed, leg="usage", import_id="0" * 12, name="x.csv")
        return
    found = frame(content, feed, leg="usage", import_id="0" * 12, name="x.csv")
    assert found.quarantined["reason_code"].to_pylist() == ["CSV_WIDTH"] * waiting


def test_a_time_finer_than_a_microsecond_keeps_its_text() -> None:
    (case,) = [one for one in CASES if one.id == "ST58"]
    assert isinstance(case.content, bytes)
    found = frame(case.content, feed_of(case), leg="usage", import_id="0" * 12, name="x")
    # 1,785,542,400 seconds after 1970 is 2026-08-01 00:00:00 UTC, and one nanosecond more.
    assert found.records["time"].to_pylist() == ["2026-08-01T00:00:00.000000001Z"]
