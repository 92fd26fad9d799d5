"""missing_meter, part_range, expected_cost: what is needed, and the range of doubt (D3, D7)."""

from __future__ import annotations

from decimal import Decimal

from tests.world import World, asked, rows

RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}


def cost(world: World) -> tuple[Decimal, Decimal, Decimal | None] | str:
    engine = asked(world)
    found = rows(engine, "SELECT expected_cost, low_cost, high_cost FROM expected_cost")
    if not found:
        return str(rows(engine, "SELECT state_reason FROM usage_state")[0]["state_reason"])
    row = found[0]
    return row["expected_cost"], row["low_cost"], row["high_cost"]


def test_a_recorded_meter_that_a_row_lacks_is_needed() -> None:
    world = World(recorded={"usage": ("input_tokens", "output_tokens", "cache_read_tokens")})
    world.price("m", {**RATES, "cache_read_tokens": "0.0000002"})
    world.use(input_tokens="1000", output_tokens="100")
    assert cost(world) == "METER_NOT_RECORDED"


def test_a_part_that_the_format_cannot_tell_makes_a_range() -> None:
    world = World()
    world.price("m", {**RATES, "cache_read_tokens": "0.0000002", "audio_input_tokens": "0.00004"})
    world.use(input_tokens="1000", output_tokens="100")
    assert cost(world) == (Decimal("0.003"), Decimal("0.0012"), Decimal("0.041"))


def test_a_part_that_an_estimate_bounds_leaves_only_the_other_parts_open() -> None:
    """By hand: of 1,000 at 2 a million, 0 to 100 come from the cache at 0.2; audio is at 40."""
    world = World()
    world.price("m", {**RATES, "cache_read_tokens": "0.0000002"})
    world.price("n", {**RATES, "cache_read_tokens": "0.0000002", "audio_input_tokens": "0.00004"})
    for model in ("m", "n"):
        world.use(model, input_tokens="1000", output_tokens="100", input_includes_parts=True)
        world.estimate(model, "cache_read_tokens", ("0", "0", "100"))
    found = rows(asked(world), "SELECT low_cost, high_cost FROM expected_cost ORDER BY row_id")
    outputs = Decimal("0.001")
    assert [(row["low_cost"] - outputs, row["high_cost"] - outputs) for row in found] == [
        (Decimal("0.0018"), Decimal("0.00202")),
        (Decimal("0.0018"), Decimal("0.04002")),
    ]


def test_a_rate_of_zero_needs_no_meter() -> None:
    world = World()
    world.price("m", {"input_tokens": "0.000002", "output_tokens": "0"})
    world.use(input_tokens="1000")
    assert cost(world) == (Decimal("0.002"), Decimal("0.002"), Decimal("0.002"))


def test_a_charged_meter_outside_every_whole_has_no_bound() -> None:
    world = World()
    world.price("m", {**RATES, "seconds": "0.1"})
    world.use(input_tokens="1000", output_tokens="100")
    assert cost(world) == (Decimal("0.003"), Decimal("0.003"), None)


def test_a_failed_call_costs_nothing_or_all() -> None:
    world = World()
    world.price("m", RATES)
    world.use(outcome="failed", input_tokens="1000", output_tokens="100")
    assert cost(world) == (Decimal(0), Decimal(0), Decimal("0.003"))


def test_a_refund_that_repeats_its_tokens_costs_nothing() -> None:
    world = World()
    world.price("m", RATES)
    tokens = {"input_tokens": "1000", "output_tokens": "100"}
    world.use(task_id="t", request_id="a", charged_cost="0.003", **tokens)
    world.use(task_id="t", entry_kind="refund", charged_cost="-0.003", requests=None, **tokens)
    found = rows(asked(world), "SELECT expected_cost, high_cost FROM expected_cost ORDER BY row_id")
    assert [(row["expected_cost"], row["high_cost"]) for row in found] == [
        (Decimal(0), Decimal("0.003")),
        (Decimal(0), Decimal(0)),
    ]
