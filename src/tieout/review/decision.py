"""The decision: slices first, then the six triggers, then the run (D19, D20).

``approve`` means that these records may be signed; it pays nobody. Nothing empty passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.errors import ExitCode
from tieout.findings import plural
from tieout.review.slices import DecidedSlice, Decision, SliceFacts, decide_slice

__all__ = [
    "EXIT_CODE",
    "DecidedSlice",
    "Decision",
    "SliceFacts",
    "Trigger",
    "Verdict",
    "decide",
    "decide_slice",
    "rehearsed",
]

_REHEARSAL: Final = (
    "This workspace rehearses: its sources may be stand-ins of a vendor, and nothing is approved."
)
_REHEARSED_LOG: Final = (
    "A log of this run was fetched in a rehearsal: it may be a stand-in of a vendor's, and nothing"
    " is approved."
)

EXIT_CODE: dict[Decision, ExitCode] = {
    "approve": ExitCode.APPROVE,
    "investigate": ExitCode.INVESTIGATE,
    "hold": ExitCode.HOLD,
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """One of the six escalation triggers (D20).

    Attributes:
        code: stable name.
        fired: whether the data fire it.
        text: one sentence that says what was found, or that nothing was.
        money: the recorded money it is about, per currency.
    """

    code: str
    fired: bool
    text: str
    money: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The run's decision with its reasons, most important first."""

    decision: Decision
    reasons: tuple[str, ...]


_SLICES_NAMED: Final = 3
_PROVISIONAL: Final = (
    "Figures are provisional: money above materiality leans on contract items that nobody has"
    " verified."
)


def decide(  # noqa: PLR0913 - each is a fact the decision turns on, all named
    slices: Sequence[DecidedSlice],
    triggers: Sequence[Trigger],
    *,
    hold_limit: Decimal,
    quarantined: int,
    quarantine_limit: int,
    open_groups: int,
    unanswered: Sequence[int],
    failed_items: Sequence[int],
    declared_prices: bool,
    empty_legs: Sequence[str] = (),
    failures: Sequence[str] = (),
    basis_unknown: bool = False,
    provisional: bool = False,
    escalated_limit: Decimal = Decimal(0),
) -> Verdict:
    """Decide the run (D19).

    Args:
        slices: every slice with its own decision.
        triggers: all six, fired or not.
        hold_limit: withheld money above this holds the run once a trigger fired.
        quarantined: records that wait in quarantine, both legs.
        quarantine_limit: how many of them the policy lets pass.
        open_groups: cause groups without a decision that stands, or with one still to be done.
        unanswered: numbers of checklist items without an answer.
        failed_items: numbers of checklist items answered no.
        declared_prices: whether a price of grade C or D without two names takes part (D21, D22).
        empty_legs: legs without a single row in the period; completeness fails (D19).
        failures: a sentence for whatever fails outright: an export of which a part is not
            imported, the balance proof of the credits (D19).
        basis_unknown: whether the gap to the ledger's declared basis cannot be computed (D9).
        provisional: whether money above materiality leans on unverified contract items (C3).
        escalated_limit: how much money of escalated slices an approved run may withhold.
    """
    fired = [trigger for trigger in triggers if trigger.fired]
    withheld: dict[str, Decimal] = {}
    for one in slices:
        currency = one.facts.currency or "unknown currency"
        withheld[currency] = withheld.get(currency, Decimal(0)) + abs(one.withheld)
    over_limit = any(amount > hold_limit for amount in withheld.values())
    reasons: list[str] = []
    if not slices:
        reasons.append("There is nothing to compare: no usage and no ledger entry in the period.")
    if quarantined > quarantine_limit:
        reasons.append(
            f"{plural(quarantined, 'record waits', 'records wait')} in quarantine; the policy lets"
            f" {quarantine_limit:,} pass."
        )
    reasons.extend(
        f"The {leg} leg has no row in the period: an empty export is no proof of an empty period."
        for leg in empty_legs
        if slices
    )
    reasons.extend(failures)
    if reasons or (fired and over_limit):
        reasons.extend(trigger.text for trigger in fired)
        return Verdict("hold", tuple(reasons))
    if open_groups:
        reasons.append(f"{plural(open_groups, 'cause group is', 'cause groups are')} open.")
    waiting = _waiting_slices(slices, escalated_limit)
    reasons.extend(_not_approved(slices, waiting))
    if basis_unknown:
        reasons.append(
            "The ledger's basis is cash-effective: what lies between it and expected is unknown."
        )
    if declared_prices:
        reasons.append("A price of grade C or D is no approval by itself: it needs a second name.")
    if provisional:
        reasons.append(_PROVISIONAL)
    if failed_items:
        reasons.append(f"{_items(failed_items)} answered no: {_numbers(failed_items)}.")
    if unanswered:
        reasons.append(f"{_items(unanswered)} without an answer: {_numbers(unanswered)}.")
    reasons.extend(trigger.text for trigger in fired)
    if reasons:
        return Verdict("investigate", tuple(reasons))
    return Verdict("approve", (_approved(slices, len(waiting)),))


