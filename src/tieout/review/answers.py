"""Answers of people to the items of the checklist that no query can answer (A1).

An answer is bound to what the machine said of the item: with another word of the machine it is
stale, and an item that the machine answered is never answered over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tieout.evidence.canonical import canonical, sha256
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Adjustment, ChecklistAnswer
from tieout.review.checklist import ChecklistItem, answer_checklist
from tieout.review.checklist_facts import AdjustmentFacts, ChecklistFacts


def machine_digest(item: ChecklistItem) -> str:
    """The digest of what the machine said of an item, before anybody answered it."""
    return sha256(canonical([item.number, item.text, item.answer, item.answered_by, item.detail]))


def answered(facts: ChecklistFacts, rulings: Replay, period: str) -> tuple[ChecklistItem, ...]:
    """The checklist as queries and people answer it.

    Args:
        facts: what the machine knows, without the manual adjustments.
        rulings: everything that people signed.
        period: the label of the period.
    """
    known = replace(facts, adjustments=adjustment_facts(rulings, period))
    return with_answers(answer_checklist(known), rulings, period)


def with_answers(
    items: Sequence[ChecklistItem], rulings: Replay, period: str
) -> tuple[ChecklistItem, ...]:
    """The items with the answers of people that stand.

    Args:
        items: what the machine says of each.
        rulings: everything that people signed.
        period: the label of the period.
    """
    newest = {
        one.document.item: one
        for one in rulings.of(ChecklistAnswer)
        if isinstance(one.document, ChecklistAnswer) and one.document.period == period
    }
    return tuple(_answered(item, newest.get(item.number)) for item in items)


def _answered(item: ChecklistItem, ruling: Ruling | None) -> ChecklistItem:
    said = machine_digest(item)
    known = replace(item, machine_digest=said)
    if ruling is None or item.answer != "unanswered":
        return known
    found = ruling.document
    assert isinstance(found, ChecklistAnswer)
    by = ruling.statement.by
    if found.machine_digest != said:
        stale = f" {by} answered {found.answer} to another state of things; it does not stand."
        return replace(known, detail=item.detail + stale)
    names = f" Evidence: {', '.join(found.evidence_names)}." if found.evidence_names else ""
    return replace(
        known,
        answer=found.answer,
        answered_by=by,
        detail=f"{found.detail}{names} (Ruling {ruling.ruling_id}.)",
    )


def adjustment_facts(rulings: Replay, period: str) -> AdjustmentFacts:
    """The manual adjustments of a period: those in force, those that lack something, those waiting.

    Whoever records one is refused without owner, reason and evidence; a log that was written
    another way is counted here all the same.
    """
    mine = [
        (one, one.document)
        for one in rulings.rulings
        if isinstance(one.document, Adjustment) and one.document.period == period
    ]
    return AdjustmentFacts(
        in_force=sum(1 for one, _ in mine if one.is_in_force),
        lacking=tuple(
            one.ruling_id
            for one, said in mine
            if one.is_in_force
            and not (said.owner.strip() and said.reason.strip() and said.evidence_objects)
        ),
        waiting=tuple(one.ruling_id for one, _ in mine if one.waits),
    )
