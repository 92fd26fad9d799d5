"""The decision: slices first, then the six triggers, then the run (D19, D20).

``approve`` means that these records may be signed; it pays nobody. Nothing empty passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from tieout.errors import ExitCode
from tieout.findings import plural

_REHEARSAL: Final = (
    "This workspace rehearses: its sources may be stand-ins of a vendor, and nothing is approved."
)

Decision = Literal["approve", "investigate", "hold"]
EXIT_CODE: dict[Decision, ExitCode] = {
    "approve": ExitCode.APPROVE,
    "investigate": ExitCode.INVESTIGATE,
    "hold": ExitCode.HOLD,
}


@dataclass(frozen=True, slots=True)
class SliceFacts:
    """What one slice (model by cost center) adds up to; the columns of the table ``slice``."""

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


@dataclass(frozen=True, slots=True)
class DecidedSlice:
    """A slice with its own decision and the reason for it."""

    facts: SliceFacts
    decision: Decision
    reason: str

    @property
    def approved(self) -> Decimal:
        """Recorded money that may be signed."""
        return self.facts.recorded_cost if self.decision == "approve" else Decimal(0)

    @property
    def withheld(self) -> Decimal:
        """Recorded money that waits."""
        return self.facts.recorded_cost - self.approved


@dataclass(frozen=True, slots=True)
class Trigger:
    """One of the six escalation triggers (D20).

    Attributes:
        code: stable name.
        fired: whether the data fire it.
        text: one sentence that says what was found, or that nothing was.
        money: the recorded money it is about, per currency.
    """

    code: str
    fired: bool
    text: str
    money: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The run's decision with its reasons, most important first."""

    decision: Decision
    reasons: tuple[str, ...]


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
    elif facts.open_lines == 1:
        decision, reason = "investigate", "1 line differs, with a cause"
    elif facts.open_lines:
        decision, reason = "investigate", f"{facts.open_lines:,} lines differ, all with a cause"
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
    else:
        decision, reason = "approve", plural(facts.lines, "line ties out", "lines tie out")
    return DecidedSlice(facts, decision, reason)


_PROVISIONAL: Final = (
    "Figures are provisional: money above materiality leans on contract items that nobody has"
    " verified."
)


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


def decide(  # noqa: PLR0913 - each is a fact the decision turns on, all named
    slices: Sequence[DecidedSlice],
    triggers: Sequence[Trigger],
    *,
    hold_limit: Decimal,
    quarantined: int,
    quarantine_limit: int,
    open_groups: int,
    unanswered: Sequence[int],
    failed_items: Sequence[int],
    declared_prices: bool,
    empty_legs: Sequence[str] = (),
    missing_parts: Sequence[str] = (),
    basis_unknown: bool = False,
    provisional: bool = False,
) -> Verdict:
    """Decide the run (D19).

    Args:
        slices: every slice with its own decision.
        triggers: all six, fired or not.
        hold_limit: withheld money above this holds the run once a trigger fired.
        quarantined: records that wait in quarantine, both legs.
        quarantine_limit: how many of them the policy lets pass.
        open_groups: cause groups nobody has settled.
        unanswered: numbers of checklist items without an answer.
        failed_items: numbers of checklist items answered no.
        declared_prices: whether a price of grade C or D without two names takes part (D21, D22).
        empty_legs: legs without a single row in the period; completeness fails (D19).
        missing_parts: a sentence for each export of which a part is not imported; as above.
        basis_unknown: whether the gap to the ledger's declared basis cannot be computed (D9).
        provisional: whether money above materiality leans on unverified contract items (C3).
    """
    fired = [trigger for trigger in triggers if trigger.fired]
    withheld: dict[str, Decimal] = {}
    for one in slices:
        currency = one.facts.currency or "unknown currency"
        withheld[currency] = withheld.get(currency, Decimal(0)) + abs(one.withheld)
    over_limit = any(amount > hold_limit for amount in withheld.values())
    reasons: list[str] = []
    if not slices:
        reasons.append("There is nothing to compare: no usage and no ledger entry in the period.")
    if quarantined > quarantine_limit:
        reasons.append(
            f"{plural(quarantined, 'record waits', 'records wait')} in quarantine; the policy lets"
            f" {quarantine_limit:,} pass."
        )
    reasons.extend(
        f"The {leg} leg has no row in the period: an empty export is no proof of an empty period."
        for leg in empty_legs
        if slices
    )
    reasons.extend(missing_parts)
    if reasons or (fired and over_limit):
        reasons.extend(trigger.text for trigger in fired)
        return Verdict("hold", tuple(reasons))
    if open_groups:
        reasons.append(f"{plural(open_groups, 'cause group is', 'cause groups are')} open.")
    reasons.extend(_not_approved(slices))
    if basis_unknown:
        reasons.append(
            "The ledger's basis is cash-effective: what lies between it and expected is unknown."
        )
    if declared_prices:
        reasons.append("A price of grade C or D is no approval by itself: it needs a second name.")
    if provisional:
        reasons.append(_PROVISIONAL)
    if failed_items:
        reasons.append(f"{_items(failed_items)} answered no: {_numbers(failed_items)}.")
    if unanswered:
        reasons.append(f"{_items(unanswered)} without an answer: {_numbers(unanswered)}.")
    reasons.extend(trigger.text for trigger in fired)
    if reasons:
        return Verdict("investigate", tuple(reasons))
    whole = "The only slice ties" if len(slices) == 1 else f"All {len(slices):,} slices tie"
    return Verdict("approve", (f"{whole} out and the checklist is answered.",))


def _not_approved(slices: Sequence[DecidedSlice]) -> tuple[str, ...]:
    provisional = sum(1 for one in slices if one.decision != "approve")
    verb = "is" if provisional == 1 else "are"
    said = f"{provisional:,} of {plural(len(slices), 'slice')} {verb} not approved."
    return (said,) if provisional else ()


def _items(items: Sequence[int]) -> str:
    return "Checklist item" if len(items) == 1 else "Checklist items"


def _numbers(items: Sequence[int]) -> str:
    return ", ".join(str(item) for item in items)


def rehearsed(verdict: Verdict) -> Verdict:
    """The verdict of a workspace that only rehearses: it says so first, and approves nothing."""
    decision = "investigate" if verdict.decision == "approve" else verdict.decision
    return Verdict(decision, (_REHEARSAL, *verdict.reasons))
