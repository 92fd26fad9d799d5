"""usage_state: the first home that fits (D1), one test for each pair of neighbours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.world import World, asked, rows
from tieout.close.views import VIEWS
from tieout.engine.statements import statement

GOOD = {"input_tokens": "100", "output_tokens": "10"}
RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}


def home(world: World, row_id: int = 1) -> tuple[str, str]:
    found = rows(
        asked(world),
        f"SELECT row_state, state_reason FROM usage_state WHERE row_id = {row_id}",
    )[0]
    return found["row_state"], found["state_reason"]


def plain_world() -> World:
    world = World()
    world.price("m", RATES)
    return world


def test_a_conflict_waits_before_it_is_excluded() -> None:
    world = plain_world()
    world.exclude("environment", "test")
    world.use(request_id="a", environment="test", input_tokens="1", output_tokens="1")
    world.use(request_id="a", environment="test", input_tokens="2", output_tokens="1")
    assert home(world) == ("quarantined", "DUP_CONFLICT")


def test_a_row_of_another_period_that_conflicts_still_waits() -> None:
    world = plain_world()
    world.use(at="09-01 00:00", request_id="a", input_tokens="1", output_tokens="1")
    world.use(at="09-01 00:00", request_id="a", input_tokens="2", output_tokens="1")
    assert home(world) == ("quarantined", "DUP_CONFLICT")


def test_an_excluded_row_is_not_asked_for_its_model() -> None:
    world = plain_world()
    world.exclude("environment", "test")
    world.use("nobody", environment="test", **GOOD)
    assert home(world) == ("excluded", "RULE:rule 1")


def test_an_unmapped_row_is_not_asked_for_its_meters() -> None:
    world = plain_world()
    world.use("nobody")
    assert home(world) == ("unmapped", "MODEL_UNMAPPED")


def test_a_missing_meter_comes_before_a_token_without_a_rate() -> None:
    world = plain_world()
    world.use(input_tokens="5", audio_input_tokens="5")
    assert home(world) == ("not_reconcilable", "METER_NOT_RECORDED")


@pytest.mark.parametrize(
    ("billable", "start", "expected"),
    [
        (False, None, ("rated", "NOT_BILLABLE")),
        (False, "08-11", ("not_reconcilable", "METER_NOT_RECORDED")),
        (True, None, ("not_reconcilable", "METER_NOT_RECORDED")),
        (None, None, ("not_reconcilable", "METER_NOT_RECORDED")),
    ],
)
def test_a_failed_call_needs_its_meters_unless_a_verified_rule_says_it_is_not_billed(
    billable: bool | None, start: str | None, expected: tuple[str, str]
) -> None:
    world = World()
    world.sold(world.price("m", RATES))
    if billable is not None:
        world.rule("failed", billable=billable, start=start)
    world.use(at="08-10 12:00", outcome="failed", input_tokens="5")
    assert home(world) == expected


def test_a_call_that_is_not_billed_needs_no_rate_for_what_it_used_and_a_completed_one_does() -> (
    None
):
    world = World()
    world.sold(world.price("m", RATES))
    world.rule("failed", billable=False)
    world.use(outcome="failed", audio_input_tokens="5", **GOOD)
    world.use(audio_input_tokens="5", **GOOD)
    assert home(world) == ("rated", "NOT_BILLABLE")
    assert home(world, 2) == ("unrated", "METER_UNPRICED")


@pytest.mark.parametrize(
    ("second", "leaning"),
    [
        # 5 at 0.000002 and 10 at 0.00001; twice that for two calls.
        ({"output_tokens": "10"}, Decimal("0.00022")),
        ({}, None),
        ({"output_tokens": "10", "audio_input_tokens": "1"}, None),
    ],
)
def test_what_leans_on_a_rule_is_unknown_where_a_call_lacks_a_meter_or_a_rate(
    second: dict[str, str], leaning: Decimal | None
) -> None:
    world = World()
    world.sold(world.price("m", RATES))
    world.rule("failed", billable=False)
    world.use(outcome="failed", input_tokens="5", output_tokens="10")
    world.use(outcome="failed", input_tokens="5", **second)
    engine = asked(world)
    for view in VIEWS:
        engine.run(statement(view.path))
    found = rows(
        engine, "SELECT uses, amount, change FROM contract_lean WHERE term = 'billing:failed'"
    )
    assert found == [{"uses": 2, "amount": leaning, "change": leaning}]


@pytest.mark.parametrize(
    ("start", "until", "reason"),
    [("08-11", None, "PRICE_NOT_IN_FORCE"), ("01-01", "08-10 12:00", "PRICE_NOT_IN_FORCE")],
)
def test_no_price_at_that_instant_leaves_the_row_unrated(
    start: str, until: str | None, reason: str
) -> None:
    world = World()
    world.price("m", RATES, start=start, until=until)
    world.use(at="08-10 12:00", **GOOD)
    assert home(world) == ("unrated", reason)


def test_two_prices_leave_the_row_unrated_and_tokens_without_a_rate_too() -> None:
    world = plain_world()
    world.price("m", {**RATES, "output_tokens": "0.5"}, start="08-20")
    world.use(at="08-19 23:59", **GOOD)
    world.use(at="08-20", **GOOD)
    world.use(at="08-19", audio_input_tokens="1", **GOOD)
    assert [home(world, n) for n in (1, 2, 3)] == [
        ("rated", "COMPLETED"),
        ("unrated", "PRICE_OVERLAP"),
        ("unrated", "METER_UNPRICED"),
    ]


def test_the_period_is_half_open() -> None:
    world = plain_world()
    for at in ("07-31 23:59:59.999999", "08-01", "08-31 23:59:59.999999", "09-01"):
        world.use(at=at, **GOOD)
    assert [home(world, n)[1] for n in (1, 2, 3, 4)] == [
        "PERIOD_OUT", "COMPLETED", "COMPLETED", "PERIOD_OUT",
    ]  # fmt: skip


def test_the_reporting_day_follows_the_zone() -> None:
    world = plain_world()
    world.use(at="08-10 16:30", **GOOD)
    from_zone = rows(asked(world), "SELECT usage_day FROM usage_record")[0]["usage_day"]
    assert from_zone.isoformat() == "2026-08-10"
