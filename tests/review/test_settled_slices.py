"""Slices with decisions: the settled pass, the escalated wait, and nothing else moves (D19)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tieout.review.decision import Verdict, decide
from tieout.review.slices import DecidedSlice, SliceFacts, decide_slice

FACTS: dict[str, Any] = {
    "model": "alpha", "source_model_id": "alpha", "cost_center": "search", "currency": "USD",
    "lines": 9, "open_lines": 0, "lines_not_comparable": 0, "unknown_lines": 0,
    "unverified_rows": 0, "doubt": Decimal(0), "unbounded_lines": 0, "expected_cost": Decimal(9),
    "charged_cost": None, "recorded_cost": Decimal(10), "variance": Decimal(1), "gross": Decimal(1),
}  # fmt: skip


def decided(**changed: Any) -> DecidedSlice:
    doubts = {name: changed.pop(name) for name in ("price_stale", "price_waits",
              "sources_disagree", "basis_unknown") if name in changed}  # fmt: skip
    return decide_slice(SliceFacts(**{**FACTS, **changed}), Decimal(0), **doubts)


def verdict(*slices: DecidedSlice, limit: str = "0", quarantined: int = 0) -> Verdict:
    return decide(
        slices, (), hold_limit=Decimal(0), quarantined=quarantined, quarantine_limit=0,
        open_groups=0, unanswered=[], failed_items=[], declared_prices=False,
        escalated_limit=Decimal(limit),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "decision", "reason"),
    [
        ({}, "approve", "9 lines tie out"),
        ({"accepted_lines": 1}, "approve", "8 lines tie out, 1 line accepted"),
        (
            {"accepted_lines": 7, "corrected_lines": 2},
            "approve",
            "7 lines accepted, 2 lines corrected",
        ),
        (
            {"open_lines": 2, "escalated_lines": 1},
            "investigate",
            "2 lines differ, all with a cause",
        ),
        (
            {"open_lines": 2, "escalated_lines": 2},
            "investigate",
            "2 lines are escalated, and the money waits for the answer",
        ),
    ],
)
def test_a_slice_says_how_its_lines_were_settled(
    changed: dict[str, Any], decision: str, reason: str
) -> None:
    found = decided(**changed)
    assert (found.decision, found.reason) == (decision, reason)


@pytest.mark.parametrize(
    ("changed", "decision"),
    [
        ({"lines_not_comparable": 1}, "hold"),
        ({"price_stale": True}, "hold"),
        ({"price_waits": True}, "hold"),
        ({"sources_disagree": True}, "hold"),
        ({"unknown_lines": 1, "open_lines": 1, "escalated_lines": 1}, "hold"),
        ({"doubt": Decimal(1)}, "investigate"),
        ({"unbounded_lines": 1}, "investigate"),
        ({"basis_unknown": True}, "investigate"),
    ],
)
def test_a_decision_about_a_difference_overrides_nothing_else(
    changed: dict[str, Any], decision: str
) -> None:
    found = decided(**{"accepted_lines": 3, **changed})
    assert found.decision == decision
    assert not found.escalated


ESCALATED = {"open_lines": 2, "escalated_lines": 2}


@pytest.mark.parametrize(
    ("limit", "decision"), [("0", "investigate"), ("9.99", "investigate"), ("10", "approve")]
)
def test_the_policy_says_how_much_escalated_money_an_approved_run_withholds(
    limit: str, decision: str
) -> None:
    found = verdict(decided(), decided(**ESCALATED), limit=limit)
    assert found.decision == decision
    if decision == "approve":
        assert found.reasons[0].startswith("1 of 2 slices is escalated and withheld")
    else:
        lines = "2 lines are escalated, and the money waits for the answer"
        assert found.reasons == (f"1 of 2 slices is not approved: alpha in search, {lines}.",)


def test_each_currency_is_held_against_the_limit_by_itself() -> None:
    euro = decided(**ESCALATED, currency="EUR", recorded_cost=Decimal(11))
    assert verdict(decided(**ESCALATED), euro, limit="10").decision == "investigate"
    assert verdict(decided(**ESCALATED), euro, limit="11").decision == "approve"


def test_no_limit_lets_quarantined_records_or_another_slice_pass() -> None:
    waits = decided(**ESCALATED)
    assert verdict(waits, limit="100", quarantined=1).decision == "hold"
    other = decided(open_lines=1)
    found = verdict(waits, other, limit="100")
    said = "1 of 2 slices is not approved: alpha in search, 1 line differs, with a cause."
    assert found == Verdict("investigate", (said,))


def test_of_many_slices_the_first_three_are_named() -> None:
    many = [decided(model=name, cost_center=None, open_lines=1) for name in ("a", "b", "c", "d")]
    (said,) = verdict(*many, decided(model=None, unbounded_lines=1)).reasons
    assert said.startswith("5 of 5 slices are not approved: a, 1 line differs, with a cause; b, ")
    assert said.endswith("; c, 1 line differs, with a cause; and 2 more.")


def test_a_run_whose_lines_were_settled_says_so() -> None:
    found = verdict(decided(accepted_lines=1), decided())
    assert found.decision == "approve"
    assert found.reasons[0].startswith("Every line ties out or is settled by a decision")
