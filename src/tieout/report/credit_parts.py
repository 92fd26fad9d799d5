"""The prepaid credits, as a report states them (B1, B2)."""

from __future__ import annotations

from typing import Literal

from tieout.report.parts import Amount, Count, Part


class BalanceSide(Part, frozen=True):
    """The balance at one bound: what was read, when, and what it was at the bound itself."""

    read_at: str | None
    read_units: Amount | None
    units: Amount | None
    money: Amount | None


class MovementTotal(Part, frozen=True):
    """The movements of one kind, before, in or after the period."""

    window: Literal["before", "period", "after"]
    kind: str
    funding: str
    movements: Count
    units: Amount
    money: Amount | None
    charged_units: Amount


class PoolUse(Part, frozen=True):
    """What a cost center used of the pool in the period, less what came back."""

    cost_center: str | None
    units: Amount
    requests: Count
    refunds: Count


class OpenAtReading(Part, frozen=True):
    """Calls that had begun but were not written when a balance was read."""

    reading: str
    calls: Count
    units: Amount | None


class TaskAcross(Part, frozen=True):
    """A task of the period that was settled after it."""

    task_id: str
    taken_at: str
    taken_units: Amount
    settled_at: str
    settled_units: Amount


class Unconfirmed(Part, frozen=True):
    """A row about the account that no movement list confirms."""

    record: str
    row_type: str | None
    at: str
    text: str | None


class Stated(Part, frozen=True):
    """A movement that people state."""

    list_id: str
    line: Count
    at: str
    window: str
    kind: str
    units: Amount
    cash: Amount | None
    currency: str | None
    reference: str | None
    record: str | None


class Credits(Part, frozen=True):
    """Opening, movements, closing, and what of them is not explained."""

    state: Literal["proved", "unexplained", "not_read"]
    unit_value: Amount | None
    opening: BalanceSide
    closing: BalanceSide
    moved_units: Amount
    unexplained_units: Amount | None
    unexplained: Amount | None
    movements: tuple[MovementTotal, ...]
    use: tuple[PoolUse, ...]
    open_at_reading: tuple[OpenAtReading, ...]
    tasks_across: tuple[TaskAcross, ...]
    tasks_across_of: Count
    unconfirmed: tuple[Unconfirmed, ...]
    unconfirmed_of: Count
    stated: tuple[Stated, ...]
    stated_of: Count
    doubts: tuple[str, ...]


class PreviewLine(Part, frozen=True):
    """One line of an entry; the side without an amount is zero."""

    account: str
    cost_center: str
    debit: Amount
    credit: Amount
    exact: str
    note: str


class PreviewEntry(Part, frozen=True):
    """One entry that the books would take."""

    day: str
    text: str
    reference: str
    lines: tuple[PreviewLine, ...]


class PoolStep(Part, frozen=True):
    """Opening, what was added or used, or closing: units, and what the books hold for them."""

    step: Literal["opening", "added", "used", "closing"]
    units: Amount
    cost: Amount
    source: str


class JournalPreview(Part, frozen=True):
    """The entries of the period, as they would be booked; or why nobody can say."""

    state: Literal["preview", "unknown", "not_named"]
    reason: str | None
    doubts: tuple[str, ...]
    currency: str | None
    digest: str | None
    pool: tuple[PoolStep, ...]
    entries: tuple[PreviewEntry, ...]
    entries_of: Count
