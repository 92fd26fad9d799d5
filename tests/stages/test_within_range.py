"""A recorded amount within the range of the line's own doubts is explained and unproved (D7, L3).

Amounts are by hand: 1,000 input tokens at 2e-6 and 100 output tokens at 1e-5 are 0.003; at the
price in doubt they are 0.001 more or less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.world import World, asked, rows, terms

RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
DEAR = {"input_tokens": "0.000003", "output_tokens": "0.00001"}
CALL = {"input_tokens": "1000", "output_tokens": "100"}
UNKNOWN = ("unknown", "none", "unknown")
BILLING = ("within_billing_range", "suspected", "contract")
PRICE = ("within_price_range", "suspected", "source")
METER = ("within_meter_range", "suspected", "usage")


def unrecorded_cache(world: World) -> None:
    """One call, 0.003; all its input may have come from a cache at a tenth: down to 0.0012."""
    world.price("m", {**RATES, "cache_read_tokens": "0.0000002"})
    world.use(**CALL)


def one_failed(world: World) -> None:
    """One call of 0.003, and one that failed: up to 0.006."""
    world.price("m", RATES)
    world.use(**CALL)
    world.use(outcome="failed", **CALL)


def two_failed(world: World) -> None:
    """One call of 0.003, and two that failed: up to 0.009."""
    one_failed(world)
    world.use(outcome="failed", **CALL)


def newer_price_waits(world: World) -> None:
    """Two calls, 0.006 or at the newer price, which nobody approved, up to 0.008."""
    world.price("m", RATES)
    world.wait("m", DEAR, start="08-05")
    world.use(**CALL)
    world.use(**CALL)


def disputed(world: World) -> None:
    """Two calls at 0.004, which a second source prices at 0.003: down to 0.006."""
    world.price("m", DEAR)
    world.check("m", RATES)
    world.use(**CALL)
    world.use(**CALL)


def disputed_and_failed(world: World) -> None:
    """Beside them one that failed: from 0.006 to 0.012."""
    disputed(world)
    world.use(outcome="failed", **CALL)


def one_disputed_one_failed(world: World) -> None:
    """A call of 0.003 to 0.004 and one that failed, 0 to 0.004: from 0.003 to 0.008."""
    world.price("m", DEAR)
    world.check("m", RATES)
    world.use(**CALL)
    world.use(outcome="failed", **CALL)


def failed_beside_dear(world: World) -> None:
    """A call of 0.003 to 0.013 and one that failed, 0 to 0.003: from 0.003 to 0.016."""
    world.price("m", RATES)
    world.wait("m", {**RATES, "input_tokens": "0.000012"}, start="08-10 12:30")
    world.use(outcome="failed", **CALL)
    world.use(at="08-10 13:00", **CALL)


def found_of(
    build: Callable[[World], None], amount: str, step: str = "0", basis: str = "net"
) -> list[tuple[str, str, str]]:
    """Cause, proof and bucket of the one line, which has one cause at most."""
    world = World()
    build(world)
    world.book(amount)
    said = replace(terms(step=step), basis=basis)
    engine = asked(world, said)
    found = rows(engine, "SELECT cause, proof, bucket, causes FROM variance_line")
    assert all(one["causes"] <= 1 for one in found)
    return [(one["cause"], one["proof"], one["bucket"]) for one in found]


@pytest.mark.parametrize(
    ("build", "amount", "cause"),
    [
        (unrecorded_cache, "0.0021", METER),
        (unrecorded_cache, "0.0012", METER),
        (unrecorded_cache, "0.00119", UNKNOWN),
        (unrecorded_cache, "0.00310001", UNKNOWN),
        # A call that failed may be billed in part, for what it wrote until then.
        (one_failed, "0.0051", BILLING),
        (one_failed, "0.0061", UNKNOWN),
        (two_failed, "0.0051", BILLING),
        (two_failed, "0.0089", BILLING),
        (two_failed, "0.0091", UNKNOWN),
        (two_failed, "0.0029", UNKNOWN),
        (newer_price_waits, "0.0071", PRICE),
        (newer_price_waits, "0.0081", UNKNOWN),
        (newer_price_waits, "0.0059", UNKNOWN),
        (disputed, "0.0065", PRICE),
        (disputed, "0.0059", UNKNOWN),
        # One doubt is enough.
        (disputed_and_failed, "0.0065", PRICE),
        # The failed call alone is no explanation, nor is what is disputed; both together are.
        (disputed_and_failed, "0.0111", BILLING),
        (disputed_and_failed, "0.0121", UNKNOWN),
        (one_disputed_one_failed, "0.0035", PRICE),
        (one_disputed_one_failed, "0.0029", UNKNOWN),
        (failed_beside_dear, "0.0121", PRICE),
        # Only both together, of which the price is the wider.
        (failed_beside_dear, "0.0145", PRICE),
        (failed_beside_dear, "0.0161", UNKNOWN),
    ],
)
def test_what_lies_within_a_doubt_is_filed_under_it_and_what_lies_beside_it_is_not(
    build: Callable[[World], None], amount: str, cause: tuple[str, str, str]
) -> None:
    assert found_of(build, amount) == [cause]


def test_a_rounded_amount_may_lie_half_a_step_beside_the_range() -> None:
    assert found_of(unrecorded_cache, "0.00115", "0.0001") == [METER]
    assert found_of(unrecorded_cache, "0.00114", "0.0001") == [UNKNOWN]
    assert found_of(failed_beside_dear, "0.01605", "0.0001") == [PRICE]
    assert found_of(failed_beside_dear, "0.01606", "0.0001") == [UNKNOWN]


@pytest.mark.parametrize("basis", ["list", "charged", "cash-effective"])
def test_the_range_is_one_of_net_cost_alone(basis: str) -> None:
    def charged(world: World) -> None:
        rates = {name: str(Decimal(rate) / Decimal("0.8")) for name, rate in RATES.items()}
        cached = {**rates, "cache_read_tokens": "0.00000025"}
        world.price("m", cached, multiplier="0.8")
        world.use(charged_cost="0.003", **CALL)

    assert found_of(charged, "0.0021") == [METER]
    assert found_of(charged, "0.0021", basis=basis) == [UNKNOWN]


def test_a_list_price_without_a_multiplier_is_a_net_one() -> None:
    assert found_of(unrecorded_cache, "0.0021", basis="list") == [METER]
    # Which of two prices a list would have is no doubt about a net cost.
    assert found_of(disputed, "0.0065", basis="list") == [UNKNOWN]


def test_several_doubts_stand_under_the_widest_in_the_direction_of_the_difference() -> None:
    """Downward only the cache, 0.0018; upward 0.001 by a call that failed, and 0.0007 by prices."""
    world = World()
    world.price("m", {**RATES, "cache_read_tokens": "0.0000002"})
    world.price("n", {"input_tokens": "0.000001"})
    world.price("o", {"input_tokens": "0.000001"})
    world.wait("o", {"input_tokens": "0.0000017"}, start="08-05")
    world.use(cost_center="a", **CALL)
    world.use("n", cost_center="a", outcome="failed", input_tokens="1000", output_tokens="0")
    world.use("o", cost_center="a", input_tokens="1000", output_tokens="0")
    world.book("0.0055", None, cost_center="a")
    found = rows(
        asked(world, terms(keys=("day", "cost_center"))), "SELECT cause, variant FROM variance_line"
    )
    assert found == [{"cause": "within_billing_range", "variant": "doubts together"}]


def test_a_range_without_a_bound_explains_nothing_above_what_is_expected() -> None:
    def unbounded(world: World) -> None:
        # What a call takes in images is priced, and the format does not record it.
        world.price("m", {**RATES, "cache_read_tokens": "0.0000002", "images": "0.01"})
        world.use(**CALL)

    assert found_of(unbounded, "0.0021") == [METER]
    assert found_of(unbounded, "0.0041") == [UNKNOWN]

    def unbounded_and_failed(world: World) -> None:
        unbounded(world)
        world.use(outcome="failed", **CALL)

    # The failed call has no bound either: it is of the same price.
    assert found_of(unbounded_and_failed, "0.0041") == [UNKNOWN]


def test_another_cause_that_closes_the_line_goes_before_a_range() -> None:
    def other_model(world: World) -> None:
        unrecorded_cache(world)
        world.price("other", {"input_tokens": "0.0000011", "output_tokens": "0.00001"})

    assert found_of(other_model, "0.0021") == [("other_model_price", "suspected", "source")]


def test_what_the_ledger_says_of_its_quantities_goes_before_a_range() -> None:
    world = World()
    two_failed(world)
    world.book("0.0051", **CALL)
    (found,) = rows(asked(world), "SELECT cause, rate_part, quantity_part FROM variance_line")
    assert found == {"cause": "unknown", "rate_part": Decimal("0.0021"), "quantity_part": 0}


def test_two_doubts_that_are_each_enough_are_rivals() -> None:
    world = World()
    failed_beside_dear(world)
    world.book("0.0055")
    (found,) = rows(asked(world), "SELECT cause, variant, causes FROM variance_line")
    assert found == {"cause": "within_billing_range", "variant": "doubts alone", "causes": 2}


def test_each_line_has_its_own_range() -> None:
    """Two lines of one model: the failed calls of one explain nothing of the other."""
    world = World()
    world.price("m", RATES)
    for cost_center, outcomes in (("a", ("failed", "failed")), ("b", ())):
        for outcome in ("completed", *outcomes):
            world.use(outcome=outcome, cost_center=cost_center, **CALL)
        world.book("0.0051", cost_center=cost_center)
    found = rows(asked(world), "SELECT cause FROM variance_line ORDER BY cost_center")
    assert [one["cause"] for one in found] == ["within_billing_range", "unknown"]
