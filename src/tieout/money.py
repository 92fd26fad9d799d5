"""Exact money: the three decimal types, the text grammar of an amount, and rounding as data.

Nothing here is ever a binary float. Amounts, quantities and unit rates are decimals from the first
byte to the last (law L4). The limits of the text grammar follow from the column types (D29).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from typing import Final, Literal, get_args

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

Level = Literal["none", "request", "line", "day", "model", "period"]
Mode = Literal["half_away", "half_even", "down", "up", "floor", "ceiling"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
MODES: Final[tuple[Mode, ...]] = get_args(Mode)


class NotMoney(ValueError):
    """A text is not an exact amount; ``code`` is the quarantine reason."""

    def __init__(self, code: str, text: str) -> None:
        """Keep the reason code and the offending text (cut to 64 characters)."""
        super().__init__(f"{code}: {text[:64]!r}")
        self.code = code


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """How a booking rounds: at which level, to which step, in which mode (K4, D12).

    Attributes:
        level: what is summed exactly before it is rounded once: ``none`` (nothing is rounded),
            ``request`` (each usage row), ``line`` (each ledger line), ``day`` (a day of the
            reporting zone), ``model`` (a source model over the period) or ``period``; currencies
            always apart.
        step: the amounts that may stand are its multiples: 0.01 for cents, 0.05 for five cents.
        mode: with a step of 1, 2.5 and -2.5 become: ``half_away`` 3 and -3 (commercial),
            ``half_even`` 2 and -2 (banker's), ``down`` 2 and -2 (toward zero), ``up`` 3 and -3
            (away from zero), ``floor`` 2 and -3, ``ceiling`` 3 and -2.
    """

    level: Level = "none"
    step: Decimal = Decimal(0)
    mode: Mode = "half_away"

    @property
    def bound(self) -> Decimal:
        """The most that one rounding changes: half a step, a whole one if directed (D12)."""
        if self.level == "none":
            return Decimal(0)
        return self.step * Decimal("0.5") if self.mode.startswith("half_") else self.step

    def round(self, amount: Decimal) -> Decimal:
        """The amount rounded once by this rule; unchanged at level ``none``."""
        if self.level == "none":
            return amount
        rest = EXACT.remainder(amount, self.step)
        kept, away = amount - rest, self.step if rest > 0 else -self.step
        twice, odd = abs(rest + rest), bool(EXACT.remainder(kept, self.step + self.step))
        moves = {
            "half_away": twice >= self.step,
            "half_even": twice > self.step or (twice == self.step and odd),
            "down": False,
            "up": rest != 0,
            "floor": rest < 0,
            "ceiling": rest > 0,
        }
        return kept + away if moves[self.mode] else kept


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
