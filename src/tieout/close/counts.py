"""Our rows against the vendors' own counts: findings, facts for the checklist, the report (U6).

A count is the vendor's word on what it recorded. Where it agrees for the whole period, it is the
independent count that two legs of one origin need; it never says what was used and not recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from tieout.calendar import Period
from tieout.close.count_inputs import is_of_log
from tieout.close.figures import Figures
from tieout.close.stored import StoredInputs
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.money import plain
from tieout.review.checklist_facts import CountFacts

Json = dict[str, Any]

OPEN: Final = ("differs", "ours_missing", "vendor_missing")
WHY: Final[dict[str, str]] = {
    "settlements_left_out": "the vendor leaves out rows that settle a task",
    "not_completed_left_out": "the vendor leaves out calls that did not complete",
    "both_left_out": "the vendor leaves out calls that did not complete and rows that settle a"
    " task",
    "refunds_taken_off": "the vendor takes refunds off",
    "parts_left_out": "the vendor counts the parts of that meter apart",
    "read_early": "the hour was not over long enough when the vendor's sums were read",
    "crosses_period": "the day of the count is not wholly in the period",
    "not_recorded": "our export does not record that meter",
}
_SHOWN: Final = 8
_OWNER: Final = FIRST_OWNER[Bucket.USAGE]


def count_findings(figures: Figures) -> Iterator[Finding]:
    """Counts that differ, counts that a known trap explains, counts that could not be compared."""
    cells = {state: _cells(figures, state) for state in (*OPEN, "explained", "not_compared")}
    differing = sum(cells[state] for state in OPEN)
    if differing:
        waiting = figures.usage_states["quarantined"]
        unread = f" {plural(waiting, 'record waits', 'records wait')} in quarantine uncounted."
        yield Finding(
            "COUNT_DIFFERS", Kind.USAGE_EXTRACTION, Severity.OPEN, _OWNER,
            "The vendor's count and our rows differ, and no known trap explains it."
            + (unread if waiting else ""),
            differing, _where(figures, OPEN),
        )  # fmt: skip
    if cells["explained"]:
        yield Finding(
            "COUNT_EXPLAINED", Kind.USAGE_EXTRACTION, Severity.NOTE, _OWNER,
            "The vendor's count and our rows differ by exactly what the vendor is known to count"
            " otherwise.",
            cells["explained"], _reasons(figures, "explained"),
        )  # fmt: skip
    if cells["not_compared"]:
        yield Finding(
            "COUNT_NOT_COMPARED", Kind.USAGE_EXTRACTION, Severity.NOTE, _OWNER,
            "Counts of the vendor could not be held against our rows.",
            cells["not_compared"], _reasons(figures, "not_compared"),
        )  # fmt: skip


def count_facts(figures: Figures, stored: StoredInputs, period: Period) -> CountFacts:
    """What the counts say about completeness.

    Args:
        figures: the summaries of the run.
        stored: the records it was read from.
        period: the period, which has to be counted whole for every feed.
    """
    totals = figures["count_totals"]
    feeds = sorted({one.feed_name for one in stored.imports if one.leg == "usage"})
    return CountFacts(
        counts=tuple(dict.fromkeys(_name(row["count_id"]) for row in totals)),
        whole=bool(feeds) and all(_is_whole(figures, feed, period) for feed in feeds),
        cells=sum(int(row["cells"]) for row in totals),
        explained=_cells(figures, "explained"),
        differing=_where(figures, OPEN)[:3],
        differing_cells=sum(_cells(figures, state) for state in OPEN),
        meters=tuple(dict.fromkeys(row["meter"] for row in totals)),
    )


def counts_part(figures: Figures, stored: StoredInputs) -> Json | None:
    """The counts of a run for ``report.json``; null where nobody counted."""
    totals = figures["count_totals"]
    if not totals:
        return None
    return {
        "sources": _sources(stored, {row["count_id"] for row in totals}),
        "states": [_total(row) for row in totals],
        "days": [_day(row) for row in figures["count_by_day"]],
        "cells": [_cell(row) for row in figures["count_days"]],
        "cells_of": sum(int(row["cells"]) for row in totals if row["state"] != "equal"),
    }


def _is_whole(figures: Figures, feed_name: str, period: Period) -> bool:
    """Whether the rows of a feed are counted over the whole period, without a gap."""
    reached = period.start.astimezone(UTC).replace(tzinfo=None)
    for row in figures["counted_stretches"]:
        if row["feed_name"] == feed_name and row["counted_from"] <= reached:
            reached = max(reached, row["counted_until"])
    return reached >= _naive(period.end)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _cells(figures: Figures, state: str) -> int:
    return sum(int(row["cells"]) for row in figures["count_totals"] if row["state"] == state)


def _where(figures: Figures, states: tuple[str, ...]) -> tuple[str, ...]:
    found = [_cell_text(row) for row in figures["count_days"] if row["state"] in states]
    more = len(found) - _SHOWN
    return (*found[:_SHOWN], *([f"and {more:,} more days and models"] if more > 0 else []))


def _cell_text(row: Mapping[str, Any]) -> str:
    scope = [row["day"].isoformat()]
    scope += [row["model_as_logged"] or "no model name"] if row["by_model"] else ["all models"]
    scope += [f"key {row['key_name'] or 'not named'}"] if row["by_key"] else []
    return (
        f"{', '.join(scope)}, {row['meter']}: ours {_number(row['our_quantity'])}, the vendor's"
        f" {_number(row['vendor_quantity'])} ({_name(row['count_id'])})"
    )


def _number(value: Decimal) -> str:
    return f"{int(value):,}" if value == int(value) else plain(value)


def _reasons(figures: Figures, state: str) -> tuple[str, ...]:
    return tuple(
        f"{row['meter']}, {plural(int(row['cells']), 'count')} of {plural(int(row['days']), 'day')}"
        f" ({_name(row['count_id'])}): {WHY[row['reason']]}"
        for row in figures["count_totals"]
        if row["state"] == state
    )


def _name(count_id: str) -> str:
    return f"the vendor's own sums, {count_id}" if is_of_log(count_id) else f"list {count_id}"


def _sources(stored: StoredInputs, used: set[str]) -> list[Json]:
    lists = [
        {
            "count_id": one.list_id,
            "kind": "list",
            "name": one.original_name,
            "zone": one.zone,
            "feed_name": one.feed_name,
            "stated_by": one.stated_by,
            "evidence": list(one.evidence_names),
        }
        for one in stored.count_lists
        if one.list_id in used
    ]
    return lists + [
        {
            "count_id": count_id,
            "kind": "sums",
            "name": "the vendor's own hourly sums",
            "zone": stored.settings.zone,
            "feed_name": count_id.partition(" ")[2],
            "stated_by": None,
            "evidence": [],
        }
        for count_id in sorted(used)
        if is_of_log(count_id)
    ]


def _amounts(row: Mapping[str, Any]) -> Json:
    return {
        "cells": int(row["cells"]),
        "ours": plain(row["our_quantity"]),
        "vendor": plain(row["vendor_quantity"]),
        "plus": plain(row["plus"]),
        "minus": plain(row["minus"]),
    }


def _grain(row: Mapping[str, Any]) -> Json:
    return {
        "count_id": row["count_id"],
        "meter": row["meter"],
        "by_model": row["by_model"],
        "by_key": row["by_key"],
    }


def _total(row: Mapping[str, Any]) -> Json:
    return {
        **_grain(row),
        "state": row["state"],
        "why": None if row["reason"] is None else WHY[row["reason"]],
        "days": int(row["days"]),
        "first_day": row["first_day"].isoformat(),
        "last_day": row["last_day"].isoformat(),
        **_amounts(row),
        "rows_counted": int(row["our_rows"]),
        "rows_without": int(row["unknown_rows"]),
        "rows_repeated": int(row["repeated_rows"]),
        "rows_refunded": int(row["refund_rows"]),
        "rows_other": int(row["other_rows"]),
    }


def _day(row: Mapping[str, Any]) -> Json:
    return {
        **_grain(row),
        "day": row["day"].isoformat(),
        **_amounts(row),
        "equal": int(row["equal_cells"]),
        "explained": int(row["explained_cells"]),
        "not_compared": int(row["other_cells"]),
    }


def _cell(row: Mapping[str, Any]) -> Json:
    return {
        **_grain(row),
        "day": row["day"].isoformat(),
        "model_as_logged": row["model_as_logged"],
        "key_name": row["key_name"],
        "state": row["state"],
        "why": None if row["reason"] is None else WHY[row["reason"]],
        **_amounts(row),
    }
