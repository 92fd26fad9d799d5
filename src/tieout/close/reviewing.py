"""The review of a run: what people decided about its cause groups, and what that makes of it.

Everything comes from what the run stored: its figures, the rulings as they stood when it began, and
what earlier runs left. So a run that is verified comes to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from tieout.calendar import Period, parse_instant
from tieout.close.cause_groups import group_id, groups_of
from tieout.close.figures import Figures
from tieout.close.seen_groups import SeenGroups, seen_groups
from tieout.close.stored import StoredInputs
from tieout.close.trivial import TrivialSum, trivial_sums
from tieout.findings import Finding, Kind, Severity
from tieout.money import EXACT
from tieout.review.adjusting import MadeAdjustment, adjustments_of
from tieout.review.slices import SliceFacts
from tieout.review.standing import SETTLED, ReviewedFrom, Standing, State, standings
from tieout.variance.cause import WITHOUT_PROOF


@dataclass(frozen=True, slots=True)
class AcceptedIn:
    """What was accepted in one period, in one currency, gross."""

    period: str
    currency: str
    gross: Decimal
    groups: int


@dataclass(frozen=True, slots=True)
class Review:
    """What people decided, as it stands in a run.

    Attributes:
        standings: every cause group with what stands about it, most money at stake first.
        adjustments: every adjustment of the period.
        accepted: what was accepted period by period, oldest first, this one last (A9).
        left: what the run leaves for those after it.
        trivial: what passed for being small, and what adds up to too much, by currency.
        earlier: what stands by now about the groups of other periods, by period and group.
    """

    standings: tuple[Standing, ...]
    adjustments: tuple[MadeAdjustment, ...]
    accepted: tuple[AcceptedIn, ...]
    left: SeenGroups
    trivial: tuple[TrivialSum, ...] = ()
    earlier: Mapping[tuple[str, str], State] = field(default_factory=dict)

    @property
    def open_groups(self) -> int:
        """How many groups somebody still has to decide about, or to correct."""
        return sum(1 for one in self.standings if one.is_open)


def review_run(figures: Figures, stored: StoredInputs, period: Period, as_of: datetime) -> Review:
    """What stands about the groups of a run, and what the people adjusted."""
    before = stored.seen
    look = ReviewedFrom(period, as_of, stored.settings.policy.review_terms, before.first_seen)
    found = standings(groups_of(figures), stored.rulings, look)
    again = {seen.period[0]: _again(seen, stored) for seen in before.others}
    accepted = [one for label, past in again.items() for one in _accepted(label, past)]
    return Review(
        found,
        adjustments_of(stored.rulings, period.label),
        (*accepted, *_accepted(period.label, found)),
        seen_groups(found, period, as_of, before),
        trivial_sums(found, look.terms),
        {(label, one.group.group_id): one.state for label, past in again.items() for one in past},
    )


def settled_slices(figures: Figures, review: Review) -> tuple[SliceFacts, ...]:
    """The slices without the lines that a decision settled (D19).

    Money that cannot be compared, price doubts and ranges stay what they are: a decision about a
    difference says nothing of them.
    """
    states = {one.group.group_id: one.state for one in review.standings}
    counted: dict[tuple[object, ...], dict[str, int]] = {}
    for row in figures["group_lines"]:
        found = counted.setdefault(_slice_of(row), {})
        state, lines = states[group_id(row)], int(row["lines"])
        found[state] = found.get(state, 0) + lines
        if state in SETTLED and row["bucket"] == "unknown":
            found["explained"] = found.get("explained", 0) + lines
    return tuple(
        _settled(facts, counted.get((facts.model, *_rest_of(facts)), {}))
        for facts in figures.slices
    )


def settled_unknown(review: Review) -> dict[str | None, tuple[int, Decimal]]:
    """Lines and gross of differences without an explanation that a decision settled."""
    found: dict[str | None, tuple[int, Decimal]] = {}
    for one in review.standings:
        scope = one.group.scope
        if one.settled and (scope.bucket == "unknown" or scope.cause in WITHOUT_PROOF):
            currency = scope.currency
            lines, gross = found.get(currency, (0, Decimal(0)))
            found[currency] = (lines + one.group.lines, EXACT.add(gross, one.group.gross))
    return found


def adjustment_findings(figures: Figures, review: Review) -> tuple[Finding, ...]:
    """Adjustments that do not fit the run: a correction made twice must not hide in a total."""
    digests = {one.group.group_id: one.group.digest for one in review.standings}
    currencies = {row["currency"] for row in figures["totals"]}
    found = []
    for one in review.adjustments:
        why, said = (one.why_not if one.ruling.is_in_force else ""), one.said
        if one.counts and said.group_id and digests.get(said.group_id) != said.group_digest:
            moved = "changed since" if said.group_id in digests else "is not in this run"
            why = f"cause group {said.group_id} {moved}: the books may hold the correction by now"
        elif one.counts and said.currency not in currencies:
            why = "nothing is recorded in its currency"
        if why:
            place = f"ruling {one.ruling.ruling_id}, {one.said.amount} {one.said.currency}: {why}"
            found.append(place)
    if not found:
        return ()
    return (
        Finding(
            "ADJUST_APART",
            Kind.BOOKING,
            Severity.OPEN,
            "finance operations",
            "An adjustment does not fit the figures it adjusts.",
            rows=len(found),
            where=tuple(found),
        ),
    )


def _again(seen: SeenGroups, stored: StoredInputs) -> tuple[Standing, ...]:
    """What stands by now about the groups of another period, from the instant of its own run."""
    period = seen.bounds(stored.settings.zone)
    as_of = parse_instant(seen.as_of, "run")
    look = ReviewedFrom(period, as_of, stored.settings.policy.review_terms, seen.first_seen)
    return standings([one.group() for one in seen.groups], stored.rulings, look)


def _accepted(period: str, found: Sequence[Standing]) -> list[AcceptedIn]:
    """What was accepted in a period, by a person or as trivial by the policy, by currency."""
    total: dict[str, tuple[Decimal, int]] = {}
    for one in found:
        if one.state in ("accepted", "trivial"):
            currency = one.group.scope.currency or "unknown"
            gross, groups = total.get(currency, (Decimal(0), 0))
            total[currency] = (EXACT.add(gross, one.group.gross), groups + 1)
    return [AcceptedIn(period, name, *total[name]) for name in sorted(total)]


def _slice_of(row: dict[str, object]) -> tuple[object, ...]:
    return (row["model"], row["source_model_id"], row["cost_center"], row["currency"])


def _rest_of(facts: SliceFacts) -> tuple[object, ...]:
    return (facts.source_model_id, facts.cost_center, facts.currency)


def _settled(facts: SliceFacts, counted: dict[str, int]) -> SliceFacts:
    corrected = counted.get("corrected", 0)
    accepted = sum(counted.get(state, 0) for state in SETTLED - {"corrected"})
    return replace(
        facts,
        open_lines=facts.open_lines - accepted - corrected,
        unknown_lines=facts.unknown_lines - counted.get("explained", 0),
        accepted_lines=accepted,
        corrected_lines=corrected,
        escalated_lines=counted.get("escalated", 0),
    )
