"""The movement of the balance that a credit names: whether it came, and how much it brought (B6).

A credit is recognised when it arrived. What it names is a line of a movement list or a refund row
of the log; where it is neither, whoever says so has to show it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyarrow.parquet as pq

from tieout.close.line_diff import published_bytes
from tieout.close.runs import RunFolder
from tieout.credits.claim import so_far
from tieout.credits.movement_list import StatedMovement, read_movements
from tieout.errors import ApprovalRefused
from tieout.evidence.documents import MovementList
from tieout.evidence.records import movement_lists
from tieout.money import EXACT, parse_money, plain
from tieout.people.claim_rulings import ClaimStep
from tieout.people.replay import Replay
from tieout.workspace.layout import Workspace

_ROW: Final = ("import_id", "ordinal", "charged_cost")


@dataclass(frozen=True, slots=True)
class CameIn:
    """One movement that added to the balance.

    Attributes:
        where: the line of a movement list, or the row of the log.
        amount: what it brought in the currency of the charges; None where nobody can say.
    """

    where: str
    amount: Decimal | None


def came_in(
    workspace: Workspace, reference: str, runs: Iterable[RunFolder] = ()
) -> tuple[CameIn, ...]:
    """Everything that added to the balance under that reference; nothing where none did.

    Args:
        workspace: where it is on record.
        reference: the number of a receipt, ``LIST line N``, or the id of a refund row.
        runs: the runs whose logs are looked through where no list has it.
    """
    stated = tuple(_stated(workspace, reference))
    return stated or tuple(row for run in runs for row in _refunds(workspace, run, reference))


def _stated(workspace: Workspace, reference: str) -> Iterator[CameIn]:
    settings = workspace.settings
    worth = settings.charge_unit if settings.has_one_charge_unit else None
    for known in movement_lists(workspace.log):
        for said in read_movements(workspace.store.get(known.sha256), known.original_name):
            if said.units > 0 and reference in _names(known, said):
                amount = None if worth is None else EXACT.multiply(Decimal(said.units), worth)
                yield CameIn(f"movement list {known.list_id} line {said.line}", amount)


def _names(known: MovementList, said: StatedMovement) -> set[str]:
    return {said.reference, said.record, f"{known.list_id} line {said.line}"} - {""}


def _refunds(workspace: Workspace, run: RunFolder, reference: str) -> Iterator[CameIn]:
    content = published_bytes(workspace, run, "usage_export.parquet")
    named = [
        [("entry_kind", "==", "refund"), (column, "==", reference)]
        for column in ("request_id", "task_id")
    ]
    for row in pq.read_table(io.BytesIO(content), columns=list(_ROW), filters=named).to_pylist():
        cost = row["charged_cost"]
        yield CameIn(
            f"row {row['ordinal']} of import {row['import_id']}",
            None if cost is None else -cost,
        )


def require_came(found: tuple[CameIn, ...], document: ClaimStep, rulings: Replay) -> None:
    """Refuse a credit that did not come, or more of a movement than it brought.

    Raises:
        ApprovalRefused: ``CLAIM_MOVEMENT``.
    """
    if not found:
        if document.evidence_objects:
            return
        raise _refused(
            document,
            "No movement on record has the reference that the credit names.",
            (),
            "Import the movement list or the log that has it, or show it: --evidence FILE.",
        )
    amounts = [one.amount for one in found if one.amount is not None]
    if len(amounts) < len(found):
        return
    brought = sum(amounts, Decimal(0))
    counted = EXACT.add(_counted(document, rulings), parse_money(document.amount))
    if counted > brought:
        raise _refused(
            document,
            "More would be credited by that movement than it brought.",
            (
                *(one.where for one in found[:5]),
                f"it brought {plain(brought)} {document.currency}",
                f"with this credit {plain(counted)} would be counted of it",
            ),
            "Say what of it is for this claim; the rest came by another movement.",
        )


def _counted(document: ClaimStep, rulings: Replay) -> Decimal:
    """What other claims have counted of the movement already."""
    claims = {
        one.document.claim_id for one in rulings.rulings if isinstance(one.document, ClaimStep)
    }
    return sum(
        (
            so_far(rulings.rulings, claim).by_movement.get(document.reference, Decimal(0))
            for claim in sorted(claims)
        ),
        Decimal(0),
    )


def _refused(
    document: ClaimStep, what: str, where: tuple[str, ...], remedy: str
) -> ApprovalRefused:
    named = f"{document.claim_id}, movement {document.reference[:80]!a}"
    return ApprovalRefused("CLAIM_MOVEMENT", what, where=(named, *where), remedy=remedy)
