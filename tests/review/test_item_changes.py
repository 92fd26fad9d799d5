"""What is told of unmatched items since the last look: worked out by hand (A7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tieout.report.daily_text import since_text
from tieout.review.changes import Look, compare
from tieout.review.item_changes import SeenItems

AUGUST = SeenItems(
    period="2026-08",
    side="usage",
    group_id="g-1",
    title="alpha: not in the ledger",
    state="open",
    landed_in=None,
    items=2,
    amount=Decimal("-0.44"),
    currency="USD",
    age_days=51,
    is_own=False,
)
CLEARED = replace(AUGUST, state="cleared", landed_in="period", items=1, amount=Decimal("-0.3"))
LEFT = replace(AUGUST, items=1, amount=Decimal("-0.14"), age_days=43)


def look(*items: SeenItems) -> Look:
    return Look("run-12345678", "2026-09", {}, frozenset(), items)


def told(now: Look, before: Look | None) -> list[tuple[str, int]]:
    return [(one.change, one.items.items) for one in compare(now, before, "2026-10-02").items]


def test_what_was_cleared_is_told_once_and_what_waits_only_grows_older() -> None:
    assert told(look(CLEARED, LEFT), look(AUGUST)) == [("cleared", 1), ("changed", 1)]
    assert told(look(CLEARED, LEFT), look(CLEARED, LEFT)) == [("aged", 1)]


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (AUGUST, AUGUST, "aged"),
        (AUGUST, replace(AUGUST, age_days=50), "aged"),
        # Whoever decided about it brought no counterpart.
        (replace(AUGUST, state="disposed"), AUGUST, "aged"),
        (AUGUST, replace(AUGUST, amount=Decimal("-0.43")), "changed"),
        # The morning after the month: what August itself found is carried now, and no news.
        (AUGUST, replace(AUGUST, is_own=True), "aged"),
        (AUGUST, replace(AUGUST, side="ledger"), "new"),
    ],
)
def test_items_that_wait_against_the_day_before(
    now: SeenItems, before: SeenItems, change: str
) -> None:
    assert told(look(now), look(before)) == [(change, 2)]


def test_what_the_run_itself_found_is_left_to_its_cause_groups() -> None:
    assert told(look(replace(AUGUST, is_own=True)), None) == []


def test_what_is_gone_from_its_own_period_is_not_spoken_of() -> None:
    assert told(look(replace(AUGUST, state="gone")), look(AUGUST)) == []


def test_the_morning_says_where_the_counterpart_came() -> None:
    late = replace(CLEARED, landed_in="late", group_id="g-2", age_days=1)
    text = since_text(compare(look(CLEARED, late, LEFT), look(AUGUST), "2026-10-02"), 110)
    lines = [line.split() for line in text.splitlines()[1:]]
    assert [line[0] for line in lines] == ["cleared", "cleared", "changed"]
    assert lines[0][-2:] == ["counterpart", "came"]
    assert lines[1][-1] == "late"
    assert lines[2][-3:] == ["43", "days", "old"]
