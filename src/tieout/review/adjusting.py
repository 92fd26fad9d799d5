"""Manual adjustments of a period: entries beside the ledger, never edits of it (A4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tieout.errors import ApprovalRefused
from tieout.money import EXACT
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Adjustment
from tieout.review.cause_group import CauseGroup
from tieout.review.decision_rules import require_adjustment


@dataclass(frozen=True, slots=True)
class MadeAdjustment:
    """One adjustment of a period.

    Attributes:
        ruling: who signed it, and when.
        said: the adjustment.
        amount: what it adds to recorded; zero where it does not count.
        why_not: why it does not count; or empty.
    """

    ruling: Ruling
    said: Adjustment
    amount: Decimal
    why_not: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is part of the figures."""
        return not self.why_not


def adjustments_of(rulings: Replay, period: str) -> tuple[MadeAdjustment, ...]:
    """Every adjustment of a period in the order of the log, those that do not count marked."""
    return tuple(
        _made(one, one.document)
        for one in rulings.rulings
        if isinstance(one.document, Adjustment) and one.document.period == period
    )


def _made(ruling: Ruling, said: Adjustment) -> MadeAdjustment:
    try:
        require_adjustment(said)
    except ApprovalRefused as refused:
        return MadeAdjustment(ruling, said, Decimal(0), "; ".join(refused.where))
    if not ruling.is_in_force:
        return MadeAdjustment(ruling, said, Decimal(0), _not_in_force(ruling))
    return MadeAdjustment(ruling, said, Decimal(said.amount))


def _not_in_force(ruling: Ruling) -> str:
    if ruling.withdrawn is None:
        return "it waits for a signature"
    return f"{ruling.withdrawn.by} withdrew it: {ruling.withdrawn.reason}"


def adjusted(made: Iterable[MadeAdjustment], currency: str | None) -> Decimal:
    """What the adjustments that count add to recorded in a currency."""
    return _sum(one.amount for one in made if one.counts and one.said.currency == currency)


def of_group(made: Sequence[MadeAdjustment], group: CauseGroup) -> tuple[MadeAdjustment, ...]:
    """The adjustments that count and correct this group, as their authors saw it."""
    return tuple(
        one
        for one in made
        if one.counts
        and one.said.group_id == group.group_id
        and one.said.group_digest == group.digest
        and one.said.currency == group.scope.currency
    )


def left_of(group: CauseGroup, made: Sequence[MadeAdjustment]) -> Decimal:
    """What is left of a group, gross, beside the adjustments that correct it.

    What takes away answers the lines above, what adds answers the lines below: two errors that
    cancel stay two errors. An adjustment that goes too far leaves what it went too far.
    """
    less = _sum(one.amount for one in made if one.amount < 0)
    more = _sum(one.amount for one in made if one.amount > 0)
    above, below = EXACT.add(group.plus, less), EXACT.subtract(group.minus, more)
    return EXACT.add(abs(above), abs(below))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
