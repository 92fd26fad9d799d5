"""The section of the report about items that one leg has and the other has not."""

from __future__ import annotations

from typing import Literal

from tieout.report.parts import Amount, Count, Part

State = Literal["open", "disposed", "cleared", "gone"]


class UnmatchedTotal(Part, frozen=True):
    """The items of one period, state and cause group."""

    period: str
    origin: Literal["run", "before", "carried"]
    side: Literal["usage", "ledger"]
    state: State
    landed_in: Literal["period", "late"] | None
    title: str
    source_model_id: str | None
    cost_center: str | None
    project: str | None
    group_id: str
    group_status: str | None
    items: Count
    amount: Amount
    currency: str
    first_day: str
    landed_day: str | None
    first_run: str
    first_seen: str
    age_days: Count


class UnmatchedItem(Part, frozen=True):
    """One item, with the place it stands in and the place its counterpart landed in."""

    period: str
    run: str
    line_key: str
    side: Literal["usage", "ledger"]
    day: str
    source_model_id: str | None
    cost_center: str | None
    amount: Amount
    currency: str
    state: Literal["open", "cleared", "gone"]
    first_run: str
    first_seen: str
    age_days: Count
    landed_in: Literal["period", "late"] | None
    landed_line: str | None
    landed_day: str | None
    landed_import: str | None
    landed_file: str | None


class Unmatched(Part, frozen=True):
    """Every total, and the largest items; ``of`` counts all of them."""

    totals: tuple[UnmatchedTotal, ...] = ()
    items: tuple[UnmatchedItem, ...] = ()
    of: Count = 0
