"""The doubts on one screen: how many there are, and the one that leaves most money open."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.findings import plural
from tieout.report.doubt_parts import Doubt
from tieout.report.layout import wrapped
from tieout.report.shown import short, visible


def doubt_lines(doubts: Sequence[Doubt], width: int) -> list[str]:
    """The first doubt with its money; nothing where every row has a single cost."""
    if not doubts:
        return []
    first = doubts[0]
    said = (
        f"doubts       {len(doubts):,} in the report; first {visible(first.model)},"
        f" {plural(first.rows, 'row')}: {first.what}; {doubt_money(first)}"
    )
    return wrapped(said, width, hang=13, most=3)


def doubt_money(doubt: Doubt) -> str:
    """How far expected may move."""
    currency = f" {visible(doubt.currency)}" if doubt.currency else ""
    if doubt.above is None:
        if doubt.charged is None:
            return "no bound"
        charged_in = f" {visible(doubt.charge_currency)}" if doubt.charge_currency else ""
        return f"no bound, {short(doubt.charged)}{charged_in} was charged"
    below = "" if doubt.below == "0" else f"{short(doubt.below)} less or "
    return f"up to {below}{short(doubt.above)}{currency} more"
