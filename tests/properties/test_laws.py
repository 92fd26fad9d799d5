"""Laws of the calculation that hold for every world."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.differential.random_world import random_world
from tests.world import World, rows, stage_names, stated, value
from tieout.engine.duckdb import DuckDBEngine
from tieout.tables.stages import STAGE_TABLES

pytestmark = pytest.mark.law
PLACES = {
    "row_id", "refund_row_id", "consumption_row_id", "call_row_id", "alias_id", "example_line",
    "rule_name",
}  # fmt: skip
LAW = settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
WORLDS = st.builds(
    random_world,
    seed=st.integers(0, 2**32),
    size=st.integers(0, 30),
    two_currencies=st.booleans(),
)
SUMS = "expected_cost", "recorded_cost", "variance"


def digests(engine: DuckDBEngine) -> dict[str, object]:
    """What every stage made, without the numbers and places of rows."""
    found: dict[str, object] = {}
    for name in stage_names():
        kept = tuple(c for c in STAGE_TABLES[name].column_names if c not in PLACES)
        count = value(engine, f'SELECT count(*) FROM "{name}"')
        found[name] = engine.digest(name, kept) if kept else count
    return found


def differing(one: DuckDBEngine, other: DuckDBEngine) -> list[str]:
    left, right = digests(one), digests(other)
    one.close()
    other.close()
    return [name for name in left if left[name] != right[name]]


@LAW
@given(world=WORLDS, seed=st.integers(0, 1000))
def test_the_order_of_the_rows_changes_nothing(world: World, seed: int) -> None:
    assert differing(stated(world), stated(world.shuffled(seed))) == []


@LAW
@given(world=WORLDS)
def test_the_number_of_threads_changes_nothing(world: World) -> None:
    assert differing(stated(world, threads=1), stated(world, threads=2)) == []


def test_threads_and_order_change_nothing_where_the_engine_works_in_parts() -> None:
    world = random_world(11, 15_000)
    assert differing(stated(world, threads=1), stated(world.shuffled(5), threads=2)) == []


def expected_total(world: World) -> Decimal:
    total: Decimal = value(
        stated(world), "SELECT coalesce(sum(expected_cost), 0) FROM variance_line"
    )
    return total


@LAW
@given(first=st.integers(0, 9999), second=st.integers(0, 9999), at=st.integers(1, 28))
def test_a_usage_record_split_in_two_costs_the_same(first: int, second: int, at: int) -> None:
    whole, split = random_world(1, 20), random_world(1, 20)
    day = f"08-{at:02} 10:00"
    tokens = [{"input_tokens": Decimal(n), "output_tokens": Decimal(n)} for n in (first, second)]
    whole.use("m1", day, **{k: tokens[0][k] + tokens[1][k] for k in tokens[0]})
    for part in tokens:
        split.use("m1", day, **part)
    assert expected_total(whole) == expected_total(split)


@LAW
@given(world=WORLDS, more=st.integers(1, 5000), pick=st.integers(0, 1000))
def test_more_tokens_never_cost_less(world: World, more: int, pick: int) -> None:
    larger = copy.deepcopy(world)
    countable = [row for row in larger.usage if row.get("input_tokens") is not None]
    if countable:
        countable[pick % len(countable)]["input_tokens"] += more
    assert expected_total(world) <= expected_total(larger)


@LAW
@given(world=WORLDS)
def test_a_price_that_nobody_uses_changes_nothing(world: World) -> None:
    more = copy.deepcopy(world)
    more.price("unused", {"input_tokens": "0.5"}, start="08-05")
    assert set(differing(stated(world), stated(more))) <= {
        "price_in_force",
        "price_applied",
        "rate_line",
    }


@LAW
@given(world=WORLDS)
def test_the_parts_add_up_at_every_level(world: World) -> None:
    engine = stated(world)
    parts = " + ".join(
        f"sum({part}_part)"
        for part in ("rate", "quantity", "mapping", "timing", "rounding", "unknown")
    )
    for level in (
        "line_key",
        "source_model_id",
        "cost_center",
        "project",
        "day",
        "currency",
        "bucket",
    ):
        off = rows(
            engine,
            f"SELECT {level}, currency FROM variance_line GROUP BY {level}, currency"
            f" HAVING sum(variance) <> {parts}",
        )
        assert off == [], level


@LAW
@given(world=WORLDS)
def test_booking_and_billing_make_the_variance_where_the_charge_is_known(world: World) -> None:
    engine = stated(world)
    for line in rows(engine, "SELECT * FROM variance_line"):
        assert line["variance"] == line["recorded_cost"] - line["expected_cost"]
        if line["charged_cost"] is not None:
            assert line["booking_variance"] + line["billing_variance"] == line["variance"]
        else:
            assert line["booking_variance"] is None
            assert line["billing_variance"] is None


@LAW
@given(world=WORLDS)
def test_every_row_and_every_unit_has_one_home(world: World) -> None:
    engine = stated(world)
    homes = rows(engine, "SELECT row_state, count(*) AS n FROM usage_state GROUP BY row_state")
    assert sum(home["n"] for home in homes) == len(world.usage)
    assert {home["row_state"] for home in homes} <= {
        "quarantined", "excluded", "unmapped", "not_reconcilable", "unrated", "rated",
    }  # fmt: skip
    counted = rows(
        engine,
        "SELECT q.meter, sum(q.quantity) AS quantity FROM meter_reading AS q"
        " JOIN usage_state AS s ON s.row_id = q.row_id GROUP BY q.meter",
    )
    for line in counted:
        if line["meter"] == "input_tokens":
            received = sum(
                (
                    row["input_tokens"]
                    - ((row.get("cache_read_tokens") or 0) if row["input_includes_parts"] else 0)
                )
                for row in world.usage
                if row.get("input_tokens") is not None
            )
        elif line["meter"] == "output_tokens":
            received = sum(
                row["output_tokens"] - (row.get("reasoning_tokens") or 0)
                for row in world.usage
                if row.get("output_tokens") is not None
            )
        else:
            received = sum(row.get(line["meter"]) or 0 for row in world.usage)
        assert line["quantity"] == received, line["meter"]


@LAW
@given(world=WORLDS)
def test_no_row_is_in_two_lines_and_only_rows_of_the_period_count(world: World) -> None:
    engine = stated(world)
    twice = "SELECT leg, row_id FROM match_member GROUP BY leg, row_id HAVING count(*) > 1"
    assert rows(engine, twice) == []
    for line in rows(
        engine,
        "SELECT l.line_key, l.usage_rows, l.expected_cost,"
        " (SELECT count(*) FROM match_member AS k WHERE k.line_key = l.line_key AND k.leg = 'usage'"
        " AND k.period_window = 'period') AS rows_inside,"
        " (SELECT coalesce(sum(u.expected_cost), 0) FROM match_member AS k JOIN usage_member AS u"
        " ON u.row_id = k.row_id WHERE k.line_key = l.line_key AND k.leg = 'usage'"
        " AND k.period_window = 'period') AS cost_inside FROM variance_line AS l",
    ):
        assert line["usage_rows"] == line["rows_inside"]
        assert line["expected_cost"] == line["cost_inside"]


@LAW
@given(seed=st.integers(0, 2**32), size=st.integers(0, 30))
def test_currencies_are_never_added(seed: int, size: int) -> None:
    world = random_world(seed, size, two_currencies=True)
    for row in world.ledger[::3]:
        row["currency"] = "EUR"
    engine = stated(world)
    booked = {
        money: sum(
            row["recorded_cost"]
            for row in world.ledger
            if row["currency"] == money and row["posted_at"].month == 8
        )
        for money in ("USD", "EUR")
    }
    shown = {
        row["currency"]: row["recorded"]
        for row in rows(
            engine,
            "SELECT currency, sum(recorded_cost) AS recorded FROM variance_line"
            " WHERE ledger_rows > 0 GROUP BY currency",
        )
    }
    assert {money: total for money, total in booked.items() if total} == {
        money: total for money, total in shown.items() if total
    }


@LAW
@given(world=WORLDS)
def test_every_open_line_is_in_exactly_one_cause_group(world: World) -> None:
    engine = stated(world)
    keys = ("cause", "bucket", "proof", "source_model_id", "cost_center", "project", "currency")
    on = " AND ".join(f"g.{key} IS NOT DISTINCT FROM l.{key}" for key in keys)
    homeless = rows(
        engine,
        f"SELECT l.line_key FROM variance_line AS l LEFT JOIN cause_group AS g ON {on}"
        " WHERE l.line_state IN ('open', 'cancels') GROUP BY l.line_key"
        " HAVING count(g.cause) <> 1",
    )
    assert homeless == []
    reviewed = "line_state IN ('open', 'cancels')"
    lines = value(engine, f"SELECT count(*) FROM variance_line WHERE {reviewed}")
    assert value(engine, "SELECT coalesce(sum(lines), 0) FROM cause_group") == lines
