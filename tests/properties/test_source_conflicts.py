"""Injected conflicts: every model they touch waits, and no digit of any other moves (P4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World, rows, stated
from tieout.close.figures import QUERIES

METERS = ("input_tokens", "output_tokens", "cache_read_tokens")
DAYS = ("08-02", "08-09", "08-16", "08-23", "08-30")
OF_CALLS = (
    "SELECT p.source_model_id, u.request_id, e.expected_cost, e.low_cost, e.high_cost,"
    " e.full_cost FROM expected_cost AS e JOIN usage_record AS u ON u.row_id = e.row_id"
    " JOIN usage_price AS p ON p.row_id = e.row_id ORDER BY u.request_id"
)
OF_LINES = "SELECT * FROM variance_line ORDER BY line_key"


@st.composite
def injected(draw: st.DrawFn) -> tuple[World, World, set[str]]:
    """A world whose two sources agree, the same with conflicts, and the models they touch."""
    agreeing, injected_world = (World(recorded={"usage": (*METERS, "requests")}) for _ in range(2))
    touched: set[str] = set()
    for number in range(draw(st.integers(2, 6))):
        model = f"m{number}"
        rates = {
            meter: f"0.00000{draw(st.integers(1, 9))}"
            for meter in METERS[: draw(st.integers(1, len(METERS)))]
        }
        start = draw(st.sampled_from(("07-01", *DAYS)))
        calls = [
            {
                "at": f"{day} 12:00",
                "request_id": f"{model}-{day}",
                **{meter: str(draw(st.integers(0, 5)) * 1000) for meter in METERS[:2]},
                METERS[2]: "7000" if METERS[2] in rates else "0",
            }
            for day in draw(st.lists(st.sampled_from(DAYS), unique=True))
        ]
        other = dict(rates)
        currency = "USD"
        rated = [call for call in calls if all(call[m] == "0" or m in rates for m in METERS)]
        if draw(st.booleans()):
            meter = draw(st.sampled_from(sorted(rates)))
            if draw(st.booleans()):
                other[meter] += draw(st.sampled_from(("1", "000000000001")))
            else:
                currency, meter = "EUR", ""
            # Also of calls before the second source was captured: its first word on them counts.
            if any(call[m] != "0" for call in rated for m in ([meter] if meter else rates)):
                touched.add(model)
        for world, stated_rates, money in (
            (agreeing, rates, "USD"),
            (injected_world, other, currency),
        ):
            world.price(model, rates, start="06-01")
            world.check(model, stated_rates, start=start, currency=money)
            for call in calls:
                world.use(model, **call)
                world.book("0.01", model, call["at"], request_id=call["request_id"])
    return agreeing, injected_world, touched


def told(world: World) -> tuple[set[str], dict[str, list[Any]], dict[str, list[Any]]]:
    """The models that wait, and the calls and lines of each model."""
    engine = stated(world)
    waiting = {row["source_model_id"] for row in rows(engine, QUERIES["disputed"])}
    calls: dict[str, list[Any]] = {}
    for row in rows(engine, OF_CALLS):
        calls.setdefault(row["source_model_id"], []).append(row)
    lines: dict[str, list[Any]] = {}
    for row in rows(engine, OF_LINES):
        lines.setdefault(row["source_model_id"], []).append(row)
    return waiting, calls, lines


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(injected())
def test_every_model_a_conflict_touches_waits_and_no_other_moves(
    worlds: tuple[World, World, set[str]],
) -> None:
    agreeing, conflicting, touched = worlds
    before, after = told(agreeing), told(conflicting)
    assert before[0] == set()
    waiting, calls, lines = after
    assert waiting == touched
    for model in set(before[1]) | set(calls):
        if model not in touched:
            assert calls.get(model) == before[1].get(model)
            assert lines.get(model) == before[2].get(model)
            continue
        for mine, was in zip(calls[model], before[1][model], strict=True):
            assert mine["expected_cost"] == was["expected_cost"]
            assert mine["low_cost"] <= was["low_cost"]
            assert mine["high_cost"] is None or mine["high_cost"] >= was["high_cost"]
            assert mine["full_cost"] == was["full_cost"] >= Decimal(0)
