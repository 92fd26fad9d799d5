"""Trivial differences: which groups pass for being small, and how much of them together (V4, V6).

One small group is no matter; a thousand of them are. The policy says both what one may come to and
what all of a period may come to, gross, so that nothing large hides in many small pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from tieout.money import EXACT
from tieout.review.cause_group import CauseGroup
from tieout.review.decision_rules import ReviewTerms


def is_small(group: CauseGroup, terms: ReviewTerms) -> bool:
    """Whether a group by itself is one that the policy calls trivial."""
    return bool(terms.trivial_amount) and group.gross <= terms.trivial_amount


def passing(small: Sequence[CauseGroup], most: Decimal) -> frozenset[str]:
    """The ids of the small groups that pass, the smallest first, until they come to the most.

    Whoever then decides about the largest that are left has the fewest to decide about. Groups of
    one size pass together or not at all: no name and no order chooses between equals.

    Args:
        small: the groups of one period that nobody decided about.
        most: what they may come to together, gross, in each currency.
    """
    found: set[str] = set()
    for currency in {one.scope.currency for one in small}:
        mine = [one for one in small if one.scope.currency == currency]
        total = Decimal(0)
        for _, equal in groupby(sorted(mine, key=_gross), key=_gross):
            same = list(equal)
            total = gross_of(same, total)
            if total > most:
                break
            found.update(one.group_id for one in same)
    return frozenset(found)


def gross_of(groups: Iterable[CauseGroup], start: Decimal = Decimal(0)) -> Decimal:
    """What groups of one currency come to, gross."""
    total = start
    for one in groups:
        total = EXACT.add(total, one.gross)
    return total


def _gross(group: CauseGroup) -> Decimal:
    return group.gross
