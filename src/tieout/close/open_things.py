"""What stands between a run and its sign-off: everything that is open, in words (A1, V5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tieout.close.run_facts import RunFacts
from tieout.people.replay import Replay
from tieout.people.ruling import (
    Adjustment,
    Assignment,
    Closing,
    Disposition,
    Endorsement,
    Founding,
    Reopening,
    SignOff,
)
from tieout.review.makers import group_ids
from tieout.review.standing import BY_POLICY, DECIDED

_ITEMS: Final = 13


def open_things(facts: RunFacts, rulings: Replay, before: int) -> tuple[str, ...]:
    """Everything that stands between a run and its sign-off, at an entry of the log."""
    found = [f"the run's decision is {facts.record.decision}: {reason}" for reason in (
        facts.report["reasons"] if facts.record.decision != "approve" else ()
    )]  # fmt: skip
    items = {item["number"]: item["answer"] for item in facts.report["checklist"]}
    found += [
        f"checklist item {number} is {items.get(number, 'missing')}"
        for number in range(1, _ITEMS + 1)
        if items.get(number) != "yes"
    ]
    found += _open_groups(facts, rulings, before)
    found += [
        f"{one.kind} {one.ruling_id} waits for a signature"
        for one in rulings.rulings
        if getattr(one.document, "period", "") == facts.record.period
        and not isinstance(one.document, SignOff | Closing | Reopening)
        and one.seq < before
        and not 0 < one.in_force_at < before
        and not (one.withdrawn is not None and one.withdrawn.seq < before)
    ]
    found += _on_a_name(rulings, before)
    if not facts.content.policy_object:
        found.append(f"policy {facts.manifest.policy_version} is signed by nobody")
    return tuple(found)


def _on_a_name(rulings: Replay, before: int) -> Iterator[str]:
    """Decisions made under a name alone since people have keys, and endorsed by nobody (D27)."""
    founded = next((one.in_force_at for one in rulings.of(Founding)), before)
    endorsed = {
        entry
        for one in rulings.of(Endorsement)
        if isinstance(one.document, Endorsement) and one.in_force_at < before
        for entry in one.document.entries
    }
    for one in rulings.named.values():
        if founded < one.seq < before and one.entry not in endorsed:
            about = f" of {one.about}" if one.about else ""
            yield f"{one.kind}{about} by {one.by} stands on a name alone: entry {one.entry[:12]}"


def _open_groups(facts: RunFacts, rulings: Replay, before: int) -> Iterator[str]:
    """Cause groups that are open, or without an owner, a disposition or its evidence (V5)."""
    owned: set[str] = set()
    disposed: set[str] = set()
    for one in rulings.in_force:
        said = one.document
        if one.in_force_at >= before:
            continue
        if isinstance(said, Assignment) and said.period == facts.record.period:
            owned.update(group_ids(said) if said.owner.strip() else ())
        elif isinstance(said, Disposition | Adjustment):
            disposed.update(
                group_ids(said) if said.reason.strip() and said.evidence_objects else ()
            )
    for group in facts.report["summary"]["groups"]:
        name = group["group_id"]
        if group["status"] in BY_POLICY:
            continue
        if group["status"] not in DECIDED:
            yield f"cause group {name} is {group['status']}: {group['title']}"
        if name not in owned:
            yield f"cause group {name} has no owner"
        if name not in disposed:
            yield f"cause group {name} has no disposition with reason and evidence"
