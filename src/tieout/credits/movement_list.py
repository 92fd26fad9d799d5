"""The movement list: receipts, gifts and confirmed changes of the balance, one a line (B1).

A small CSV file that people write or correct; it is read whole or refused whole, with the place of
everything that is wrong in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tieout.calendar import parse_instant
from tieout.errors import InputRefused, Refusal
from tieout.intake.small_table import NotTheTable, small_table
from tieout.money import COST_SCALE, UNIT_RATE_SCALE, NotMoney, fit, parse_money

COLUMNS: Final = (
    "time", "kind", "units", "cash", "currency", "tax", "fee", "exchange_rate", "reference",
    "record", "note",
)  # fmt: skip
# What beside calls and their refunds moves a balance.
KINDS: Final = ("top_up", "bonus", "gift", "adjustment", "subscription")
LARGEST: Final = 4 << 20
_MOST_SHOWN: Final = 10
_UNITS: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,11})")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
# The place of a row of the log: import and record number.
RECORD: Final = re.compile(r"[0-9a-f]{12}:[1-9][0-9]{0,11}")


@dataclass(frozen=True, slots=True)
class StatedMovement:
    """One line of a movement list.

    Attributes:
        line: its line in the file.
        at: when the balance moved.
        kind: one of :data:`KINDS`.
        units: whole units added to the balance; below zero where they were taken.
        cash: what was paid in all, tax and fee included; None where nothing is said.
        currency: of cash, tax and fee.
        tax: the tax in it.
        fee: the fee in it.
        exchange_rate: functional currency for one of the currency; None where they are one.
        reference: the receipt's own number.
        record: the row of the log it confirms, as import and record number; or empty.
        note: words of whoever wrote it.
    """

    line: int
    at: datetime
    kind: str
    units: int
    cash: Decimal | None
    currency: str
    tax: Decimal | None
    fee: Decimal | None
    exchange_rate: Decimal | None
    reference: str
    record: str
    note: str


def read_movements(content: bytes, name: str) -> tuple[StatedMovement, ...]:
    """The movements of a list, in the order of the file.

    Raises:
        InputRefused: ``MOVEMENT_LIST``: it is no such list; ``MOVEMENT_LINE``: lines of it are
            wrong; the first ten are named.
    """
    found, wrong = [], []
    for number, cells in _lines(content, name):
        try:
            found.append(_movement(number, cells))
        except _Wrong as error:
            wrong.append(f"{name}, line {number}, column {error.column}: {error.why}")
    confirmed = Counter(one.record for one in found if one.record)
    wrong += [
        f"{name}: record {record} is confirmed by more than one line"
        for record, lines in sorted(confirmed.items())
        if lines > 1
    ]
    if wrong:
        raise InputRefused(
            "MOVEMENT_LINE",
            "Lines of the movement list cannot be read.",
            where=tuple(wrong[:_MOST_SHOWN]),
            remedy="Correct them and import the list again; nothing of it was recorded.",
        )
    return tuple(found)


class _Wrong(Exception):
    """A cell is not what its column holds."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(f"{column}: {why}")
        self.column = column
        self.why = why


def _lines(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        yield from small_table(content, name, COLUMNS, LARGEST)
    except NotTheTable as error:
        raise _no_list(str(error)) from error


def _movement(number: int, cells: dict[str, str]) -> StatedMovement:
    if cells["kind"] not in KINDS:
        raise _Wrong("kind", f"write one of {', '.join(KINDS)}")
    if not _UNITS.fullmatch(cells["units"]) or not int(cells["units"]):
        raise _Wrong("units", "write whole units other than zero, at most 12 digits")
    if cells["record"] and not RECORD.fullmatch(cells["record"]):
        raise _Wrong("record", "write the import and the record number, like 0123456789ab:17")
    amounts = {column: _amount(cells, column) for column in ("cash", "tax", "fee")}
    said = [value for value in amounts.values() if value is not None]
    if said and not _CURRENCY.fullmatch(cells["currency"]):
        raise _Wrong("currency", "an amount needs its currency, like USD")
    if said and amounts["cash"] is None:
        raise _Wrong("cash", "tax and fee are parts of what was paid, which is empty")
    if said and sum(said[1:], Decimal(0)) > said[0]:
        raise _Wrong("cash", "tax and fee are more than what was paid")
    return StatedMovement(
        number,
        _time(cells["time"]),
        cells["kind"],
        int(cells["units"]),
        amounts["cash"],
        cells["currency"],
        amounts["tax"],
        amounts["fee"],
        _rate(cells["exchange_rate"]),
        cells["reference"],
        cells["record"],
        cells["note"],
    )


def _time(text: str) -> datetime:
    try:
        return parse_instant(text, "movement list").astimezone(UTC).replace(tzinfo=None)
    except Refusal as error:
        raise _Wrong(
            "time", "write an instant with its offset, like 2026-08-03T09:00:00Z"
        ) from error


def _amount(cells: dict[str, str], column: str) -> Decimal | None:
    if not cells[column]:
        return None
    try:
        value = fit(parse_money(cells[column]), COST_SCALE, 38 - COST_SCALE)
    except NotMoney as error:
        raise _Wrong(column, "write a plain amount, like 120.00") from error
    if value < 0:
        raise _Wrong(column, "write what was paid; units below zero say that it went back")
    return value


def _rate(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = fit(parse_money(text), UNIT_RATE_SCALE, 22 - UNIT_RATE_SCALE)
    except NotMoney as error:
        raise _Wrong("exchange_rate", "write a plain rate, like 0.92") from error
    if value <= 0:
        raise _Wrong("exchange_rate", "a rate is above zero")
    return value


def _no_list(why: str) -> InputRefused:
    return InputRefused(
        "MOVEMENT_LIST",
        "The file is no movement list.",
        where=(why,),
        remedy="Start from what `tieout credits propose --out FILE` writes, as UTF-8 CSV.",
    )
