"""The letters of sign-off and close: what was refused, where, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tieout.close.run_facts import RunFacts
from tieout.errors import ApprovalRefused, ConflictRefused
from tieout.people.replay import Ruling

_SHOWN: Final = 20


def period_closed(label: str) -> ApprovalRefused:
    """The refusal of whatever would move a closed period."""
    return ApprovalRefused(
        "PERIOD_CLOSED",
        "The period is closed; its figures do not move.",
        where=(label,),
        remedy="What comes late is shown in the next run. Else: tieout reopen PERIOD --reason"
        " TEXT --evidence FILE --key FILE",
    )


def superseded(run_id: str, newest: RunFacts | None) -> ApprovalRefused:
    """The refusal of a run that is not the newest of its period."""
    named = "there is none" if newest is None else f"the newest is {newest.record.run_id}"
    return ApprovalRefused(
        "APPROVE_STALE",
        "That run is not the newest of its period.",
        where=(f"run {run_id}; {named}",),
        remedy="Look at the newest run and sign that one: tieout checklist",
    )


def inputs_changed(run_id: str, changed: Sequence[str]) -> ApprovalRefused:
    """The refusal of a run whose inputs are not what they were."""
    more = (f"and {len(changed) - _SHOWN} more",) if len(changed) > _SHOWN else ()
    return ApprovalRefused(
        "APPROVE_STALE",
        "What the run read has changed since.",
        where=(f"run {run_id}", *changed[:_SHOWN], *more),
        remedy="Run the period again, look at it, and sign that run.",
    )


def not_settled(done: str, what: Sequence[str]) -> ApprovalRefused:
    """The refusal of a run in which something is open, with the list."""
    more = (f"and {len(what) - _SHOWN} more",) if len(what) > _SHOWN else ()
    return ApprovalRefused(
        "APPROVE_OPEN",
        f"Something is open, so nothing is {done}.",
        where=(*what[:_SHOWN], *more),
        remedy="Settle each of these, run the period again, and repeat the command.",
    )


def digest_differs(done: str, named: str, found: str) -> ApprovalRefused:
    """The refusal of a digest that is not the one of the run."""
    return ApprovalRefused(
        "APPROVE_DIGEST",
        f"What was looked at is not what would be {done}.",
        where=(f"looked at {named[:64]!a}", f"the run has {found}"),
        remedy="Look again, then name the digest you saw: tieout sign RUN",
    )


def out_of_order(what: str, step: str) -> ApprovalRefused:
    """The refusal of a step that comes after one that was not taken."""
    return ApprovalRefused("FLOW_ORDER", what, remedy=f"First: {step}")


def signed_already(before: Ruling, signed_as: str) -> ConflictRefused:
    """The refusal of whoever came second."""
    return ConflictRefused(
        "CONFLICT",
        f"Somebody signed this run as {signed_as} already.",
        where=(f"{', '.join(before.names)}, ruling {before.ruling_id}",),
        remedy="Nothing is left to do for that; see tieout sign RUN.",
    )


def reopened_without(label: str) -> ApprovalRefused:
    """The refusal of a reopening that nothing shows the need of."""
    return ApprovalRefused(
        "REOPEN_RULE",
        "A closed period is reopened with a reason and with evidence.",
        where=(label,),
        remedy="Give --reason, and --evidence FILE with what shows it.",
    )
