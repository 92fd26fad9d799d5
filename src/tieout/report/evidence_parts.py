"""What the completeness and evidence sections of a report hold, typed and strict."""

from __future__ import annotations

from typing import Literal

from tieout.report.count_parts import Counts
from tieout.report.parts import Amount, Count, Part
from tieout.report.pattern_parts import Patterns


class CompletenessDay(Part, frozen=True):
    """How many rows a day has on both sides, and how many calls did not simply complete."""

    day: str
    usage_rows: Count
    ledger_rows: Count
    failed: Count
    retried: Count
    timed_out: Count


class CompletenessModel(Part, frozen=True):
    """How many usage rows a model name as logged has."""

    model_as_logged: str | None
    rows: Count


class Window(Part, frozen=True):
    """The first and last instant one of the inputs covers."""

    name: str
    first: str | None
    last: str | None


class Completeness(Part, frozen=True):
    """Whether the exports cover the period: days, models, windows, gaps (U6)."""

    days: tuple[CompletenessDay, ...]
    models: tuple[CompletenessModel, ...]
    windows: tuple[Window, ...]
    gaps: tuple[str, ...]
    counts: Counts | None = None
    patterns: Patterns = Patterns()


class CaptureEvidence(Part, frozen=True):
    """One captured price source."""

    capture_id: str
    sha256: str
    source_name: str
    source_url: str | None
    accessed_at: str | None
    approved_by: str | None
    method: str
    original_name: str | None
    role: Literal["prices", "check"] = "prices"


class ImportEvidence(Part, frozen=True):
    """One imported file of usage or ledger records."""

    import_id: str
    leg: str
    sha256: str
    original_name: str
    records_framed: Count
    quarantined: Count
    imported_at: str | None = None


class AtStake(Part, frozen=True):
    """The money of one currency that leans on a contract item, and how much of it would move."""

    currency: str | None
    leaning: Amount | None
    change: Amount | None


class ContractItem(Part, frozen=True):
    """One fact the calculation leans on, whether it is verified, and the money behind it (C5)."""

    item_id: str
    claim: str
    value: str | None
    status: str
    source: str | None
    needed_for: str
    leans: tuple[str, ...] = ()
    owner: str = ""
    proves_not: str = ""
    verified_by: str | None = None
    verified_at: str | None = None
    proof: str | None = None
    recheck_at: str | None = None
    expires_soon: bool = False
    uses: Count = 0
    at_stake: tuple[AtStake, ...] = ()


class Statement(Part, frozen=True):
    """One calculation statement that ran: its digest, its rows, its time."""

    stage: str
    sha256: str
    rows: Count
    seconds: Amount | None


class Rounding(Part, frozen=True):
    """The declared rounding of the booking, and the declared step of the recorded column."""

    level: str
    step: Amount
    mode: str
    recorded_step: Amount | None


class Exclusion(Part, frozen=True):
    """One approved exclusion rule."""

    rule_name: str
    field: str
    equals: str
    reason: str
    approved_by: str
    rows: Count | None = None


class Grade(Part, frozen=True):
    """The money priced by one rate grade (D21)."""

    grade: str
    expected: Amount | None
    currency: str | None = None


class ControlTotal(Part, frozen=True):
    """Two counts or sums that must agree, written as figures a blank apart."""

    name: str
    left: int | str | None
    right: int | str | None
    agrees: bool


class LogCheckpoint(Part, frozen=True):
    """Where the evidence log ended when the run began; a copy kept elsewhere shows a rollback."""

    origin: str
    size: Count
    head: str
    at: str


class Evidence(Part, frozen=True):
    """Everything the figures of the report lead to."""

    captures: tuple[CaptureEvidence, ...]
    imports: tuple[ImportEvidence, ...]
    contract_items: tuple[ContractItem, ...]
    statements: tuple[Statement, ...]
    rounding: Rounding
    exclusions: tuple[Exclusion, ...]
    grades: tuple[Grade, ...]
    control_totals: tuple[ControlTotal, ...]
    witnesses: str
    log_head: str
    manifest_sha256: str
    checkpoint: LogCheckpoint | None = None
