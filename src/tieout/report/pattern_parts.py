"""What stands out of our own rows, as a report states it (U6, V6)."""

from __future__ import annotations

from typing import Literal

from tieout.report.parts import Amount, Count, Part


class SilentStretch(Part, frozen=True):
    """Hours without a call that have calls on every other day, between two calls."""

    key_name: str | None
    day: str
    began_at: str
    hours: Count
    last_before: str | None
    first_after: str | None
    other_days: Count
    fewest_rows: Count


class DayStep(Part, frozen=True):
    """A day on which a model has far fewer or far more calls than on every other day."""

    model_as_logged: str
    day: str
    direction: Literal["down", "up"]
    rows: Count
    nearest_rows: Count
    other_days: Count
    last_before: str | None
    first_after: str | None


class Patterns(Part, frozen=True):
    """Gaps within days, and steps between them."""

    silent: tuple[SilentStretch, ...] = ()
    steps: tuple[DayStep, ...] = ()


class AbsurdRow(Part, frozen=True):
    """A call that costs many times what every other call of its model costs."""

    record: str
    request_id: str | None
    day: str
    source_model_id: str
    cost_center: str | None
    key_name: str | None
    expected: Amount
    charged: Amount | None
    recorded: Amount | None
    highest_other: Amount
    model_rows: Count
    model_expected: Amount
    currency: str
