"""Day totals that hold usage which does not count: test keys, repeated rows (D15, U6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.world import World, asked, rows, terms
from tieout.close.calculation import Terms, calculate
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement

# By hand: 100 input and 10 output tokens are 0.0002 + 0.0001 = 0.0003.
RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
TOKENS = {"input_tokens": "100", "output_tokens": "10"}
AT = "08-03 10:00"


def filed(world: World, said: Terms | None = None) -> list[tuple[Any, ...]]:
    """Cause, proof, bucket and variant of the lines that do not tie out."""
    engine = DuckDBEngine(1)
    calculate(engine, world.inputs(), said or terms())
    found = rows(
        engine,
        "SELECT cause, proof, bucket, variant FROM variance_line WHERE line_state = 'open'"
        " ORDER BY line_key",
    )
    return [tuple(row.values()) for row in found]


def world_of(booked: str, price: dict[str, Any] | None = None, **left_out: Any) -> World:
    """Two calls that count, one more as said, and the total of their day."""
    world = World()
    world.sold(world.price("m", RATES, **(price or {})))
    world.exclude("key_name", "test-key")
    world.exclude("environment", "staging")
    for name in ("a", "b"):
        world.use("m", AT, request_id=name, **TOKENS)
    at = left_out.pop("at", AT)
    world.use("m", at, **{**TOKENS, "request_id": "c", **left_out})
    world.book(booked, "m", AT)
    return world


BOTH = "rows that repeat another and rows of every rule from rule 1 to rule 1"
BOOKED = ("left_out_booked", "suspected", "usage")


def test_a_test_key_in_the_total_of_a_day_is_named_with_its_rule() -> None:
    world = world_of("0.0009", key_name="test-key")
    ((*found, variant),) = filed(world)
    assert tuple(found) == BOOKED
    assert variant.startswith("RULE:")


def test_a_row_that_repeats_another_is_in_the_total_once_more() -> None:
    world = world_of("0.0009", request_id="b")
    assert filed(world) == [(*BOOKED, "rows that repeat another")]


def test_rows_of_two_reasons_are_tried_together() -> None:
    world = world_of("0.0012", key_name="test-key")
    world.use("m", AT, request_id="d", environment="staging", **TOKENS)
    assert filed(world) == [(*BOOKED, "rows of every rule from rule 1 to rule 2")]


def test_a_total_of_nothing_but_left_out_rows_is_theirs() -> None:
    world = World()
    world.price("m", RATES)
    world.exclude("key_name", "test-key")
    world.use("m", AT, request_id="c", key_name="test-key", **TOKENS)
    world.book("0.0003", "m", AT)
    ((*found, _),) = filed(world)
    assert tuple(found) == BOOKED


def explained(world: World, said: Terms | None = None) -> bool:
    """Whether a line is suspected to hold rows that do not count."""
    return "left_out_booked" in {found[0] for found in filed(world, said)}


# By hand: the two that count are 0.0006; the third is 0.0003, or 0.0002 without its output.
@pytest.mark.parametrize(
    ("booked", "left_out"),
    [
        # Another amount, another day, another team, and a day beside the period.
        ("0.00091", {}),
        ("0.0009", {"cost_center": "search"}),
        ("0.0009", {"at": "08-04 10:00"}),
        # What the row costs is not known: a meter was not recorded, or has no rate.
        ("0.0008", {"output_tokens": None}),
        ("0.0009", {"audio_input_tokens": "5"}),
        # A failed call counts nothing while no rule says that it is billed.
        ("0.0009", {"outcome": "failed"}),
        # It gives a call back.
        ("0.0009", {"entry_kind": "refund"}),
    ],
)
def test_what_does_not_close_the_day_is_no_explanation(
    booked: str, left_out: dict[str, Any]
) -> None:
    assert not explained(world_of(booked, key_name="test-key", **left_out))


def test_a_price_that_nobody_knows_is_no_amount() -> None:
    # By hand, two calls at noon; the test call was made before the price began.
    world = world_of("0.0009", {"start": "08-03 09:00"}, key_name="test-key", at="08-03 08:00")
    assert not explained(world)
    assert explained(world_of("0.0009", key_name="test-key", at="08-03 08:00"))


@pytest.mark.parametrize("billable", [True, False])
def test_a_failed_test_call_counts_where_a_rule_says_that_it_is_billed(billable: bool) -> None:
    world = world_of("0.0009", key_name="test-key", outcome="failed")
    world.rule("failed", billable=billable)
    assert explained(world) == billable


def test_a_row_whose_id_is_in_the_books_is_judged_by_its_id() -> None:
    world = world_of("0.0009", key_name="test-key")
    world.book("0.0001", "m", AT, request_id="c")
    assert not explained(world)


@pytest.mark.parametrize("basis", ["net", "charged"])
def test_a_repeat_whose_first_copy_waits_has_no_amount(basis: str) -> None:
    # Two records of one id say two things, and one of them stands twice.
    charge: dict[str, Any] = {"charged_cost": "0.0003"}
    world = world_of("0.0009", request_id="c", **charge)
    for one in world.usage[:2]:
        one |= {"charged_cost": Decimal("0.0003"), "currency": "USD"}
    world.use("m", AT, **{**TOKENS, **charge, "request_id": "c"})
    world.use("m", AT, request_id="c", input_tokens="200", output_tokens="10", **charge)
    assert not explained(world, replace(terms(), basis=basis))


def variants(world: World) -> list[str]:
    """Every way in which left-out rows close a line."""
    engine = asked(world, terms())
    found = rows(engine, "SELECT variant FROM left_out_booked ORDER BY variant")
    return [str(one["variant"]).split(":")[0] for one in found]


def test_a_repeat_of_a_test_call_is_no_repeat_of_a_call_that_counts() -> None:
    # Two calls that count, and a test call that the export repeats: 0.0006 and twice 0.0003.
    for booked, found in (
        ("0.0009", ["RULE"]),
        ("0.0012", [BOTH]),
    ):
        world = world_of(booked, key_name="test-key")
        world.use("m", AT, **{**TOKENS, "request_id": "c", "key_name": "test-key"})
        assert variants(world) == found


def test_what_is_no_usage_takes_no_part() -> None:
    world = world_of("0.0012", key_name="test-key")
    world.use("m", AT, request_id="b", **TOKENS)
    world.use("m", AT, entry_kind="not_usage", requests=None)
    assert variants(world) == [BOTH]


def test_rules_without_repeats_are_tried_together() -> None:
    world = world_of("0.0012", key_name="test-key")
    world.use("m", AT, request_id="d", environment="staging", **TOKENS)
    world.use("m", AT, request_id="b", **TOKENS)
    assert filed(world) == [(*BOOKED, "rows of every rule from rule 1 to rule 2")]


def test_one_row_whose_cost_nobody_knows_leaves_its_rule_without_an_amount() -> None:
    world = world_of("0.0009", key_name="test-key")
    unknown = {**TOKENS, "output_tokens": None}
    world.use("m", AT, request_id="d", key_name="test-key", **unknown)
    assert not explained(world)
    # Whether a call was billed is not known, and neither is what it used.
    world.usage[-1]["outcome"] = "failed"
    assert not explained(world)
    world.usage[-1]["output_tokens"] = Decimal(10)
    assert explained(world)


def test_a_model_mapped_in_another_unit_has_no_price_here() -> None:
    def mapped(unit: str) -> World:
        world = World()
        world.price("m", RATES)
        world.alias("our-m", "m", unit=unit)
        world.exclude("key_name", "test-key")
        world.use("m", AT, request_id="a", **TOKENS)
        world.use("our-m", AT, request_id="c", key_name="test-key", **TOKENS)
        world.book("0.0006", "m", AT)
        return world

    assert explained(mapped("token"))
    assert not explained(mapped("1K tokens"))


def test_a_call_that_is_given_back_elsewhere_has_no_amount_of_its_own() -> None:
    world = world_of("0.0009", key_name="test-key", task_id="t", charged_cost="0.0003")
    world.use("m", AT, entry_kind="refund", task_id="t", charged_cost="-0.0003", requests=None)
    assert not explained(world)


def test_a_call_that_is_settled_elsewhere_has_no_amount_of_its_own() -> None:
    world = world_of("0.0009", key_name="test-key", task_id="t", charged_cost="0.0003")
    world.use("m", AT, entry_kind="refund", task_id="t", charged_cost="-0.0001", requests=None)
    assert not explained(world)


def test_a_price_that_rests_on_a_contradicted_item_is_no_amount() -> None:
    def world(*terms_: str) -> World:
        made = world_of("0.0009", key_name="other")
        made.sold(made.price("x", RATES, multiplier="0.5"))
        made.use("x", AT, request_id="d", key_name="test-key", **TOKENS)
        made.ledger[-1]["recorded_cost"] = Decimal("0.00105")
        made.contradicted.extend({"vendor": "vendor", "term": one} for one in terms_)
        return made

    keys = terms(("day", "cost_center"))
    assert explained(world(), keys)
    assert not explained(world("price:list_with_ratio"), keys)


def test_repeats_belong_to_their_own_attempt_and_outcome() -> None:
    # The failed attempt of an id stands twice: what repeats costs as little as what it repeats.
    world = world_of("0.0009", request_id="b", outcome="failed")
    world.use("m", AT, **{**TOKENS, "request_id": "b", "outcome": "failed"})
    assert not explained(world)


def test_a_refunded_test_call_has_no_amount_of_its_own() -> None:
    world = world_of("0.0009", key_name="test-key", task_id="t", charged_cost="0.0003")
    world.use(
        "m", AT, entry_kind="refund", task_id="t", charged_cost="-0.0003", key_name="test-key"
    )
    assert not explained(world)


def test_list_prices_in_the_books_make_list_prices_of_left_out_rows() -> None:
    def booked(amount: str) -> World:
        return world_of(amount, {"multiplier": "0.5"}, key_name="test-key")

    # Each of the three calls is 0.0003 before the multiplier, and half of it after.
    listed = replace(terms(), basis="list")
    assert explained(booked("0.0009"), listed)
    assert explained(booked("0.00045"))
    assert not explained(booked("0.00075"), listed)


def test_a_charge_in_another_money_is_no_amount() -> None:
    def charged(currency: str) -> World:
        world = World()
        world.price("m", RATES)
        world.exclude("key_name", "test-key")
        world.use("x", AT, key_name="test-key", charged_cost="0.0005", currency=currency)
        world.book("0.0005", "x", AT)
        return world

    said = replace(terms(), basis="charged")
    assert explained(charged("USD"), said)
    assert not explained(charged("CNY"), said)


def test_a_left_out_row_of_no_known_model_leaves_its_entry_in_doubt() -> None:
    world = World()
    world.price("m", RATES)
    world.exclude("key_name", "test-key")
    world.use("x", AT, request_id="c", key_name="test-key", **TOKENS)
    world.book("0.0005", "x", AT)
    ((cause, proof, *_),) = filed(world)
    assert (cause, proof) == ("not_in_usage", "suspected")


def test_other_keys_make_other_groups() -> None:
    keys = ("day", "source_model_id", "project", "customer", "environment", "currency")
    own = {"project": "p|1", "customer": "c", "environment": "staging"}
    world = World()
    world.price("m", RATES)
    world.exclude("key_name", "test-key")
    world.use("m", AT, request_id="a", **own, **TOKENS)
    world.use("m", AT, request_id="c", key_name="test-key", **own, **TOKENS)
    world.book("0.0006", "m", AT, **own)
    assert explained(world, terms(keys))
    for name, value in own.items():
        world.usage[-1][name] = "other"
        assert not explained(world, terms(keys)), name
        world.usage[-1][name] = value


def test_the_key_of_a_group_is_made_by_one_text() -> None:
    """Usage that counts, and usage that does not, stand in the groups of one key."""

    def key(path: str) -> str:
        text = " ".join(statement(path).sql.split())
        start = text.index("CASE WHEN t.by_day THEN")
        return text[start : text.index("'no currency') END", start)]

    assert key("matching/usage_member") == key("variance/causes/left_out_booked")


def test_one_of_several_left_out_rows_is_never_picked() -> None:
    world = world_of("0.0009", key_name="test-key")
    world.use("m", AT, request_id="d", key_name="test-key", **TOKENS)
    assert not explained(world)


def test_books_of_charges_hold_the_charges_of_left_out_rows() -> None:
    world = World()
    world.price("m", RATES)
    world.exclude("key_name", "test-key")
    world.use("m", AT, request_id="a", charged_cost="0.0003", **TOKENS)
    world.use("m", AT, request_id="c", key_name="test-key", charged_cost="0.0004", **TOKENS)
    world.book("0.0007", "m", AT)
    ((*found, _),) = filed(world, replace(terms(), basis="charged"))
    assert tuple(found) == BOOKED


def test_the_amount_is_exact() -> None:
    world = world_of("0.0009", key_name="test-key")
    engine = DuckDBEngine(1)
    calculate(engine, world.inputs(), terms())
    (line,) = rows(engine, "SELECT variance, quantity_part FROM variance_line")
    assert line == {"variance": Decimal("0.0003"), "quantity_part": Decimal("0.0003")}


def test_a_row_beside_the_period_is_no_part_of_its_totals() -> None:
    keys = ("source_model_id", "cost_center")
    for at, within in (("08-31 10:00", True), ("09-01 10:00", False)):
        world = world_of("0.0009", key_name="test-key", at=at)
        assert explained(world, terms(keys)) == within
