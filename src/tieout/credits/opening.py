"""Where a pool begins: what the books hold from the period before, or what somebody states (B3).

The cost at the start is what was posted, in whole cents, so that rounding is carried and never
piles up. The units are those of the proved balance wherever it was read; where the books and the
balance differ, the pool is unknown until a movement explains it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tieout.credits.journal_document import JournalDocument
from tieout.credits.paid import Doubt
from tieout.credits.pool import Opening
from tieout.evidence.pool_entries import PoolOpening, Posting


@dataclass(frozen=True, slots=True)
class Begun:
    """The opening of a pool, and what speaks against it."""

    opening: Opening
    doubts: tuple[Doubt, ...]


def opening_of(
    currency: str,
    posted: tuple[Posting, JournalDocument] | None,
    stated: PoolOpening | None,
    balance_units: Fraction | None,
) -> Begun:
    """The opening of a period.

    Args:
        currency: the functional currency of the books.
        posted: the newest posting of the journal that ends where the period starts.
        stated: the newest statement of the opening at that instant.
        balance_units: the balance at the start, as its proof has it; None where none was read.
    """
    doubts: list[Doubt] = []
    found = Opening(None, None)
    if posted is not None:
        posting, journal = posted
        found = Opening(
            Fraction(journal.pool.closing_units),
            Fraction(journal.prepaid_booked),
            f"posted as {posting.entry_number} for {posting.period}",
        )
        doubts += _other_currency(currency, journal.currency)
    if stated is not None:
        said = Opening(Fraction(stated.units), Fraction(stated.cost), f"said {stated.stated_by}")
        doubts += _other_currency(currency, stated.currency)
        if posted is None:
            found = said
        elif (found.units, found.cost) != (said.units, said.cost):
            doubts.append(
                Doubt("POOL_OPENING", "opening", f"{found.source}; {said.source} otherwise")
            )
    if balance_units is not None:
        if found.units is None:
            # An empty pool cost nothing; what any other cost somebody has to say.
            nothing = None if balance_units else Fraction(0)
            found = Opening(balance_units, nothing, "the balance at the start")
        elif found.units != balance_units:
            why = f"the books begin with {found.units} units, the balance with {balance_units}"
            doubts.append(Doubt("POOL_UNITS", "opening", why))
    return Begun(found, tuple(doubts))


def _other_currency(currency: str, said: str) -> list[Doubt]:
    if said == currency:
        return []
    why = f"its cost is in {said}, the books are in {currency}"
    return [Doubt("POOL_OPENING", "opening", why)]
