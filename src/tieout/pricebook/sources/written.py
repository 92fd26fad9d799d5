"""How a price or a date is written on a page: a literal text with places for what varies.

``${price} per M input tokens`` is the whole text of a price. What stands around the place must be
there exactly; only runs of white space count as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_PLACE: Final = re.compile(r"\{(price|year|month|monthname|day)\}")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
# A price of no more than this many characters; the grammar of numbers judges what they are.
_LONGEST: Final = 80
# Whatever a number may be written with anywhere; what the grammar does not take is refused by name.
_SIGNS: Final = r"0-9.,'eE+ \u00a0\u2009\u202f-"
_SIGN: Final = r"[0-9.,'eE+-]"
_GROUPS: Final = {
    "price": rf"(?P<price>{_SIGN}(?:[{_SIGNS}]{{0,{_LONGEST}}}{_SIGN})?)",
    "year": r"(?P<year>[0-9]{4})",
    "month": r"(?P<month>[0-9]{1,2})",
    "monthname": rf"(?P<monthname>{'|'.join(_MONTHS)})",
    "day": r"(?P<day>[0-9]{1,2})",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text, and which of its characters it is: the first is 1, the last included."""

    text: str
    first: int
    last: int


def one_space(text: str) -> str:
    """The text with every run of white space as one space; a no-break space is none."""
    return _SPACE.sub(" ", text).strip(" ")


def is_price_form(form: str) -> bool:
    """Whether a form has exactly one place for the price, and no other."""
    return _PLACE.findall(form) == ["price"]


def is_date_form(form: str) -> bool:
    """Whether a form has one year, one day and one month."""
    return sorted(_PLACE.findall(form)) in (["day", "month", "year"], ["day", "monthname", "year"])


def price_in(text: str, form: str) -> Found | None:
    """The number in a text that is written in that form; none in any other."""
    match = _expression(form).fullmatch(text)
    if match is None:
        return None
    return Found(match["price"], match.start("price") + 1, match.end("price"))


def dates_in(text: str, form: str) -> set[date]:
    """Every date that a text states in that form; a day that does not exist is none."""
    found = set()
    for match in _expression(form).finditer(text):
        parts = match.groupdict()
        name = parts.get("monthname")
        month = _MONTHS.index(name) + 1 if name else int(parts["month"])
        try:
            found.add(date(int(parts["year"]), month, int(parts["day"])))
        except ValueError:
            continue
    return found


@lru_cache(maxsize=256)
def _expression(form: str) -> re.Pattern[str]:
    pieces = _PLACE.split(one_space(form))
    return re.compile(
        "".join(
            _GROUPS[piece] if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)
        )
    )
