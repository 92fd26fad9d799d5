"""The journal as a document: what is exported, stored with a posting, and compared later (B3).

Its digest is over what is booked and what it comes from, and over nothing else: not the run, not
who asked. A journal that is made again from the same movements has the same digest.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tieout.credits.journal import Entry, Journal, Line
from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import canonical, sha256

SCHEMA = "tieout-journal/1"


class JournalLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line.

    Attributes:
        account: the account.
        cost_center: the cost center; or empty.
        debit: decimal text; ``0`` with its decimals on a credit line.
        credit: decimal text.
        exact: the amount before it was rounded, debit above zero, as a fraction.
        note: unallocated, or the rule by which it was allocated; or empty.
    """

    account: str
    cost_center: str
    debit: str
    credit: str
    exact: str
    note: str


class JournalEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry; its debits are its credits."""

    entry_id: str
    kind: str
    day: str
    text: str
    reference: str
    lines: tuple[JournalLine, ...]


class PoolFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pool the journal comes from; units whole, money as exact fractions."""

    opening_units: str
    opening_cost: str
    added_units: str
    added_cost: str
    used_units: str
    expense: str
    closing_units: str
    closing_cost: str
    unit_cost: str | None


class JournalDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The journal of a period.

    Attributes:
        schema: the form of this document.
        period: the label of the period.
        currency: the functional currency.
        decimals: how many decimals an amount has.
        entries: purchases by day, then use.
        pool: where they come from.
        prepaid_booked: what the prepaid account holds once all of it is posted.
    """

    schema: str
    period: str
    currency: str
    decimals: int
    entries: tuple[JournalEntry, ...]
    pool: PoolFigures
    prepaid_booked: str

    @property
    def encoded(self) -> bytes:
        """The document in its one canonical form."""
        return canonical(self)

    @property
    def digest(self) -> str:
        """The SHA-256 of its canonical form."""
        return sha256(self.encoded)


def document_of(journal: Journal) -> JournalDocument:
    """The document of a journal."""
    pool, decimals = journal.pool, journal.books.decimals
    assert pool.opening.units is not None
    assert pool.opening.cost is not None
    assert pool.added_cost is not None
    assert pool.expense is not None
    assert pool.closing_units is not None
    assert pool.closing_cost is not None
    return JournalDocument(
        SCHEMA,
        journal.period,
        journal.books.functional_currency,
        decimals,
        tuple(_entry(one, decimals) for one in journal.entries),
        PoolFigures(
            str(pool.opening.units),
            str(pool.opening.cost),
            str(pool.added_units),
            str(pool.added_cost),
            str(pool.used_units),
            str(pool.expense),
            str(pool.closing_units),
            str(pool.closing_cost),
            None if pool.unit_cost is None else str(pool.unit_cost),
        ),
        _amount(journal.prepaid_booked, decimals),
    )


def read_journal(content: bytes) -> JournalDocument:
    """A journal that was stored with its posting.

    Raises:
        IntegrityRefused: ``JOURNAL_FORM``.
    """
    try:
        return msgspec.json.decode(content, type=JournalDocument)
    except msgspec.MsgspecError as error:
        raise IntegrityRefused(
            "JOURNAL_FORM",
            "A stored journal is not one this version can read.",
            where=(str(error),),
            remedy="Read it with the version of Tieout that stored it.",
        ) from error


def _entry(entry: Entry, decimals: int) -> JournalEntry:
    return JournalEntry(
        entry.entry_id,
        entry.kind,
        entry.day,
        entry.text,
        entry.reference,
        tuple(_line(one, decimals) for one in entry.lines),
    )


def _line(line: Line, decimals: int) -> JournalLine:
    return JournalLine(
        line.account,
        line.cost_center,
        _amount(line.debit, decimals),
        _amount(line.credit, decimals),
        str(line.exact),
        line.note,
    )


def _amount(value: Decimal, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    assert Decimal(text) == value, "an amount of the books has no more decimals than they have"
    return text
