"""Slices: each model in each cost center is decided on its own (D19)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tieout.findings import plural

Decision = Literal["approve", "investigate", "hold"]


@dataclass(frozen=True, slots=True)
class SliceFacts:
    """What one slice (model by cost center) adds up to; the columns of the table ``slice``.

    The last three come from decisions about cause groups: lines that are settled are no open lines
    any more, lines that are escalated are open until somebody answers (D16).
    """

    model: str | None
    source_model_id: str | None
    cost_center: str | None
    currency: str | None
    lines: int
    open_lines: int
    lines_not_comparable: int
    unknown_lines: int
    unverified_rows: int
    doubt: Decimal | None
    unbounded_lines: int
    expected_cost: Decimal
    charged_cost: Decimal | None
    recorded_cost: Decimal
    variance: Decimal
    gross: Decimal
    lines_without_charge: int = 0
    accepted_lines: int = 0
    corrected_lines: int = 0
    escalated_lines: int = 0


@dataclass(frozen=True, slots=True)
class DecidedSlice:
    """A slice with its own decision and the reason for it.

    Attributes:
        facts: what the slice adds up to.
        decision: approve, investigate or hold.
        reason: why, in a few words.
        escalated: nothing keeps it from approval but differences that are escalated.
    """

    facts: SliceFacts
    decision: Decision
    reason: str
    escalated: bool = False

    @property
    def approved(self) -> Decimal:
        """Recorded money that may be signed."""
        return self.facts.recorded_cost if self.decision == "approve" else Decimal(0)

    @property
    def withheld(self) -> Decimal:
        """Recorded money that waits."""
        return self.facts.recorded_cost - self.approved


def decide_slice(
    facts: SliceFacts,
    materiality: Decimal,
    *,
    basis_unknown: bool = False,
    price_stale: bool = False,
    price_waits: bool = False,
    sources_disagree: bool = False,
) -> DecidedSlice:
    """Decide one slice: hold what cannot be known, investigate what is open, approve the rest.

    Args:
        facts: what the slice adds up to.
        materiality: a range of expected above this stays open.
        basis_unknown: whether the gap to the ledger's declared basis cannot be computed (D9).
        price_stale: whether its price was older than the policy allows when it was used (D30).
        price_waits: whether a newer price of it waits for an approval (D27, D30).
        sources_disagree: whether a second source disputes its price, and nobody settled it (P4).
    """
    decision: Decision
    if facts.lines == 0:
        decision, reason = "investigate", "the slice has no lines"
    elif facts.lines_not_comparable:
        decision = "hold"
        lines = plural(facts.lines_not_comparable, "line")
        unknown = "expected is unknown"
        if facts.lines_without_charge == facts.lines_not_comparable:
            unknown = "the ledger holds charges, and the charge is unknown"
        reason = f"{lines} cannot be compared: {unknown}"
    elif facts.unknown_lines:
        lines = plural(facts.unknown_lines, "line differs", "lines differ")
        decision, reason = "hold", f"{lines} without an explanation"
    elif doubt := _price_doubt(stale=price_stale, disagree=sources_disagree, waits=price_waits):
        decision, reason = "hold", doubt
    elif facts.open_lines > facts.escalated_lines:
        decision, reason = "investigate", _differing(facts.open_lines)
    elif facts.unbounded_lines:
        lines = plural(facts.unbounded_lines, "line")
        decision, reason = (
            "investigate",
            f"the expected cost of {lines} is provisional: nothing bounds its high end",
        )
    elif facts.doubt is not None and facts.doubt > materiality:
        decision, reason = (
            "investigate",
            "the expected cost is provisional: a range above materiality",
        )
    elif basis_unknown:
        decision, reason = "investigate", "the ledger's basis cannot be compared yet"
    elif facts.escalated_lines:
        lines = plural(facts.escalated_lines, "line is", "lines are")
        decision, reason = "investigate", f"{lines} escalated, and the money waits for the answer"
        return DecidedSlice(facts, decision, reason, escalated=True)
    else:
        decision, reason = "approve", _tied_out(facts)
    return DecidedSlice(facts, decision, reason)


def _differing(lines: int) -> str:
    return (
        "1 line differs, with a cause"
        if lines == 1
        else f"{lines:,} lines differ, all with a cause"
    )


def _tied_out(facts: SliceFacts) -> str:
    """How the lines of an approved slice were settled: by themselves, or by a decision."""
    tied = facts.lines - facts.accepted_lines - facts.corrected_lines
    counted = (
        (tied, plural(tied, "line ties out", "lines tie out")),
        (facts.accepted_lines, plural(facts.accepted_lines, "line") + " accepted"),
        (facts.corrected_lines, plural(facts.corrected_lines, "line") + " corrected"),
    )
    return ", ".join(words for lines, words in counted if lines)


def _price_doubt(*, stale: bool, disagree: bool, waits: bool) -> str | None:
    """Why a price is too doubtful for its money to pass, the first reason that fits (D30)."""
    for found, reason in (
        (stale, "its price was older than the policy allows when it was used"),
        (disagree, "two sources state different prices, and nobody settled it"),
        (waits, "a newer price of its source waits for an approval"),
    ):
        if found:
            return reason
    return None
