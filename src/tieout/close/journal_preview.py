"""The entries that a period would make in the books, as a report shows them (B3).

A preview books nothing. Use without a label stays a line of its own: a rule that allocates it is
applied when the run is certified, by ``tieout credits journal``. What is not known is said, and no
run is refused for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import msgspec

from tieout.calendar import Period
from tieout.close.prepaid_pool import last_day, pool_of_period
from tieout.close.stored import StoredInputs, Witnesses
from tieout.credits.journal import journal_of
from tieout.credits.journal_document import JournalDocument, JournalEntry, document_of
from tieout.credits.pool import Pool
from tieout.errors import ConfigurationRefused, InputRefused

_SHOWN: Final = 20


def journal_preview(
    credits_part: Mapping[str, Any] | None,
    stored: StoredInputs,
    witnesses: Witnesses,
    bounds: Period,
) -> dict[str, Any] | None:
    """The journal of a run for ``report.json``; null for a log that counts no units.

    Args:
        credits_part: the credits of the run, as its report has them.
        stored: what the run read.
        witnesses: the same, as typed tables.
        bounds: the period.
    """
    if credits_part is None:
        return None
    books = stored.settings.books
    if not books.functional_currency and not books.accounts.prepaid:
        return _without("not_named", "No books are named: tieout.toml has no [books].", ())
    try:
        books.require()
        pool = pool_of_period(
            books, witnesses.pool_before, witnesses.inputs.stated_movements, credits_part, bounds
        )
        journal = journal_of(pool, books, bounds.label, last_day(bounds))
    except (ConfigurationRefused, InputRefused) as refusal:
        return _without("unknown", refusal.what, refusal.where)
    document = document_of(journal)
    return {
        "state": "preview",
        "reason": None,
        "doubts": [],
        "currency": document.currency,
        "digest": document.digest,
        "pool": _pool(pool, document, books.accounts.prepaid),
        "entries": [_entry(one) for one in document.entries[-_SHOWN:]],
        "entries_of": len(document.entries),
    }


def _without(state: str, reason: str, doubts: tuple[str, ...]) -> dict[str, Any]:
    return {
        "state": state,
        "reason": reason,
        "doubts": list(doubts),
        "currency": None,
        "digest": None,
        "pool": [],
        "entries": [],
        "entries_of": 0,
    }


def _pool(pool: Pool, document: JournalDocument, prepaid: str) -> list[dict[str, Any]]:
    """Opening, what was added, what was used and closing, as the books will hold them."""
    assert pool.opening.units is not None
    assert pool.closing_units is not None
    added, used = (_booked(document, kind, prepaid) for kind in ("purchase", "use"))
    closing = Decimal(document.prepaid_booked)
    steps = (
        ("opening", pool.opening.units, closing - added - used, pool.opening.source),
        ("added", pool.added_units, added, ""),
        ("used", -pool.used_units, used, ""),
        ("closing", pool.closing_units, closing, ""),
    )
    return [
        {
            "step": step,
            "units": _whole(units),
            "cost": f"{cost:.{document.decimals}f}",
            "source": source,
        }
        for step, units, cost, source in steps
    ]


def _booked(document: JournalDocument, kind: str, account: str) -> Decimal:
    """What the entries of a kind put into an account, less what they take out of it."""
    lines = (line for one in document.entries if one.kind == kind for line in one.lines)
    return sum(
        (Decimal(one.debit) - Decimal(one.credit) for one in lines if one.account == account),
        Decimal(0),
    )


def _whole(units: Fraction) -> str:
    assert units.denominator == 1, "a pool holds whole units; only shares of use are fractions"
    return str(units.numerator)


def _entry(entry: JournalEntry) -> dict[str, Any]:
    return {
        "day": entry.day,
        "text": entry.text,
        "reference": entry.reference,
        "lines": [msgspec.structs.asdict(line) for line in entry.lines],
    }
