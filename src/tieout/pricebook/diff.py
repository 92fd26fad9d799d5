"""What changed between two snapshots of a price source, by meaning and not by text (P6).

What is compared is the price of one unit as charged, exactly; the text, the block and the dialect
say which kind of change it is. Everything but *cosmetic* and *unchanged* wants an approval (D27).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from tieout.money import EXACT
from tieout.pricebook.price_line import ParsedSource, SourcePrice

Change: TypeAlias = Literal[
    "price_change",
    "unit_change",
    "unit_slip",
    "meaning_change",
    "model_added",
    "model_removed",
    "note",
    "cosmetic",
    "unchanged",
]
# A factor this near a power of ten is a slipped unit or decimal sign until somebody says otherwise.
_NEAR_LOW: Final = Decimal("0.98")
_NEAR_HIGH: Final = Decimal("1.02")

_Slot: TypeAlias = tuple[str, datetime | None]


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


def diff(old: ParsedSource, new: ParsedSource) -> tuple[PriceDifference, ...]:
    """Every difference, by model id and meter; equal prices are listed as unchanged."""
    before, after = old.usable(), new.usable()
    refused = _refused(old), _refused(new)
    found: list[PriceDifference] = []
    for model in sorted({*before, *after, *refused[0], *refused[1]}):
        if model in before and model in after:
            found += _lines(model, before[model], after[model])
        elif model in before:
            found.append(_gone(model, refused[1].get(model)))
        elif model in after:
            found.append(_come(model, refused[0].get(model)))
        else:
            found += _never_readable(model, refused[0].get(model), refused[1].get(model))
    return tuple(found)


def _refused(source: ParsedSource) -> dict[str, str]:
    """The first reason of each model that has refusals."""
    found: dict[str, str] = {}
    for refusal in source.refused:
        if refusal.source_model_id:
            found.setdefault(refusal.source_model_id, refusal.reason_code)
    return found


def _gone(model: str, reason: str | None) -> PriceDifference:
    if reason is None:
        return PriceDifference("model_removed", model, None, None, None, "no longer listed")
    text = f"still listed, its price can no longer be used: {reason}"
    return PriceDifference("note", model, None, None, None, text)


def _come(model: str, reason: str | None) -> PriceDifference:
    if reason is None:
        return PriceDifference("model_added", model, None, None, None, "newly listed")
    text = f"was listed without a usable price ({reason}), now has one"
    return PriceDifference("note", model, None, None, None, text)


def _never_readable(model: str, before: str | None, after: str | None) -> Iterator[PriceDifference]:
    if before is None:
        text = f"newly listed, without a usable price: {after}"
        yield PriceDifference("model_added", model, None, None, None, text)
    elif after is None:
        text = "no longer listed; it had no usable price"
        yield PriceDifference("model_removed", model, None, None, None, text)
    elif before != after:
        text = f"without a usable price before ({before}) and after ({after})"
        yield PriceDifference("note", model, None, None, None, text)
    else:
        text = f"without a usable price before and after: {before}"
        yield PriceDifference("unchanged", model, None, None, None, text)


def _lines(
    model: str, before: list[SourcePrice], after: list[SourcePrice]
) -> Iterator[PriceDifference]:
    old, new = _slots(before), _slots(after)
    both = [slot for slot in old if slot in new]
    only_old = [old[slot] for slot in old if slot not in new]
    only_new = [new[slot] for slot in new if slot not in old]
    for slot in both:
        change, text = compare(old[slot], new[slot])
        yield PriceDifference(change, model, slot[0], old[slot], new[slot], text)
    # Billed by another meter than before: per request, now per second.
    moved = not {price.meter for price in before} & {price.meter for price in after}
    change = "unit_change" if moved else "price_change"
    for price in only_old:
        text = f"no longer priced per {price.pricing_unit}: was {_written(price)}"
        yield PriceDifference(change, model, price.meter, price, None, text)
    for price in only_new:
        text = f"newly priced per {price.pricing_unit}: {_written(price)}"
        yield PriceDifference(change, model, price.meter, None, price, text)


def _slots(prices: list[SourcePrice]) -> dict[_Slot, SourcePrice]:
    found: dict[_Slot, SourcePrice] = {}
    for price in prices:
        found.setdefault((price.meter, price.effective_from), price)
    return found


def compare(old: SourcePrice, new: SourcePrice) -> tuple[Change, str]:
    """The class of the difference between two prices of one meter, and a sentence."""
    written = f"{_written(old)}, now {_written(new)}"
    if old.currency != new.currency:
        return "price_change", f"other currency: {written}"
    if old.unit_rate == new.unit_rate:
        return _same_charge(old, new, written)
    if (old.pricing_unit, old.per) != (new.pricing_unit, new.per):
        return "unit_change", f"other unit and other charge: {written}"
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
        return "note", f"same price, other end: {written}"
    if (old.price_text, old.multiplier_text) != (new.price_text, new.multiplier_text):
        return "cosmetic", f"same price, other spelling: {written}"
    return "unchanged", _written(new)


def _written(price: SourcePrice) -> str:
    factor = "" if price.multiplier_text is None else f" x {price.multiplier_text}"
    dialect = price.dialect.replace("_", " ")
    return f"{price.price_text}{factor} {price.currency} per {price.pricing_unit} ({dialect})"
