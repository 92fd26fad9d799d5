"""The prepaid pool: what a credit cost, what of it is expense and what is still prepaid (B3).

The credits of an account are one pool. Its cost is what was paid net of recoverable tax, each
payment at its own historical rate; its units are everything granted, bonuses included. Use of a
period is valued at the weighted average of what was there at its start and came in during it. All
figures are exact fractions: they are rounded once, in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tieout.credits.books import Books
from tieout.credits.paid import Addition, Doubt, Paid, paid_for


@dataclass(frozen=True, slots=True)
class Opening:
    """The pool at the start of a period.

    Attributes:
        units: whole units of the vendor; None where nobody knows.
        cost: what they cost in the functional currency; None where nobody knows.
        source: where both come from, in words.
    """

    units: Fraction | None
    cost: Fraction | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class NetUse:
    """What one cost center used: consumption less refunds, paid from the pool.

    Attributes:
        cost_center: its name; empty for use that carries no label.
        units: units, below zero where more came back than was used.
        requests: how many calls; what an allocation by requests is driven by.
    """

    cost_center: str
    units: Fraction
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """Two figures that must be equal, both computed."""

    name: str
    left: Fraction
    right: Fraction

    @property
    def holds(self) -> bool:
        """Whether they are equal, exactly."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Pool:
    """The pool of a period.

    Attributes:
        opening: at its start.
        paid: every addition whose cost is known.
        uses: what each cost center used.
        doubts: why the cost is not known; empty where it is.
        added_units, used_units: in the period.
        closing_units: at its end; None where the opening is not known.
        unit_cost: the cost of one unit; None where it is not known.
        expense: the cost of what was used; None where it is not known.
        closing_cost: what is still prepaid; None where it is not known.
    """

    opening: Opening
    paid: tuple[Paid, ...]
    uses: tuple[NetUse, ...]
    doubts: tuple[Doubt, ...]
    added_units: Fraction
    used_units: Fraction
    closing_units: Fraction | None
    unit_cost: Fraction | None
    expense: Fraction | None
    closing_cost: Fraction | None

    @property
    def added_cost(self) -> Fraction | None:
        """What the additions cost; None where a cost is not known."""
        return None if self.doubts else sum((one.prepaid for one in self.paid), Fraction(0))

    def proofs(self) -> tuple[Proof, ...]:
        """Opening and additions against expense and closing; none while a figure is unknown."""
        opening, added = self.opening, self.added_cost
        if self.expense is None or self.closing_cost is None or self.closing_units is None:
            return ()
        assert opening.cost is not None
        assert opening.units is not None
        assert added is not None
        by_cost_center = Fraction(0)
        if self.unit_cost is not None:
            by_cost_center = sum((one.units * self.unit_cost for one in self.uses), Fraction(0))
        return (
            Proof(
                "units: opening + additions = use + closing",
                opening.units + self.added_units,
                self.used_units + self.closing_units,
            ),
            Proof(
                "cost: opening + additions = expense + prepaid",
                opening.cost + added,
                self.expense + self.closing_cost,
            ),
            Proof("expense of every cost center = expense", by_cost_center, self.expense),
        )


def pool_of(
    opening: Opening,
    additions: Sequence[Addition],
    uses: Sequence[NetUse],
    books: Books,
    known: Sequence[Doubt] = (),
) -> Pool:
    """The pool of a period, by the weighted average of its opening and its additions.

    A cost that nobody knows makes the figures that rest on it unknown, with the reason.

    Args:
        opening: the pool at the start.
        additions: what came in, and what was taken without being used.
        uses: what each cost center used.
        books: the currency of the books, and what they take a fee for.
        known: doubts that are known already.
    """
    priced = [paid_for(one, books) for one in additions]
    paid = tuple(one for one in priced if isinstance(one, Paid))
    doubts = [one for one in priced if isinstance(one, Doubt)]
    added = sum((one.units for one in additions), Fraction(0))
    used = sum((one.units for one in uses), Fraction(0))
    doubts = [*known, *_opening_doubts(opening), *doubts]
    unit_cost = expense = closing_cost = closing_units = None
    if opening.units is not None:
        there = opening.units + added
        closing_units = there - used
        doubts += _unit_doubts(there, used, uses)
        if not doubts:
            assert opening.cost is not None
            cost = opening.cost + sum((one.prepaid for one in paid), Fraction(0))
            unit_cost = cost / there if there else None
            expense = Fraction(0) if unit_cost is None else unit_cost * used
            # Not the difference: both halves are valued by themselves and proved to add up.
            closing_cost = cost if unit_cost is None else unit_cost * closing_units
    return Pool(
        opening, paid, tuple(uses), tuple(doubts), added, used, closing_units, unit_cost, expense,
        closing_cost,
    )  # fmt: skip


def _opening_doubts(opening: Opening) -> Iterator[Doubt]:
    if opening.units is None:
        yield Doubt("POOL_OPENING", "opening", "nobody says how many units there were")
    elif opening.cost is None:
        yield Doubt("POOL_OPENING", "opening", "nobody says what the units at the start cost")


def _unit_doubts(there: Fraction, used: Fraction, uses: Sequence[NetUse]) -> Iterator[Doubt]:
    """Units that the pool never held have no cost yet."""
    if used > 0 and used > there:
        yield Doubt(
            "POOL_OVERDRAWN", "use", f"{used - there} units more were used than the pool held"
        )
    elif there < 0:
        yield Doubt("POOL_OVERDRAWN", "opening", f"the pool held {there} units")
    elif not there and any(one.units for one in uses):
        yield Doubt("POOL_EMPTY", "use", "units moved in a pool that held none")
