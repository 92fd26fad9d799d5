"""The calculation and the oracle agree to the last digit."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.differential.oracle import Line, Oracle, fraction, window
from tests.differential.random_world import random_world
from tests.world import World, calculated, rows, stated, terms, value
from tieout.engine.duckdb import DuckDBEngine

KEYS = ("day", "source_model_id", "cost_center")
# `make nightly-oracle` judges a hundred thousand.
ROWS = int(os.environ.get("TIEOUT_ORACLE_ROWS", "40000"))


def assert_agrees(
    world: World,
    keys: tuple[str, ...] = KEYS,
    step: str = "0",
    *,
    threads: int = 1,
    controls: bool = True,
    basis: str = "net",
) -> Oracle:
    oracle = Oracle(world, keys, step, basis)
    make = calculated if controls else stated
    engine = make(world, replace(terms(keys, step=step), basis=basis), threads)
    said = {
        row["row_id"]: row
        for row in rows(
            engine,
            "SELECT s.row_id, s.rating_state, s.rating_reason, s.row_state, p.source_model_id,"
            " e.expected_cost, e.low_cost, e.high_cost FROM usage_state AS s"
            " JOIN usage_price AS p ON p.row_id = s.row_id"
            " LEFT JOIN expected_cost AS e ON e.row_id = s.row_id",
        )
    }
    assert len(said) == len(world.usage)
    for n, judged in oracle.judged.items():
        row, place = said[n], window(world.usage[n - 1]["occurred_at"])
        home = judged.state
        if place != "period" and home != "quarantined":
            home = "excluded"
        costs = (judged.expected, judged.low, judged.high)
        if place == "outside":
            costs = (None, None, None)
        assert (
            row["rating_state"], row["rating_reason"], row["row_state"], row["source_model_id"],
            fraction(row["expected_cost"]), fraction(row["low_cost"]), fraction(row["high_cost"]),
        ) == (judged.state, judged.reason, home, judged.model, *costs), n  # fmt: skip
    _assert_lines(oracle, engine)
    engine.close()
    return oracle


def _assert_lines(oracle: Oracle, engine: DuckDBEngine) -> None:
    members: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for row in rows(engine, "SELECT * FROM match_member WHERE period_window = 'period'"):
        members[row["line_key"]][row["leg"] == "ledger"].add(row["row_id"])
    made = Counter(
        (
            frozenset(members[row["line_key"]][0]), frozenset(members[row["line_key"]][1]),
            Fraction(row["expected_cost"]), Fraction(row["recorded_cost"]),
            Fraction(row["low_cost"]), fraction(row["high_cost"]), row["line_state"],
            Fraction(row["basis_part"]),
        )
        for row in rows(engine, "SELECT * FROM variance_line")
    )  # fmt: skip
    expected = Counter(
        (
            line.usage, line.ledger, line.expected, line.recorded, line.low, line.high,
            _state(oracle, line), line.basis - line.expected if line.comparable else Fraction(0),
        )
        for line in oracle.lines()
    )  # fmt: skip
    assert made == expected, (
        list((made - expected).items())[:2] + list((expected - made).items())[:2]
    )
    totals = rows(
        engine,
        "SELECT coalesce(sum(expected_cost), 0) AS e, coalesce(sum(recorded_cost), 0)"
        " AS r FROM variance_line",
    )[0]
    assert (Fraction(totals["e"]), Fraction(totals["r"])) == oracle.totals()


def _state(oracle: Oracle, line: Line) -> str:
    if not line.comparable:
        return "not_comparable"
    if not oracle.ties_out(line):
        return "open"
    return "cancels" if oracle.cancels(line) else "ties_out"


@pytest.mark.slow
def test_tens_of_thousands_of_rows_agree_to_the_last_digit() -> None:
    world = random_world(20260801, ROWS)
    oracle = assert_agrees(world, threads=2)
    met = {judged.state for judged in oracle.judged.values()}
    assert met == {"quarantined", "excluded", "unmapped", "not_reconcilable", "unrated", "rated"}
    reasons = {judged.reason for judged in oracle.judged.values()}
    assert len(reasons) >= 16, reasons
    assert reasons >= {"BILLABLE", "NOT_BILLABLE", "BILLING_UNVERIFIED"}
    unbilled = [n for n, judged in oracle.judged.items() if judged.reason == "NOT_BILLABLE"]
    assert sum(world.usage[n - 1].get("output_tokens") is None for n in unbilled) > 100
    assert oracle.stretched > 100


@pytest.mark.parametrize("basis", ["net", "list", "charged", "cash-effective"])
def test_three_thousand_rows_in_two_currencies_agree(basis: str) -> None:
    assert_agrees(random_world(7, 3_000, two_currencies=True), basis=basis)


@pytest.mark.law
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(0, 14),
    keys=st.sets(st.sampled_from(("day", "source_model_id", "cost_center", "project")), min_size=1),
    step=st.sampled_from(("0", "0.01", "0.000001")),
    two_currencies=st.booleans(),
    basis=st.sampled_from(("net", "list", "charged")),
)
def test_small_worlds_agree(
    seed: int, size: int, keys: set[str], step: str, two_currencies: bool, basis: str
) -> None:
    world = random_world(seed, size, two_currencies=two_currencies)
    assert_agrees(world, tuple(sorted(keys)), step, controls=False, basis=basis)


def test_the_oracle_can_disagree() -> None:
    world = random_world(3, 50)
    engine = calculated(world)
    world.price_lines[0]["unit_rate"] *= 2
    changed = Oracle(world, KEYS)
    total = Fraction(value(engine, "SELECT sum(expected_cost) FROM variance_line"))
    assert changed.totals()[0] != total
