"""The journal: lines of the books, rounded once; every figure is worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.credits.test_pool import CREDIT, EMPTY, bonus, top_up, used
from tieout.credits.books import Accounts, Books
from tieout.credits.journal import UNALLOCATED, Entry, Journal, UsePart, journal_of
from tieout.credits.largest_remainder import rounded_lines
from tieout.credits.paid import Addition
from tieout.credits.pool import NetUse, Opening, pool_of
from tieout.errors import ConfigurationRefused, InputRefused

BOOKS = Books(
    functional_currency="EUR",
    fee="expense",
    accounts=Accounts(expense="6400", prepaid="1480", tax="1576", fee="6855", bank="1200"),
    cost_centers={"ads": "6410"},
)


def journal(
    additions: list[Addition],
    uses: list[NetUse],
    opening: Opening = EMPTY,
    books: Books = BOOKS,
    parts: list[UsePart] | None = None,
) -> Journal:
    """The journal of August."""
    pool = pool_of(opening, additions, uses, books)
    return journal_of(pool, books, "2026-08", "2026-08-31", parts)


def lines(entry: Entry) -> list[tuple[str, str, str]]:
    return [(one.account, one.cost_center, str(one.amount)) for one in entry.lines]


def test_the_example_is_booked_in_two_entries() -> None:
    paid = top_up(10_000 * CREDIT, "9200", "EUR", reference="R-77")
    found = journal([paid, bonus(1_000 * CREDIT)], [used(6_500 * CREDIT)])
    purchase, use = found.entries
    assert lines(purchase) == [("1480", "", "9200.00"), ("1200", "", "-9200.00")]
    assert (purchase.day, purchase.reference) == ("2026-08-03", "R-77")
    assert purchase.text == "top-up: 9200 EUR"
    assert lines(use) == [("6410", "ads", "5436.36"), ("1480", "", "-5436.36")]
    assert (use.entry_id, use.day) == ("use 2026-08", "2026-08-31")
    assert found.prepaid_booked == Decimal("3763.64")
    # 9200 x 4500 / 11000 is 3763.636...
    assert found.rounding == Fraction("3763.64") - Fraction(9200 * 4500, 11000)


def test_tax_and_fee_are_lines_of_their_own_at_the_rate_of_the_payment() -> None:
    # 119.00, 19.00 and 2.50 at 0.915 are 108.885, 17.385 and 2.2875; without them 89.2125.
    paid = top_up(1_000, "119", tax=Decimal(19), fee=Decimal("2.5"), exchange_rate=Decimal("0.915"))
    (purchase,) = journal([paid], []).entries
    # Down to 89.21, 17.38 and 2.28 is 108.87; two cents are missing to 108.89 (half away): to the
    # fee, which lost 0.75 of a cent, and to the tax, which lost 0.5; prepaid lost 0.25.
    assert lines(purchase) == [
        ("1480", "", "89.21"),
        ("1576", "", "17.39"),
        ("6855", "", "2.29"),
        ("1200", "", "-108.89"),
    ]
    assert purchase.text == "top-up: 119 USD at 0.915"


def test_three_equal_thirds_settle_the_last_cent_by_name() -> None:
    thirds = [used(1, "c"), used(1, "a"), used(1, "b")]
    (use,) = journal([], thirds, Opening(Fraction(3), Fraction(100))).entries
    assert lines(use) == [
        ("6400", "a", "33.34"),
        ("6400", "b", "33.33"),
        ("6400", "c", "33.33"),
        ("1480", "", "-100.00"),
    ]


def test_a_month_of_refunds_books_credits_to_expense() -> None:
    uses = [used(-1, "a"), used(-1, "b"), used(-1, "c"), used(1, "ads")]
    (use,) = journal([], uses, Opening(Fraction(3), Fraction(100))).entries
    assert lines(use) == [
        ("6400", "a", "-33.34"),
        ("6400", "b", "-33.33"),
        ("6400", "c", "-33.33"),
        ("6410", "ads", "33.33"),
        ("1480", "", "66.67"),
    ]
    assert (use.lines[0].debit, use.lines[0].credit) == (Decimal(0), Decimal("33.34"))
    assert (use.lines[3].debit, use.lines[3].credit) == (Decimal("33.33"), Decimal(0))


def test_money_that_came_back_turns_the_purchase_round() -> None:
    back = top_up(-100, "11.9", "EUR", tax=Decimal("1.9"), movement_id="back")
    found = journal([back], [], Opening(Fraction(500), Fraction(50)))
    assert lines(found.entries[0]) == [
        ("1480", "", "-10.00"),
        ("1576", "", "-1.90"),
        ("1200", "", "11.90"),
    ]
    assert found.prepaid_booked == 40


def test_use_without_a_label_is_a_line_of_its_own() -> None:
    (use,) = journal([], [used(1), used(1, "")], Opening(Fraction(4), Fraction(4))).entries
    assert [(one.cost_center, one.note) for one in use.lines] == [
        ("", UNALLOCATED),
        ("ads", ""),
        ("", ""),
    ]


def test_an_allocated_share_stands_beside_what_the_cost_center_used_itself() -> None:
    parts = [UsePart("ads", Fraction(1)), UsePart("ads", Fraction(1, 3), "by rule"),
             UsePart("ops", Fraction(2, 3), "by rule")]  # fmt: skip
    found = journal([], [used(1), used(1, "")], Opening(Fraction(2), Fraction(2)), parts=parts)
    assert [(one.cost_center, one.note, str(one.amount)) for one in found.entries[0].lines] == [
        ("ops", "by rule", "0.67"),
        ("ads", "", "1.00"),
        ("ads", "by rule", "0.33"),
        ("", "", "-2.00"),
    ]


def test_an_allocation_that_loses_use_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="moves use"):
        journal([], [used(2)], Opening(Fraction(2), Fraction(2)), parts=[UsePart("a", Fraction(1))])


def test_a_cost_that_is_not_known_books_nothing_and_says_every_reason() -> None:
    with pytest.raises(InputRefused, match="JOURNAL_COST") as refused:
        journal([top_up(1, None), top_up(1, "9", tax=None, movement_id="r2")], [])
    assert [line.split("  ")[0] for line in refused.value.where] == ["POOL_CASH", "POOL_TAX"]


def test_a_needed_account_is_asked_for_and_others_are_not() -> None:
    bare = replace_accounts(tax="", fee="")
    assert journal([top_up(1, "9", "EUR")], [], books=bare).entries
    with pytest.raises(ConfigurationRefused, match="BOOKS_ACCOUNT"):
        journal([top_up(1, "9", "EUR", tax=Decimal(1))], [], books=bare)


def replace_accounts(**named: str) -> Books:
    said = {name: getattr(BOOKS.accounts, name) for name in BOOKS.accounts.__struct_fields__}
    return Books("EUR", fee="expense", accounts=Accounts(**{**said, **named}))


def test_a_quiet_month_has_no_entry_and_keeps_what_was_prepaid() -> None:
    found = journal([], [], Opening(Fraction(5), Fraction("12.34")))
    assert (found.entries, found.prepaid_booked) == ((), Decimal("12.34"))


def test_books_whose_prepaid_account_is_also_another_are_refused() -> None:
    with pytest.raises(ConfigurationRefused, match="BOOKS_PREPAID"):
        journal([], [], books=replace_accounts(expense="1480"))


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (["0.5", "-0.5"], [1, -1]),
        (["-0.5", "0.5"], [-1, 1]),
        (["0.4", "0.4", "0.4"], [1, 0, 0]),
        (["-0.4", "-0.4", "-0.4"], [-1, 0, 0]),
        (["1", "0.3", "0.3"], [1, 1, 0]),
        (["0.25", "0.25"], [1, 0]),
        ([], []),
    ],
)
def test_steps_go_to_the_largest_remainder(amounts: list[str], expected: list[int]) -> None:
    named: dict[tuple[str, ...], Fraction] = {
        (str(place),): Fraction(one) for place, one in enumerate(amounts)
    }
    assert list(rounded_lines(named, 0).values()) == expected


def test_the_day_orders_purchases_and_the_use_comes_last() -> None:
    late = replace(top_up(1, "9", "EUR"), day="2026-08-20", movement_id="a")
    early = replace(top_up(1, "9", "EUR"), day="2026-08-02", movement_id="b")
    found = journal([late, early], [used(1)])
    assert [one.entry_id for one in found.entries] == ["b", "a", "use 2026-08"]
