"""What ``tieout contract`` does: contract items listed, shown, verified, contradicted, checked."""

from __future__ import annotations

from datetime import datetime

from tieout.contract.register import Register, read_register, vendors_with_items
from tieout.evidence.records import contradictions, verifications
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace


def register_of(workspace: Workspace, as_of: datetime) -> Register:
    """Every contract item the product comes with, as the log of a workspace has it by then.

    Args:
        workspace: whose log is replayed.
        as_of: the instant looked from (D23).
    """
    facts = vendor_facts()
    return read_register(
        facts,
        vendors_with_items(facts),
        verifications(workspace.log),
        contradictions(workspace.log),
        as_of,
    )
