"""What an acceptance in later periods is bound to: prices by their rates, and no dates (D16)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.world import World, asked, rows, terms
from tieout.money import RoundingRule

# By hand: a call of 1,000 input and 100 output tokens is 0.002 + 0.001 = 0.003.
RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
OLD = {"input_tokens": "0.000003", "output_tokens": "0.00001"}
TOKENS = {"input_tokens": "1000", "output_tokens": "100"}


def world() -> World:
    made = World()
    made.price("m", OLD, start="01-01", until="07-01")
    made.price("m", RATES, start="07-01")
    return made


def assumed(made: World, rounding: RoundingRule | None = None) -> list[str]:
    """What the cause groups assume, in order."""
    engine = asked(made, terms(rounding=rounding))
    found = rows(engine, "SELECT cause, assumed FROM group_assumption ORDER BY cause, assumed")
    return [f"{one['cause']}: {one['assumed']}" for one in found]


def digest(made: World, price_set_id: str) -> str:
    (found,) = [
        one["rates_digest"]
        for one in (*made.price_sets, *made.check_sets, *made.waiting)
        if one["price_set_id"] == price_set_id
    ]
    return str(found)


def test_another_capture_of_the_same_rates_is_the_same_price() -> None:
    made = world()
    made.use(request_id="a", **TOKENS)
    made.book("0.004", request_id="a")
    before = assumed(made)
    assert before == [f"price_not_in_force: rates {digest(made, 'set-000')}"]
    for name in ("aaa", "zzz"):
        made.price("m", OLD, start="06-01", until="06-02", name=name)
    assert assumed(made) == before


@pytest.mark.parametrize("kind", ["check", "wait"])
def test_a_price_that_nobody_approved_is_named_by_its_rates(kind: str) -> None:
    made = world()
    other = {"input_tokens": "0.000005", "output_tokens": "0.00001"}
    found = made.check("m", other) if kind == "check" else made.wait("m", other)
    made.use(request_id="a", **TOKENS)
    made.book("0.006", request_id="a")
    assert assumed(made) == [f"price_not_in_force: rates {digest(made, found)}"]


def test_of_two_causes_together_both_are_named() -> None:
    made = world()
    for name in ("a", "b"):
        made.use(request_id=name, **TOKENS)
        for entry in ("1", "2"):
            made.book("0.004", request_id=name, ledger_entry_id=f"{name}{entry}")
    (only,) = assumed(made)
    assert only == (
        f"price_not_in_force+posted_repeatedly: rates {digest(made, 'set-000')} and equal entries"
    )


def test_each_line_adds_what_it_assumes() -> None:
    made = world()
    made.price("m", {**OLD, "output_tokens": "0.00002"}, start="05-01", until="06-01")
    for name, amount in (("a", "0.004"), ("b", "0.005"), ("c", "0.004")):
        made.use(request_id=name, **TOKENS)
        made.book(amount, request_id=name)
    named = {digest(made, one) for one in ("set-000", "set-002")}
    assert set(assumed(made)) == {f"price_not_in_force: rates {one}" for one in named}


def test_a_rounding_by_the_day_is_bound_to_no_day() -> None:
    # The day comes to 0.006, booked as 0.01.
    made = world()
    for name, amount in (("a", "0.0061"), ("b", "0.0039")):
        made.use(request_id=name, **TOKENS)
        made.book(amount, request_id=name)
    rule = RoundingRule("day", Decimal("0.01"))
    engine = asked(made, terms(rounding=rule))
    found = rows(engine, "SELECT DISTINCT cause, variant FROM variance_line")
    assert [tuple(one.values()) for one in found] == [("declared_rounding", "total of 2026-08-10")]
    assert assumed(made, rule) == []


def test_days_cut_in_another_zone_are_bound_to_no_hours() -> None:
    # Days that begin some hours before those of the report.
    made = World()
    made.price("m", {"requests": "0.01"})
    for at in ("08-12 20:00", "08-12 21:00", "08-13 03:00", "08-13 21:00", "08-14 05:00"):
        made.use(at=at)
    for day, amount in (("13", "0.03"), ("14", "0.02")):
        made.book(amount, "m", f"08-{day} 12:00")
    engine = asked(made, terms())
    found = rows(engine, "SELECT DISTINCT cause FROM variance_line WHERE line_state = 'open'")
    assert [one["cause"] for one in found] == ["other_zone"]
    assert assumed(made) == []


def test_a_line_that_nothing_closes_assumes_nothing() -> None:
    made = world()
    made.use(request_id="a", **TOKENS)
    made.book("0.00412345", request_id="a")
    assert assumed(made) == []
