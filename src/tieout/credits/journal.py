"""The journal of the prepaid pool: what was bought and what was used, in lines of the books (B3).

A purchase puts what was paid into prepaid, input tax and fees; the use of a period takes its cost
out of prepaid, to the account of each cost center. Every line is rounded once, by largest
remainder within its entry, so that debits equal credits and no cent is lost or made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from tieout.credits.books import AccountName, Books
from tieout.credits.largest_remainder import Name, rounded_lines
from tieout.credits.paid import Paid
from tieout.credits.pool import NetUse, Pool
from tieout.errors import InputRefused
from tieout.money import EXACT

EntryKind = Literal["purchase", "use"]
# What a line of use says where no rule gave it to anybody.
UNALLOCATED: Final = "unallocated"
_MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class UsePart:
    """Use that one line of the journal bears.

    Attributes:
        cost_center: who bears it; empty where nobody does yet.
        units: its units, exact; a share of a whole number where it was allocated.
        note: why it stands there, where no label says so.
    """

    cost_center: str
    units: Fraction
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry.

    Attributes:
        account: the account.
        cost_center: the cost center; or empty.
        amount: what is booked: a debit above zero, a credit below.
        exact: what it was before it was rounded.
        note: why it stands there; or empty.
    """

    account: str
    cost_center: str
    amount: Decimal
    exact: Fraction
    note: str = ""

    @property
    def debit(self) -> Decimal:
        """The amount where it is a debit; else zero."""
        return max(self.amount, Decimal(0))

    @property
    def credit(self) -> Decimal:
        """The amount without its sign where it is a credit; else zero."""
        return max(self.amount.copy_negate(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; its lines add up to zero.

    Attributes:
        entry_id: the movement that was bought, or ``use`` and the period.
        kind: purchase or use.
        day: its day, ``YYYY-MM-DD``.
        text: what it is about, in words.
        reference: the number of the receipt; or empty.
        lines: debits first, by account and cost center.
    """

    entry_id: str
    kind: EntryKind
    day: str
    text: str
    reference: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Journal:
    """The entries of a period, with the pool they come from.

    Attributes:
        period: the label of the period.
        books: the books they are written for.
        pool: the pool.
        entries: purchases by day, then use.
        prepaid_booked: what the prepaid account holds at the end, once all of it is posted.
    """

    period: str
    books: Books
    pool: Pool
    entries: tuple[Entry, ...]
    prepaid_booked: Decimal

    @property
    def rounding(self) -> Fraction:
        """What rounding leaves in prepaid; the next period begins with what is booked."""
        assert self.pool.closing_cost is not None
        return Fraction(self.prepaid_booked) - self.pool.closing_cost


def parts_of(uses: Iterable[NetUse]) -> tuple[UsePart, ...]:
    """Use as its labels say; what has none is shown, and is nobody's."""
    return tuple(
        UsePart(one.cost_center, one.units, "" if one.cost_center else UNALLOCATED) for one in uses
    )


def journal_of(
    pool: Pool, books: Books, period: str, last_day: str, parts: Sequence[UsePart] | None = None
) -> Journal:
    """The entries of a period.

    Args:
        pool: the pool of the period.
        books: the books.
        period: the label of the period.
        last_day: the day on which use is booked.
        parts: who bears the use, where a rule allocates some of it; by its labels otherwise.

    Raises:
        InputRefused: ``JOURNAL_COST``: a cost is not known, and unknown is not zero.
        ConfigurationRefused: ``BOOKS_TERMS`` or ``BOOKS_ACCOUNT``.
    """
    books.require()
    _require_known(pool, period)
    shares = parts_of(pool.uses) if parts is None else tuple(parts)
    borne = sum((one.units for one in shares), Fraction(0))
    assert borne == pool.used_units, "an allocation moves use, and makes or loses none"
    entries = [_purchase(one, books) for one in _by_day(pool.paid) if one.addition.cash]
    if any(one.units for one in shares):
        entries.append(_use(pool, shares, books, period, last_day))
    assert pool.opening.cost is not None
    opening = rounded_lines({("opening",): pool.opening.cost}, books.decimals)[("opening",)]
    prepaid = books.account("prepaid") if entries else ""
    moved = sum(
        (line.amount for one in entries for line in one.lines if line.account == prepaid),
        Decimal(0),
    )
    return Journal(period, books, pool, tuple(entries), EXACT.add(opening, moved))


def _require_known(pool: Pool, period: str) -> None:
    if not pool.doubts:
        return
    shown = [f"{one.code}  {one.what}: {one.why}" for one in pool.doubts[:_MOST_SHOWN]]
    if len(pool.doubts) > _MOST_SHOWN:
        shown.append(f"and {len(pool.doubts) - _MOST_SHOWN} more")
    raise InputRefused(
        "JOURNAL_COST",
        f"What the credits of {period} cost is not known; nothing can be booked.",
        where=tuple(shown),
        remedy="State what is missing in the movement list or the opening, and repeat.",
    )


def _by_day(paid: Iterable[Paid]) -> list[Paid]:
    return sorted(paid, key=lambda one: (one.addition.day, one.addition.movement_id))


def _purchase(paid: Paid, books: Books) -> Entry:
    said = paid.addition
    sides: tuple[tuple[AccountName, Fraction], ...] = (
        ("prepaid", paid.prepaid),
        ("tax", paid.tax),
        ("fee", paid.fee),
    )
    exact: dict[Name, Fraction] = {}
    for account, amount in sides:
        if amount:
            name = (books.account(account), "", "")
            exact[name] = exact.get(name, Fraction(0)) + amount
    rate = "" if said.exchange_rate is None else f" at {said.exchange_rate:f}"
    assert said.cash is not None
    return Entry(
        said.movement_id,
        "purchase",
        said.day,
        f"{said.kind.replace('_', '-')}: {said.cash:f} {said.currency}{rate}",
        said.reference,
        tuple(_balanced(exact, books, "bank")),
    )


def _use(pool: Pool, parts: Iterable[UsePart], books: Books, period: str, last_day: str) -> Entry:
    assert pool.unit_cost is not None
    exact: dict[Name, Fraction] = {}
    for one in parts:
        name = (books.account("expense", one.cost_center), one.cost_center, one.note)
        exact[name] = exact.get(name, Fraction(0)) + pool.unit_cost * one.units
    lines = tuple(_balanced(exact, books, "prepaid"))
    return Entry(f"use {period}", "use", last_day, f"use of {period}", "", lines)


def _balanced(exact: dict[Name, Fraction], books: Books, against: AccountName) -> Iterator[Line]:
    """The lines, and the one that stands against them; together they are zero."""
    booked = rounded_lines(exact, books.decimals)
    for (account, cost_center, note), amount in booked.items():
        yield Line(account, cost_center, amount, exact[account, cost_center, note], note)
    total = sum(booked.values(), Decimal(0))
    whole = sum(exact.values(), Fraction(0))
    yield Line(books.account(against), "", total.copy_negate(), -whole)
