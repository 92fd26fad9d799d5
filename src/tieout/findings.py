"""Findings: what a check found, as data. They accumulate; they never stop a run by themselves.

A finding says what it is about, so that the right owner looks first (D18), and whether it withholds
approval.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a finding is about; the owners differ (D18)."""

    USAGE_EXTRACTION = "usage extraction"
    PRICE_INTERPRETATION = "price interpretation"
    BOOKING = "booking"
    PROCESS = "process"


class Severity(StrEnum):
    """How much a finding weighs: a note is only counted, an open finding withholds approval."""

    NOTE = "note"
    OPEN = "open"


class Bucket(StrEnum):
    """The six variance buckets of the method, each with one first owner (V2)."""

    SOURCE = "source"
    USAGE = "usage"
    CONTRACT = "contract"
    TIMING = "timing"
    ROUNDING = "rounding"
    UNKNOWN = "unknown"


FIRST_OWNER: Final[dict[Bucket, str]] = {
    Bucket.SOURCE: "FinOps or platform owner",
    Bucket.USAGE: "platform owner",
    Bucket.CONTRACT: "API integration owner",
    Bucket.TIMING: "finance operations",
    Bucket.ROUNDING: "FinOps",
    Bucket.UNKNOWN: "incident owner",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found.

    Attributes:
        code: stable code, for example ``PRICE_OVERLAP``.
        kind: what it is about.
        severity: note or open.
        owner: who looks first.
        message: one sentence for a person.
        rows: how many rows it touches.
        where: file and place, model, or day; one line each.
    """

    code: str
    kind: Kind
    severity: Severity
    owner: str
    message: str
    rows: int = 0
    where: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The finding as a JSON object."""
        return {
            "code": self.code,
            "kind": self.kind.value,
            "severity": self.severity.value,
            "owner": self.owner,
            "message": self.message,
            "rows": self.rows,
            "where": list(self.where),
        }


def plural(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun, as every sentence of a finding writes it: ``1 line``, ``12 lines``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
