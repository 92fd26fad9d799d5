"""The pool on record: its cost at the start, shared use, posted entries, statements (B3, B5).

:mod:`tieout.evidence.documents` lists all of them.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from tieout.evidence.canonical import short_id

Driver = Literal["labelled_units", "requests", "fixed"]
DRIVERS: Final[tuple[Driver, ...]] = get_args(Driver)


class PoolOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the pool was at the start of a period, where no posted journal says so.

    Attributes:
        starts_at: the first instant of the period, RFC 3339 in UTC.
        units: whole units of the vendor, as text.
        cost: what they cost, decimal text.
        currency: the functional currency of the books.
        evidence_object: the bytes that show it, an object of the store.
        evidence_name: the name of their file.
        stated_by: who says so.
    """

    starts_at: str
    units: str
    cost: str
    currency: str
    evidence_object: str
    evidence_name: str
    stated_by: str


class Allocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The written rule by which the unlabelled use of a period is borne (B3).

    The newest rule of a period counts. Those before it stay on record.

    Attributes:
        period: the label of the period.
        driver: the share of each cost center: by its labelled units, by its requests, or fixed.
        parts: the fixed shares, in whole parts by cost center; empty for the other drivers.
        reason: why it is fair.
        approved_by: who approved it.
    """

    period: str
    driver: Driver
    reason: str
    approved_by: str
    parts: dict[str, int] = {}

    @property
    def rule_id(self) -> str:
        """The first 12 hexadecimal digits of a digest over all of it."""
        parts = sorted([name, count] for name, count in self.parts.items())
        return short_id([self.period, self.driver, parts, self.reason, self.approved_by])


class Posting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A journal was posted in the general ledger, under this number (B3).

    Attributes:
        period: the label of the period.
        ends_at: the end of the period, RFC 3339 in UTC.
        journal_digest: the digest of what was posted; a journal with another one is another.
        journal_object: that journal, an object of the store.
        entry_number: the number the general ledger gave it.
        evidence_object: the bytes that show it, an object of the store.
        evidence_name: the name of their file.
        posted_by: who posted it.
        from_draft: whether nobody had signed the run as checked when it was recorded.
    """

    period: str
    ends_at: str
    journal_digest: str
    journal_object: str
    entry_number: str
    evidence_object: str
    evidence_name: str
    posted_by: str
    from_draft: bool = False


class StatementTotal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number of an invoice or a statement, with no lines behind it (B5).

    Attributes:
        period: the label of the period.
        amount: the total, decimal text.
        currency: its currency.
        evidence_object: the invoice or the statement, an object of the store.
        evidence_name: the name of its file.
        stated_by: who read it.
    """

    period: str
    amount: str
    currency: str
    evidence_object: str
    evidence_name: str
    stated_by: str
