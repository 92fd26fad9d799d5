"""The next step on the way from files to a decision, seen from what is on record."""

from __future__ import annotations

from typing import Final

from tieout.evidence.records import captures, imports
from tieout.workspace.layout import Workspace

IMPORT_PRICES: Final = (
    "tieout prices import FILE --source NAME --format FORMAT --accessed-at INSTANT --by NAME"
)


def next_step(workspace: Workspace) -> str:
    """The next command: prices, usage and books first, then the names, in this order."""
    prices = captures(workspace.log)
    if not prices:
        return IMPORT_PRICES
    if not any(one.approved_by for one in prices):
        return f"tieout prices approve {prices[-1].capture_id} --by NAME"
    legs = {one.leg for one in imports(workspace.log)}
    for leg in ("usage", "ledger"):
        if leg not in legs:
            return f"tieout {leg} import FILE --by NAME"
    return "tieout mapping check"
