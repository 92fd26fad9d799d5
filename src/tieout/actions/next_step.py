"""The next step on the way from files to a decision, seen from what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tieout.evidence.documents import Capture
from tieout.evidence.records import captures, imports
from tieout.people.record import rulings_of
from tieout.people.ruling import EstimateApproval
from tieout.pricebook.book import TWO_PEOPLE
from tieout.workspace.layout import Workspace

IMPORT_PRICES: Final = (
    "tieout prices import FILE --source NAME --format FORMAT --accessed-at INSTANT --by NAME"
)
# The grade of a price that was declared for a time no capture shows (D22).
DECLARED_GRADE: Final = "D"


def next_step(workspace: Workspace, recorded: Sequence[Capture] = ()) -> str:
    """The next command: prices, usage and books first, then the names, in this order.

    Args:
        workspace: what is on record.
        recorded: what was just captured; an estimate among it is signed before anything else.
    """
    prices = captures(workspace.log)
    if not prices:
        return IMPORT_PRICES
    replayed = rulings_of(workspace.log)
    estimated = {
        one.document.price_id
        for one in replayed.rulings
        if isinstance(one.document, EstimateApproval)
    }
    for one in recorded:
        signed = one.grade in TWO_PEOPLE and replayed.roster.is_founded
        if signed and one.capture_id not in estimated:
            return approval_step(workspace, one.capture_id, one.grade)
    if not any(one.approved_by or one.capture_id in estimated for one in prices):
        return approval_step(workspace, prices[-1].capture_id, prices[-1].grade)
    legs = {one.leg for one in imports(workspace.log)}
    for leg in ("usage", "ledger"):
        if leg not in legs:
            return f"tieout {leg} import FILE --by NAME"
    return "tieout mapping check"


def approval_step(workspace: Workspace, price_id: str, grade: str) -> str:
    """The command that accepts prices; estimates take two signatures once people are founded.

    Args:
        workspace: whose people sign.
        price_id: a capture, or a declaration.
        grade: the grade of its prices.
    """
    if grade in TWO_PEOPLE and rulings_of(workspace.log).roster.is_founded:
        return (
            f"tieout estimate approve {price_id} --method TEXT --reason TEXT --evidence FILE"
            " --key FILE"
        )
    return f"tieout prices approve {price_id} --by NAME"
