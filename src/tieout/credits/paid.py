"""What an addition to the pool cost, in the functional currency, or why nobody knows (B3).

A payment counts at its own historical rate. Tax that is recovered is no cost; a fee is one or is
an expense of its own, as the books say. What a receipt does not state is not taken for zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from tieout.credits.books import Books

AdditionKind = Literal["top_up", "bonus", "gift", "adjustment", "subscription"]
# These are paid for; without a receipt their cost is not known.
_PAID: Final = ("top_up", "subscription")
# These are free by what they are.
_FREE: Final = ("bonus", "gift")


@dataclass(frozen=True, slots=True)
class Addition:
    """A change of the balance that is no use: a top-up, a bonus, a gift, an adjustment.

    Attributes:
        movement_id: its id.
        day: the day of the books, ``YYYY-MM-DD``.
        kind: what it is.
        units: units added; below zero where they were taken, and then what was paid came back.
        cash: what was paid in all, tax and fee included; None where nothing is said.
        currency: of cash, tax and fee.
        tax: the recoverable tax in it; None where nothing is said.
        fee: the fee of the payment in it; None where nothing is said.
        exchange_rate: functional currency for one of the currency, as of that payment; None where
            nothing is said.
        reference: the number of the receipt.
    """

    movement_id: str
    day: str
    kind: AdditionKind
    units: Fraction
    cash: Decimal | None = None
    currency: str = ""
    tax: Decimal | None = None
    fee: Decimal | None = None
    exchange_rate: Decimal | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a figure of the pool is not known.

    Attributes:
        code: a stable code.
        what: what it is about: a movement, or the opening.
        why: the reason, in words.
    """

    code: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Paid:
    """One addition in the functional currency, exact; below zero where money came back.

    Attributes:
        addition: the addition.
        prepaid: the cost of its units.
        tax: the recoverable tax.
        fee: the fee that is an expense; zero where fees are part of the cost.
    """

    addition: Addition
    prepaid: Fraction
    tax: Fraction = Fraction(0)
    fee: Fraction = Fraction(0)

    @property
    def bank(self) -> Fraction:
        """What left the bank."""
        return self.prepaid + self.tax + self.fee


def paid_for(addition: Addition, books: Books) -> Paid | Doubt:
    """What an addition cost in the functional currency, or why that is not known."""
    for doubt in _doubts(addition, books):
        return doubt
    if addition.cash is None:
        return Paid(addition, Fraction(0))
    rate = Fraction(1 if addition.exchange_rate is None else addition.exchange_rate)
    signed = rate if addition.units > 0 else -rate
    tax = signed * Fraction(addition.tax or 0)
    fee = signed * Fraction(addition.fee or 0) if books.fee == "expense" else Fraction(0)
    return Paid(addition, signed * Fraction(addition.cash) - tax - fee, tax, fee)


def _doubts(addition: Addition, books: Books) -> Iterator[Doubt]:
    """What keeps the cost of an addition from being known."""
    name, kind = addition.movement_id, addition.kind.replace("_", "-")
    if addition.cash is None:
        if addition.kind in _PAID:
            yield Doubt("POOL_CASH", name, f"no receipt says what the {kind} cost")
        return
    paid, own = addition.currency, books.functional_currency
    if addition.kind in _FREE and addition.cash:
        yield Doubt("POOL_GIFT", name, f"a {kind} is free, and {addition.cash:f} was paid for it")
    if addition.tax is None:
        yield Doubt("POOL_TAX", name, "the receipt does not say the tax; write 0 if there was none")
    if addition.fee is None and books.fee == "expense":
        yield Doubt("POOL_FEE", name, "the receipt does not say the fee; write 0 if there was none")
    if paid != own and addition.exchange_rate is None:
        yield Doubt("POOL_RATE", name, f"paid in {paid}, and no rate to {own} is given")
    if paid == own and addition.exchange_rate not in {None, Decimal(1)}:
        yield Doubt("POOL_RATE", name, f"paid in {paid}, the currency of the books, at a rate")
