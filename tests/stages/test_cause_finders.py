"""What closes a line beside another price: meters, multiples, other labels and days, one factor.

One world holds a line for each trouble, another one lines that look like it and have another cause
or none. A call of `m` costs 1000 x 0.000002 + 100 x 0.00001 + 400 cached x 0.0000005 = 0.0032;
without the cached tokens 0.003.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.world import World, asked, rows, terms
from tieout.engine.duckdb import DuckDBEngine

PRICE = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
CACHED = {**PRICE, "cache_read_tokens": "0.0000005"}
CALL = {"input_tokens": "1000", "output_tokens": "100"}
FULL = {**CALL, "cache_read_tokens": "400"}
FORMAT = ("input_tokens", "output_tokens", "cache_read_tokens", "reasoning_tokens", "requests")

# Line, amount booked for a call of 0.0032, and what it is filed under.
ONE_CALL = {
    "twice-cached": ("0.004", "part_counted_twice", "contract"),
    "cached-as-input": ("0.0038", "part_priced_as_whole", "contract"),
    "cached-forgotten": ("0.003", "cache_not_counted", "contract"),
    "no-output": ("0.0022", "meter_not_counted", "usage"),
    "output-as-input": ("0.0024", "output_at_input_price", "source"),
    "credit": ("-0.0032", "posted_as_credit", "usage"),
    "zero": ("0", "booked_at_zero", "source"),
    "two-in-one": ("0.0064", "counted_repeatedly", "usage"),
    "three-in-one": ("0.0096", "counted_repeatedly", "usage"),
    "cents": ("0.32", "power_of_ten", "source"),
    "a-tenth": ("0.00032", "power_of_ten", "source"),
    "no-decimal-mark": ("32", "power_of_ten", "source"),
}
# Reasoning is part of output and has its price: 0.002 + 0.001 + 50 x 0.00001 = 0.0035.
REASONING = {
    "no-reasoning": ("0.003", "meter_not_counted", "usage"),
    "no-output-at-all": ("0.002", "meter_not_counted", "usage"),
    "reasoning-twice": ("0.004", "part_counted_twice", "contract"),
}


def world() -> World:
    w = World(recorded={"usage": FORMAT})
    w.price("m", CACHED)
    w.price("r", PRICE)
    w.price("n", {"input_tokens": "0.000003", "output_tokens": "0.00002"})
    return w


def cells(w: World, booked: dict[str, str], model: str, center: str) -> None:
    """Calls of growing cost, 0.003 and 0.002 more each, booked at the amounts given."""
    for n, (name, amount) in enumerate(booked.items()):
        tokens = {"input_tokens": str(1000 * (n + 1)), "output_tokens": "100"}
        w.use(model, request_id=name, cost_center=center, cache_read_tokens="0", **tokens)
        w.book(amount, model, request_id=name, cost_center=center)


def troubles() -> World:
    w = world()
    for name, (amount, _, _) in ONE_CALL.items():
        w.use("m", request_id=name, cost_center=name, **FULL)
        w.book(amount, request_id=name, cost_center=name)
    for name, (amount, _, _) in REASONING.items():
        w.use("r", request_id=name, cost_center=name, reasoning_tokens="50", **CALL)
        w.book(amount, "r", request_id=name, cost_center=name)
    # At the price of n a call of 0.003 costs 0.003 + 0.002 = 0.005; the entry names r, or n.
    for name, model in (("as-n", "r"), ("under-n", "n")):
        w.use("r", request_id=name, cost_center=name, **CALL)
        w.book("0.005", model, request_id=name, cost_center=name)
    # 0.003, 0.005 and 0.007, each times 1.05.
    cells(w, {"fee-1": "0.00315", "fee-2": "0.00525", "fee-3": "0.00735"}, "r", "fee")
    cells(w, {"least-1": "0.0123", "least-2": "0.0123", "least-3": "0.0123"}, "r", "least")
    w.use("r", request_id="whole-id", cost_center="ids", **CALL)
    w.book("0.003", "r", request_id="whole", cost_center="ids")
    grouped(w)
    return w


def grouped(w: World) -> None:
    """Books without ids: a day under another team, under another model, and cut in another zone."""
    for model in ("g1", "g2", "g3", "g4", "z"):
        w.price(model, PRICE)
    w.use("g1", request_id="g1-a", cost_center="a", **CALL)
    w.use("g1", request_id="g1-b", cost_center="a", **CALL)
    w.book("0.006", "g1", cost_center="b")
    w.use("g2", request_id="g2-a", cost_center="a", **CALL)
    w.book("0.003", "g3", cost_center="a")
    w.use("g4", "08-20 09:00", request_id="g4-a", cost_center="a", **CALL)
    w.book("0.003", "g4", "08-22 09:00", cost_center="a")
    for at, tokens in (
        ("12 20:00", "1000"), ("13 03:00", "2000"), ("13 21:00", "3000"), ("14 05:00", "4000"),
    ):  # fmt: skip
        w.use("z", f"08-{at}", cost_center="zone", input_tokens=tokens, output_tokens="0")
    # In a zone at least four hours ahead the 13th has 0.002 + 0.004, the 14th 0.006 + 0.008.
    w.book("0.006", "z", "08-13 12:00", cost_center="zone")
    w.book("0.014", "z", "08-14 12:00", cost_center="zone")


def lookalikes() -> World:
    w = world()
    w.price("twin", {"input_tokens": "0.000004", "output_tokens": "0.00002"})
    # n names no rate for cached tokens: at its price this call has no amount, not 0.005.
    w.use("m", request_id="no-rate", cost_center="x", **FULL)
    w.book("0.005", request_id="no-rate", cost_center="x")
    # Two entries that make three times the cost together, neither of them the cost.
    w.use("r", request_id="in-two", cost_center="x", **CALL)
    w.book("0.0044", "r", request_id="in-two", cost_center="x")
    w.book("0.0046", "r", request_id="in-two", cost_center="x")
    # Twice the cost, and what another model costs: nothing is decided.
    w.use("r", request_id="rivals", cost_center="x", **CALL)
    w.book("0.006", "r", request_id="rivals", cost_center="x")
    cells(w, {"two-1": "0.00321", "two-2": "0.00535"}, "r", "two")
    cells(w, {"low-1": "0.0081", "low-2": "0.0081"}, "r", "low")
    w.use("r", request_id="gone-id", cost_center="ids", **CALL)
    w.book("0.0031", "r", request_id="gone", cost_center="ids")
    return w


Filed = dict[str, tuple[str, str, str, int]]


def filed(engine: DuckDBEngine) -> Filed:
    found: Filed = {}
    for line in rows(engine, "SELECT * FROM variance_line"):
        key = str(line["line_key"]).removeprefix("id:").removeprefix("group:day=2026-")
        found[key] = (line["cause"], line["bucket"], line["proof"], line["causes"])
    engine.close()
    return found


@pytest.fixture(scope="module")
def found() -> Filed:
    return filed(asked(troubles()))


@pytest.fixture(scope="module")
def alike() -> Filed:
    return filed(asked(lookalikes()))


@pytest.mark.parametrize("name", [*ONE_CALL, *REASONING])
def test_a_call_booked_wrongly_is_filed_under_its_trouble(found: Filed, name: str) -> None:
    _, cause, bucket = {**ONE_CALL, **REASONING}[name]
    assert found[name][:3] == (cause, bucket, "suspected")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("as-n", "under-n"), ("other_model_price", "source", "suspected", 1)),
        (("fee-1", "fee-2", "fee-3"), ("common_factor", "source", "suspected", 1)),
        (("least-1", "least-2", "least-3"), ("minimum_charge", "source", "suspected", 1)),
        (("whole-id", "whole"), ("other_id", "usage", "suspected", 2)),
        (
            ("g1-a", "g1-b", "08-10|model=g1|cost_center=b"),
            ("other_cost_center", "usage", "suspected", 2),
        ),
        (
            ("g2-a", "08-10|model=g3|cost_center=a"),
            ("other_model", "source", "suspected", 2),
        ),
        (
            ("g4-a", "08-22|model=g4|cost_center=a"),
            ("other_day", "timing", "suspected", 2),
        ),
    ],
)
def test_lines_that_belong_together_are_filed_alike(
    found: Filed, names: tuple[str, ...], expected: Any
) -> None:
    assert {name: found[name] for name in names} == dict.fromkeys(names, expected)


def test_days_of_another_zone_are_filed_under_it(found: Filed) -> None:
    lines = [f"08-{day}|model=z|cost_center=zone" for day in (12, 13, 14)]
    assert {found[line][:3] for line in lines} == {("other_zone", "timing", "suspected")}


@pytest.mark.parametrize("name", ["no-rate", "in-two", "two-1", "two-2", "low-1", "low-2"])
def test_what_only_looks_like_it_stays_unknown(alike: Filed, name: str) -> None:
    assert alike[name] == ("unknown", "unknown", "none", 0)


def test_two_explanations_stand_beside_each_other_and_prove_nothing(alike: Filed) -> None:
    assert alike["rivals"] == ("other_model_price", "source", "suspected", 2)


def test_another_amount_under_another_id_is_no_counterpart(alike: Filed) -> None:
    assert alike["gone-id"] == ("not_in_ledger", "usage", "proved", 1)
    assert alike["gone"] == ("not_in_usage", "usage", "proved", 1)


@pytest.mark.parametrize(
    ("basis", "charges", "booked", "cause", "proof"),
    [
        ("net", ("0.0041",), "0.0041", "booked_as_charged", "suspected"),
        ("net", ("0.0041", "0.0043"), "0.0084", "booked_as_charged", "suspected"),
        ("list", ("0.0041",), "0.0041", "booked_as_charged", "suspected"),
        ("net", ("0.0041",), "0.0042", "unknown", "none"),
        ("net", ("0.0041", None), "0.0041", "unknown", "none"),  # one charge is not known
        # Whatever says why the charge is so comes first: another price, or a doubt on record.
        ("net", ("0.0052",), "0.0052", "price_not_in_force", "proved"),
        ("net", ("0.0041", "cancelled"), "0.0041", "within_billing_range", "suspected"),
    ],
)
def test_books_that_follow_a_charge_agree_with_it_and_say_nothing_of_why(
    basis: str, charges: tuple[str | None, ...], booked: str, cause: str, proof: str
) -> None:
    w = world()
    w.price("m", {**CACHED, "input_tokens": "0.000004"}, until="07-01", start="06-01")
    for n, charged in enumerate(charges):
        more = {"outcome": charged} if charged == "cancelled" else {}
        cost = "0" if more else charged
        w.use(at=f"08-10 0{n}:00", cost_center="ads", charged_cost=cost, **more, **FULL)
    w.book(booked, at="08-10 20:00", cost_center="ads")
    engine = asked(w, replace(terms(), basis=basis))
    (line,) = rows(engine, "SELECT cause, proof, bucket FROM variance_line")
    assert (line["cause"], line["proof"]) == (cause, proof)
    buckets = {"unknown": "unknown", "within_billing_range": "contract"}
    assert line["bucket"] == buckets.get(cause, "source")
