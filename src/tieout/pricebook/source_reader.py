"""What a price source says, gathered line by line: prices, refusals and counted notes.

Every source format hands what it finds to one reader, so that a price is understood in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.money import EXACT, NotMoney, unit_rate
from tieout.pricebook.price_line import (
    Dialect,
    ParsedSource,
    PriceNote,
    PriceRefusal,
    SourcePrice,
    UnreadPrice,
)
from tieout.pricebook.price_text import is_binary_leftover, read_price
from tieout.pricebook.units import PricingUnit

_PLACES_SHOWN: Final = 5
_FIELD_LENGTH: Final = 64
_TEXT_LENGTH: Final = 2000
_SENTENCES: Final = {
    "NUM_TOO_LONG": "the number has more than 64 characters",
    "NUM_EXPONENT": "the exponent is out of any price's range",
    "NUM_LOCALE": "the number is written with a decimal comma or with group signs",
    "NUM_RANGE": "the price is negative, not finite or too large",
    "NUM_SCALE": "the price of one unit has more decimals than can be held exactly",
    "PRICE_TEXT": "the text is not a number",
    "PRICE_RATIO": "the ratio is not a number in the range the rules allow",
}


@dataclass(frozen=True, slots=True)
class WrittenPrice:
    """A price as a source writes it, before the number is read.

    ``list_factor`` makes the list price of the number, where the number is not that itself.
    """

    source_model_id: str
    meter: str
    text: str
    unit: PricingUnit
    currency: str
    dialect: Dialect
    locator: str
    ratio_text: str | None = None
    ratio: Decimal = Decimal(1)
    list_factor: Decimal = Decimal(1)
    effective_from: datetime | None = None
    effective_until: datetime | None = None
    decimal: str = "."


class SourceReader:
    """Gathers the prices, refusals and notes of one source."""

    def __init__(self) -> None:
        """Start with nothing gathered."""
        self.prices: list[SourcePrice] = []
        self.refused: list[PriceRefusal] = []
        self._unread: list[UnreadPrice] = []
        self._notes: dict[tuple[str, str], tuple[int, list[str]]] = {}

    def price(self, written: WrittenPrice) -> None:
        """Read one price; what cannot be read exactly is refused with its place."""
        if not written.unit.prices(written.meter):
            self.refuse(
                written.source_model_id,
                "PRICE_UNIT",
                written.locator,
                f"a price per {written.unit.name} is not supported for {written.meter}",
            )
            return
        try:
            price = read_price(written.text, written.decimal)
            before = unit_rate(price, written.unit.per, written.list_factor)
            whole = EXACT.multiply(written.list_factor, written.ratio)
            after = unit_rate(price, written.unit.per, whole)
        except NotMoney as error:
            self.refuse_text(written.source_model_id, error.code, written.locator)
            return
        self._note_number(price, after, written)
        self.prices.append(
            SourcePrice(
                source_model_id=written.source_model_id,
                meter=written.meter,
                price_text=str(written.text),
                pricing_unit=written.unit.name,
                per=written.unit.per,
                multiplier_text=written.ratio_text,
                currency=written.currency,
                dialect=written.dialect,
                locator=written.locator,
                list_unit_rate=before,
                unit_rate=after,
                ratio=written.ratio if written.dialect == "list_with_ratio" else None,
                effective_from=written.effective_from,
                effective_until=written.effective_until,
            )
        )

    def refuse(self, model: str, code: str, locator: str, detail: str) -> None:
        """List a price that cannot be used."""
        self.refused.append(PriceRefusal(model, code, locator, detail))

    def refuse_text(self, model: str, code: str, locator: str) -> None:
        """List a price whose text cannot be read, with the sentence of its reason."""
        self.refuse(model, code, locator, _SENTENCES[code])

    def unread(self, model: str, field: str, text: str) -> None:
        """Keep a field about prices that is not read, so that its change is seen (P6)."""
        self._unread.append(UnreadPrice(model, field[:_FIELD_LENGTH], text[:_TEXT_LENGTH]))

    def note(self, code: str, message: str, place: str = "", rows: int = 1) -> None:
        """Count something accepted; notes of one code and message are one."""
        count, places = self._notes.get((code, message), (0, []))
        if place and len(places) < _PLACES_SHOWN:
            places.append(place)
        self._notes[code, message] = (count + rows, places)

    def parsed(self) -> ParsedSource:
        """Everything gathered, in the order of the source; notes by code."""
        notes = (
            PriceNote(code, count, message, tuple(places))
            for (code, message), (count, places) in sorted(self._notes.items())
        )
        return ParsedSource(
            tuple(self.prices), tuple(self.refused), tuple(notes), tuple(self._unread)
        )

    def _note_number(self, price: Decimal, rate: Decimal, written: WrittenPrice) -> None:
        if not rate:
            self.note("PRICE_ZERO", "stated as free; approve it as free", written.locator)
        if "e" in written.text or "E" in written.text:
            self.note("NUM_SCIENTIFIC", "written with an exponent; read exactly", written.locator)
        if is_binary_leftover(price):
            self.note(
                "NUM_BINARY_ARTIFACT",
                "looks like a product of binary floats; kept exactly as written",
                written.locator,
            )
