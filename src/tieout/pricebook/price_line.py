"""One price as a source states it, and what is left when one cannot be read.

A price that cannot be read is listed with its place and reason; it is never zero (L3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tieout.money import EXACT, UNIT_RATE_SCALE, NotMoney, fit

Dialect = Literal["list", "discounted", "list_with_ratio"]


@dataclass(frozen=True, slots=True)
class SourcePrice:
    """One meter of one model, as written and as understood (P2).

    Attributes:
        source_model_id: byte for byte as the source spells it.
        meter: what the price is for.
        price_text: the price exactly as written.
        pricing_unit: the block the price is quoted for, in the one spelling of the units table.
        per: units in that block.
        multiplier_text: what the number as written is multiplied by, where there is such a factor:
            the ratio beside a price, the other ratios and the price at one beside a ratio.
        currency: ISO 4217 code.
        dialect: what the number means: ``list``, ``discounted`` (already what is charged) or
            ``list_with_ratio`` (charged is number times ratio).
        locator: where in the bytes the price stands.
        list_unit_rate: price of one unit before the multiplier, exact.
        unit_rate: price of one unit, exact.
        effective_from: the line's own start, where the source states one.
        effective_until: the line's own end, not included.
        ratio: the factor between list and charged, where the source states one.
    """

    source_model_id: str
    meter: str
    price_text: str
    pricing_unit: str
    per: int
    multiplier_text: str | None
    currency: str
    dialect: Dialect
    locator: str
    list_unit_rate: Decimal
    unit_rate: Decimal
    effective_from: datetime | None = None
    effective_until: datetime | None = None
    ratio: Decimal | None = None

    @property
    def twice_unit_rate(self) -> Decimal | None:
        """The unit rate with the ratio applied a second time, when there is one and it fits.

        A ledger that applies a ratio to a price that already holds it shows this rate.
        """
        if self.ratio is None:
            return None
        twice = EXACT.multiply(self.unit_rate, self.ratio)
        try:
            return fit(twice, UNIT_RATE_SCALE, 22 - UNIT_RATE_SCALE)
        except NotMoney:
            return None


@dataclass(frozen=True, slots=True)
class PriceRefusal:
    """A price, or a whole row of prices, that could not be read: listed, never zero."""

    source_model_id: str
    reason_code: str
    locator: str
    detail: str

    @property
    def withholds(self) -> bool:
        """Whether the model waits as a whole.

        A price that is stated but unreadable may be the price of a part (a cache read, say) that
        would otherwise be rated as the whole; a price that is not stated is merely not there.
        """
        return self.reason_code != "PRICE_MISSING"


@dataclass(frozen=True, slots=True)
class PriceNote:
    """Something accepted and counted: how many places, and the first few of them."""

    code: str
    rows: int
    message: str
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadPrice:
    """A field about prices that the reader does not know, as written: seen, and never used."""

    source_model_id: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedSource:
    """Everything one captured source says: prices, refusals, notes, and how many models it names.

    Every model of the source stands in ``prices``, in ``refused``, or in both. ``stated_on`` is the
    source's own date, like 2026-08-01, where it states one that is read.
    """

    prices: tuple[SourcePrice, ...]
    refused: tuple[PriceRefusal, ...]
    notes: tuple[PriceNote, ...]
    unread: tuple[UnreadPrice, ...] = ()
    stated_on: str = ""

    @property
    def models(self) -> int:
        """How many models the source names."""
        return len(self.names())

    def names(self) -> frozenset[str]:
        """The models the source names, readable or not."""
        named = {price.source_model_id for price in self.prices}
        return frozenset(named | {refusal.source_model_id for refusal in self.refused} - {""})

    def waiting_models(self) -> frozenset[str]:
        """The models with an unreadable price: none of their prices may be used (D30)."""
        return frozenset(r.source_model_id for r in self.refused if r.withholds)

    def usable(self) -> dict[str, list[SourcePrice]]:
        """The usable prices by model, in the order of the source."""
        waiting = self.waiting_models()
        found: dict[str, list[SourcePrice]] = {}
        for price in self.prices:
            if price.source_model_id not in waiting:
                found.setdefault(price.source_model_id, []).append(price)
        return found
