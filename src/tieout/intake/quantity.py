"""Quantities and amounts: meters and money of a feed as exact decimals, faults noted.

An empty meter is unknown, not zero (L3), unless the feed says what its absence means. An amount in
a vendor's own units is multiplied by the declared worth of one unit, exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.faults import Faults
from tieout.intake.feed import AmountSource, Feed
from tieout.intake.field import present
from tieout.intake.grammar import read_money, read_quantity
from tieout.meters import BY_NAME, METER_NAMES
from tieout.tables import RECORDED_METER, ColumnType

_CURRENCY: Final = "^[A-Z]{3}$"
_DECIMAL_COMMA: Final = r"\A[+-]?[0-9]+,[0-9]+\z"

Reader = Callable[[pa.Array], tuple[pa.Array, pa.Array]]

# Tokens are counted, so a part of one is a misread column.
read_whole: Final[Reader] = partial(read_quantity, whole=True)


@dataclass(frozen=True, slots=True)
class Amounts:
    """A money column as read.

    Attributes:
        units: the vendor's own units, where the column counts them; else null.
        cost: the amount in money; null where the column is empty.
        currency: the code of the amount; null where there is no amount.
    """

    units: pa.Array
    cost: pa.Array
    currency: pa.Array


def with_points(records: pa.Table, feed: Feed, faults: Faults) -> pa.Table:
    """The records with a declared decimal comma written as a point in their numbers.

    Exactly one comma is a decimal sign. A dot cannot be one as well, so it is a fault and not read.
    """
    if feed.decimal == ".":
        return records
    for column in feed.number_columns():
        texts = present(records, column)
        dotted = pc.fill_null(pc.match_substring(texts, "."), fill_value=False)
        faults.mark(dotted, "NUM_LOCALE", column)
        comma = pc.match_substring_regex(texts, _DECIMAL_COMMA)
        pointed = pc.if_else(comma, pc.replace_substring(texts, ",", "."), texts)
        at = records.schema.get_field_index(column)
        kept = pc.if_else(dotted, pa.scalar(None, pa.string()), pointed)
        records = records.set_column(at, column, kept)
    return records


def read_present(read: Reader, texts: pa.Array, faults: Faults, column: str) -> pa.Array:
    """Read the texts that are there; null stays null and is no fault."""
    values, reasons = read(texts)
    faults.note(pc.if_else(pc.is_valid(texts), reasons, pa.scalar(None, pa.string())), column)
    return values


def meter_quantities(records: pa.Table, feed: Feed, faults: Faults) -> dict[str, pa.Array]:
    """Every meter the feed records, as reported."""
    found = {}
    for name, column in feed.meters.items():
        texts = present(records, column)
        reader = read_whole if BY_NAME[name].unit == "Tokens" else read_quantity
        values = read_present(reader, texts, faults, column)
        if name in feed.absent_is_zero:
            zero = pa.scalar(Decimal(0), ColumnType.QUANTITY.arrow)
            values = pc.if_else(pc.is_null(texts), zero, values)
        found[name] = values
    return found


def recorded_meters(import_id: str, names: set[str]) -> pa.Table:
    """The meters an import records, in the order in which meters are declared."""
    recorded = [name for name in METER_NAMES if name in names]
    return RECORDED_METER.arrow(
        {
            "import_id": pa.repeat(import_id, len(recorded)),
            "meter": pa.array(recorded, pa.string()),
        }
    )


def amounts(records: pa.Table, source: AmountSource, faults: Faults) -> Amounts:
    """A money column with its currency, its sign turned where the feed says so."""
    texts = present(records, source.column)
    if source.unit_value is None:
        cost = read_present(read_money, texts, faults, source.column)
        units = pa.nulls(len(texts), ColumnType.QUANTITY.arrow)
    else:
        units = read_present(read_quantity, texts, faults, source.column)
        cost = in_money(units, Decimal(source.unit_value))
    if source.negate:
        cost = pc.negate(cost)
    return Amounts(units, cost, _currencies(records, source, texts, faults))


def in_money(units: pa.Array, unit_value: Decimal) -> pa.Array:
    """Units times the worth of one: DECIMAL(15,3) by DECIMAL(22,18) is DECIMAL(38,21), exactly."""
    worth = pa.scalar(unit_value, ColumnType.UNIT_RATE.arrow)
    return pc.multiply(units, worth).cast(ColumnType.COST.arrow)


def _currencies(
    records: pa.Table, source: AmountSource, amount_texts: pa.Array, faults: Faults
) -> pa.Array:
    if source.currency_column is None:
        codes = pa.repeat(pa.scalar(source.currency, pa.string()), len(amount_texts))
    else:
        # Some vendors write the same ISO code in small letters; the code is one and the same.
        codes = pc.ascii_upper(present(records, source.currency_column))
        there = pc.is_valid(amount_texts)
        missing = pc.and_(there, pc.is_null(codes))
        faults.mark(missing, "CURRENCY_MISSING", source.currency_column)
        odd = pc.and_(there, pc.invert(pc.match_substring_regex(codes, _CURRENCY)))
        faults.mark(odd, "CURRENCY_FORM", source.currency_column)
    return pc.if_else(pc.is_valid(amount_texts), codes, pa.scalar(None, pa.string()))
