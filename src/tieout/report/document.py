"""The report's one object: what ``report.json`` holds, read strictly.

Text, page and CSV all render this object and nothing else, so that they cannot disagree.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tieout.errors import IntegrityRefused
from tieout.report.baseline_parts import Baseline
from tieout.report.charge_parts import Charges
from tieout.report.claim_parts import Claims
from tieout.report.credit_parts import Credits, JournalPreview
from tieout.report.cross_check_parts import CrossCheck
from tieout.report.doubt_parts import Doubt
from tieout.report.effect_parts import Effect
from tieout.report.evidence_parts import Completeness, Evidence
from tieout.report.half_parts import CurrencyHalves
from tieout.report.parts import (
    Amount,
    BasisItem,
    BridgeStep,
    BucketName,
    ChecklistItem,
    CostCenterMoney,
    Count,
    Coverage,
    Day,
    Group,
    Line,
    ModelMoney,
    NotComparable,
    Part,
    ProjectMoney,
    ReportFinding,
    Slice,
    Trigger,
)
from tieout.report.pattern_parts import AbsurdRow
from tieout.report.review_parts import Review
from tieout.report.unmatched_parts import Unmatched

# A group whose disposition ends the review; any other status keeps it on the page.
SETTLED = frozenset({"accepted", "corrected", "trivial", "cleared"})


class PeriodPart(Part, frozen=True):
    """The period as it was asked for, and its half-open bounds."""

    label: str
    start: str
    end: str


class Totals(Part, frozen=True):
    """The money of one currency; net never stands without plus and minus."""

    expected: Amount | None
    charged: Amount | None
    recorded: Amount | None
    variance: Amount | None
    variance_plus: Amount | None
    variance_minus: Amount | None
    booking: Amount | None
    booking_plus: Amount | None
    booking_minus: Amount | None
    billing: Amount | None
    billing_plus: Amount | None
    billing_minus: Amount | None
    low: Amount | None
    high: Amount | None
    approved: Amount | None
    withheld: Amount | None
    basis: BasisItem | None = None
    adjustments: Amount | None = "0"
    recorded_after_adjustments: Amount | None = None


class Rows(Part, frozen=True):
    """The six states every received usage row is in (D1)."""

    received: Count
    quarantined: Count
    excluded: Count
    unmapped: Count
    not_reconcilable: Count
    unrated: Count
    rated: Count


class LedgerRows(Part, frozen=True):
    """What became of the ledger rows."""

    received: Count
    quarantined: Count
    matched: Count
    unmatched: Count
    not_comparable: Count
    outside_period: Count = 0


class Bucket(Part, frozen=True):
    """Count, net and gross of one variance bucket."""

    count: Count
    net: Amount | None
    gross: Amount | None


class Parts(Part, frozen=True):
    """The parts a variance splits into; they add up to it exactly (V3)."""

    rate: Amount | None
    quantity: Amount | None
    mapping: Amount | None
    tier: Amount | None
    timing: Amount | None
    rounding: Amount | None
    adjustment: Amount | None
    unknown: Amount | None
    basis: Amount | None = "0"


class Summary(Part, frozen=True):
    """What ``run --json`` prints."""

    decision: Literal["approve", "investigate", "hold"]
    run_id: str
    workspace: str
    period: PeriodPart
    zone: str
    as_of: str
    result_digest: str
    calculation_version: str
    policy_version: str
    supersedes: str | None
    baseline: bool
    totals: dict[str, Totals]
    rows: Rows
    ledger_rows: LedgerRows
    buckets: dict[BucketName, Bucket]
    groups: tuple[Group, ...]
    triggers: tuple[Trigger, ...]
    artifacts: str


class Truncation(Part, frozen=True):
    """How many rows of a section the report holds, of how many there are."""

    shown: Count
    of: Count


class Document(Part, frozen=True):
    """The whole report."""

    schema: Literal["tieout-report/1"]
    summary: Summary
    reasons: tuple[str, ...]
    headline_lines: tuple[Line, ...]
    parts: dict[str, Parts]
    bridge: tuple[BridgeStep, ...]
    days: tuple[Day, ...]
    models: tuple[ModelMoney, ...]
    cost_centers: tuple[CostCenterMoney, ...]
    projects: tuple[ProjectMoney, ...]
    coverage: tuple[Coverage, ...]
    not_comparable: tuple[NotComparable, ...]
    lines: tuple[Line, ...]
    slices: tuple[Slice, ...]
    checklist: tuple[ChecklistItem, ...]
    findings: tuple[ReportFinding, ...]
    completeness: Completeness
    evidence: Evidence
    baseline: Baseline | None
    truncated: dict[str, Truncation]
    cross_check: CrossCheck | None = None
    charges: Charges | None = None
    credits: Credits | None = None
    journal: JournalPreview | None = None
    effects: tuple[Effect, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    halves: tuple[CurrencyHalves, ...] = ()
    claims: Claims = Claims()
    review: Review = Review()
    unmatched: Unmatched = Unmatched()
    absurd_rows: tuple[AbsurdRow, ...] = ()

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of the report, in the order it states them."""
        return tuple(self.summary.totals)

    def currency_of(self, stated: str | None) -> str:
        """The currency of a row: as stated, else the only one there is, else empty."""
        if stated is not None:
            return stated
        return self.currencies[0] if len(self.currencies) == 1 else ""

    @property
    def open_groups(self) -> tuple[Group, ...]:
        """The cause groups somebody still has to settle."""
        return tuple(group for group in self.summary.groups if group.status not in SETTLED)

    @property
    def undecided_groups(self) -> tuple[Group, ...]:
        """Those that wait for a decision, or for what was decided: not those that are escalated."""
        return tuple(group for group in self.open_groups if group.status != "escalated")


def load(content: bytes, name: str = "report.json") -> Document:
    """Read a report.

    Raises:
        IntegrityRefused: ``REPORT_FORM`` when the bytes are not a report of this schema.
    """
    try:
        return msgspec.json.decode(content, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IntegrityRefused(
            "REPORT_FORM",
            "The report cannot be read as a report of schema tieout-report/1.",
            where=(f"{name}: {error}",),
            remedy="Verify the run (tieout verify); if it verifies, use the version that wrote it.",
        ) from error
