"""What the cross-check section of a report holds, typed and strict (P4)."""

from __future__ import annotations

from typing import Literal

import msgspec

from tieout.report.parts import Amount, BucketName, Count, Part


class PriceSide(Part, frozen=True):
    """What one source states for one meter: as written, as understood, and where."""

    source_name: str
    capture_id: str
    holds_from: str
    price_text: str | None
    multiplier_text: str | None
    pricing_unit: str | None
    currency: str
    unit_rate: Amount | None
    locator: str | None

    @property
    def written(self) -> str:
        """The price as the source writes it."""
        if self.price_text is None:
            return "no price stated"
        factor = "" if self.multiplier_text is None else f" x {self.multiplier_text}"
        return f"{self.price_text}{factor} {self.currency} per {self.pricing_unit}"


class SourceConflict(Part, frozen=True):
    """Two sources that state different prices at one time, open or resolved."""

    source_model_id: str
    meter: str
    from_: str = msgspec.field(name="from")
    until: str
    difference: str | None
    unit_slip: bool
    primary: PriceSide
    check: PriceSide
    status: Literal["open", "resolved"]
    bucket: BucketName
    owner: str
    explanation: str
    resolution_id: str | None
    resolved_by: str | None
    evidence_sha256: str | None
    kept_capture: str | None
    next: str | None


class WaitingModel(Part, frozen=True):
    """The money of a model whose price is disputed, between the two prices."""

    source_model_id: str
    currency: str
    rows: Count
    expected: Amount
    low: Amount
    high: Amount | None


class SingleSource(Part, frozen=True):
    """Money that no second source agrees with, and why."""

    source_model_id: str
    currency: str
    expected: Amount
    reason: str
    looks_like: tuple[str, ...]


class OnlyInCheck(Part, frozen=True):
    """Models that only a second source names."""

    models: Count
    named: tuple[str, ...]


class CheckedShare(Part, frozen=True):
    """How much of the priced money a second source agrees with."""

    currency: str
    checked: Amount
    priced: Amount


class CrossCheck(Part, frozen=True):
    """The cross-check of price sources: what agrees, what waits, what has no second source."""

    primary: tuple[str, ...]
    check: tuple[str, ...]
    required_share: Amount | None
    agreements: Count
    disagreements: Count
    conflicts: tuple[SourceConflict, ...]
    waiting: tuple[WaitingModel, ...]
    single_source: tuple[SingleSource, ...]
    only_in_check: OnlyInCheck
    shares: tuple[CheckedShare, ...]
