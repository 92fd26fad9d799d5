"""Each known fault, worked out again from the files with fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.demo.oracle import HALF_STEP, MILLION, Oracle, OracleLine, half_away, start_of

ALL = [f"F{number:02d}" for number in range(1, 17)]
WITHOUT_MONEY = {"F14", "F15"}


def only_row(line: OracleLine) -> dict[str, Any]:
    rows = [row for row in line.rows if row["type"] == 2]
    assert len(rows) == 1
    return rows[0]


def ratio_of(oracle: Oracle, row: dict[str, Any]) -> Fraction:
    pricing = oracle.price(row["model_name"], start_of(row))
    assert pricing is not None
    return Fraction(pricing["ratio"])


def swapped_cost(oracle: Oracle, row: dict[str, Any]) -> Fraction:
    swapped = {
        **row,
        "prompt_tokens": row["completion_tokens"],
        "completion_tokens": row["prompt_tokens"],
    }
    return oracle.full_cost(swapped)


@pytest.mark.parametrize("fault_id", ALL)
def test_a_fault_is_worth_what_its_lines_differ_by(oracle: Oracle, fault_id: str) -> None:
    fault, lines = oracle.fault(fault_id), oracle.lines_of(fault_id)
    assert fault["lines"] == len(lines)
    assert (len(lines) == 0) == (fault_id in WITHOUT_MONEY)
    assert Fraction(fault["expected"]) == sum(line.expected for line in lines)
    assert Fraction(fault["recorded"]) == sum(line.recorded for line in lines)
    assert Fraction(fault["charged"]) == sum(line.charged for line in lines)
    assert Fraction(fault["variance"]) == sum(line.variance for line in lines)
    assert Fraction(fault["gross"]) == sum(abs(line.variance) for line in lines)
    assert Fraction(fault["effect"]) == sum(line.effect for line in lines)
    assert all(abs(line.variance) > HALF_STEP for line in lines)


def test_no_request_belongs_to_two_faults(oracle: Oracle) -> None:
    named = [name for fault in oracle.truth["faults"] for name in fault["request_ids"]]
    assert len(named) == len(set(named))


def test_the_old_price_was_kept_after_the_change(oracle: Oracle) -> None:
    for line in oracle.lines_of("F01"):
        row = only_row(line)
        old = oracle.first_price(row["model_name"])
        wrong = oracle.list_cost(row, old) * Fraction(old["ratio"])
        assert line.recorded == half_away(wrong, 6) != half_away(line.expected, 6)


def test_factor_thousand_lines_are_a_thousand_times_right(oracle: Oracle) -> None:
    for line in oracle.lines_of("F02"):
        assert line.recorded == half_away(line.expected * 1000, 6)


def test_left_out_ratios_book_the_list_price(oracle: Oracle) -> None:
    for line in oracle.lines_of("F03"):
        row = only_row(line)
        assert line.recorded == half_away(line.expected / ratio_of(oracle, row), 6)


def test_ratios_applied_twice_book_too_little(oracle: Oracle) -> None:
    for line in oracle.lines_of("F04"):
        row = only_row(line)
        assert line.recorded == half_away(line.expected * ratio_of(oracle, row), 6)


def test_swapped_tokens_stand_swapped_in_the_books(oracle: Oracle) -> None:
    for line in oracle.lines_of("F05"):
        row, entry = only_row(line), line.entries[0]
        assert int(entry["input_tokens"]) == row["completion_tokens"]
        assert int(entry["output_tokens"]) == row["prompt_tokens"]
        assert line.recorded == half_away(swapped_cost(oracle, row), 6)


def test_missing_calls_are_nowhere_in_the_books(oracle: Oracle) -> None:
    booked = {entry["request_id"] for entry in oracle.entries}
    assert not booked & set(oracle.fault("F06")["request_ids"])


def test_doubled_calls_are_booked_twice_with_equal_amounts(oracle: Oracle) -> None:
    for line in oracle.lines_of("F07"):
        first, second = line.entries
        assert first["cost_usd"] == second["cost_usd"]
        assert first["entry_id"] != second["entry_id"]


def test_late_calls_are_booked_next_month_with_the_same_money(oracle: Oracle) -> None:
    late = {entry["request_id"]: entry for entry in oracle.entries}
    for name in oracle.fault("F08")["request_ids"]:
        line = oracle.lines[name]
        assert line.entries == []
        assert late[name]["booked_at"].startswith("2026-09-01")
        assert Fraction(late[name]["cost_usd"]) == half_away(line.expected, 6)


def test_the_absurd_line_is_right_at_0_0125_and_recorded_at_9990_0125(oracle: Oracle) -> None:
    (line,) = oracle.lines_of("F09")
    assert line.expected == Fraction("0.0125")
    assert line.recorded == Fraction("9990.0125")
    assert line.variance == max(found.variance for found in oracle.lines.values())


def test_ledger_lines_without_usage_name_unknown_requests(oracle: Oracle) -> None:
    logged = {row.get("request_id") for row in oracle.rows}
    assert not logged & set(oracle.fault("F10")["request_ids"])


@pytest.mark.parametrize("fault_id", ["F09", "F11"])
def test_unexplained_lines_fit_no_finder(oracle: Oracle, fault_id: str) -> None:
    for line in oracle.lines_of(fault_id):
        row = only_row(line)
        old = oracle.first_price(row["model_name"])
        explanations = {
            Fraction(0),
            line.expected * 1000,
            line.expected * 2,
            line.expected / ratio_of(oracle, row),
            line.expected * ratio_of(oracle, row),
            oracle.list_cost(row, old) * Fraction(old["ratio"]),
            swapped_cost(oracle, row),
        }
        assert all(abs(line.recorded - amount) > HALF_STEP for amount in explanations)
        assert abs(line.recorded * 1000 - line.expected) > 1000 * HALF_STEP


def test_hand_edited_lines_are_off_by_the_amounts_of_the_story(oracle: Oracle) -> None:
    effects = sorted(line.effect for line in oracle.lines_of("F11"))
    amounts = ["-0.0219", "-0.013579", "0.077003", "0.4137", "1.250001"]
    assert effects == [Fraction(text) for text in amounts]


def test_the_unmapped_model_is_in_no_catalog_and_in_no_mapping(oracle: Oracle) -> None:
    for line in oracle.lines_of("F12"):
        name = only_row(line)["model_name"]
        assert oracle.price(name, start_of(only_row(line))) is None
        assert name not in oracle.month.mapping.read_text(encoding="utf-8")
        assert not line.comparable
        assert line.recorded == half_away(line.charged, 6)


def test_failed_calls_are_booked_at_full_price(oracle: Oracle) -> None:
    for line in oracle.lines_of("F13"):
        (row,) = line.rows
        assert row["type"] == 5
        assert row["quota"] == 0
        assert line.expected == 0
        assert line.recorded == half_away(oracle.full_cost(row), 6) > 0


def test_the_books_do_not_carry_the_test_key(oracle: Oracle) -> None:
    tested = {row["request_id"] for row in oracle.rows if row["token_name"] in oracle.excluded_keys}
    assert oracle.fault("F15")["usage_rows"] == oracle.truth["rows"]["excluded"]
    assert not tested & {entry["request_id"] for entry in oracle.entries}


def test_cached_tokens_meet_a_catalog_without_a_cache_price(oracle: Oracle) -> None:
    for line in oracle.lines_of("F16"):
        row = only_row(line)
        assert row["other"]["cache_tokens"] > 0
        pricing = oracle.price(row["model_name"], start_of(row))
        assert pricing is not None
        assert set(pricing) == {
            "currency", "input", "output", "per_request", "per_second", "ratio",
        }  # fmt: skip


def test_a_refunded_task_costs_nothing_over_its_two_rows(oracle: Oracle) -> None:
    refunds = [row for row in oracle.rows if row["type"] == 6]
    for refund in refunds:
        assert "request_id" not in refund
        task = refund["other"]["task_id"]
        lines = [
            line
            for line in oracle.lines.values()
            if any(row["other"].get("task_id") == task for row in line.rows)
        ]
        (line,) = lines
        assert line.expected == line.charged == line.recorded == 0
        assert {row["type"] for row in line.rows} == {2, 6}


def test_the_price_of_a_million_tokens_is_not_the_price_of_one(oracle: Oracle) -> None:
    pricing = oracle.price("gpt-5", int(oracle.month.as_of.timestamp()))
    assert pricing is not None
    one_million = {"prompt_tokens": MILLION, "completion_tokens": 0, "other": {}}
    assert oracle.list_cost(one_million, pricing) == Fraction("1.25")
