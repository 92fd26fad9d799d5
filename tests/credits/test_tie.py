"""The general ledger against the journal: exact, by name, nothing left out (B5)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.credits.test_journal import BOOKS, journal
from tests.credits.test_pool import used
from tieout.credits.general_ledger import read_general_ledger
from tieout.credits.journal_document import JournalDocument, document_of
from tieout.credits.pool import Opening
from tieout.credits.tie import Booked, Tie, tie
from tieout.errors import InputRefused

EXPENSE = {"6400", "6410"}


def document() -> JournalDocument:
    """Use of 100.00: ads 75.00 on 6410, ops 25.00 on 6400."""
    return document_of(
        journal([], [used(3), used(1, "ops")], Opening(Fraction(8), Fraction(200)), BOOKS)
    )


def booked(*lines: tuple[str, str, str], currency: str = "EUR") -> list[Booked]:
    return [
        Booked(number, account, center, Decimal(amount), currency)
        for number, (account, center, amount) in enumerate(lines, 2)
    ]


AGREEING = booked(("6410", "ads", "75"), ("6400", "ops", "25.00"), ("1480", "", "-100"))


def tied(lines: list[Booked], recorded: dict[tuple[str, str], Decimal] | None = None) -> Tie:
    return tie(document(), EXPENSE, lines, recorded or {})


def test_equal_books_tie_however_many_lines_the_general_ledger_has() -> None:
    split = booked(("6410", "ads", "80"), ("6410", "ads", "-5"), *[("6400", "ops", "5")] * 5,
                   ("1480", "", "-100"))  # fmt: skip
    assert tied(AGREEING).holds
    assert tied(split).holds


def test_a_cent_on_the_wrong_cost_center_is_named_twice_and_never_netted() -> None:
    moved = booked(("6410", "ads", "74.99"), ("6410", "", "0.01"), *_rest())
    found = [(one.account, one.cost_center, one.difference) for one in tied(moved).differing]
    assert found == [("6410", "", Decimal("0.01")), ("6410", "ads", Decimal("-0.01"))]
    assert not tied(moved).holds


def _rest() -> list[tuple[str, str, str]]:
    return [("6400", "ops", "25"), ("1480", "", "-100")]


def test_a_line_that_the_general_ledger_lacks_is_none_and_not_zero() -> None:
    (row,) = tied(AGREEING[1:]).differing
    assert (row.account, row.general_ledger, row.journal) == ("6410", None, Decimal("75.00"))


def test_accounts_the_journal_does_not_use_are_counted_apart() -> None:
    found = tied([*AGREEING, *booked(("7000", "", "12"))])
    assert found.holds
    assert [one.account for one in found.other_lines] == ["7000"]


def test_another_currency_is_never_added_and_breaks_the_tie() -> None:
    found = tied([*AGREEING, *booked(("6410", "ads", "1"), currency="USD")])
    assert found.differing == ()
    assert [one.currency for one in found.other_currency] == ["USD"]
    assert not found.holds


def test_the_cost_ledger_stands_beside_the_expense_of_the_journal() -> None:
    recorded = {
        ("ads", "EUR"): Decimal("75.125"),
        ("lab", "EUR"): Decimal(3),
        ("ops", "USD"): Decimal(9),
    }
    found = tied(AGREEING, recorded)
    assert [(one.cost_center, one.journal, one.recorded) for one in found.centers] == [
        ("ads", Decimal("75.00"), Decimal("75.125")),
        ("lab", None, Decimal(3)),
        ("ops", Decimal("25.00"), None),
    ]
    assert found.centers[0].difference == Decimal("-0.125")
    assert found.recorded_currencies == ("USD",)
    # The cost ledger at list explains itself; the tie is about the books.
    assert found.holds


def test_an_extract_is_read_with_the_place_of_each_line() -> None:
    content = b'\xef\xbb\xbfcurrency,account,amount,cost_center\r\nEUR,6410,-5.50,"a, b"\r\n'
    assert read_general_ledger(content, "gl.csv") == (
        Booked(2, "6410", "a, b", Decimal("-5.5"), "EUR"),
    )


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        (b"account,amount,currency\n", "GL_FILE", "line 1"),
        (b"account,cost_center,amount,currency\n6410,ads,1\n", "GL_FILE", "line 2"),
        (b"account,cost_center,amount,currency\n\xff\n", "GL_FILE", "byte 36"),
        (b'account,cost_center,amount,currency\n"6410,ads,1,EUR\n', "GL_FILE", "line 2"),
        (b"account,cost_center,amount,currency\n6410,ads,1.000,50,EUR\n", "GL_FILE", "line 2"),
        (b'account,cost_center,amount,currency\n6410,ads,"1,50",EUR\n', "GL_LINE", "line 2"),
        (b"account,cost_center,amount,currency\n6410,ads,,EUR\n", "GL_LINE", "line 2"),
        (b"account,cost_center,amount,currency\n ,ads,1,EUR\n", "GL_LINE", "line 2"),
        (b"account,cost_center,amount,currency\n6410,ads,1,eur\n", "GL_LINE", "line 2"),
    ],
)
def test_an_extract_is_read_whole_or_refused_with_the_place(
    content: bytes, code: str, where: str
) -> None:
    with pytest.raises(InputRefused, match=code) as refused:
        read_general_ledger(content, "gl.csv")
    assert where in refused.value.where[0]
