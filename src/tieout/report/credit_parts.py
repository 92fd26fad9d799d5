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
    open_at_reading: tuple[OpenAtReading, ...]
    tasks_across: tuple[TaskAcross, ...]
    tasks_across_of: Count
    unconfirmed: tuple[Unconfirmed, ...]
    unconfirmed_of: Count
    stated: tuple[Stated, ...]
    stated_of: Count
    doubts: tuple[str, ...]
