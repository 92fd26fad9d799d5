"""Doubts, as a report states them: what leaves expected open, and what would settle it (L3)."""

from __future__ import annotations

from tieout.report.parts import Amount, Count, Part


class Doubt(Part, frozen=True):
    """Rows of one model without a single cost, for one reason; above is null without a bound."""

    reason: str
    what: str
    settled_by: str
    source_model_id: str | None
    model_as_logged: str | None
    rows: Count
    rows_with_more: Count
    unbounded_rows: Count
    below: Amount
    above: Amount | None
    currency: str | None
    charged: Amount | None
    charge_currency: str | None

    @property
    def model(self) -> str:
        """The source model id, or the name as logged, or that there is none."""
        return self.source_model_id or self.model_as_logged or "no model name"
