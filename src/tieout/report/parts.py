"""What stands in the sections of a report: the rows of ``report.json``, typed and strict.

An amount is plain decimal text, exactly as the run wrote it, or null where it is not known.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

BucketName = Literal["source", "usage", "contract", "timing", "rounding", "unknown"]
Amount = Annotated[
    str, msgspec.Meta(pattern=r"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z", max_length=80)
]
Count = Annotated[int, msgspec.Meta(ge=0)]
# Marks a name as logged that stands where an approved id should.
UNMAPPED: Final = "unmapped"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the report; a field nobody declared is refused."""


class GroupExplanation(Part, frozen=True):
    """What closes lines of a cause group: the assumption they are filed under, or one beside it."""

    cause: str
    title: str
    assumed: str
    is_filed: bool
    lines: Count
    net: Amount


class Group(Part, frozen=True):
    """A cause group: lines with one cause in one scope, the unit of review (D16)."""

    group_id: str
    bucket: BucketName
    cause: str
    title: str
    proof: str
    source_model_id: str | None
    cost_center: str | None
    project: str | None
    first_day: str | None
    last_day: str | None
    lines: Count
    net: Amount | None
    gross: Amount | None
    currency: str
    owner: str
    status: str
    explanation: str
    next: str
    group_digest: str = ""
    due: str | None = None
    first_seen: str | None = None
    age_days: Count | None = None
    adjusted: Amount | None = "0"
    left: Amount | None = None
    stale_because: str | None = None
    explanations: tuple[GroupExplanation, ...] = ()
    explanations_of: Count = 0


class Trigger(Part, frozen=True):
    """One of the escalation triggers (D20), whether it fired, and the money it is about."""

    code: str
    fired: bool
    text: str
    money: Amount | None


class Rate(Part, frozen=True):
    """One meter of a line: quantity times unit rate, and the price bytes the rate came from."""

    meter: str
    quantity: Amount | None
    unit_rate: Amount | None
    cost: Amount | None
    price_text: str | None
    pricing_unit: str | None
    multiplier_text: str | None
    capture_id: str | None
    locator: str | None
    source_url: str | None
    accessed_at: str | None

    @property
    def settles(self) -> bool:
        """Whether the usage log states the amount, and no price: a call was settled at it."""
        return self.capture_id is None


class UsageReference(Part, frozen=True):
    """Where a usage record of a line stands: file, record, line, byte offset."""

    import_id: str
    file: str
    ordinal: Count
    line: Count
    byte_offset: Count
    request_id: str | None
    model_as_logged: str | None


class LedgerReference(Part, frozen=True):
    """Where a ledger entry of a line stands: file, record, line, byte offset."""

    import_id: str
    file: str
    ordinal: Count
    line: Count
    byte_offset: Count
    ledger_entry_id: str | None


class BasisModel(Part, frozen=True):
    """What the declared basis makes of the variance of one model."""

    source_model_id: str | None
    lines: Count
    net: Amount
    plus: Amount
    minus: Amount


class BasisItem(Part, frozen=True):
    """The one reconciling item between expected and the basis the ledger declares (D9)."""

    declared: Literal["list", "charged", "cash-effective"]
    net: Amount | None
    plus: Amount | None
    minus: Amount | None
    lines: Count
    models: tuple[BasisModel, ...]
    models_of: Count
    evidence: str


class LineEffect(Part, frozen=True):
    """What one of two causes adds to the difference of a line that takes both."""

    cause: str
    variant: str
    part: str
    bucket: BucketName
    amount: Amount


class LineExplanation(Part, frozen=True):
    """What closes a line: the explanation it is filed under, or one that stands beside it.

    The counterpart is a line of the run, or with a period an item that an earlier one left open.
    """

    cause: str
    title: str
    assumed: str
    is_filed: bool
    counterpart: str | None
    counterpart_period: str | None


