"""Unmatched items as text: what waits for a counterpart, how long, and what was cleared."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tieout.findings import plural
from tieout.money import EXACT, plain
from tieout.report.document import Document
from tieout.report.layout import wrapped
from tieout.report.shown import short, visible
from tieout.report.unmatched_parts import UnmatchedTotal

_ORDER: Final = ("cleared", "open", "disposed", "gone")
_SAID: Final = {
    "cleared": "cleared by a counterpart",
    "open": "open",
    "disposed": "without a counterpart, decided",
    "gone": "no longer in it",
}
_LANDED: Final = {"period": " of this period", "late": " that came late", None: ""}


def unmatched_lines(document: Document, width: int) -> list[str]:
    """One line for each period, leg and state of what earlier runs left or this run found."""
    found: dict[tuple[object, ...], list[UnmatchedTotal]] = {}
    key: tuple[object, ...]
    for one in document.unmatched.totals:
        key = (_ORDER.index(one.state), one.period, one.side, one.landed_in, one.currency)
        found.setdefault(key, []).append(one)
    lines = []
    for key in sorted(found, key=str):
        lines += wrapped(f"unmatched    {visible(_sentence(found[key]))}", width, hang=13)
    return lines


def _sentence(totals: list[UnmatchedTotal]) -> str:
    """How many items of one leg and period, what they come to, their state, and the oldest."""
    first = totals[0]
    amount = Decimal(0)
    for one in totals:
        amount = EXACT.add(amount, Decimal(one.amount))
    count = sum(one.items for one in totals)
    oldest = max(one.age_days for one in totals)
    age = f", the oldest {plural(oldest, 'day')} old" if first.state != "cleared" else ""
    return (
        f"{plural(count, f'{first.side} item')} of {first.period},"
        f" {short(plain(amount), signed=True)} {first.currency},"
        f" {_SAID[first.state]}{_LANDED[first.landed_in]}{age}"
    )
