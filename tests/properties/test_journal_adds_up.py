"""Lines of the prepaid journal add up, in random months, against sums made another way (B3)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieout.credits.books import Accounts, Books
from tieout.credits.journal import Entry, Journal, journal_of
from tieout.credits.paid import Addition, AdditionKind
from tieout.credits.pool import NetUse, Opening, pool_of

WORLDS = int(os.environ.get("TIEOUT_JOURNAL_WORLDS", "150"))
LAW = settings(max_examples=WORLDS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ACCOUNTS = Accounts(expense="64", prepaid="14", tax="15", fee="68", bank="12")
CENTERS = ("", "ads", "lab", "ops", "web")


def amounts(places: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, most, places=places, allow_nan=False, allow_infinity=False)


@st.composite
def paid_additions(draw: st.DrawFn) -> Addition:
    """A receipt, or units that nobody paid for."""
    name = draw(st.text("abc", min_size=1, max_size=3))
    day = f"2026-08-{draw(st.integers(1, 31)):02d}"
    if draw(st.booleans()):
        kind: AdditionKind = draw(st.sampled_from(("bonus", "gift", "adjustment")))
        return Addition(name, day, kind, Fraction(draw(st.integers(1, 10**9))))
    tax, fee = draw(amounts(2, 900)), draw(amounts(2, 50))
    net = draw(amounts(2, 20_000))
    rate = draw(st.none() | amounts(4, 3).filter(lambda one: one > 0))
    return Addition(
        name, day, draw(st.sampled_from(("top_up", "subscription"))),
        Fraction(draw(st.integers(1, 10**10))), net + tax + fee,
        "EUR" if rate is None else "USD", tax, fee, rate,
    )  # fmt: skip


@st.composite
def months(draw: st.DrawFn) -> Journal:
    """The journal of a month that nothing speaks against."""
    opening = Opening(Fraction(draw(st.integers(1, 10**10))), Fraction(draw(amounts(2, 50_000))))
    additions = draw(st.lists(paid_additions(), max_size=5))
    there = opening.units or Fraction(0)
    there += sum((one.units for one in additions), Fraction(0))
    uses = []
    for center in draw(st.permutations(CENTERS))[: draw(st.integers(0, len(CENTERS)))]:
        share = draw(st.integers(-50, 190))
        uses.append(NetUse(center, Fraction(int(there) * share // 1000)))
    books = Books(
        "EUR", draw(st.sampled_from((0, 2, 3))), draw(st.sampled_from(("cost", "expense"))),
        ACCOUNTS, draw(st.sampled_from(({}, {"ads": "641", "ops": "642"}))),
    )  # fmt: skip
    pool = pool_of(opening, additions, uses, books)
    return journal_of(pool, books, "2026-08", "2026-08-31")


def handed_out(exact: dict[tuple[str, ...], Fraction], decimals: int) -> dict[tuple[str, ...], int]:
    """Whole steps of each line, one step at a time to whoever is owed most; no floor of a sum."""
    whole = sum(exact.values(), Fraction(0)) * 10**decimals
    sign = -1 if whole < 0 else 1
    owed = {name: sign * one * 10**decimals for name, one in exact.items()}
    given_out = {name: one.numerator // one.denominator for name, one in owed.items()}
    target, rest = divmod(abs(whole).numerator, whole.denominator)
    target += 2 * rest >= whole.denominator
    while sum(given_out.values()) < target:
        most = max(owed[name] - given_out[name] for name in owed)
        name = min(name for name in owed if owed[name] - given_out[name] == most)
        given_out[name] += 1
    return {name: sign * one for name, one in given_out.items()}


def total(found: Iterable[Decimal]) -> Fraction:
    return sum((Fraction(one) for one in found), Fraction(0))


def use_of(found: Journal) -> Entry | None:
    return next((one for one in found.entries if one.kind == "use"), None)


@pytest.mark.law
@LAW
@given(months())
def test_every_entry_is_zero_and_no_line_moves_by_a_step(found: Journal) -> None:
    step = Fraction(found.books.step)
    for entry in found.entries:
        assert total(line.amount for line in entry.lines) == 0
        assert sum((line.exact for line in entry.lines), Fraction(0)) == 0
        assert total(one.debit for one in entry.lines) == total(one.credit for one in entry.lines)
        for line in entry.lines:
            assert abs(Fraction(line.amount) - line.exact) < step
            assert (Fraction(line.amount) / step).denominator == 1


@pytest.mark.law
@LAW
@given(months())
def test_use_is_booked_as_an_oracle_hands_it_out(found: Journal) -> None:
    pool, entry = found.pool, use_of(found)
    cost = pool.opening.cost or Fraction(0)
    there = pool.opening.units or Fraction(0)
    for paid in pool.paid:
        said = paid.addition
        there += said.units
        if said.cash is not None:
            kept = Fraction(said.cash) - Fraction(said.tax or 0)
            kept -= Fraction(said.fee or 0) if found.books.fee == "expense" else 0
            cost += kept * Fraction(said.exchange_rate or 1)
    expected: dict[tuple[str, ...], Fraction] = {
        (found.books.cost_centers.get(one.cost_center, "64"), one.cost_center): one.units
        * cost
        / there
        for one in pool.uses
    }
    if entry is None:
        assert not any(one.units for one in pool.uses)
        return
    steps = handed_out(expected, found.books.decimals)
    booked = {(one.account, one.cost_center): one.amount for one in entry.lines[:-1]}
    assert {name: int(one.scaleb(found.books.decimals)) for name, one in booked.items()} == steps
    used = sum(expected.values(), Fraction(0))
    assert abs(total(booked.values()) - used) <= Fraction(found.books.step) / 2
    assert pool.expense == used
    assert pool.closing_cost == cost - used


@pytest.mark.law
@LAW
@given(months())
def test_what_is_prepaid_is_what_was_paid_less_what_was_booked_as_used(found: Journal) -> None:
    entry = use_of(found)
    bought = total(
        line.amount
        for one in found.entries
        if one.kind == "purchase"
        for line in one.lines
        if line.account == "14"
    )
    used = Fraction(0) if entry is None else -Fraction(entry.lines[-1].amount)
    scale = 10**found.books.decimals
    opening = found.pool.opening.cost or Fraction(0)
    start = Fraction((opening * scale + Fraction(1, 2)).__floor__(), scale)
    assert Fraction(found.prepaid_booked) == start + bought - used
    entries = len(found.entries) + 1
    assert abs(found.rounding) < entries * Fraction(found.books.step)
    assert all(proof.holds for proof in found.pool.proofs())
    assert len(found.pool.proofs()) == 3
