"""A run as the next one compares itself with it: its cause groups and its other concerns."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tieout.people.replay import Replay
from tieout.people.ruling import Assignment
from tieout.report.document import Document
from tieout.report.parts import Group
from tieout.report.unmatched_parts import UnmatchedTotal
from tieout.review.changes import Look, SeenGroup
from tieout.review.item_changes import SeenItems
from tieout.review.standing import DECIDED


def look_of(document: Document, rulings: Replay) -> Look:
    """The cause groups of a report with who was named for them, and what else keeps it open.

    Args:
        document: the report of the run.
        rulings: what people had signed.
    """
    summary = document.summary
    named = owned_groups(rulings, summary.period.label)
    return Look(
        summary.run_id,
        summary.period.label,
        {one.group_id: _seen(one, is_assigned=one.group_id in named) for one in summary.groups},
        _concerns(document),
        tuple(_items(one) for one in document.unmatched.totals),
    )


def owned_groups(rulings: Replay, period: str) -> frozenset[str]:
    """The cause groups of a period for which somebody was named."""
    return frozenset(
        group_id
        for ruling in rulings.of(Assignment)
        if isinstance(ruling.document, Assignment) and ruling.document.period == period
        for group_id in ruling.document.group_ids
    )


def _seen(group: Group, *, is_assigned: bool) -> SeenGroup:
    return SeenGroup(
        group_id=group.group_id,
        group_digest=group.group_digest,
        title=group.title,
        bucket=group.bucket,
        currency=group.currency,
        net=Decimal(group.net or 0),
        gross=Decimal(group.gross or 0),
        is_open=group.status not in DECIDED,
        owner=group.owner,
        is_assigned=is_assigned,
        due=group.due or "",
    )


def _items(one: UnmatchedTotal) -> SeenItems:
    return SeenItems(
        period=one.period,
        side=one.side,
        group_id=one.group_id,
        title=one.title,
        state=one.state,
        landed_in=one.landed_in,
        items=one.items,
        amount=Decimal(one.amount),
        currency=one.currency,
        age_days=one.age_days,
        is_own=one.origin == "run",
    )


def _concerns(document: Document) -> frozenset[str]:
    """What is open beside the groups, each by a name that does not change with its numbers."""
    summary = document.summary
    fired = {f"trigger {one.code}" for one in summary.triggers if one.fired}
    items = {
        f"checklist item {one.number} {one.answer}"
        for one in document.checklist
        if one.answer != "yes"
    }
    waiting = {
        f"usage rows {state.replace('_', ' ')}"
        for state in ("quarantined", "unmapped", "not_reconcilable", "unrated")
        if getattr(summary.rows, state)
    }
    lost = {"ledger rows quarantined"} if summary.ledger_rows.quarantined else set()
    return frozenset(fired | items | waiting | lost | set(_prepaid(document)))


def _prepaid(document: Document) -> Iterator[str]:
    """What is open about the vendor's charges and the prepaid balance."""
    balance, charges = document.credits, document.charges
    if balance is not None and balance.state == "unexplained":
        yield "credit balance not proved"
    if balance is not None and balance.unconfirmed_of:
        yield "rows about the account not confirmed"
    if charges is not None and charges.differing_of:
        yield "charges that the vendor's own ratios do not give"
