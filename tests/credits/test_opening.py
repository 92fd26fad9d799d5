"""Where a pool begins: posted, stated, or an empty balance; never a guess (B3)."""

from __future__ import annotations

from fractions import Fraction

from tests.credits.test_journal import journal
from tests.credits.test_pool import used
from tieout.credits.journal_document import JournalDocument, document_of, read_journal
from tieout.credits.opening import Begun, opening_of
from tieout.credits.pool import Opening
from tieout.evidence.pool_entries import PoolOpening, Posting


def posted() -> tuple[Posting, JournalDocument]:
    """100 for 7 units of which 2 were used: 5 units are left, at 71.43 in the books."""
    document = document_of(journal([], [used(2)], Opening(Fraction(7), Fraction(100))))
    posting = Posting(
        "2026-07", "2026-08-01T00:00:00Z", document.digest, "0" * 64, "JE-1", "0" * 64, "p", "AB"
    )
    return posting, document


def stated(units: str = "5", cost: str = "71.43", currency: str = "EUR") -> PoolOpening:
    return PoolOpening("2026-08-01T00:00:00Z", units, cost, currency, "0" * 64, "letter", "CD")


def codes(begun: Begun) -> list[str]:
    return [one.code for one in begun.doubts]


def test_what_was_posted_opens_the_next_period_in_cents() -> None:
    begun = opening_of("EUR", posted(), None, Fraction(5))
    assert (begun.opening.units, begun.opening.cost) == (Fraction(5), Fraction("71.43"))
    assert (begun.opening.source, begun.doubts) == ("posted as JE-1 for 2026-07", ())


def test_a_statement_opens_the_first_period_and_may_repeat_a_posting() -> None:
    begun = opening_of("EUR", None, stated(), None)
    assert (begun.opening.units, begun.opening.cost) == (Fraction(5), Fraction("71.43"))
    assert opening_of("EUR", posted(), stated(), None).doubts == ()


def test_two_that_differ_leave_the_pool_in_doubt() -> None:
    assert codes(opening_of("EUR", posted(), stated(cost="71.42"), None)) == ["POOL_OPENING"]
    assert codes(opening_of("EUR", posted(), None, Fraction(6))) == ["POOL_UNITS"]
    assert codes(opening_of("USD", posted(), None, None)) == ["POOL_OPENING"]
    assert codes(opening_of("EUR", None, stated(currency="USD"), None)) == ["POOL_OPENING"]


def test_an_empty_balance_cost_nothing_and_any_other_is_not_known() -> None:
    empty = opening_of("EUR", None, None, Fraction(0)).opening
    some = opening_of("EUR", None, None, Fraction(9)).opening
    nobody = opening_of("EUR", None, None, None).opening
    assert (empty.units, empty.cost) == (Fraction(0), Fraction(0))
    assert (some.units, some.cost) == (Fraction(9), None)
    assert (nobody.units, nobody.cost) == (None, None)


def test_a_stored_journal_is_read_back_as_it_was() -> None:
    _, document = posted()
    assert read_journal(document.encoded) == document
    assert read_journal(document.encoded).digest == document.digest