class Line(Part, frozen=True):
    """One match group with its amounts, its cause and its way down to the bytes."""

    line_key: str
    grain: str
    day: str | None
    source_model_id: str | None
    cost_center: str | None
    project: str | None
    usage_rows: Count
    ledger_rows: Count
    currency: str
    expected: Amount | None
    charged: Amount | None
    recorded: Amount | None
    variance: Amount | None
    booking: Amount | None
    billing: Amount | None
    bucket: BucketName | None
    cause: str | None
    proof: str | None
    explanation: str
    group_id: str | None
    rates: tuple[Rate, ...]
    usage_refs: tuple[UsageReference, ...]
    ledger_refs: tuple[LedgerReference, ...]
    basis: Amount | None = None
    effects: tuple[LineEffect, ...] = ()
    explanations: tuple[LineExplanation, ...] = ()
    explanations_of: Count = 0

    @property
    def model(self) -> str | None:
        """The model's id in the price source, or its name as logged, marked as unmapped."""
        if self.source_model_id is not None or not self.usage_refs:
            return self.source_model_id
        logged = self.usage_refs[0].model_as_logged
        return None if logged is None else f"{logged} ({UNMAPPED})"


class BridgeStep(Part, frozen=True):
    """One bar of the bridge from expected to recorded."""

    label: str
    kind: Literal["start", "step", "subtotal", "end"]
    amount: Amount | None
    currency: str | None = None


class Day(Part, frozen=True):
    """The money of one day."""

    day: str
    rows: Count
    expected: Amount | None
    charged: Amount | None
    recorded: Amount | None
    variance: Amount | None
    currency: str | None = None


class ModelMoney(Part, frozen=True):
    """The money of one source model id; null where no model is known."""

    source_model_id: str | None
    rows: Count
    expected: Amount | None
    charged: Amount | None
    recorded: Amount | None
    variance: Amount | None
    currency: str | None = None


class CostCenterMoney(Part, frozen=True):
    """The money of one cost center; null where the rows name none."""

    cost_center: str | None
    rows: Count
    expected: Amount | None
    charged: Amount | None
    recorded: Amount | None
    variance: Amount | None
    currency: str | None = None


class ProjectMoney(Part, frozen=True):
    """The money of one project; null where the rows name none."""

    project: str | None
    rows: Count
    expected: Amount | None
    charged: Amount | None
    recorded: Amount | None
    variance: Amount | None
    currency: str | None = None


class Coverage(Part, frozen=True):
    """Rows of one state and reason, with the money known beside them."""

    state: str
    reason: str | None
    rows: Count
    charged: Amount | None
    recorded: Amount | None
    currency: str | None = None


class NotComparable(Part, frozen=True):
    """Ledger money with no expected cost beside it (D10)."""

    state: str
    bucket: BucketName
    lines: Count
    recorded: Amount | None
    currency: str | None = None


class Slice(Part, frozen=True):
    """A model in a cost center, decided on its own (D19)."""

    source_model_id: str | None
    cost_center: str | None
    decision: Literal["approve", "investigate", "hold"]
    reason: str
    expected: Amount | None
    recorded: Amount | None
    approved: Amount | None
    withheld: Amount | None
    currency: str | None = None
    unmapped: bool = False

    @property
    def model(self) -> str | None:
        """The model's id in the price source, or its name as logged, marked as unmapped."""
        if self.source_model_id is None or not self.unmapped:
            return self.source_model_id
        return f"{self.source_model_id} ({UNMAPPED})"


class ChecklistItem(Part, frozen=True):
    """One of the thirteen items of the checklist (A1)."""

    number: Count
    text: str
    answer: Literal["yes", "no", "unanswered"]
    answered_by: str | None
    detail: str
    machine_digest: str = ""


class ReportFinding(Part, frozen=True):
    """What a check found, as :class:`tieout.findings.Finding` writes it."""

    code: str
    kind: str
    severity: str
    owner: str
    message: str
    rows: Count
    where: tuple[str, ...]
