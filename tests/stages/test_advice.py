"""What findings and triggers advise: which models, which command, which declaration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.storyteller import STORIES, tell
from tieout.close.advice import rounding_text, rows_text
from tieout.close.figures import Figures


def told(story: str, folder: Path) -> dict[str, Any]:
    return tell(STORIES / story, folder / "workspace")


def trigger(report: dict[str, Any], code: str) -> str:
    (found,) = [one for one in report["summary"]["triggers"] if one["code"] == code]
    return str(found["text"])


def finding(report: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [one for one in report["findings"] if one["code"] == code]
    return dict(found)


def figures(**rows: list[dict[str, Any]]) -> Figures:
    return Figures(rows, {}, {})


def test_a_mapping_in_another_unit_is_found_with_its_line_and_both_units(tmp_path: Path) -> None:
    report = told("mapping_in_another_unit", tmp_path)
    found = finding(report, "MAP_UNIT_MISMATCH")
    assert (found["severity"], found["rows"]) == ("open", 1)
    assert found["where"] == [
        "mapping.csv, line 2: search-small to aster-1 says 1K tokens, the price 1M tokens: 1 row"
    ]
    assert trigger(report, "sources_disagree") == (
        "Mapping and price name different units, and usage waits: search-small 1 row."
    )


def test_usage_before_the_first_capture_is_told_the_command_that_helps(tmp_path: Path) -> None:
    report = told("price_list_captured_too_late", tmp_path)
    (capture,) = [one["capture_id"] for one in report["evidence"]["captures"]]
    command = (
        f"1 row lies before the first capture of list: tieout prices declare {capture}"
        " --from 2026-08-03T11:00:00Z --reason WHY --evidence FILE --by NAME"
        " gives a provisional price."
    )
    assert finding(report, "PRICE_NOT_IN_FORCE")["message"].endswith(command)
    assert trigger(report, "price_source_unknown") == (
        "The source of a historical price is not known, no price was in force: aster-1 1 row."
        f" {command}"
    )


def test_an_undeclared_rounding_is_named_with_the_declaration_that_settles_it(
    tmp_path: Path,
) -> None:
    found = finding(told("rounding_nobody_declared", tmp_path), "ROUNDING_UNDECLARED")
    assert (found["severity"], found["rows"]) == ("note", 10)
    assert found["message"] == (
        "10 of 11 unexplained lines differ by at most 0.0000005; if the books round to steps of"
        ' 0.000001, declare it: [ledger_terms] rounding = { level = "request", step = "0.000001",'
        ' mode = "half_away" } and recorded_step = "0.000001".'
    )


def fit(lines: int) -> dict[str, Any]:
    return {"lines": lines, "request_lines": lines, "step": 1, "half_step": 1}


@pytest.mark.parametrize(("lines", "unknown"), [(9, 9), (10, 21)])
def test_few_lines_or_the_smaller_part_of_them_suggest_no_rounding(
    lines: int, unknown: int
) -> None:
    groups = [{"cause": "unknown", "lines": unknown}, {"cause": "not_in_ledger", "lines": 1}]
    assert rounding_text(figures(groups=groups, rounding_fit=[fit(lines)])) == ("", 0)


def test_no_line_that_a_step_fits_suggests_no_rounding() -> None:
    groups = [{"cause": "unknown", "lines": 50}]
    assert rounding_text(figures(groups=groups, rounding_fit=[])) == ("", 0)


def test_three_models_are_named_and_the_rest_is_counted() -> None:
    rows = [
        {"model_as_logged": name, "row_state": state, "state_reason": "X", "usage_rows": count}
        for name, state, count in (
            ("b", "unmapped", 110), ("a", "unmapped", 1), (None, "unmapped", 2),
            ("c", "unmapped", 1), ("d", "rated", 900), ("b", "unmapped", 1),
        )
    ]  # fmt: skip
    found = figures(completeness_models=rows)
    assert rows_text(found, "unmapped") == (
        "115 rows (b 111 rows, no model name 2 rows, a 1 row, and 1 more model)"
    )
    assert rows_text(found, "rated") == "d 900 rows"
