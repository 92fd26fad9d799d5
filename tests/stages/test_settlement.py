"""Calls that were settled at another charge than the one first taken (U2, D6, D7).

Amounts are by hand: a film of 10 seconds at 0.05 is 0.5, taken when it is submitted.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.world import Row, World, asked, rows, terms
from tieout.close.figures import QUERIES

TASK = {"model_price": "0.05", "group_ratio": "1", "marks": ["task"]}
Said = tuple[str, str | None, str | None, str | None]


def film(**charged: Any) -> World:
    """One film, submitted at nine and charged 0.5."""
    world = World(recorded={"usage": ("seconds", "requests")})
    world.price("film", {"seconds": "0.05"})
    world.sold("set-000")
    world.use(
        "film", "08-10 09:00", request_id="a", task_id="t",
        **{"charged_cost": "0.5", "seconds": "10", **charged},
    )  # fmt: skip
    return world


def back(world: World, amount: str, at: str = "08-10 10:00", **fields: Any) -> Row:
    told = {"task_id": "t", "requests": None, **fields}
    return world.use("film", at, entry_kind="refund", charged_cost=f"-{amount}", **told)


def more(world: World, amount: str, at: str = "08-10 10:00", **fields: Any) -> Row:
    frozen = {**TASK, "settled_from": "0", "settled_to": "1"}
    return world.use("film", at, task_id="t", charged_cost=amount, frozen=frozen, **fields)


def said(world: World, **told: Any) -> list[Said]:
    """Reason, expected, low and high of each row; the control totals hold."""
    engine = asked(world, terms(**told))
    found = rows(
        engine,
        "SELECT s.rating_reason, e.expected_cost, e.low_cost, e.high_cost FROM usage_state AS s"
        " LEFT JOIN expected_cost AS e ON e.row_id = s.row_id ORDER BY s.row_id",
    )
    return [(str(row.pop("rating_reason")), *map(_plain, row.values())) for row in found]  # type: ignore[misc]


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount.normalize(), "f")


def test_what_comes_back_is_a_range_until_a_rule_is_verified() -> None:
    world = film()
    back(world, "0.2")
    assert said(world) == [
        ("COMPLETED", "0.5", "0.5", "0.5"),
        ("BILLING_UNVERIFIED", "0", "-0.2", "0"),
    ]


def test_what_is_charged_beside_it_is_a_range_and_no_second_call() -> None:
    world = film()
    more(world, "0.1")
    assert said(world)[1] == ("BILLING_UNVERIFIED", "0", "0", "0.1")


@pytest.mark.parametrize(("billable", "reason"), [(True, "BILLABLE"), (False, "NOT_BILLABLE")])
def test_a_verified_rule_decides_both(*, billable: bool, reason: str) -> None:
    world = film()
    world.rule("settled", billable=billable)
    back(world, "0.2")
    more(world, "0.1")
    taken, added = ("-0.2", "0.1") if billable else ("0", "0")
    assert said(world)[1:] == [(reason, taken, taken, taken), (reason, added, added, added)]


def test_it_counts_as_one_settlement_at_what_came_back() -> None:
    world = film()
    world.rule("settled", billable=True)
    back(world, "0.2")
    (line,) = rows(asked(world), "SELECT * FROM rated_meter WHERE row_id = 2")
    assert (line["meter"], line["quantity"], line["unit_rate"]) == (
        "settlement", Decimal(-1), Decimal("0.2"),
    )  # fmt: skip


def test_a_refund_of_all_of_it_is_no_settlement() -> None:
    world = film()
    back(world, "0.5")
    assert [row[0] for row in said(world)] == ["REFUNDED", "REFUND_IN_FULL"]


def test_two_parts_that_come_to_all_of_it_are_settlements() -> None:
    world = film()
    back(world, "0.2")
    back(world, "0.3")
    assert [row[2] for row in said(world)] == ["0.5", "-0.2", "-0.3"]


def test_more_than_was_ever_taken_is_of_no_call() -> None:
    world = film()
    back(world, "0.3")
    back(world, "0.200001")
    assert [row[0] for row in said(world)[1:]] == ["REFUND_WITHOUT_ORIGIN"] * 2


def test_what_was_charged_beside_it_may_come_back_too() -> None:
    world = film()
    more(world, "0.1")
    back(world, "0.55")
    assert [row[0] for row in said(world)] == [
        "COMPLETED", "BILLING_UNVERIFIED", "BILLING_UNVERIFIED",
    ]  # fmt: skip


def test_a_copy_of_a_record_gives_back_nothing_more() -> None:
    world = film()
    back(world, "0.3", request_id="b")
    back(world, "0.3", request_id="b")
    assert [row[0] for row in said(world)] == ["COMPLETED", "BILLING_UNVERIFIED", "DUP_EXACT"]


def test_units_and_money_are_never_one_amount() -> None:
    world = film()
    back(world, "0.1", charged_units="50000")
    assert said(world)[1][0] == "REFUND_WITHOUT_ORIGIN"


def test_a_call_of_nothing_is_not_what_came_back() -> None:
    world = film(charged_cost="0")
    back(world, "0.1")
    assert said(world)[1][0] == "REFUND_WITHOUT_ORIGIN"


def test_a_further_charge_without_its_task_waits() -> None:
    world = film()
    more(world, "0.1")["task_id"] = "another"
    assert said(world)[1] == ("SETTLEMENT_WITHOUT_ORIGIN", None, None, None)


@pytest.mark.parametrize(
    "fields",
    [{"currency": "EUR"}, {"amount": "10000"}, {"amount": "0.2000000000000000001"}],
    ids=["other money", "too large", "too fine"],
)
def test_what_the_price_cannot_be_compared_with_waits(fields: dict[str, str]) -> None:
    amount = fields.get("amount", "0.1")
    money = {"currency": fields.get("currency", "USD")}
    world = film(charged_cost="20000", **money)
    back(world, amount, **money)
    assert said(world)[1] == ("SETTLEMENT_NOT_PRICED", None, None, None)


def test_what_settles_a_call_of_another_period_is_a_cost_of_the_period_it_came_in() -> None:
    world = film()
    world.usage[0]["occurred_at"] = world.usage[0]["occurred_at"].replace(month=7, day=20)
    world.rule("settled", billable=True)
    back(world, "0.2")
    world.book("-0.2", "film", request_id="a", at="08-10")
    assert said(world)[1] == ("BILLABLE", "-0.2", "-0.2", "-0.2")
    (line,) = rows(asked(world), "SELECT line_state FROM variance_line")
    assert line["line_state"] == "ties_out"
    # That nobody knows what the call costs at prices of today is no matter of this period.
    world.usage[0]["seconds"] = None
    assert said(world)[1] == ("BILLABLE", "-0.2", "-0.2", "-0.2")


def test_what_the_ledger_took_off_is_a_cause_of_its_own() -> None:
    world = film()
    back(world, "0.2")
    world.book("0.3", "film", request_id="a", at="08-10")
    (line,) = rows(asked(world), "SELECT * FROM variance_line")
    assert (line["usage_rows"], line["cause"], line["proof"]) == (
        2,
        "settlement_booked",
        "suspected",
    )
    assert (line["low_cost"], line["high_cost"]) == (Decimal("0.3"), Decimal("0.5"))


def test_a_price_with_a_multiplier_has_no_list_price_of_a_settlement() -> None:
    world = World(recorded={"usage": ("seconds", "requests")})
    world.price("film", {"seconds": "0.05"}, multiplier="0.8")
    world.sold("set-000")
    world.rule("settled", billable=True)
    world.use("film", request_id="a", task_id="t", seconds="10", charged_cost="0.4")
    back(world, "0.2")
    world.book("0.3", "film", request_id="a", at="08-10")
    found = rows(asked(world), "SELECT list_cost FROM expected_cost ORDER BY row_id")
    assert [row["list_cost"] for row in found] == [Decimal("0.5"), None]
    at_list = asked(world, replace(terms(), basis="list"))
    (line,) = rows(at_list, "SELECT line_state FROM variance_line")
    assert line["line_state"] == "not_comparable"


def test_another_price_leaves_a_settlement_as_it_is() -> None:
    world = film()
    world.price("film", {"seconds": "0.06"}, start="08-20")
    world.rule("settled", billable=True)
    back(world, "0.2")
    # Ten seconds at the later price, less what came back.
    world.book("0.4", "film", request_id="a", at="08-10")
    (line,) = rows(asked(world), "SELECT cause FROM variance_line")
    assert line["cause"] == "price_not_in_force"


def test_a_further_charge_that_came_back_is_refunded_and_stands_beside_its_call() -> None:
    world = film()
    world.rule("settled", billable=True)
    more(world, "0.1")
    back(world, "0.1")
    world.book("0.5", "film", request_id="a", at="08-10")
    assert [row[:2] for row in said(world)] == [
        ("COMPLETED", "0.5"), ("REFUNDED", "0"), ("REFUND_IN_FULL", "0"),
    ]  # fmt: skip
    (line,) = rows(asked(world), "SELECT usage_rows, line_state FROM variance_line")
    assert (line["usage_rows"], line["line_state"]) == (3, "ties_out")


def test_a_call_that_is_not_billed_is_not_given_back_either() -> None:
    world = film(outcome="failed")
    world.rule("settled", billable=True)
    back(world, "0.2")
    assert said(world)[1] == ("BILLING_UNVERIFIED", "0", "-0.2", "0")
    world.rule("failed", billable=False)
    assert said(world)[1] == ("NOT_BILLABLE", "0", "0", "0")


def test_what_settles_a_call_that_waits_waits_and_of_one_left_out_is_left_out() -> None:
    world = film(seconds=None)
    world.rule("settled", billable=True)
    back(world, "0.2")
    assert [row[0] for row in said(world)] == ["METER_NOT_RECORDED", "SETTLED_CALL_WAITS"]
    world = film(environment="test")
    world.exclude("environment", "test")
    back(world, "0.2")
    assert [row[0] for row in said(world)] == ["RULE:rule 1", "RULE:rule 1"]


def test_a_further_charge_for_a_call_that_came_back_whole_counts_no_more_than_the_call() -> None:
    world = film()
    world.rule("settled", billable=True)
    back(world, "0.5")
    more(world, "0.1")
    assert said(world)[2] == ("BILLING_UNVERIFIED", "0", "0", "0.1")


def test_of_two_calls_the_one_that_did_not_come_back_was_settled() -> None:
    world = film()
    world.use("film", "08-10 09:30", request_id="b", task_id="t", seconds="10", charged_cost="0.5")
    back(world, "0.5")
    back(world, "0.2")
    found = rows(asked(world), "SELECT row_id, call_row_id FROM settlement_link")
    assert found == [{"row_id": 4, "call_row_id": 2}]


def test_two_moneys_are_never_one_amount() -> None:
    world = film(currency="EUR")
    back(world, "0.2", currency="USD")
    assert said(world)[1][0] == "REFUND_WITHOUT_ORIGIN"


def test_a_settlement_of_nothing_and_one_of_a_task_reserved_for_nothing_are_settlements() -> None:
    world = film(charged_cost="0")
    more(world, "0")
    more(world, "0.1")
    assert [row[0] for row in said(world)[1:]] == ["BILLING_UNVERIFIED"] * 2


def test_what_rests_on_a_contradicted_unit_waits() -> None:
    world = film(charged_units="250000")
    world.rule("settled", billable=True)
    world.logs.append({"import_id": "usage", "vendor": "gateway"})
    back(world, "0.2", charged_units="100000")
    assert said(world)[1][0] == "BILLABLE"
    world.contradicted.append({"vendor": "gateway", "term": "charged:units"})
    assert [row[0] for row in said(world)] == ["COMPLETED", "CONTRACT_CONTRADICTED"]


@pytest.mark.parametrize(
    ("billable", "claimed"),
    # What came back is in expected already, or it is taken off the charge: never both.
    [(True, "0.3"), (None, "0.1")],
)
def test_a_claim_and_its_line_agree_on_what_came_back(
    *, billable: bool | None, claimed: str
) -> None:
    world = film(charged_cost="0.8")
    if billable is not None:
        world.rule("settled", billable=billable)
    back(world, "0.2")
    world.book("0.6", "film", request_id="a", at="08-10")
    engine = asked(world)
    (claim,) = rows(engine, "SELECT amount FROM claim_row")
    assert claim["amount"] == Decimal(claimed)
    (line,) = rows(engine, "SELECT charged_cost - high_cost AS sure FROM variance_line")
    assert line["sure"] == Decimal("0.3" if billable else "0.1")


def test_a_part_that_stands_twice_is_noted() -> None:
    world = film()
    back(world, "0.2")
    back(world, "0.2")
    world.usage[-1]["payload_digest"] = world.usage[-2]["payload_digest"]
    (noted,) = rows(asked(world), QUERIES["equal_rows"])
    assert noted["usage_rows"] == 2


def test_money_that_no_price_states_is_of_no_grade() -> None:
    world = film()
    world.rule("settled", billable=True)
    back(world, "0.2")
    (grade,) = rows(asked(world), QUERIES["grades"])
    assert grade["expected_cost"] == Decimal("0.5")


def test_a_part_of_a_charge_is_not_recomputed_where_no_row_says_how_much() -> None:
    world = film(charged_units="250000", frozen=TASK)
    back(world, "0.2", charged_units="100000", frozen=TASK)
    found = rows(asked(world), "SELECT reason FROM recomputed_charge ORDER BY row_id")
    assert found[1]["reason"] == "REFUND_IN_PART"
