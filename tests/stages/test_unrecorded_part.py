"""A call booked above its price by whole units of a meter its format does not record.

By hand: 1,000 prompt tokens at 2e-6 and 100 at 1e-5 are 0.003; a cached token costs 2e-7, so that
64 of them beside the 1,000 that include them are 0.0000128 more.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.world import World, asked, rows, terms

RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
CACHED = {**RATES, "cache_read_tokens": "0.0000002"}
CALL = {"input_tokens": "1000", "output_tokens": "100"}
ADDED = ("unrecorded_part_added", "suspected", "contract")
UNKNOWN = ("unknown", "none", "unknown")


def booked(
    *amounts: str, rates: dict[str, str] = CACHED, step: str = "0", basis: str = "net", **price: str
) -> list[tuple[str, str, str]]:
    """Cause, proof and bucket of the line of each call, in their order."""
    world = World()
    world.price("m", rates, **price)  # type: ignore[arg-type]
    for number, amount in enumerate(amounts):
        world.use(request_id=f"r{number}", charged_cost="0.003", **CALL)
        world.book(amount, request_id=f"r{number}")
    engine = asked(world, replace(terms(step=step), basis=basis))
    found = rows(engine, "SELECT cause, proof, bucket FROM variance_line ORDER BY line_key")
    return [(one["cause"], one["proof"], one["bucket"]) for one in found]


def test_whole_units_of_the_part_up_to_its_whole_are_suspected() -> None:
    # 64 of them, one, and all 1,000; the call that ties out is none of them.
    assert booked("0.0030128", "0.0030002", "0.0032") == [ADDED] * 3
    assert booked("0.0030128", "0.003", "0.0030256")[::2] == [ADDED] * 2


@pytest.mark.parametrize(
    "amount",
    [
        "0.0032002",  # more than there are
        "0.00301281",  # no whole number
        "0.0011",  # less than the range of a cache leaves
    ],
)
def test_one_call_that_does_not_fit_leaves_the_others_unknown(amount: str) -> None:
    assert booked("0.0030128", "0.0030002", amount) == [UNKNOWN] * 3


def test_a_part_that_costs_nothing_explains_nothing() -> None:
    assert booked("0.0030128", "0.0032", rates={**RATES, "cache_read_tokens": "0"}) == [UNKNOWN] * 2


def test_one_call_alone_is_no_sign() -> None:
    assert booked("0.0030128") == [UNKNOWN]
    # Nor is one fee on several.
    assert booked("0.0030128", "0.0030128") == [UNKNOWN] * 2


@pytest.mark.parametrize(
    ("amounts", "rates"),
    [
        (("0.003006", "0.003014"), CACHED),  # three and seven prompt tokens more
        (("0.003006", "0.00304"), CACHED),  # or four of the answer
        (("0.0030128", "0.0032"), CACHED),  # 64 cached ones, and a hundred of the prompt
        (("0.00301", "0.00303"), RATES),  # no price of a part is stated at all
    ],
)
def test_whole_units_at_another_rate_of_the_price_are_no_sign(
    amounts: tuple[str, ...], rates: dict[str, str]
) -> None:
    assert booked(*amounts, rates=rates) == [UNKNOWN] * 2


def test_a_call_that_another_cause_closes_says_nothing_against_the_others() -> None:
    repeated = ("counted_repeatedly", "suspected", "usage")
    assert booked("0.0030128", "0.0030256", "0.006") == [ADDED, ADDED, repeated]


def test_what_the_ledger_says_of_its_quantities_goes_before_it() -> None:
    world = World()
    world.price("m", CACHED)
    for number, amount in enumerate(("0.0030128", "0.0030256")):
        world.use(request_id=f"r{number}", **CALL)
        world.book(amount, request_id=f"r{number}", **CALL)
    found = rows(asked(world), "SELECT cause, rate_part FROM variance_line ORDER BY line_key")
    assert [one["cause"] for one in found] == ["unknown"] * 2
    assert [one["rate_part"] for one in found] == [Decimal("0.0000128"), Decimal("0.0000256")]


def test_a_part_that_is_estimated_is_not_unrecorded() -> None:
    world = World()
    world.price("m", CACHED)
    world.estimate("m", "cache_read_tokens", ("0", "0", "0"))
    for number, amount in enumerate(("0.0030128", "0.0030256")):
        world.use(request_id=f"r{number}", input_includes_parts=True, **CALL)
        world.book(amount, request_id=f"r{number}")
    found = rows(asked(world), "SELECT DISTINCT cause FROM variance_line")
    assert [one["cause"] for one in found] == ["unknown"]


def test_a_call_within_its_range_says_nothing_against_the_others() -> None:
    within = ("within_meter_range", "suspected", "usage")
    assert booked("0.0030128", "0.0029", "0.0030256") == [ADDED, within, ADDED]
    # A cache write that costs more than input leaves all of them within the range.
    dear = {**CACHED, "cache_write_tokens": "0.0000025"}
    assert booked("0.0030128", "0.0030256", rates=dear) == [within] * 2


def test_what_a_format_records_is_no_part_that_was_not_recorded() -> None:
    world = World()
    world.recorded = {"usage": ("input_tokens", "output_tokens", "requests", "cache_read_tokens")}
    world.price("m", CACHED)
    for number, amount in enumerate(("0.0030128", "0.0030256")):
        call = f"r{number}"
        world.use(request_id=call, input_includes_parts=True, cache_read_tokens="0", **CALL)
        world.book(amount, request_id=call)
    found = rows(asked(world), "SELECT DISTINCT cause FROM variance_line")
    assert [one["cause"] for one in found] == ["unknown"]


def test_a_noise_below_half_a_step_changes_nothing_and_a_coarse_step_would_fit_by_chance() -> None:
    near = ("0.00301280000003", "0.00302559999997")
    assert booked(*near, step="0.0000000001") == [ADDED] * 2
    assert booked(near[0], "0.0030256001", step="0.0000000001") == [UNKNOWN] * 2
    # Two thousand half steps are as much as the rate, and more than it.
    assert booked("0.0030128", "0.0030256", step="0.0000000002") == [ADDED] * 2
    assert booked("0.0030128", "0.0030256", step="0.00000000021") == [UNKNOWN] * 2


def test_a_ledger_of_list_prices_counts_at_the_list_rate() -> None:
    # Listed: 0.003 and 2e-7; net of the ratio four fifths of it. One unit and three.
    listed = ("0.0030002", "0.0030006")
    assert booked(*listed, basis="list", multiplier="0.8") == [ADDED] * 2
    assert booked(*listed, basis="charged") == [UNKNOWN] * 2
    assert booked("0.00240016", "0.00240048", multiplier="0.8") == [ADDED] * 2
    assert booked("0.0024002", "0.0024006", multiplier="0.8") == [UNKNOWN] * 2


def test_of_several_calls_in_one_line_nobody_knows_which() -> None:
    world = World()
    world.price("m", CACHED)
    for cost_center, amount in (("a", "0.0060128"), ("b", "0.0060256")):
        for _ in range(2):
            world.use(cost_center=cost_center, **CALL)
        world.book(amount, cost_center=cost_center)
    found = rows(asked(world), "SELECT DISTINCT cause FROM variance_line")
    assert [one["cause"] for one in found] == ["unknown"]


def test_the_whole_difference_is_one_of_quantity() -> None:
    world = World()
    world.price("m", CACHED)
    for number, amount in enumerate(("0.0030128", "0.0030256")):
        world.use(request_id=f"r{number}", **CALL)
        world.book(amount, request_id=f"r{number}")
    found = rows(asked(world), "SELECT variant, quantity_part FROM variance_line ORDER BY line_key")
    assert {one["variant"] for one in found} == {"cache_read_tokens added to its whole"}
    assert [one["quantity_part"] for one in found] == [Decimal("0.0000128"), Decimal("0.0000256")]
