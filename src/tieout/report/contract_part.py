"""Contract items in a report: which ones figures lean on unverified, and the money behind (C5)."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.findings import plural
from tieout.report.evidence_parts import AtStake, ContractItem
from tieout.report.layout import wrapped
from tieout.report.shown import short, visible


def open_items(items: Sequence[ContractItem]) -> tuple[ContractItem, ...]:
    """The items that a figure leans on and that are not verified, in the order of the document."""
    return tuple(one for one in items if one.uses and one.status != "verified")


def stake_text(money: Sequence[AtStake]) -> str:
    """What is at stake: the change where it can be computed, else what leans on it."""
    return ", ".join(_one(each) for each in money) or "no money"


def _one(money: AtStake) -> str:
    currency = f" {visible(money.currency)}" if money.currency else ""
    if money.change is not None:
        return f"{short(money.change)}{currency} at stake"
    if money.leaning is not None:
        return f"{short(money.leaning)}{currency} leans on it"
    return "unknown"


def contract_lines(items: Sequence[ContractItem], width: int) -> list[str]:
    """One line for the screen; nothing where no figure leans on an unverified item."""
    waiting = open_items(items)
    if not waiting:
        return []
    first = waiting[0]
    said = (
        f"contract     {plural(len(waiting), 'item')} leaned on, not verified: "
        f"{visible(first.item_id)}, {stake_text(first.at_stake)}"
    )
    return wrapped(said, width, hang=13, most=2)
