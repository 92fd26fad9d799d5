"""Items that an earlier run left open meet their counterpart by exact keys, or stay (D14, D25)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.world import Row, World, rows, terms
from tieout.close.calculation import calculate
from tieout.close.pipeline import STAGES
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine

KEYS = ("day", "source_model_id")


def world() -> World:
    """A price of 0.01 a request: every call costs 0.01, in July as in August."""
    w = World()
    w.price("m", {"requests": "0.01"})
    return w


def items_of(
    w: World, step: str = "0", keys: tuple[str, ...] = KEYS
) -> tuple[dict[str, Row], dict[str, Row]]:
    """The items and the lines of a run over August, by line key; control totals are kept."""
    engine = DuckDBEngine(1)
    calculate(engine, w.inputs(), terms(keys, step=step), stages=(*STAGES, *VIEWS))
    items = {row["line_key"]: row for row in rows(engine, "SELECT * FROM unmatched_item")}
    lines = {row["line_key"]: row for row in rows(engine, "SELECT * FROM variance_line")}
    engine.close()
    return items, lines


def said(item: Row) -> tuple[Any, ...]:
    return item["origin"], item["state"], item["landed_in"], item["met_line"]


def test_an_entry_of_this_period_clears_a_call_of_an_earlier_one() -> None:
    w = world()
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", at="08-20 12:00", request_id="r1", import_id="books")
    w.carry("id:r1", "-0.01")
    items, lines = items_of(w)
    assert said(items["id:r1"]) == ("carried", "cleared", "period", "id:r1")
    assert items["id:r1"]["landed_import"] == "books"
    line = lines["id:r1"]
    assert (line["cause"], line["bucket"], line["proof"]) == ("clears_carried", "timing", "proved")
    assert line["timing_part"] == Decimal("0.01")
    assert (line["usage_rows"], line["expected_cost"]) == (0, 0), "July's call is no row of August"


def test_without_the_item_the_same_entry_has_no_usage_row() -> None:
    w = world()
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", at="08-20 12:00", request_id="r1")
    items, lines = items_of(w)
    assert lines["id:r1"]["cause"] == "not_in_usage"
    assert said(items["id:r1"]) == ("run", "open", None, None)


def test_a_call_of_this_period_clears_an_entry_of_an_earlier_one() -> None:
    w = world()
    w.book("0.01", at="07-10 12:00", request_id="r1")
    w.use(at="08-20 12:00", request_id="r1")
    w.carry("id:r1", "0.01")
    items, lines = items_of(w)
    assert said(items["id:r1"]) == ("carried", "cleared", "period", "id:r1")
    assert lines["id:r1"]["cause"] == "clears_carried"


@pytest.mark.parametrize("side", ["usage", "ledger"])
def test_a_row_that_came_late_for_the_earlier_period_clears_without_a_line_here(side: str) -> None:
    w = world()
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", at="07-11 12:00", request_id="r1")
    w.carry("id:r1", "-0.01" if side == "usage" else "0.01")
    items, lines = items_of(w)
    assert said(items["id:r1"]) == ("carried", "cleared", "late", "id:r1")
    assert lines == {}


def test_several_entries_of_one_id_clear_a_call_together() -> None:
    w = world()
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.004", at="08-20 12:00", request_id="r1")
    w.book("0.006", at="08-21 12:00", request_id="r1")
    w.carry("id:r1", "-0.01")
    assert said(items_of(w)[0]["id:r1"])[1] == "cleared"


def test_a_difference_of_half_the_recorded_step_still_ties_out() -> None:
    w = world()
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.0105", at="08-20 12:00", request_id="r1")
    w.carry("id:r1", "-0.01")
    assert items_of(w, step="0.001")[0]["id:r1"]["state"] == "cleared"
    assert items_of(w, step="0.0009")[0]["id:r1"]["state"] == "open"


def _other_amount(w: World) -> None:
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.011", at="08-20 12:00", request_id="r1")


def _other_id(w: World) -> None:
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", at="08-20 12:00", request_id="r01")


def _other_model(w: World) -> None:
    w.price("n", {"requests": "0.01"})
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", "n", at="08-20 12:00", request_id="r1")


def _other_currency(w: World) -> None:
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", at="08-20 12:00", request_id="r1", currency="EUR")


def _after_the_period(w: World) -> None:
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", at="09-01 12:00", request_id="r1")


def _call_costs_more_by_now(w: World) -> None:
    w.use(at="07-10 12:00", request_id="r1")
    w.use(at="07-12 12:00", request_id="r1", attempt="2", outcome="completed")
    w.book("0.02", at="08-20 12:00", request_id="r1")


def _call_left_out_by_now(w: World) -> None:
    w.use(at="07-10 12:00", request_id="r1", environment="test")
    w.book("0.01", at="08-20 12:00", request_id="r1")
    w.exclude("environment", "test")


def _second_row_without_a_price(w: World) -> None:
    w.use(at="07-10 12:00", request_id="r1")
    w.use("nobody", at="07-10 12:01", request_id="r1", attempt="2", outcome="failed")
    w.book("0.01", at="08-20 12:00", request_id="r1")


def _booked_before_and_here(w: World) -> None:
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", at="07-11 12:00", request_id="r1")
    w.book("0.01", at="08-20 12:00", request_id="r1")


@pytest.mark.parametrize(
    "tell",
    [
        _other_amount, _other_id, _other_model, _other_currency, _after_the_period,
        _call_costs_more_by_now, _call_left_out_by_now, _booked_before_and_here,
        _second_row_without_a_price,
    ],
    ids=lambda tell: tell.__name__.strip("_"),
)  # fmt: skip
def test_what_only_looks_like_a_counterpart_leaves_the_item_open(tell: Any) -> None:
    w = world()
    tell(w)
    w.carry("id:r1", "-0.01")
    items, lines = items_of(w)
    carried = [one for one in items.values() if one["origin"] == "carried"]
    assert [one["state"] for one in carried] == ["open"]
    assert not {"clears_carried", "other_period"} & {line["cause"] for line in lines.values()}


def test_an_item_left_in_another_currency_than_its_rows_have_by_now_stays_open() -> None:
    w = world()
    w.use(at="07-10 12:00", request_id="r1")
    w.book("0.01", at="08-20 12:00", request_id="r1")
    w.carry("id:r1", "-0.01", currency="EUR")
    assert items_of(w)[0]["id:r1"]["state"] == "open"


@pytest.mark.parametrize(("model", "state"), [("m", "cleared"), ("n", "open")])
def test_a_group_whose_key_names_no_model_is_met_by_its_own_model_alone(
    model: str, state: str
) -> None:
    w = world()
    w.price("n", {"requests": "0.01"})
    w.book("0.05", model, at="08-20 12:00")
    w.carry("group:day=2026-07-10", "-0.05")
    items, _ = items_of(w, keys=("day",))
    assert items["group:day=2026-07-10"]["state"] == state


def test_a_group_without_ids_is_cleared_by_the_one_line_that_cancels_it() -> None:
    w = world()
    w.book("0.05", at="08-20 12:00")
    w.carry("group:day=2026-07-10|model=m", "-0.05")
    items, lines = items_of(w)
    key = "group:day=2026-08-20|model=m"
    assert said(items["group:day=2026-07-10|model=m"]) == ("carried", "cleared", "period", key)
    assert lines[key]["cause"] == "clears_carried"


@pytest.mark.parametrize(
    "more",
    [
        [("book", "0.05", "08-21 12:00")],
        [("carry", "-0.05", "group:day=2026-07-11|model=m")],
        [("carry", "-0.02", "group:day=2026-07-10|model=m|cost_center=a")],
    ],
    ids=["two lines", "two items", "none of its money"],
)
def test_a_group_with_a_second_choice_stays_open(more: list[tuple[str, str, str]]) -> None:
    w = world()
    w.book("0.05", at="08-20 12:00")
    if more[0][1] != "-0.02":
        w.carry("group:day=2026-07-10|model=m", "-0.05")
    for kind, amount, where in more:
        w.book(amount, at=where) if kind == "book" else w.carry(where, amount)
    items, _ = items_of(w)
    assert {one["state"] for one in items.values()} == {"open"}


def test_a_line_that_another_day_of_this_period_explains_as_well_clears_nothing() -> None:
    w = world()
    w.book("0.01", at="08-20 12:00")
    w.use(at="08-22 12:00")
    w.carry("group:day=2026-07-10|model=m", "-0.01")
    items, lines = items_of(w)
    assert items["group:day=2026-07-10|model=m"]["state"] == "open"
    assert lines["group:day=2026-08-20|model=m"]["proof"] == "suspected"


def test_a_rerun_of_the_period_remembers_who_saw_an_item_first_and_clears_it() -> None:
    w = world()
    w.use(at="08-10 12:00", request_id="r1")
    w.use(at="08-11 12:00", request_id="r2")
    w.book("0.01", at="08-12 12:00", request_id="r2")
    for key in ("id:r1", "id:r2", "id:r3"):
        w.carry(key, "-0.01", "08-10", item_period="2026-08", own_period=True, first_run="first")
    items, lines = items_of(w)
    assert said(items["id:r1"]) == ("run", "open", None, None)
    assert items["id:r1"]["first_run"] == "first"
    assert said(items["id:r2"]) == ("before", "cleared", "period", "id:r2")
    assert said(items["id:r3"]) == ("before", "gone", None, None)
    assert lines["id:r2"]["line_state"] == "ties_out"


def test_what_the_margin_explains_is_no_item() -> None:
    w = world()
    w.use(at="08-31 12:00", request_id="r1")
    w.book("0.01", at="09-01 12:00", request_id="r1")
    items, lines = items_of(w)
    assert (items, lines["id:r1"]["cause"]) == ({}, "other_period")
