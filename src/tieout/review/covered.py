"""Checklist item 4: whether the usage export covers the whole period, and by what that is known.

The vendor's log fetched whole, or an independent count of it, answers it; without either, days that
have rows do, unless two legs come from one file (D17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tieout.findings import plural
from tieout.review.checklist_facts import ChecklistFacts, CountFacts

_DAYS_SHOWN: Final = 5
_BY_DAY: Final = "completeness_day"
_BY_COUNT: Final = "count_day"


@dataclass(frozen=True, slots=True)
class Covered:
    """The answer, the table that gives it, and what was found."""

    answer: Literal["yes", "no", "unanswered"]
    answered_by: str
    detail: str


def covered(facts: ChecklistFacts) -> Covered:
    """Whether the usage export covers the whole period."""
    fetched, counted = facts.fetched, facts.counted
    if fetched.lacking:
        more = f"; {len(fetched.lacking):,} stretches in all" if len(fetched.lacking) > 3 else ""
        return Covered(
            "no",
            "usage fetch",
            f"The vendor's log is not on record whole: {'; '.join(fetched.lacking[:3])}{more}.",
        )
    if counted.differing_cells:
        return Covered("no", _BY_COUNT, _counts_differ(counted))
    if facts.usage_days == 0:
        return Covered("no", _BY_DAY, "Days without usage: every day.")
    if counted.whole:
        return Covered("yes", _BY_COUNT, _counts_agree(counted))
    return _by_days(facts)


def _by_days(facts: ChecklistFacts) -> Covered:
    """What the days say, where nobody counted the whole period."""
    fetched = facts.fetched
    unproved = [day for day in facts.gap_days if day not in fetched.empty_days]
    if unproved:
        return _days_without_usage(facts, unproved)
    if facts.shared_origin:
        return Covered(
            "unanswered",
            _BY_DAY,
            "No day is empty, but two legs come from one file: an independent count is needed.",
        )
    if fetched.feeds:
        empty = plural(len(fetched.empty_days), "day")
        return Covered(
            "yes",
            "usage fetch",
            "The vendor's own log was fetched whole for the period, each window by two counts that"
            f" agree{f'; {empty} without usage' if fetched.empty_days else ''}.",
        )
    one = facts.usage_days == 1
    said = "The one day has usage rows." if one else f"All {facts.usage_days} days have usage rows."
    return Covered("yes", _BY_DAY, said)


def _counts_differ(found: CountFacts) -> str:
    left = found.differing_cells - len(found.differing)
    more = f"; {plural(found.differing_cells, 'count')} in all" if left > 0 else ""
    return f"The vendor counts otherwise: {'; '.join(found.differing)}{more}."


def _counts_agree(found: CountFacts) -> str:
    """An independent count answers it, also where two legs come from one file (D17)."""
    agree = "agrees" if found.cells == 1 else "agree"
    explained = (
        f", {found.explained:,} of them but for what the vendor is known to count otherwise"
        if found.explained
        else ""
    )
    return (
        f"The vendor counts the whole period ({', '.join(found.counts)}):"
        f" {plural(found.cells, 'count')} of {', '.join(found.meters)} {agree} with our"
        f" rows{explained}."
    )


def _days_without_usage(facts: ChecklistFacts, days: Sequence[str]) -> Covered:
    """An empty day proves neither a gap nor rest: without the vendor's log a person says which."""
    more = f" and {len(days) - _DAYS_SHOWN:,} more" if len(days) > _DAYS_SHOWN else ""
    named = f"{', '.join(days[:_DAYS_SHOWN])}{more}"
    if facts.fetched.feeds:
        return Covered("no", _BY_DAY, f"Days without usage: {named}.")
    asked = "whether nobody called on them or the export lacks them, no query can tell"
    if facts.shared_origin:
        asked += ", and two legs come from one file: an independent count is needed"
    detail = f"{plural(len(days), 'day')} without usage, {named}; {asked}."
    return Covered("unanswered", _BY_DAY, detail)
