"""Rulings on claims: what was filed with the vendor, what it answered, what it credited (B6)."""

from __future__ import annotations

from typing import Literal

from tieout.people.decided import Decided

ClaimStepName = Literal["filed", "answered", "credited"]


class ClaimStep(Decided, frozen=True, tag="claim"):
    """One step of a claim on the vendor, by a named person; steps are added, never edited.

    Attributes:
        period: the label of the period whose charges are claimed.
        claim_id: the claim.
        step: filed, answered or credited.
        on: the day of it, ``YYYY-MM-DD``.
        amount: what was claimed, what was accepted, or what was credited; decimal text.
        currency: its currency.
        reference: the vendor's ticket, its answer, or the movement that brought the credit.
        reason: what was written or heard; may be empty.
        rejected: what the answer rejects, decimal text; empty for other steps.
        cause: of a filing, what is claimed.
        model: of a filing, for which model.
        claim_digest: of a filing, the digest of the claimed rows as its author saw them.
        run_id: of a filing, the run they are of.
        first_day: of a filing, the first day of the charges.
        last_day: of a filing, their last day.
        evidence_objects: the bytes that show it; of a filing, first of all the claim itself.
        evidence_names: their names, in the same order.
    """

    period: str
    claim_id: str
    step: ClaimStepName
    on: str
    amount: str
    currency: str
    reference: str
    reason: str = ""
    rejected: str = ""
    cause: str = ""
    model: str = ""
    claim_digest: str = ""
    run_id: str = ""
    first_day: str = ""
    last_day: str = ""
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()
