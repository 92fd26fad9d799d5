"""Named effects add up to the variance of every scope, and keep cause, proof and sign (V3)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.faults.busy_world import busy_world
from tests.world import World, asked, rows, terms
from tieout.close.effects import effects_part
from tieout.close.figures import Figures
from tieout.variance.cause import BY_NAME

KEYS = {
    "currency": None, "day": "day", "model": "source_model_id", "cost_center": "cost_center",
    "project": "project",
}  # fmt: skip


@pytest.fixture(scope="module")
def busy() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines of the busy world, and its effects."""
    engine = asked(busy_world(), terms(step="0.000002", gap_hours=48))
    return rows(engine, "SELECT * FROM variance_line"), rows(engine, "SELECT * FROM effect_total")


@pytest.mark.parametrize("scope", KEYS)
def test_the_effects_of_every_scope_are_its_variance_to_the_last_digit(
    busy: tuple[list[dict[str, Any]], list[dict[str, Any]]], scope: str
) -> None:
    lines, effects = busy
    key = KEYS[scope]
    asked: dict[tuple[Any, Any], Decimal] = defaultdict(Decimal)
    for line in lines:
        name = None if key is None or line[key] is None else str(line[key])
        asked[name, line["currency"]] += line["variance"]
    found: dict[tuple[Any, Any], Decimal] = defaultdict(Decimal)
    for one in effects:
        if one["scope"] == scope:
            found[one["name"], one["currency"]] += one["plus_cost"] + one["minus_cost"]
    assert {at: money for at, money in found.items() if money} == {
        at: money for at, money in asked.items() if money
    }


def test_an_effect_keeps_its_cause_its_proof_and_both_signs(
    busy: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    _, effects = busy
    by_cause = {one["cause"]: one for one in effects if one["scope"] == "currency"}
    # A thousand times too much on one line, a thousandth on the other: no net hides them.
    thousand = by_cause["factor_thousand"]
    assert (thousand["plus_cost"], thousand["minus_cost"]) == (
        Decimal("2.3976"),
        Decimal("-2.3976"),
    )
    assert (thousand["lines"], thousand["proof"], thousand["bucket"]) == (2, "suspected", "source")
    assert by_cause["posted_repeatedly"]["plus_cost"] == Decimal("0.0024")
    assert by_cause["posted_repeatedly"]["proof"] == "proved"


def test_the_basis_of_the_ledger_is_an_effect_of_its_own() -> None:
    world = World()
    world.price("m", {"input_tokens": "0.000002"}, multiplier="0.8")
    world.use(request_id="a", input_tokens="1000")
    world.book("0.0021", request_id="a")  # list is 0.002, net 0.0016
    engine = asked(world, replace(terms(), basis="list"))
    found = rows(engine, "SELECT * FROM effect_total WHERE scope = 'currency' ORDER BY cause")
    assert [(one["cause"], one["plus_cost"]) for one in found] == [
        ("basis", Decimal("0.0004")), ("unknown", Decimal("0.0001")),
    ]  # fmt: skip


def test_the_report_names_each_effect_in_words(
    busy: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    stub: Any = {"effects": busy[1]}
    figures: Figures = stub
    told = effects_part(figures)
    assert len(told) == len(busy[1])
    for one in told:
        assert one["title"] == BY_NAME[one["cause"]].title
        assert Decimal(one["net"]) == Decimal(one["plus"]) + Decimal(one["minus"])
