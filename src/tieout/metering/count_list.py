"""The count list: what a vendor counts per day, as somebody took it from its dashboard (U6).

A small CSV file that people write; it is read whole or refused whole, with the place of everything
that is wrong in it. A day that it names is counted whole: what the list does not name on such a day
is counted nowhere. Days that it does not name are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.calendar import Period, parse_period
from tieout.errors import InputRefused, Refusal
from tieout.intake.small_table import NotTheTable, small_table
from tieout.meters import METER_NAMES

COLUMNS: Final = ("day", "model", "meter", "quantity")
OPTIONAL: Final = ("key",)
# What is counted beside the meters: our rows, the vendor's units, and tokens as one total.
ROWS, UNITS, TOKENS = "rows", "charged_units", "total_tokens"
COUNTED: Final = (ROWS, UNITS, TOKENS, *METER_NAMES)
ALL: Final = "*"
LARGEST: Final = 4 << 20
_MOST_SHOWN: Final = 10
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,11}")
_QUANTITY: Final = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3})?")
_FRACTIONS: Final = ("seconds",)


@dataclass(frozen=True, slots=True)
class StatedCount:
    """One line of a count list.

    Attributes:
        line: its line in the file.
        day: the day, with its bounds in the zone of the list.
        model: the model as the vendor names it; None for all of them together.
        by_key: whether the list counts each key apart.
        key_name: the name of the key; None for all of them, empty for calls without one.
        meter: one of :data:`COUNTED`.
        quantity: what the vendor counts.
    """

    line: int
    day: Period
    model: str | None
    by_key: bool
    key_name: str | None
    meter: str
    quantity: Decimal


def read_counts(content: bytes, name: str, zone_name: str) -> tuple[StatedCount, ...]:
    """The counts of a list, in the order of the file.

    Args:
        content: the bytes of the file.
        name: its name, for the refusal.
        zone_name: the zone of its days.

    Raises:
        InputRefused: ``COUNT_LIST``: it is no such list; ``COUNT_LINE``: lines of it are wrong; the
            first ten are named.
    """
    found: list[StatedCount] = []
    wrong: list[str] = []
    first: dict[tuple[object, ...], int] = {}
    for number, cells in _lines(content, name):
        try:
            one = _count(number, cells, zone_name)
        except _Wrong as error:
            wrong.append(f"{name}, line {number}, column {error.column}: {error.why}")
            continue
        key = (one.day.label, one.model, one.by_key, one.key_name, one.meter)
        if key in first:
            wrong.append(f"{name}, line {number}: counts what line {first[key]} counts")
        first.setdefault(key, number)
        found.append(one)
    if wrong:
        raise InputRefused(
            "COUNT_LINE",
            "Lines of the count list cannot be read.",
            where=tuple(wrong[:_MOST_SHOWN]),
            remedy="Correct them and repeat the command; nothing of the list was recorded.",
        )
    if not found:
        raise _no_list(f"{name} holds no count")
    return tuple(found)


class _Wrong(Exception):
    """A cell is not what its column holds."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(f"{column}: {why}")
        self.column = column
        self.why = why


def _lines(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        yield from small_table(content, name, COLUMNS, LARGEST, OPTIONAL)
    except NotTheTable as error:
        raise _no_list(str(error)) from error


def _count(number: int, cells: dict[str, str], zone_name: str) -> StatedCount:
    if not cells["model"]:
        raise _Wrong("model", f"write the model as the vendor names it, or {ALL} for all of them")
    if cells["meter"] not in COUNTED:
        raise _Wrong("meter", f"write one of {', '.join(COUNTED)}")
    form = _QUANTITY if cells["meter"] in _FRACTIONS else _WHOLE
    if not form.fullmatch(cells["quantity"]):
        raise _Wrong("quantity", "write what is counted, like 1200; 0 where there was nothing")
    key = cells.get("key", ALL)
    return StatedCount(
        number,
        _day(cells["day"], zone_name),
        None if cells["model"] == ALL else cells["model"],
        key != ALL,
        None if key == ALL else key,
        cells["meter"],
        Decimal(cells["quantity"]),
    )


def _day(text: str, zone_name: str) -> Period:
    try:
        if _DAY.fullmatch(text):
            return parse_period(text, zone_name)
    except Refusal as error:
        raise _Wrong("day", f"{error.what} {error.remedy}") from error
    raise _Wrong("day", "write a day, like 2026-08-03")


def _no_list(why: str) -> InputRefused:
    return InputRefused(
        "COUNT_LIST",
        "The file is no count list.",
        where=(why,),
        remedy="Write a UTF-8 CSV with these columns, one count a line, and repeat the command.",
    )
