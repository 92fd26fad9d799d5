"""How figures and foreign text look to a person: rounded, signed, and safe to look at.

Text that came with an input may hold characters that move the cursor, turn the reading direction
or show nothing at all. They appear as their escapes, on the page and in the terminal alike.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from tieout.money import grouped

UNKNOWN: Final = "unknown"
CUT_MARK: Final = "..."

_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})"
)
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_MONTH_NAMES: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Control, format, surrogate, private, unassigned; line and paragraph separators; other spaces.
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
# Letters and marks that show nothing: fillers, joiners, variation selectors, blank Braille.
_HIDDEN_RANGES: Final = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0100, 0xE01EF),
)
_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """The text with every character that does not show itself written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(character) if _hidden(character) else character for character in text)


def short(amount: str | None, *, signed: bool = False) -> str:
    """An amount for the first page: cents, thousands separators, ``unknown`` for null.

    An amount that is not zero but rounds to it reads ``<0.01``: nothing is shown as nothing.
    """
    if amount is None:
        return UNKNOWN
    value = Decimal(amount)
    shown = grouped(value, sign=signed)
    if value and not shown.strip("+-0.,"):
        sign = "-" if value < 0 else "+" if signed else ""
        return f"{sign}<0.01"
    return shown


def digits(amount: str | None, *, signed: bool = False) -> str:
    """An amount one step down: every digit, as the report states it."""
    if amount is None:
        return UNKNOWN
    return f"+{amount}" if signed and Decimal(amount) > 0 else amount


def units(amount: str | None, *, signed: bool = False) -> str:
    """Units of a vendor with thousands separators and every digit there is."""
    if amount is None:
        return UNKNOWN
    whole, point, rest = amount.lstrip("-").partition(".")
    sign = "-" if amount.startswith("-") else "+" if signed and Decimal(amount) > 0 else ""
    return f"{sign}{int(whole):,}{point}{rest}"


def counted(number: int | None) -> str:
    """A count with thousands separators."""
    return UNKNOWN if number is None else f"{number:,}"


def instant(text: str | None) -> str:
    """An instant to the minute where its seconds are zero, else in full; other text as it is."""
    if text is None:
        return UNKNOWN
    found = _INSTANT.fullmatch(text)
    if found is None:
        return visible(text)
    seconds = "" if found[3] == ":00" else found[3]
    return f"{found[1]} {found[2]}{seconds}{found[4]}"


def minute(text: str) -> str:
    """An instant in UTC to the minute it lies in."""
    return f"{text[:10]} {text[11:16]}Z"


def period(label: str) -> str:
    """A period for people: ``August 2026`` for ``2026-08``, anything else as it was asked for."""
    found = _MONTH.fullmatch(label)
    return f"{_MONTH_NAMES[int(found[2]) - 1]} {found[1]}" if found else visible(label)


def stake(amount: str | None) -> tuple[bool, Decimal]:
    """A sort key for money at stake: unknown first, because it may be any amount, then by size."""
    return (amount is None, Decimal(0) if amount is None else abs(Decimal(amount)))


def columns(text: str) -> int:
    """How many terminal columns the text takes; wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def cut(text: str, width: int) -> str:
    """The visible text, cut to so many columns and marked where something was cut."""
    shown = visible(text)
    if columns(shown) <= width:
        return shown
    kept, room = "", width - len(CUT_MARK)
    for character in shown:
        room -= columns(character)
        if room < 0:
            break
        kept += character
    return (kept + CUT_MARK)[: max(width, 0)]


def _hidden(character: str) -> bool:
    if character == " ":
        return False
    if unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return True
    return any(low <= ord(character) <= high for low, high in _HIDDEN_RANGES)


def _escape(character: str) -> str:
    number = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
