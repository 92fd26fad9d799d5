"""Exact money: the three decimal types, the text grammar of an amount, and rounding as data.

Nothing here is ever a binary float. Amounts, quantities and unit rates are decimals from the first
byte to the last (law L4). The limits of the text grammar follow from the column types (D29).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from typing import Final, Literal

QUANTITY_SCALE: Final = 3
UNIT_RATE_SCALE: Final = 18
COST_SCALE: Final = 21

SQL_QUANTITY: Final = "DECIMAL(15,3)"
SQL_UNIT_RATE: Final = "DECIMAL(22,18)"
SQL_COST: Final = "DECIMAL(38,21)"

# 17 integer digits and 21 decimals fit DECIMAL(38,21); an exponent may shift, never enlarge.
MONEY_TEXT: Final = re.compile(
    r"-?(?:0|[1-9][0-9]{0,16})(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?"
)
QUANTITY_TEXT: Final = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3}0{0,12})?")

# Arithmetic that would lose a digit raises instead of rounding.
EXACT: Final = Context(prec=200, traps=[Inexact, InvalidOperation])

Mode = Literal["half_away"]


class NotMoney(ValueError):
    """A text is not an exact amount; ``code`` is the quarantine reason."""

    def __init__(self, code: str, text: str) -> None:
        """Keep the reason code and the offending text (cut to 64 characters)."""
        super().__init__(f"{code}: {text[:64]!r}")
        self.code = code


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """How a booking rounds: at which level, to how many decimals, in which mode (K4, D12).

    Attributes:
        level: ``none`` (exact), ``request`` (each usage row before the sum) or ``line`` (the sum).
        places: decimals kept.
        mode: ``half_away``: half away from zero, what both engines do when they narrow a decimal.
    """

    level: Literal["none", "request", "line"] = "none"
    places: int = 0
    mode: Mode = "half_away"

    def round(self, amount: Decimal) -> Decimal:
        """The amount rounded once by this rule; unchanged at level ``none``."""
        if self.level == "none":
            return amount
        return amount.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)


def parse_money(text: str) -> Decimal:
    """Read an amount or a price as an exact decimal.

    Raises:
        NotMoney: the text is not in the grammar, or has digits the cost type cannot hold.
    """
    if len(text) > 64:
        raise NotMoney("NUM_TOO_LONG", text)
    if not text.isascii():
        raise NotMoney("NUM_NON_ASCII", text)
    if MONEY_TEXT.fullmatch(text) is None:
        raise NotMoney("NUM_FORM", text)
    value = Decimal(text)
    return fit(value, COST_SCALE, 38 - COST_SCALE, text)


def fit(value: Decimal, scale: int, integer_digits: int, text: str | None = None) -> Decimal:
    """The value itself, when a column of that scale and size holds it without rounding.

    Raises:
        NotMoney: ``NUM_SCALE`` for too many decimals, ``NUM_RANGE`` for too many integer digits.
    """
    shown = plain(value) if text is None else text
    if not value.is_finite():
        raise NotMoney("NUM_NONFINITE", shown)
    normal = value.normalize(EXACT) if value else Decimal(0)
    exponent = normal.as_tuple().exponent
    assert isinstance(exponent, int)
    if -exponent > scale:
        raise NotMoney("NUM_SCALE", shown)
    if normal and normal.adjusted() >= integer_digits:
        raise NotMoney("NUM_RANGE", shown)
    return normal


def unit_rate(price: Decimal, per: int, multiplier: Decimal = Decimal(1)) -> Decimal:
    """The price of one unit: price times multiplier over the pricing unit, exact.

    Args:
        price: the price as written.
        per: units the price is quoted for: 1, 1000 or 1000000 (powers of ten divide exactly).
        multiplier: the factor the source states beside the price (CometAPI's ``ratio``).

    Raises:
        NotMoney: the unit rate does not fit DECIMAL(22,18); it is never rounded to fit.
        ValueError: ``per`` is not a power of ten.
    """
    shift = len(str(per)) - 1
    if per != 10**shift:
        raise ValueError(f"a pricing unit of {per} does not divide exactly")
    rate = EXACT.multiply(price, multiplier).scaleb(-shift, EXACT)
    return fit(rate, UNIT_RATE_SCALE, 22 - UNIT_RATE_SCALE)


def plain(value: Decimal) -> str:
    """Canonical text of a decimal: no exponent, no trailing zeros, ``0`` for any zero."""
    if not value:
        return "0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(value: Decimal, places: int = 2, *, sign: bool = False) -> str:
    """An amount for people: thousands separators, fixed decimals, a plus sign where asked.

    The rounding here is presentation only; the exact figure is one step down.
    """
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)
    return f"{rounded:+,f}" if sign and rounded else f"{rounded:,f}"
