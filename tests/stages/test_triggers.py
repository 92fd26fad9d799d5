"""The money of a trigger is the money of its own reason, not of every row that waits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tieout.close.figures import Figures
from tieout.close.triggers import find_triggers


def waiting(state: str, reason: str, recorded: str) -> dict[str, Any]:
    return {
        "row_state": state, "state_reason": reason, "currency": "USD", "usage_rows": 1,
        "model_as_logged": reason.lower(), "recorded_cost": Decimal(recorded),
    }  # fmt: skip


def test_unrated_money_counts_for_the_trigger_of_its_reason_alone() -> None:
    rows = [
        waiting("unrated", "PRICE_OVERLAP", "5"),
        waiting("unrated", "MAP_UNIT_MISMATCH", "3"),
        waiting("unrated", "PRICE_NOT_IN_FORCE", "11"),
        waiting("unrated", "METER_UNPRICED", "7"),
    ]
    figures = Figures(
        {
            "coverage": rows, "completeness_models": rows, "waiting_money": rows,
            "provisional": [], "buckets": [], "groups": [], "rates_used": [], "before_capture": [],
            "price_doubts": [],
        },
        {"unmapped": 0, "not_reconcilable": 0},
        {},
    )  # fmt: skip
    money = {one.code: one.money for one in find_triggers(figures, Decimal(0)) if one.fired}
    assert money == {
        "sources_disagree": {"USD": Decimal(8)},
        "price_source_unknown": {"USD": Decimal(18)},
    }


def test_tokens_without_a_rate_fire_a_trigger_with_the_money_beside_them() -> None:
    rows = [waiting("unrated", "METER_UNPRICED", "7")]
    figures = Figures(
        {
            "coverage": rows, "completeness_models": rows, "waiting_money": rows,
            "provisional": [], "buckets": [], "groups": [], "rates_used": [], "before_capture": [],
            "price_doubts": [],
        },
        {"unmapped": 0, "not_reconcilable": 0},
        {},
    )  # fmt: skip
    (fired,) = (one for one in find_triggers(figures, Decimal(0)) if one.fired)
    assert (fired.code, fired.money) == ("price_source_unknown", {"USD": Decimal(7)})
    assert fired.text == (
        "No source states a price for some of the tokens used, and usage waits:"
        " meter_unpriced 1 row."
    )


def test_money_under_a_pattern_that_nobody_explains_is_without_proof_all_the_same() -> None:
    group = {"cause": "common_factor", "currency": "USD", "lines": 3, "gross": Decimal("2.5")}
    figures = Figures(
        {
            "coverage": [], "completeness_models": [], "waiting_money": [], "provisional": [],
            "buckets": [], "groups": [group, {**group, "cause": "tokens_swapped"}],
            "rates_used": [], "before_capture": [], "price_doubts": [],
        },
        {"unmapped": 0, "not_reconcilable": 0},
        {},
    )  # fmt: skip
    (fired,) = (one for one in find_triggers(figures, Decimal(2)) if one.fired)
    assert (fired.code, fired.money) == ("unproved_money", {"USD": Decimal("2.5")})
    assert "3 lines" in fired.text
    assert not any(one.fired for one in find_triggers(figures, Decimal("2.5")))
    settled: dict[str | None, tuple[int, Decimal]] = {"USD": (3, Decimal("2.5"))}
    assert not any(one.fired for one in find_triggers(figures, Decimal(2), settled=settled))
