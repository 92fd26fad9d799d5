"""The prepaid pool of a run: where it began, what came in, and what was used (B3).

A run shows the entries that its period would make; the journal of the books is made from the same
pool, with the allocation that people approve afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pyarrow as pa

from tieout.calendar import Period, instant_text, zone
from tieout.credits.books import Books
from tieout.credits.journal_document import JournalDocument, read_journal
from tieout.credits.opening import opening_of
from tieout.credits.paid import Addition, AdditionKind
from tieout.credits.pool import NetUse, Pool, pool_of
from tieout.evidence.pool_entries import PoolOpening, Posting
from tieout.evidence.store import EvidenceStore
from tieout.money import plain


@dataclass(frozen=True, slots=True)
class PoolBefore:
    """What is on record of the pool at the start of a period.

    Attributes:
        posted: the newest posting that ends where the period starts, with its journal.
        stated: the newest statement of the opening at that instant.
    """

    posted: tuple[Posting, JournalDocument] | None = None
    stated: PoolOpening | None = None


def at_start(
    postings: Iterable[Posting], openings: Iterable[PoolOpening], bounds: Period
) -> tuple[tuple[Posting, ...], tuple[PoolOpening, ...]]:
    """The newest posting and the newest statement of where a period begins, none or one of each."""
    start = instant_text(bounds.start)
    return (
        tuple(one for one in postings if one.ends_at == start)[-1:],
        tuple(one for one in openings if one.starts_at == start)[-1:],
    )


def pool_before(
    store: EvidenceStore, postings: Sequence[Posting], openings: Sequence[PoolOpening]
) -> PoolBefore:
    """The same with the journal that was posted, from its stored bytes.

    Raises:
        IntegrityRefused: ``JOURNAL_FORM``, or ``EV_OBJECT``.
    """
    posted = postings[-1] if postings else None
    return PoolBefore(
        None if posted is None else (posted, read_journal(store.get(posted.journal_object))),
        openings[-1] if openings else None,
    )


def pool_of_period(
    books: Books,
    before: PoolBefore,
    moved: pa.Table,
    credits_part: Mapping[str, Any],
    bounds: Period,
) -> Pool:
    """The pool of a period.

    Args:
        books: the currency of the books, and what they take a fee for.
        before: the pool at the start of the period, as it is on record.
        moved: STATED_MOVEMENT, every line of every list that counts.
        credits_part: the credits of the run, as its report has them: use, and the opening balance.
        bounds: the period.
    """
    changes = _changes(moved, bounds)
    spent = [one for one in changes if _is_spent(one)]
    uses = (
        *(
            NetUse(row["cost_center"] or "", Fraction(row["units"]), int(row["requests"]))
            for row in credits_part["use"]
        ),
        *(NetUse("", -one.units) for one in spent),
    )
    balance = credits_part["opening"]["units"]
    begun = opening_of(
        books.functional_currency,
        before.posted,
        before.stated,
        None if balance is None else Fraction(balance),
    )
    additions = tuple(one for one in changes if not _is_spent(one))
    return pool_of(begun.opening, additions, uses, books, begun.doubts)


def last_day(bounds: Period) -> str:
    """The day on which use is booked: the last of the period, in its own zone."""
    last = bounds.end.astimezone(zone(bounds.zone)) - timedelta(microseconds=1)
    return last.date().isoformat()


def _changes(moved: pa.Table, bounds: Period) -> tuple[Addition, ...]:
    """What changed the pool in a period and is no call, in the order of the lists."""
    local = zone(bounds.zone)
    found = []
    for row in moved.to_pylist():  # what people wrote: a list of receipts, never the log
        at = row["moved_at"].replace(tzinfo=UTC)
        if bounds.start <= at < bounds.end:
            found.append(_addition(row, at.astimezone(local).date().isoformat()))
    return tuple(found)


def _addition(row: Mapping[str, Any], day: str) -> Addition:
    return Addition(
        f"{row['list_id']} line {row['line']}",
        day,
        msgspec.convert(row["kind"], AdditionKind),
        Fraction(row["units"]),
        _as_said(row["cash"]),
        row["currency"] or "",
        _as_said(row["tax"]),
        _as_said(row["fee"]),
        _as_said(row["exchange_rate"]),
        row["reference"] or "",
    )


def _as_said(value: Decimal | None) -> Decimal | None:
    """The value without the zeros that the width of a column gives it."""
    return None if value is None else Decimal(plain(value))


def _is_spent(moved: Addition) -> bool:
    """Whether units were spent on a subscription: use that no call shows, and that has no label."""
    return moved.kind == "subscription" and moved.units < 0 and moved.cash is None
