"""A line that two causes close says both, each with its effect; so does its group (V3, V5, D15)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.storyteller import STORIES, tell
from tieout.variance.cause import BY_NAME

OLD_PRICE = BY_NAME["price_not_in_force"].title
TWICE = BY_NAME["posted_repeatedly"].title
SWAPPED = BY_NAME["tokens_swapped"].title


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("told")
    return tell(STORIES / "old_price_and_posted_twice", folder / "workspace")


def test_the_line_says_both_with_what_each_adds(told: dict[str, Any]) -> None:
    said = {one["line_key"]: one["explanation"] for one in told["lines"]}
    assert said["id:r2"].endswith(
        f"nothing shows that both happened. First: {OLD_PRICE} (-0.100000)."
        f" On top of it: {TWICE} (+0.320000)."
    )
    assert said["id:r4"].endswith(
        f" First: {OLD_PRICE} (-0.150000). On top of it: {SWAPPED} (+1.104000)."
    )


def test_the_line_has_both_for_programs(
    told: dict[str, Any],
) -> None:
    effects = {one["line_key"]: one["effects"] for one in told["lines"]}
    told_of = ("cause", "part", "bucket", "amount")
    assert [tuple(one[name] for name in told_of) for one in effects["id:r3"]] == [
        ("price_not_in_force", "rate", "source", "-0.1"),
        ("tokens_swapped", "quantity", "usage", "0.704"),
    ]
    assert effects["id:r3"][0]["variant"] == effects["id:r2"][0]["variant"]


def test_each_two_are_a_group_of_their_own_with_the_capture_of_the_price(
    told: dict[str, Any],
) -> None:
    groups = {one["title"]: one for one in told["summary"]["groups"]}
    assert set(groups) == {
        f"aster-1: {OLD_PRICE}, and {TWICE}", f"aster-1: {OLD_PRICE}, and {SWAPPED}",
    }  # fmt: skip
    for group in groups.values():
        assert "The price is that of capture " in group["explanation"]
        assert group["explanation"].endswith("Each line says what each of them adds.")
        assert "no evidence" not in group["explanation"]


def test_the_effects_of_the_period_are_those_of_the_single_causes(told: dict[str, Any]) -> None:
    effects = {
        one["cause"]: (one["part"], one["bucket"], one["lines"], one["net"])
        for one in told["effects"]
        if one["scope"] == "currency"
    }
    assert effects == {
        "price_not_in_force": ("rate", "source", 3, "-0.35"),
        "posted_repeatedly": ("quantity", "usage", 1, "0.32"),
        "tokens_swapped": ("quantity", "usage", 2, "1.808"),
    }


def test_their_money_is_without_proof(told: dict[str, Any]) -> None:
    fired = [one["text"] for one in told["summary"]["triggers"] if one["fired"]]
    assert fired == ["Ledger totals differ without an explanation: 3 lines."]
    assert told["summary"]["decision"] == "hold"
