"""An extract of the general ledger: account, cost center, amount, currency, one line each (B5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tieout.credits.tie import Booked
from tieout.errors import InputRefused
from tieout.intake.small_table import NotTheTable, small_table
from tieout.money import NotMoney, parse_money

COLUMNS: Final = ("account", "cost_center", "amount", "currency")
LARGEST: Final = 16 << 20
_MOST_SHOWN: Final = 10
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def read_general_ledger(content: bytes, name: str) -> tuple[Booked, ...]:
    """The lines of an extract, in the order of the file.

    Raises:
        InputRefused: ``GL_FILE``: it is no such extract; ``GL_LINE``: lines of it are wrong; the
            first ten are named.
    """
    found: list[Booked] = []
    wrong: list[str] = []
    for number, cells in _lines(content, name):
        why = _trouble(cells)
        if why:
            wrong.append(f"{name}, line {number}: {why}")
            continue
        amount = parse_money(cells["amount"])
        found.append(
            Booked(number, cells["account"], cells["cost_center"], amount, cells["currency"])
        )
    if wrong:
        raise InputRefused(
            "GL_LINE",
            "Lines of the general ledger cannot be read.",
            where=tuple(wrong[:_MOST_SHOWN]),
            remedy="Write a debit above zero and a credit below, like -5436.36, and repeat.",
        )
    return tuple(found)


def _trouble(cells: dict[str, str]) -> str:
    """What is wrong with a line; empty where nothing is."""
    if not cells["account"].strip():
        return "the account is empty"
    if _CURRENCY.fullmatch(cells["currency"]) is None:
        return "write the currency with three letters, like EUR"
    try:
        parse_money(cells["amount"])
    except NotMoney as error:
        return f"the amount is no plain number: {error}"
    return ""


def _lines(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        yield from small_table(content, name, COLUMNS, LARGEST)
    except NotTheTable as error:
        raise _no_extract(str(error)) from error


def _no_extract(why: str) -> InputRefused:
    return InputRefused(
        "GL_FILE",
        "The file is no extract of the general ledger.",
        where=(why,),
        remedy="Export the period's lines as UTF-8 CSV: account,cost_center,amount,currency.",
    )
