"""Each finder of a cause: a line it explains, and a near miss."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.world import World, asked, rows, terms
from tieout.close.calculation import Terms
from tieout.money import LEVELS, RoundingRule

RATES = {
    "input_tokens": "0.000002",
    "output_tokens": "0.00001",
}  # times 0.8: 1000 and 100 cost 0.0024
CENTS: dict[str, RoundingRule] = {level: RoundingRule(level, Decimal("0.01")) for level in LEVELS}
TOKENS = {"input_tokens": "1000", "output_tokens": "100"}


def filed(world: World, said: Terms | None = None) -> tuple[str, str, str]:
    found = rows(
        asked(world, said),
        "SELECT cause, proof, bucket FROM variance_line ORDER BY abs(variance) DESC, line_key",
    )[0]
    return found["cause"], found["proof"], found["bucket"]


def one_line(amount: str, **fields: str) -> World:
    world = World()
    world.price("m", RATES, multiplier="0.8", until="08-20")
    world.price("m", {**RATES, "input_tokens": "0.000003"}, multiplier="0.8", start="08-20")
    world.use(request_id="a", **{**TOKENS, **fields})
    world.book(amount, request_id="a")
    return world


@pytest.mark.parametrize(
    ("amount", "cause", "proof", "bucket"),
    [
        ("0.0032", "price_not_in_force", "proved", "source"),
        ("0.003", "ratio_not_applied", "proved", "source"),
        ("0.00192", "ratio_applied_twice", "proved", "source"),
        ("2.4", "factor_thousand", "suspected", "source"),
        ("0.0000024", "factor_thousand", "suspected", "source"),
        ("0.00816", "tokens_swapped", "suspected", "usage"),
    ],
)
def test_an_amount_is_filed_under_its_cause_and_a_near_miss_is_not(
    amount: str, cause: str, proof: str, bucket: str
) -> None:
    assert filed(one_line(amount)) == (cause, proof, bucket)
    assert filed(one_line(f"{amount}0000001" if "." in amount else amount)) == (
        "unknown", "none", "unknown",
    )  # fmt: skip


def test_a_failed_call_booked_in_full_is_suspected() -> None:
    assert filed(one_line("0.0024", outcome="failed"))[:2] == (
        "uncounted_calls_booked",
        "suspected",
    )
    assert filed(one_line("0.0023", outcome="failed"))[0] == "within_billing_range"
    assert filed(one_line("0.0025", outcome="failed"))[0] == "unknown"


def test_causes_of_different_parts_that_compete_are_only_suspected() -> None:
    world = World()
    world.price("m", RATES, until="08-20")
    world.price("m", {**RATES, "input_tokens": "0.0000092"}, start="08-20")
    world.use(request_id="a", **TOKENS)
    world.book("0.0102", request_id="a")  # also the tokens swapped: 1000 and 100 the other way
    assert filed(world) == ("price_not_in_force", "suspected", "source")


def test_another_price_without_a_rate_for_a_meter_explains_nothing() -> None:
    world = World()
    world.price("m", RATES, until="08-20")
    world.price("m", {"input_tokens": "0.000005"}, start="08-20")
    world.use(request_id="a", **TOKENS)
    world.book("0.005", request_id="a")  # input alone at the other price
    assert filed(world)[0] == "unknown"


def test_entries_that_repeat_the_whole_line_are_posted_repeatedly() -> None:
    world = one_line("0.0024")
    world.book("0.0024", request_id="a")
    assert filed(world) == ("posted_repeatedly", "proved", "usage")
    world.ledger[1]["recorded_cost"] *= 3
    assert filed(world)[0] == "unknown"


def test_a_difference_is_timing_only_with_a_counterpart() -> None:
    for at, cause, bucket in (
        ("09-01 00:10", "other_period", "timing"),
        ("09-04", "not_in_ledger", "usage"),
    ):
        world = World()
        world.price("m", RATES)
        world.use(at="08-31 23:50", request_id="a", **TOKENS)
        world.book("0.003", at=at, request_id="a")
        assert filed(world)[::2] == (cause, bucket)


def test_a_counterpart_whose_cost_is_unknown_is_none() -> None:
    world = World()
    world.price("m", RATES, until="09-01")
    world.use(at="08-31 23:50", request_id="a", **TOKENS)
    world.book("0.003", at="09-01 00:10", request_id="a")
    world.use(at="09-01 00:05", request_id="a", attempt="2", **TOKENS)
    assert filed(world)[0] != "other_period"


def test_quantities_of_the_ledger_at_the_price_in_force_are_proved() -> None:
    world = World()
    world.price("m", RATES)
    world.use(request_id="a", **TOKENS)
    world.book("0.005", request_id="a", input_tokens="2000", output_tokens="100")
    assert filed(world) == ("quantities_differ", "proved", "usage")
    world.ledger[0]["recorded_cost"] += 1
    assert filed(world)[0] == "unknown"


@pytest.mark.parametrize(
    ("level", "amount", "cause"),
    [
        ("request", "0.02", "declared_rounding"),  # 0.0057 and 0.0057: each becomes 0.01
        ("line", "0.01", "declared_rounding"),  # 0.0114 becomes 0.01
        ("line", "0.02", "unknown"),
        ("request", "0.01", "unknown"),
        ("none", "0.01", "unknown"),
    ],
)
def test_rounding_is_recognised_at_the_declared_level_only(
    level: str, amount: str, cause: str
) -> None:
    world = World()
    world.price("m", RATES)
    for at in ("08-05 10:00", "08-05 11:00"):
        world.use(at=at, input_tokens="2850", output_tokens="0")
    world.book(amount, at="08-05")
    assert filed(world, terms(rounding=CENTS[level]))[0] == cause


def test_every_number_of_decimals_is_a_step() -> None:
    for places in range(7):
        world = World()
        world.price("m", {"input_tokens": "0.123456789", "output_tokens": "0"})
        world.use(request_id="a", input_tokens="1", output_tokens="0")
        world.book(f"{0.123456789:.{places}f}", request_id="a")
        rule = RoundingRule("line", Decimal(1).scaleb(-places))
        assert filed(world, terms(rounding=rule))[0] == "declared_rounding"


def test_half_a_step_ties_out_and_a_hair_more_does_not() -> None:
    for amount, ties in (("0.0074", True), ("0.00740001", False)):
        cause = filed(one_line(amount), terms(step="0.01"))[0]
        assert (cause == "ties_out") is ties


def refund_of(day: str, booked: str = "-0.0024") -> World:
    """A refund on 10 August of a call of that day, and its entry; the call's own is not here."""
    world = World()
    world.price("m", RATES, multiplier="0.8", start="01-01")
    call = {"task_id": "t", "request_id": "a", **TOKENS}
    world.use(at=f"{day} 09:00", charged_cost="0.0024", **call)
    world.use(entry_kind="refund", task_id="t", charged_cost="-0.0024", requests=None)
    world.book(booked, request_id="a")
    return world


def test_a_refund_of_a_call_of_another_period_is_timing() -> None:
    assert filed(refund_of("07-10")) == ("refund_of_other_period", "proved", "timing")
    assert filed(refund_of("07-31")) == ("refund_of_other_period", "proved", "timing")


def test_other_money_beside_a_refund_or_a_refund_within_the_period_is_not() -> None:
    assert filed(refund_of("07-10", "-0.0023"))[0] == "unknown"
    assert filed(refund_of("08-09"))[0] == "unknown"


def test_a_refund_whose_call_is_booked_in_the_margin_has_its_counterpart_there() -> None:
    world = refund_of("07-31")
    world.book("0.0024", at="07-31 09:00", request_id="a")
    assert filed(world) == ("other_period", "proved", "timing")
