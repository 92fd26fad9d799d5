"""The prepaid pool: cost per credit, expense and prepaid; the figures are worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from tieout.credits.books import Accounts, Books
from tieout.credits.paid import Addition, Paid, paid_for
from tieout.credits.pool import NetUse, Opening, Pool, pool_of
from tieout.errors import ConfigurationRefused

USD = Books(functional_currency="USD", fee="cost")
EUR = Books(functional_currency="EUR", fee="cost")
EMPTY = Opening(Fraction(0), Fraction(0))
# A vendor that counts a credit in 500,000 units: 10,000 paid, 10,000 credits and 1,000 of bonus.
CREDIT = 500_000


def top_up(units: int, cash: str | None, currency: str = "USD", **said: object) -> Addition:
    """A top-up whose receipt says tax and fee, unless the test says otherwise."""
    paid = Addition(
        "receipt-1",
        "2026-08-03",
        "top_up",
        Fraction(units),
        None if cash is None else Decimal(cash),
        currency,
        Decimal(0),
        Decimal(0),
    )
    return replace(paid, **said)  # type: ignore[arg-type]


def bonus(units: int) -> Addition:
    return Addition("bonus-1", "2026-08-03", "bonus", Fraction(units))


def used(units: int, cost_center: str = "ads") -> NetUse:
    return NetUse(cost_center, Fraction(units))


def cents(amount: Fraction | None) -> str:
    """The amount in cents; the examples do not end in half a cent."""
    assert amount is not None
    return f"{round(amount * 100) / Decimal(100):.2f}"


def holds(pool: Pool) -> bool:
    return len(pool.proofs()) == 3 and all(proof.holds for proof in pool.proofs())


def example(paid: Addition, books: Books) -> Pool:
    return pool_of(EMPTY, [paid, bonus(1_000 * CREDIT)], [used(6_500 * CREDIT)], books)


def test_a_bonus_lowers_the_cost_of_every_credit() -> None:
    pool = example(top_up(10_000 * CREDIT, "10000"), USD)
    assert (cents(pool.expense), cents(pool.closing_cost)) == ("5909.09", "4090.91")
    assert pool.unit_cost == Fraction(10, 11) / CREDIT
    assert pool.closing_units == 4_500 * CREDIT
    assert holds(pool)


@pytest.mark.parametrize(
    "paid",
    [
        top_up(10_000 * CREDIT, "9200", "EUR"),
        top_up(10_000 * CREDIT, "10000", "USD", exchange_rate=Decimal("0.92")),
    ],
    ids=["paid in the currency of the books", "at the rate of that day"],
)
def test_a_payment_counts_at_its_historical_rate(paid: Addition) -> None:
    pool = example(paid, EUR)
    assert (cents(pool.expense), cents(pool.closing_cost)) == ("5436.36", "3763.64")
    assert pool.expense == Fraction(9_200, 11_000) * 6_500
    assert holds(pool)


def test_two_payments_at_two_rates_make_one_average() -> None:
    # 100 at 0.90 and 100 at 1.10 are 200 for 400 units beside the 100 there were, at 60: 260 / 500.
    first = top_up(200, "100", exchange_rate=Decimal("0.9"))
    second = top_up(200, "100", exchange_rate=Decimal("1.1"))
    pool = pool_of(Opening(Fraction(100), Fraction(60)), [first, second], [used(250)], EUR)
    assert (pool.unit_cost, pool.expense) == (Fraction("0.52"), Fraction(130))
    assert (pool.closing_units, pool.closing_cost) == (Fraction(250), Fraction(130))
    assert holds(pool)


def test_tax_is_no_cost_and_a_fee_is_one_by_policy() -> None:
    paid = top_up(1_000, "122", "EUR", tax=Decimal(19), fee=Decimal(3))
    as_cost = paid_for(paid, EUR)
    apart = paid_for(paid, Books(functional_currency="EUR", fee="expense"))
    assert isinstance(as_cost, Paid)
    assert isinstance(apart, Paid)
    assert (as_cost.prepaid, as_cost.tax, as_cost.fee, as_cost.bank) == tuple(
        map(Fraction, (103, 19, 0, 122))
    )
    assert (apart.prepaid, apart.tax, apart.fee, apart.bank) == tuple(
        map(Fraction, (100, 19, 3, 122))
    )


def test_money_that_came_back_for_units_takes_their_cost_out() -> None:
    back = top_up(-100, "11.9", "EUR", tax=Decimal("1.9"))
    pool = pool_of(Opening(Fraction(500), Fraction(50)), [back], [used(100)], EUR)
    assert (pool.added_cost, pool.expense, pool.closing_cost) == tuple(map(Fraction, (-10, 10, 30)))
    assert holds(pool)


def test_units_taken_back_without_money_raise_the_cost_of_the_rest() -> None:
    taken = Addition("admin", "2026-08-09", "adjustment", Fraction(-100))
    pool = pool_of(Opening(Fraction(500), Fraction(50)), [taken], [used(100)], EUR)
    assert (pool.unit_cost, pool.expense) == (Fraction("0.125"), Fraction("12.5"))
    assert holds(pool)


def test_a_month_of_refunds_gives_expense_back() -> None:
    pool = pool_of(Opening(Fraction(500), Fraction(50)), [], [used(-20), used(5, "ops")], EUR)
    assert (pool.expense, pool.closing_cost) == (Fraction("-1.5"), Fraction("51.5"))
    assert holds(pool)


def test_nothing_bought_and_nothing_used_is_zero_and_not_unknown() -> None:
    pool = pool_of(EMPTY, [], [], EUR)
    assert (pool.unit_cost, pool.expense, pool.closing_cost) == (None, Fraction(0), Fraction(0))
    assert holds(pool)


@pytest.mark.parametrize(
    ("code", "addition"),
    [
        ("POOL_CASH", top_up(10, None)),
        ("POOL_CASH", top_up(10, None, kind="subscription")),
        ("POOL_TAX", top_up(10, "9", tax=None)),
        ("POOL_RATE", top_up(10, "9", "EUR")),
        ("POOL_RATE", top_up(10, "9", exchange_rate=Decimal("0.9"))),
        ("POOL_GIFT", replace(top_up(10, "9"), kind="gift")),
    ],
)
def test_a_cost_that_no_receipt_states_leaves_the_pool_unknown(
    code: str, addition: Addition
) -> None:
    pool = pool_of(Opening(Fraction(5), Fraction(5)), [addition], [used(3)], USD)
    assert [one.code for one in pool.doubts] == [code]
    assert (pool.unit_cost, pool.expense, pool.closing_cost, pool.added_cost) == (None,) * 4
    assert (pool.added_units, pool.used_units, pool.closing_units) == tuple(
        map(Fraction, (10, 3, 12))
    )
    assert pool.proofs() == ()


def test_a_fee_must_be_stated_only_where_it_is_an_expense() -> None:
    silent = top_up(10, "9", fee=None)
    apart = Books(functional_currency="USD", fee="expense")
    assert pool_of(EMPTY, [silent], [], USD).doubts == ()
    assert [one.code for one in pool_of(EMPTY, [silent], [], apart).doubts] == ["POOL_FEE"]


@pytest.mark.parametrize(
    ("code", "opening", "uses"),
    [
        ("POOL_OPENING", Opening(None, Fraction(1)), [used(1)]),
        ("POOL_OPENING", Opening(Fraction(9), None), [used(1)]),
        ("POOL_OVERDRAWN", Opening(Fraction(9), Fraction(9)), [used(10)]),
        ("POOL_OVERDRAWN", Opening(Fraction(-9), Fraction(0)), []),
        ("POOL_EMPTY", EMPTY, [used(-1)]),
        ("POOL_EMPTY", EMPTY, [used(4), used(-4, "ops")]),
    ],
)
def test_units_without_a_cost_leave_the_pool_unknown(
    code: str, opening: Opening, uses: list[NetUse]
) -> None:
    pool = pool_of(opening, [], uses, USD)
    assert [one.code for one in pool.doubts] == [code]
    assert pool.expense is None


def test_every_doubt_is_named_and_not_only_the_first() -> None:
    pool = pool_of(
        Opening(Fraction(9), None),
        [top_up(10, None), top_up(10, "9", tax=None, movement_id="receipt-2")],
        [],
        USD,
    )
    assert [(one.code, one.what) for one in pool.doubts] == [
        ("POOL_OPENING", "opening"),
        ("POOL_CASH", "receipt-1"),
        ("POOL_TAX", "receipt-2"),
    ]


@pytest.mark.parametrize("name", ["expense", "prepaid", "tax", "fee", "bank"])
def test_an_account_that_the_settings_do_not_name_is_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigurationRefused, match="BOOKS_ACCOUNT") as refused:
        USD.account(name)  # type: ignore[arg-type]
    assert refused.value.where == (f"books.accounts.{name}",)


def test_use_of_a_cost_center_may_have_an_account_of_its_own() -> None:
    books = Books(accounts=Accounts(expense="6400"), cost_centers={"ads": "6410"})
    assert (books.account("expense", "ads"), books.account("expense", "ops")) == ("6410", "6400")


@pytest.mark.parametrize("books", [Books(fee="cost"), Books(functional_currency="EUR")])
def test_books_without_their_terms_are_refused(books: Books) -> None:
    with pytest.raises(ConfigurationRefused, match="BOOKS_TERMS"):
        books.require()
