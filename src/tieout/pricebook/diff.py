"""What changed between two snapshots of a price source, model by model (P6).

Prices with dates of their own are compared as they stand at the time of reading: what is in force
with what was, what is still to come with what was announced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tieout.calendar import instant_text
from tieout.pricebook.difference import (
    WEIGHTS,
    Change,
    PriceDifference,
    as_written,
    compare,
    is_near_power_of_ten,
)
from tieout.pricebook.price_line import ParsedSource, SourcePrice

__all__ = ["WEIGHTS", "Change", "PriceDifference", "compare", "diff", "is_near_power_of_ten"]

_ANNOUNCED_ONLY: Final = "PRICE_UPCOMING"


def diff(
    old: ParsedSource, new: ParsedSource, read_at: datetime | None = None
) -> tuple[PriceDifference, ...]:
    """Every difference, by model id and meter; equal prices are listed as unchanged.

    Args:
        old: the earlier snapshot.
        new: the later one.
        read_at: when the later one was read: what begins after that is announced, what ended by
            then is over. Where it is not known, the first price of a meter is the one in force.
    """
    before, after = old.usable(), new.usable()
    refused = _refused(old), _refused(new)
    found: list[PriceDifference] = []
    for model in sorted({*before, *after, *refused[0], *refused[1]}):
        if model in before and model in after:
            found += _lines(model, before[model], after[model], read_at)
        elif model in before:
            found.append(_gone(model, refused[1].get(model)))
        elif model in after:
            found.append(_come(model, refused[0].get(model)))
        else:
            found += _never_readable(model, refused[0].get(model), refused[1].get(model))
    return (*found, *_not_read(old, new))


def _not_read(old: ParsedSource, new: ParsedSource) -> Iterator[PriceDifference]:
    """Fields about prices that the reader does not know, where a model in both has others now."""
    before, after = ({(x.source_model_id, x.field): x.text for x in s.unread} for s in (old, new))
    named = old.names() & new.names()
    for model, field in sorted({*before, *after}):
        was, now = before.get((model, field)), after.get((model, field))
        if was != now and model in named:
            text = f"{field}, which is not read: {was or 'not there'}, now {now or 'not there'}"
            yield PriceDifference("note", model, None, None, None, text)


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
    if reason == _ANNOUNCED_ONLY:
        text = "was announced, and can be called now"
        return PriceDifference("model_added", model, None, None, None, text)
    text = f"was listed without a usable price ({reason}), now has one"
    return PriceDifference("note", model, None, None, None, text)


def _never_readable(model: str, before: str | None, after: str | None) -> Iterator[PriceDifference]:
    if before is None:
        text = f"newly listed, without a usable price: {after}"
        change: Change = "announced" if after == _ANNOUNCED_ONLY else "model_added"
        yield PriceDifference(change, model, None, None, None, text)
    elif after is None:
        text = "no longer listed; it had no usable price"
        yield PriceDifference("model_removed", model, None, None, None, text)
    elif before != after:
        text = f"without a usable price before ({before}) and after ({after})"
        yield PriceDifference("note", model, None, None, None, text)
    else:
        text = f"without a usable price before and after: {before}"
        yield PriceDifference("unchanged", model, None, None, None, text)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What one snapshot says of one meter: the price in force, and those still to come."""

    now: SourcePrice | None
    coming: dict[datetime, SourcePrice]


def _lines(
    model: str, before: list[SourcePrice], after: list[SourcePrice], read_at: datetime | None
) -> Iterator[PriceDifference]:
    # Billed by another meter than before: per request, now per second.
    moved = not {price.meter for price in before} & {price.meter for price in after}
    change: Change = "unit_change" if moved else "price_change"
    for meter in dict.fromkeys(price.meter for price in (*before, *after)):
        # What the earlier snapshot announced for a time that has come is judged as of now, too.
        old = _stated([price for price in before if price.meter == meter], None)
        new = _stated([price for price in after if price.meter == meter], read_at)
        if old.now is not None and new.now is not None:
            yield _in_force(model, meter, old, new, read_at)
        elif old.now is not None:
            text = f"no longer priced per {old.now.pricing_unit}: was {as_written(old.now)}"
            yield PriceDifference(change, model, meter, old.now, None, text)
        elif new.now is not None:
            text = f"newly priced per {new.now.pricing_unit}: {as_written(new.now)}"
            yield PriceDifference(change, model, meter, None, new.now, text)
        yield from _announced(model, meter, old, new, read_at)


def _stated(prices: Sequence[SourcePrice], read_at: datetime | None) -> _Stated:
    """The price in force when a snapshot was read, and those that begin later."""
    now: SourcePrice | None = None
    coming: dict[datetime, SourcePrice] = {}
    for price in sorted(prices, key=_start):
        start, end = price.effective_from, price.effective_until
        if read_at is not None and end is not None and end <= read_at:
            continue
        if start is None or (now is None and (read_at is None or start <= read_at)):
            now = now or price
        elif read_at is not None and start <= read_at:
            now = price
        else:
            coming.setdefault(start, price)
    return _Stated(now, coming)


def _start(price: SourcePrice) -> tuple[bool, str]:
    """Prices without a start first, then by time."""
    start = price.effective_from
    return start is not None, "" if start is None else instant_text(start)


def _in_force(
    model: str, meter: str, old: _Stated, new: _Stated, read_at: datetime | None
) -> PriceDifference:
    assert old.now is not None, "compared is what both state"
    assert new.now is not None, "compared is what both state"
    change, text = compare(old.now, new.now)
    end = old.now.effective_until
    is_over = end is not None and (read_at is None or end <= read_at)
    dearer = old.now.unit_rate < new.now.unit_rate and old.now.currency == new.now.currency
    if end is not None and is_over and dearer and new.now.effective_from in (None, end):
        change = "promotion_ended"
        text = f"the price that was to end on {instant_text(end)} has ended: {text}"
    return PriceDifference(change, model, meter, old.now, new.now, text)


def _announced(
    model: str, meter: str, old: _Stated, new: _Stated, read_at: datetime | None
) -> Iterator[PriceDifference]:
    """Prices that are to begin: announced, announced otherwise, or no longer announced."""
    for start in sorted({*old.coming, *new.coming}):
        was, now = old.coming.get(start), new.coming.get(start)
        if read_at is not None and start <= read_at:
            continue  # it has come: what is in force says whether it came as announced
        when = f"from {instant_text(start)} on"
        if was is None and now is not None:
            text = f"{when}: {as_written(now)}"
            yield PriceDifference("announced", model, meter, None, now, text)
        elif now is None and was is not None:
            text = f"no longer announced {when}: was {as_written(was)}"
            yield PriceDifference("announced", model, meter, was, None, text)
        elif was is not None and now is not None and was.unit_rate != now.unit_rate:
            text = f"announced otherwise {when}: {as_written(was)}, now {as_written(now)}"
            yield PriceDifference("announced", model, meter, was, now, text)
