"""Two prices of one meter compared by meaning: the first class of difference that fits (P6).

What is compared is the price of one unit as charged, exactly; the text, the block and the dialect
say which kind of change it is. Everything but *cosmetic* and *unchanged* wants an approval (D27).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final, Literal, TypeAlias

from tieout.calendar import instant_text
from tieout.money import EXACT
from tieout.pricebook.price_line import SourcePrice
from tieout.pricebook.price_text import is_binary_leftover

Change: TypeAlias = Literal[
    "price_change",
    "unit_change",
    "unit_slip",
    "meaning_change",
    "model_added",
    "model_removed",
    "announced",
    "promotion_ended",
    "note",
    "cosmetic",
    "unchanged",
]
# What a person looks at first: what may be an error of the source, then money, then the rest.
WEIGHTS: Final[dict[Change, int]] = {
    "unit_slip": 0,
    "unit_change": 1,
    "meaning_change": 2,
    "price_change": 3,
    "promotion_ended": 4,
    "model_removed": 5,
    "model_added": 6,
    "announced": 7,
    "note": 8,
    "cosmetic": 9,
    "unchanged": 10,
}
# A factor this near a power of ten is a slipped unit or decimal sign until somebody says otherwise.
_FIFTEEN: Final = Context(prec=15)
_NEAR_LOW: Final = Decimal("0.98")
_NEAR_HIGH: Final = Decimal("1.02")


@dataclass(frozen=True, slots=True)
class PriceDifference:
    """One difference of one model, or of one meter of it.

    Attributes:
        change: the class of the difference.
        source_model_id: the model.
        meter: the meter; none for a model as a whole.
        old: the price before, where there was one.
        new: the price after, where there is one.
        text: one sentence for a person.
    """

    change: Change
    source_model_id: str
    meter: str | None
    old: SourcePrice | None
    new: SourcePrice | None
    text: str

    @property
    def needs_approval(self) -> bool:
        """Whether somebody must accept the change before it prices (D27)."""
        return self.change not in {"cosmetic", "unchanged"}


def compare(old: SourcePrice, new: SourcePrice) -> tuple[Change, str]:
    """The class of the difference between two prices of one meter, and a sentence."""
    written = f"{as_written(old)}, now {as_written(new)}"
    if old.currency != new.currency:
        return "price_change", f"other currency: {written}"
    if old.unit_rate == new.unit_rate:
        return _same_charge(old, new, written)
    if (old.pricing_unit, old.per) != (new.pricing_unit, new.per):
        far = is_near_power_of_ten(old.unit_rate, new.unit_rate)
        slip = ", about a power of ten apart" if far else ""
        return "unit_change", f"other unit and other charge{slip}: {written}"
    if _is_leftover(old, new):
        return "note", f"the same but for a binary leftover: {written}"
    if is_near_power_of_ten(old.unit_rate, new.unit_rate):
        return "unit_slip", f"about a power of ten apart at the same unit: {written}"
    meaning = "" if old.dialect == new.dialect else "; the field also changed its meaning"
    return "price_change", f"{written}{meaning}"


def is_near_power_of_ten(one: Decimal, other: Decimal) -> bool:
    """Whether two rates are 10, 100, 1000 ... times apart, give or take two in a hundred."""
    low, high = sorted((one, other))
    if low <= 0:
        return False
    power = high.adjusted() - low.adjusted()
    return any(
        EXACT.multiply(low.scaleb(exponent, EXACT), _NEAR_LOW)
        <= high
        <= EXACT.multiply(low.scaleb(exponent, EXACT), _NEAR_HIGH)
        for exponent in range(max(1, power - 1), power + 2)
    )


def _same_charge(old: SourcePrice, new: SourcePrice, written: str) -> tuple[Change, str]:
    """Both charge the same for one unit; is anything else different?"""
    if old.dialect != new.dialect:
        return "meaning_change", f"same charge, the field changed its meaning: {written}"
    if (old.pricing_unit, old.per) != (new.pricing_unit, new.per):
        return "unit_change", f"same charge, other unit: {written}"
    if old.list_unit_rate != new.list_unit_rate:
        return "note", f"same charge, list price and multiplier moved: {written}"
    if old.effective_until != new.effective_until:
        return "announced", f"same price, {_end(new)}: {written}"
    if (old.price_text, old.multiplier_text) != (new.price_text, new.multiplier_text):
        return "cosmetic", f"same price, other spelling: {written}"
    return "unchanged", as_written(new)


def _is_leftover(old: SourcePrice, new: SourcePrice) -> bool:
    """Whether the two differ only in what binary floats left behind, at fifteen digits."""
    if old.dialect != new.dialect:
        return False
    if not is_binary_leftover(old.unit_rate) and not is_binary_leftover(new.unit_rate):
        return False
    return _FIFTEEN.plus(old.unit_rate) == _FIFTEEN.plus(new.unit_rate)


def _end(price: SourcePrice) -> str:
    if price.effective_until is None:
        return "without the end it had"
    return f"now until {instant_text(price.effective_until)}"


def as_written(price: SourcePrice) -> str:
    """A price as a source writes it, with its multiplier, currency, unit and meaning."""
    factor = "" if price.multiplier_text is None else f" x {price.multiplier_text}"
    dialect = price.dialect.replace("_", " ")
    return f"{price.price_text}{factor} {price.currency} per {price.pricing_unit} ({dialect})"
