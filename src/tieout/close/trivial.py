"""What passed for being small: how much of it, and what stays open because it adds up (V4, V6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tieout.findings import Finding, Kind, Severity, plural
from tieout.money import plain
from tieout.review.decision_rules import ReviewTerms
from tieout.review.standing import Standing
from tieout.review.trivial import gross_of, is_small


@dataclass(frozen=True, slots=True)
class TrivialSum:
    """The groups of a period in one currency that are small enough by themselves.

    Attributes:
        currency: the currency.
        groups: how many of them pass without a decision.
        gross: what those come to together.
        most: what the policy lets pass together.
        left: how many small groups stay open, because all of them would come to more.
        left_gross: what those come to.
    """

    currency: str
    groups: int
    gross: Decimal
    most: Decimal
    left: int
    left_gross: Decimal


def trivial_sums(found: Sequence[Standing], terms: ReviewTerms) -> tuple[TrivialSum, ...]:
    """The small groups of a period that nobody decided about, by currency."""
    small = [
        one for one in found if one.state in ("trivial", "open") and is_small(one.group, terms)
    ]
    sums = []
    for currency in sorted({one.group.scope.currency or "unknown" for one in small}):
        mine = [one for one in small if (one.group.scope.currency or "unknown") == currency]
        passed = [one.group for one in mine if one.state == "trivial"]
        left = [one.group for one in mine if one.state == "open"]
        sums.append(
            TrivialSum(
                currency,
                len(passed),
                gross_of(passed),
                terms.trivial_total,
                len(left),
                gross_of(left),
            )
        )
    return tuple(sums)


def trivial_findings(sums: Sequence[TrivialSum]) -> tuple[Finding, ...]:
    """One finding where small differences add up to more than may pass; none otherwise."""
    beyond = [one for one in sums if one.left]
    if not beyond:
        return ()
    return (
        Finding(
            "TRIVIAL_TOTAL",
            Kind.PROCESS,
            Severity.OPEN,
            "FinOps",
            "Small differences add up to more than the policy lets pass; the largest stay open.",
            rows=sum(one.left for one in beyond),
            where=tuple(_place(one) for one in beyond),
        ),
    )


def _place(one: TrivialSum) -> str:
    return (
        f"{one.currency}: {plural(one.groups, 'group passes', 'groups pass')} with"
        f" {plain(one.gross)} gross of at most {plain(one.most)};"
        f" {plural(one.left, 'more stays', 'more stay')} open with {plain(one.left_gross)}"
    )
