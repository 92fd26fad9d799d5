"""What a second source is worth: item 2 of the checklist, shares, ages, names that look alike."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.storyteller import STORIES, tell
from tests.world import moment
from tieout.close.cross_check import CrossCheck, Share, folded, in_time
from tieout.close.cross_check import _without_second as without_second
from tieout.errors import ConfigurationRefused
from tieout.review.checklist import answer_checklist
from tieout.review.checklist_facts import ChecklistFacts, SecondSource
from tieout.workspace.settings import read_settings

PAGE = ("page",)
NINE = Decimal("0.9")


def money(checked: str, priced: str, name: str = "USD") -> tuple[str, Decimal, Decimal]:
    return name, Decimal(checked), Decimal(priced)


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (SecondSource(), "unanswered"),
        (SecondSource(declared=PAGE), "unanswered"),
        (SecondSource(PAGE, in_force=True), "unanswered"),
        (SecondSource(PAGE, in_force=True, money=(money("0", "0"),)), "unanswered"),
        (SecondSource(PAGE, in_force=True, money=(money("0", "5"),)), "no"),
        (SecondSource(PAGE, in_force=True, money=(money("0.01", "5"),)), "yes"),
        (SecondSource(PAGE, in_force=True, waiting_models=1, money=(money("4.99", "5"),)), "no"),
        (SecondSource(PAGE, in_force=True, money=(money("5", "5"), money("0", "1", "EUR"))), "no"),
        (SecondSource(PAGE, in_force=True, money=(money("4.5", "5"),), required=NINE), "yes"),
        (SecondSource(PAGE, in_force=True, money=(money("4.49", "5"),), required=NINE), "no"),
        (SecondSource(PAGE, in_force=True, money=(money("0", "5"),), required=Decimal(0)), "yes"),
        (
            SecondSource(
                PAGE, in_force=True, money=(money("5", "5"), money("0.8", "1", "EUR")),
                required=Decimal("0.9"),
            ),
            "no",
        ),
    ],
    ids=[
        "none declared", "none captured", "nothing priced", "priced nothing",
        "none of the money agrees", "some of the money agrees", "a model in conflict",
        "a currency without any", "the share is reached", "the share is missed",
        "a share of nothing", "one currency misses it",
    ],
)  # fmt: skip
def test_item_2_is_answered_from_what_was_compared(found: SecondSource, answer: str) -> None:
    facts = ChecklistFacts(
        captures=1, captures_without_place=0, contract_items=0, leaned_items={},
        gap_days=(), usage_days=1,
        shared_origin=False, rows_without_environment=0, test_rows_counted=0, unclassified_rows=0,
        outcomes={"completed": 1}, unmapped_rows=0, not_rated_rows=0, calculation_version="v1",
        rounding="none", open_lines=0, unfiled_lines=0, statements=1, second_source=found,
    )  # fmt: skip
    (item,) = (one for one in answer_checklist(facts) if one.number == 2)
    assert item.answer == answer
    assert (item.answered_by == "nobody") == (answer == "unanswered")


def cross(required: str | None, *shares: Share) -> CrossCheck:
    share = None if required is None else Decimal(required)
    return CrossCheck(
        primary=(), check=PAGE, required=share, in_force=True, conflicts=(), resolved=(), agreed=(),
        waiting=(), single=(), only_check=(), shares=shares,
    )  # fmt: skip


def test_a_required_share_is_compared_exactly() -> None:
    third = Share("USD", Decimal("0.333333333333333333333"), Decimal(1))
    assert cross(None, third).reaches_share
    assert cross("0.333333333333333333333", third).reaches_share
    assert not cross("0.333333333333333333334", third).reaches_share


def compared(standing: str, captured: str, used: str = "08-20") -> dict[str, Any]:
    return {"standing": standing, "check_accessed": moment(captured), "last_used": moment(used)}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "no second source names it"),
        ([compared("agrees", "08-01")], ""),
        ([compared("resolved", "08-01")], ""),
        ([compared("agrees", "07-06")], ""),
        ([compared("agrees", "07-05")], "captured 46 days before its last use"),
        ([compared("agrees", "07-05"), compared("agrees", "08-01")], ""),
        ([compared("agrees", "08-01"), compared("conflict", "07-05")], "disagrees"),
        ([compared("only_primary", "08-01")], "states no price for a meter in use"),
    ],
)
def test_a_price_is_cross_checked_by_a_second_source_that_is_no_older_than_allowed(
    rows: list[dict[str, Any]], said: str
) -> None:
    found = without_second(rows, timedelta(days=45))
    assert said in found
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("claude-opus-4-8", "Claude-Opus-4.8", True),
        ("gpt-4o", "gpt-40", True),
        ("gpt-4o", "gpt-4\u043e", True),
        ("model-l", "model-I", True),
        ("gpt-4o", "gpt-4o-mini", False),
        ("a-1", "a-2", False),
    ],
)
def test_names_that_a_reader_takes_for_one_another_are_seen(
    one: str, other: str, alike: bool
) -> None:
    assert (folded(one) == folded(other)) is alike


def conflict(price: str, check: str, start: str) -> dict[str, Any]:
    return {
        "source_model_id": "m", "meter": "input_tokens", "check_source": "page",
        "price_source": "docs", "price_accessed": moment(price), "check_accessed": moment(check),
        "compared_from": moment(start), "compared_until": moment("09-01"),
    }  # fmt: skip


def test_the_times_of_the_captures_say_which_source_to_capture_again() -> None:
    before = {**conflict("08-01", "08-01", "08-01"), "compared_until": moment("08-10")}
    page_moved = in_time(conflict("08-01", "08-10", "08-10"), [before])
    docs_moved = in_time(conflict("08-10", "08-01", "08-10"), [before])
    assert "Both agreed until 2026-08-10 00:00Z" in page_moved
    assert page_moved.endswith("Capture docs again, or resolve it.")
    assert docs_moved.endswith("Capture page again, or resolve it.")
    assert in_time(conflict("08-01", "08-10", "08-10"), []) == (
        "They were captured 9 days apart, page later, and never agreed on it in this period."
    )


ROLES = "[cross_check]\nprimary = {}\ncheck = {}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ROLES.format('["docs"]', '["docs"]'), "CFG_ROLE"),
        (ROLES.format('["docs", "docs"]', '["page"]'), "CFG_ROLE"),
        (ROLES.format("[]", '["page"]'), "CFG_ROLE"),
        ('[policy]\nsecond_source_share = "1.01"\n', "CFG_RANGE"),
        ('[policy]\nsecond_source_share = "-0.1"\n', "CFG_RANGE"),
        ('[cross_check]\nsecondary = ["page"]\n', "CFG_UNKNOWN_KEY"),
    ],
)
def test_roles_and_shares_that_cannot_be_meant_are_refused(text: str, code: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings(f'workspace = "w"\n{text}'.encode())
    assert caught.value.code.startswith(code)


def test_roles_and_a_share_are_read() -> None:
    text = ROLES.format('["docs"]', '["page", "catalog"]')
    found = read_settings(
        f'workspace = "w"\n{text}[policy]\nsecond_source_share = "0.9"\n'.encode()
    )
    assert found.cross_check.primary == ("docs",)
    assert found.cross_check.check == ("page", "catalog")
    assert found.policy.second_source_share == Decimal("0.9")


def test_two_prices_in_force_are_named_with_what_waits_between_them(tmp_path: Path) -> None:
    report = tell(STORIES / "two_prices_in_force", tmp_path / "workspace")
    (finding,) = report["findings"]
    (said,) = finding["where"]
    # 0.1M x 2 + 0.01M x 10, and 0.1M x 3 + 0.01M x 10.
    assert said.startswith("aster-1: 1 row between 0.3 and 0.4 USD; ")
    assert "input_tokens 2 USD per 1M tokens by list" in said
    assert "input_tokens 3 USD per 1M tokens by page" in said
    assert "tieout prices resolve" in said
