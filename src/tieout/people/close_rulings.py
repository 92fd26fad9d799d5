"""Rulings of the close: answers, sign-off, and the life of a period (A1, A3, A5)."""

from __future__ import annotations

from typing import Literal

from tieout.people.decided import Decided


class ChecklistAnswer(Decided, frozen=True, tag="answer"):
    """An item of the checklist that the machine cannot answer, answered by a person (A1).

    Attributes:
        period: the label of the period.
        item: its number.
        answer: yes or no.
        detail: what the person looked at.
        machine_digest: digest of what the machine said of the item; with another word of the
            machine the answer is stale.
        evidence_objects: the bytes that show it.
        evidence_names: their names, in the same order.
    """

    period: str
    item: int
    answer: Literal["yes", "no"]
    detail: str
    machine_digest: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class SignOff(Decided, frozen=True, tag="sign-off"):
    """A run that is signed as prepared, or as checked by somebody else (A3, D24).

    Attributes:
        period: the label of the period.
        run_id: the run.
        signed_as: prepared or checked.
        signoff_digest: digest over the inputs, the result, the policy version and the open items.
        result_digest: the digest of the result.
        input_digests: the SHA-256 of every input, by its name.
        exceptions: what was accepted, as the signer was shown it.
        policy_version: the policy the run was decided by.
        policy_object: that policy in the store, where somebody signed it; or empty.
        open_items: what was open, with its digest. The sign-off digest is over these, the policy,
            the inputs and the result, so that a statement can be checked by itself.
    """

    period: str
    run_id: str
    signed_as: Literal["prepared", "checked"]
    signoff_digest: str
    result_digest: str
    input_digests: dict[str, str]
    exceptions: tuple[str, ...] = ()
    policy_version: str = ""
    policy_object: str = ""
    open_items: tuple[str, ...] = ()


class Closing(Decided, frozen=True, tag="closing"):
    """A period that is closed: its figures are those of this run, and never move (A5).

    Attributes:
        period: the label of the period.
        run_id: the run.
        signoff_digest: the digest that both signers signed.
        start: its first instant.
        end: the instant that no longer belongs to it.
        imports: the imports it counted; what comes later for its days is late (D25).
    """

    period: str
    run_id: str
    signoff_digest: str
    start: str = ""
    end: str = ""
    imports: tuple[str, ...] = ()


class Reopening(Decided, frozen=True, tag="reopening"):
    """A closed period that is open again, with a reason; what was closed stays readable."""

    period: str
    reason: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()
