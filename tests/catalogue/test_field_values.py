"""Catalogue FV: every case of a field's value has its outcome, code and exact place."""

from __future__ import annotations

import pytest

from tests.catalogue.cases_field_values import CASES
from tests.catalogue.reading_case import Case, assert_outcome, feed_of
from tieout.intake.framing import frame

APPLICABLE = tuple(case for case in CASES if case.outcome != "not applicable")


@pytest.mark.parametrize("case", APPLICABLE, ids=[case.id for case in APPLICABLE])
def test_a_field_value_has_its_outcome_code_and_place(case: Case) -> None:
    assert_outcome(case)


def test_each_case_has_an_id_of_its_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


def test_only_what_does_not_apply_needs_no_test_and_says_why() -> None:
    assert [case.id for case in CASES if case not in APPLICABLE] == ["FV47"]
    assert all(case.why for case in CASES if case not in APPLICABLE)


@pytest.mark.parametrize("number", ["FV48", "FV48b", "FV48c"])
def test_of_a_private_column_nothing_is_kept(number: str) -> None:
    (case,) = [one for one in CASES if one.id == number]
    assert isinstance(case.content, bytes)
    found = frame(case.content, feed_of(case), leg="usage", import_id="0" * 12, name="x.csv")
    said = str([found.records.to_pylist(), found.quarantined.to_pylist()])
    assert not any(word in said for word in ("tell me", "192.0.2.1", "hello"))


def test_a_time_of_nine_digits_keeps_its_text() -> None:
    (case,) = [one for one in CASES if one.id == "FV41"]
    assert isinstance(case.content, bytes)
    found = frame(case.content, feed_of(case), leg="usage", import_id="0" * 12, name="x.csv")
    assert found.records["time"].to_pylist()[1] == "2026-08-01T00:00:00.123456789Z"
