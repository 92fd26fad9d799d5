"""The text of a price: the one money grammar, with reasons a person can act on.

The grammar itself is :func:`tieout.money.parse_money`; here its refusals are told apart (a comma
as decimal sign is another trouble than a word), and negative prices are refused.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import Final

from tieout.money import NotMoney, parse_money

_EXPONENT: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{3,}")
_LOCALE: Final = re.compile(
    r"[+-]?[0-9][0-9.,' \u00a0\u2009\u202f]*[,' \u00a0\u2009\u202f][0-9.,]*"
)
_NONFINITE: Final = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_FIFTEEN_DIGITS: Final = Context(prec=15)


def read_price(text: str, decimal: str = ".") -> Decimal:
    """Read a price: an exact decimal, zero or more.

    Args:
        text: the price as written.
        decimal: its decimal sign. With a comma, a text has at most one, and no dot at all.

    Raises:
        NotMoney: ``NUM_TOO_LONG``, ``NUM_EXPONENT``, ``NUM_LOCALE``, ``NUM_RANGE``, ``NUM_SCALE``
            or, for anything that is no number, ``PRICE_TEXT``.
    """
    if decimal == "," and "." in text:
        raise NotMoney("NUM_LOCALE", text)
    try:
        value = parse_money(text.replace(",", ".") if decimal == "," else text)
    except NotMoney as error:
        raise NotMoney(_sharper(error.code, text), text) from error
    if value < 0:
        raise NotMoney("NUM_RANGE", text)
    return value


def is_binary_leftover(value: Decimal) -> bool:
    """Whether a number looks like a product of binary floats, like ``0.08000000000000002``.

    Sixteen or more significant digits that fifteen digits round to a much shorter number. The
    number is kept as it is; this only says so.
    """
    if len(value.as_tuple().digits) < 16:
        return False
    return len(_FIFTEEN_DIGITS.plus(value).normalize(_FIFTEEN_DIGITS).as_tuple().digits) <= 12


def _sharper(code: str, text: str) -> str:
    """The reason for a person, where the grammar only says that the form is wrong."""
    if code not in {"NUM_FORM", "NUM_NON_ASCII"}:
        return code
    if _EXPONENT.fullmatch(text):
        return "NUM_EXPONENT"
    if _NONFINITE.fullmatch(text):
        return "NUM_RANGE"
    return "NUM_LOCALE" if _LOCALE.fullmatch(text) else "PRICE_TEXT"
