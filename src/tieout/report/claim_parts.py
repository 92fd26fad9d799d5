"""Claims on the vendor as a report states them: what was found, filed, answered, credited (B6)."""

from __future__ import annotations

from typing import Literal

from tieout.report.parts import Amount, Count, Part
from tieout.report.review_parts import EvidenceFile


class ClaimStep(Part, frozen=True):
    """One signed step of a claim, and whether it counts."""

    ruling_id: str
    by: tuple[str, ...]
    at: str
    step: Literal["filed", "answered", "credited"]
    on: str
    amount: str
    rejected: str | None
    currency: str
    reference: str
    reason: str | None
    evidence: tuple[EvidenceFile, ...]
    stands: str
    why: str | None


class Claim(Part, frozen=True):
    """The overcharged rows of one cause, model and currency in one period."""

    claim_id: str
    period: str
    cause: str
    title: str
    explanation: str
    model: str | None
    currency: str
    first_day: str
    last_day: str
    rows: Count | None
    charged: Amount | None
    amount: Amount | None
    digest: str | None
    state: Literal["found", "filed", "answered", "rejected", "part_credited", "credited"]
    stale: str | None
    age_days: Count
    file_by: str | None
    ticket: str | None
    filed_on: str | None
    filed: Amount | None
    accepted: Amount | None
    rejected: Amount | None
    credited: Amount
    open: Amount
    steps: tuple[ClaimStep, ...]


class ClaimAge(Part, frozen=True):
    """What is open of one age, in one currency; without an end it is that old or older."""

    currency: str
    from_days: Count
    to_days: Count | None
    claims: Count
    not_filed: Amount
    filed: Amount


class Claims(Part, frozen=True):
    """Every claim of the period, and what was filed for others."""

    claims: tuple[Claim, ...] = ()
    ages: tuple[ClaimAge, ...] = ()
