"""The review of a report: decisions, adjustments, and differences accepted over periods."""

from __future__ import annotations

from typing import Literal

from tieout.report.parts import Amount, Count, Part


class EvidenceFile(Part, frozen=True):
    """A file that shows why something was decided; its bytes are in the store."""

    name: str
    sha256: str


class Decided(Part, frozen=True):
    """One decision about one cause group: what, by whom, why, on which evidence (V5)."""

    ruling_id: str
    by: tuple[str, ...]
    at: str
    group_id: str
    period: str
    disposed: Literal["accepted", "corrected", "escalated"]
    reason: str
    evidence: tuple[EvidenceFile, ...]
    net: str
    gross: str
    currency: str
    cap: str | None
    expires_on: str | None
    state: Literal["stands", "stale", "waits", "gone", "withdrawn"]
    why: str | None


class Remark(Part, frozen=True):
    """A comment about a cause group."""

    ruling_id: str
    by: tuple[str, ...]
    at: str
    group_id: str
    text: str


class Adjusted(Part, frozen=True):
    """A manual adjustment: an entry beside the ledger, never an edit of it (A4)."""

    ruling_id: str
    by: tuple[str, ...]
    at: str
    amount: str
    currency: str
    owner: str
    reason: str
    evidence: tuple[EvidenceFile, ...]
    source_model_id: str | None
    cost_center: str | None
    project: str | None
    group_id: str | None
    counts: bool
    why: str | None


class AcceptedPeriod(Part, frozen=True):
    """What was accepted in one period."""

    period: str
    gross: Amount
    groups: Count


class Accumulated(Part, frozen=True):
    """Accepted differences over all periods, gross, against materiality (A9)."""

    currency: str
    gross: Amount
    materiality: Amount
    above: bool
    periods: tuple[AcceptedPeriod, ...]


class Trivial(Part, frozen=True):
    """What passed for being small, of what may pass together, and what stays open beyond it."""

    currency: str
    groups: Count
    gross: Amount
    most: Amount
    left: Count
    left_gross: Amount


class Review(Part, frozen=True):
    """What people decided, as it stood when the run began."""

    decisions: tuple[Decided, ...] = ()
    comments: tuple[Remark, ...] = ()
    adjustments: tuple[Adjusted, ...] = ()
    accumulated: tuple[Accumulated, ...] = ()
    trivial: tuple[Trivial, ...] = ()