def _approved(slices: Sequence[DecidedSlice], waiting: int) -> str:
    if waiting:
        verb = "is" if waiting == 1 else "are"
        return (
            f"{waiting:,} of {plural(len(slices), 'slice')} {verb} escalated and withheld, within"
            " what the policy lets wait; the others may be signed and the checklist is answered."
        )
    if any(one.facts.accepted_lines or one.facts.corrected_lines for one in slices):
        return "Every line ties out or is settled by a decision, and the checklist is answered."
    whole = "The only slice ties" if len(slices) == 1 else f"All {len(slices):,} slices tie"
    return f"{whole} out and the checklist is answered."


def _waiting_slices(slices: Sequence[DecidedSlice], limit: Decimal) -> tuple[DecidedSlice, ...]:
    """The escalated slices, where the policy lets all their money of each currency wait."""
    escalated = tuple(one for one in slices if one.escalated)
    held: dict[str | None, Decimal] = {}
    for one in escalated:
        currency = one.facts.currency
        held[currency] = held.get(currency, Decimal(0)) + abs(one.withheld)
    return escalated if all(amount <= limit for amount in held.values()) else ()


def _not_approved(
    slices: Sequence[DecidedSlice], waiting: Sequence[DecidedSlice]
) -> tuple[str, ...]:
    """How many slices are left, and of the first of them which and why."""
    left = [one for one in slices if one.decision != "approve" and one not in waiting]
    if not left:
        return ()
    verb = "is" if len(left) == 1 else "are"
    named = [f"{_named(one.facts)}, {one.reason}" for one in left[:_SLICES_NAMED]]
    more = [f"and {len(left) - _SLICES_NAMED:,} more"] if len(left) > _SLICES_NAMED else []
    each = "; ".join((*named, *more))
    return (f"{len(left):,} of {plural(len(slices), 'slice')} {verb} not approved: {each}.",)


def _named(facts: SliceFacts) -> str:
    centre = f" in {facts.cost_center}" if facts.cost_center else ""
    return f"{facts.model or 'no model'}{centre}"


def _items(items: Sequence[int]) -> str:
    return "Checklist item" if len(items) == 1 else "Checklist items"


def _numbers(items: Sequence[int]) -> str:
    return ", ".join(str(item) for item in items)


def rehearsed(verdict: Verdict, *, by_setting: bool = True) -> Verdict:
    """The verdict of a rehearsal: it says so first, and approves nothing.

    Args:
        verdict: what it would be otherwise.
        by_setting: whether the workspace rehearses, or only holds a log from when it did.
    """
    decision = "investigate" if verdict.decision == "approve" else verdict.decision
    return Verdict(decision, (_REHEARSAL if by_setting else _REHEARSED_LOG, *verdict.reasons))
