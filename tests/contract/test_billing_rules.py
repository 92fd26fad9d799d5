"""What verified rules make of the small period, worked out by hand from its prices (U2, D7, C5).

Completed: a1 0.016, a3 0.008, a6 0.5, together 0.524. Doubtful: a2 0.004, the failed attempt of a3
0.0008, the task a5 0.5. The opus call waits for a cache price, so the high end is unknown; without
it, it would be 0.524 + 0.004 + 0.0008 + 0.5 = 1.0288.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.flipping import Flipped, contradiction, verification
from tests.contract.test_register import day, register
from tieout.close.stake import MoneyAtStake, Stake
from tieout.review.decision import SliceFacts, decide, decide_slice


def total(document: dict[str, Any], name: str) -> str | None:
    found: str | None = document["summary"]["totals"]["USD"][name]
    return found


def model(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in document["models"] if one["source_model_id"] == name)
    return dict(found)


def stake(document: dict[str, Any], name: str) -> list[tuple[str | None, str | None]]:
    (found,) = (i for i in document["evidence"]["contract_items"] if i["item_id"] == name)
    return [(one["leaning"], one["change"]) for one in found["at_stake"]]


@pytest.mark.parametrize(
    ("item", "value", "expected"),
    [
        ("billing-failed", "billable", "0.528"),  # 0.524 + 0.004
        ("billing-failed", "not billable", "0.524"),
        ("billing-retried", "billable", "0.5248"),  # 0.524 + 0.0008
        ("billing-task-failed", "billable", "1.024"),  # 0.524 + 0.5
        ("billing-task-failed", "not billable", "0.524"),
    ],
)
def test_a_verified_rule_decides_the_expected_cost(
    small: Flipped, item: str, value: str, expected: str
) -> None:
    found = small.document([verification(item, value)])
    assert total(found, "expected") == expected
    assert total(found, "low") == expected


def test_a_rule_for_a_later_time_leaves_the_calls_before_it_a_range(small: Flipped) -> None:
    # The failed call is of 10:02; the failed attempt that was retried is of 10:02:57.
    for start, expected in (("10:01", "0.528"), ("10:30", "0.524")):
        said = verification("billing-failed", "billable", holds_from=f"2026-08-03T{start}:00Z")
        assert total(small.document([said]), "expected") == expected


def test_two_rules_in_turn_decide_by_the_time_of_the_call(small: Flipped) -> None:
    never = verification("billing-failed", "not billable")
    later = verification("billing-failed", "billable", holds_from="2026-08-03T10:30:00Z")
    found = small.document([never, later])
    assert total(found, "expected") == "0.524"
    assert "NOT_BILLABLE" in {one["code"] for one in found["findings"]}


def test_a_booked_call_that_is_not_billable_is_proved_so(small: Flipped) -> None:
    before = {one["cause"]: one["proof"] for one in small.before["summary"]["groups"]}
    assert before["uncounted_calls_booked"] == "suspected"
    said = small.document([verification("billing-failed", "not billable")])
    after = {one["cause"]: one["proof"] for one in said["summary"]["groups"]}
    assert after["not_billable_booked"] == "proved"
    assert "uncounted_calls_booked" not in after


def test_a_contradicted_price_meaning_leaves_expected_unknown_never_zero(small: Flipped) -> None:
    found = small.document(contradicted=[contradiction("catalog-price-meaning")])
    lines = {one["line_key"]: one for one in found["lines"]}
    for name in ("id:a1", "id:a2", "id:a3"):
        assert lines[name]["expected"] is None
        assert lines[name]["cause"] == "contract_contradicted"
    assert total(found, "high") is None
    # What remains are the two image calls: one completed.
    assert model(found, "image")["expected"] == "0.5"
    # 0.016 + 0.004 + 0.008 of the books cannot be compared, and are filed under contract.
    assert found["summary"]["buckets"]["contract"]["net"] == "0.028"
    assert found["summary"]["decision"] == "hold"
    fired = {one["code"] for one in found["summary"]["triggers"] if one["fired"]}
    assert "unverified_billing" in fired


def test_a_contradicted_worth_of_units_leaves_charges_unknown(small: Flipped) -> None:
    found = small.document(contradicted=[contradiction("units-per-usd")])
    assert total(found, "charged") is None
    assert total(found, "expected") == "0.524"
    # The refund is still found: units are units, whatever one is worth.
    states = {(one["state"], one["reason"]): one["rows"] for one in found["coverage"]}
    assert states["rated", "REFUND_IN_FULL"] == 1


def test_the_money_at_stake_is_what_the_other_reading_would_make(small: Flipped) -> None:
    found = small.before
    # Rows with a ratio: 0.024 charged is 0.03 listed, so list prices would add 0.006.
    assert stake(found, "catalog-price-meaning") == [("0.024", "0.006")]
    # Without a ratio nobody can say which discount was not taken off.
    assert stake(found, "catalog-price-without-ratio") == [("0.5", None)]
    assert stake(found, "billing-failed") == [("0.004", "0.004")]
    assert stake(found, "billing-retried") == [("0.0008", "0.0008")]
    assert stake(found, "billing-task-failed") == [("0.5", "0.5")]
    # 2,000 cached tokens once more at the input price of 4 per million.
    assert stake(found, "cache-semantics") == [("0.008", "0.008")]
    # The whole charged total: 8,000 + 4,000 + 2,400 + 250,000 - 250,000 + 250,000 units.
    assert stake(found, "units-per-usd") == [("0.5288", None)]
    # No price changed during any call.
    assert stake(found, "created-at-is-end") == [("0.524", "0")]
    assert stake(found, "rate-limits") == []


def test_items_are_ranked_by_the_money_behind_them(small: Flipped) -> None:
    names = [one["item_id"] for one in small.before["evidence"]["contract_items"]]
    ranked = ["units-per-usd", "billing-task-failed", "price-unit-tokens", "cache-semantics",
              "billing-failed", "billing-retried", "rate-limits"]  # fmt: skip
    assert sorted(ranked, key=names.index) == ranked


def item_3(document: dict[str, Any]) -> tuple[str, str]:
    (found,) = (one for one in document["checklist"] if one["number"] == 3)
    return found["answer"], found["detail"]


LEANED = (
    ("units-per-usd", "500000"), ("catalog-price-meaning", "list price, times ratio"),
    ("catalog-price-without-ratio", "charged price"), ("price-unit-tokens", "1M tokens"),
    ("price-unit-media", "request; second"), ("currency", "USD"), ("log-row-types", "0,1,2,5,6"),
    ("created-at-is-end", "end"), ("use-time-seconds", "seconds"), ("cache-semantics", "both"),
    ("token-formula", "see claim"), ("quota-rounding", "half_away, unit 1, minimum 1"),
    ("task-rounding", "truncate per factor"),
    ("billing-failed", "not billable"), ("billing-retried", "not billable"),
    ("billing-task-failed", "not billable"),
)  # fmt: skip


def test_item_3_says_yes_once_everything_leaned_on_is_verified(small: Flipped) -> None:
    entries = [verification(name, value) for name, value in LEANED]
    answer, detail = item_3(small.document(entries))
    assert answer == "yes"
    assert detail.startswith("16 contract items")
    for left_out in range(len(entries)):
        rest = [one for place, one in enumerate(entries) if place != left_out]
        if LEANED[left_out][0].startswith("billing-"):
            continue  # another calculation each; told for one below
        answer, detail = item_3(small.document(rest))
        assert answer == "unanswered"
        assert LEANED[left_out][0] in detail
    expired = verification(*LEANED[0], recheck_at="2026-08-05T08:00:00Z")
    assert item_3(small.document([expired, *entries[1:]]))[0] == "unanswered"
    fallen = small.document(entries, [contradiction("currency")])
    assert item_3(fallen)[0] == "no"


def test_a_figure_is_provisional_above_the_materiality_of_the_policy_alone() -> None:
    item = next(one for one in register(day("08-01")).items if one.item_id == "billing-failed")
    cent = Decimal("0.01")
    for change, leaning, material in (
        (Decimal("0.02"), Decimal(5), True),
        (cent, Decimal(5), False),  # up to it, not above it
        (None, Decimal(5), True),  # what would move is unknown: all that leans may
        (None, cent, False),
        (None, None, True),
    ):
        stake = Stake(item, 1, (MoneyAtStake("USD", leaning, change),))
        assert stake.material(cent) is material
    assert not Stake(item, 0, ()).material(Decimal(0))


@pytest.mark.parametrize("provisional", [True, False])
def test_a_provisional_figure_is_investigated_never_approved(*, provisional: bool) -> None:
    facts = SliceFacts(
        "m", "m", "team", "USD", 1, 0, 0, 0, 0, Decimal(0), 0, Decimal(1), None, Decimal(1),
        Decimal(0), Decimal(0),
    )  # fmt: skip
    verdict = decide(
        [decide_slice(facts, Decimal(0))], [], hold_limit=Decimal(0), quarantined=0,
        quarantine_limit=0, open_groups=0, unanswered=[], failed_items=[], declared_prices=False,
        provisional=provisional,
    )  # fmt: skip
    assert verdict.decision == ("investigate" if provisional else "approve")
    assert verdict.reasons[0].startswith("Figures are provisional") is provisional
