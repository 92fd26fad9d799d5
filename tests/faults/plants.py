"""Plants: one fault in one row of one table, listed by rule, and the table it makes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa

Where = Literal["load", "run", "fetch"]
Kind = Literal["drop", "double", "invent", "alter", "swap", "swap_keys"]
Position = Literal["first", "middle", "last"]

POSITIONS: tuple[Position, ...] = ("first", "middle", "last")
WHOLE_ROW: tuple[Kind, ...] = ("drop", "double", "swap_keys")
ONE_COLUMN: tuple[Kind, ...] = ("alter", "swap")
KINDS: tuple[Kind, ...] = ("drop", "double", "invent", "alter", "swap", "swap_keys")


@dataclass(frozen=True, slots=True)
class Plant:
    """One fault.

    Attributes:
        where: on the way in, while a table is made, or on the way out.
        name: the table; for the way out the text of the query.
        kind: the row is dropped, doubled, made up, has one value altered, one value swapped with
            that of another row, or its key swapped with that of another row.
        position: which row.
        column: what is altered or swapped.
    """

    where: Where
    name: str
    kind: Kind
    position: Position
    column: str = ""


def plants(where: Where, name: str, table: pa.Table) -> Iterator[Plant]:
    """Every plant of a table that changes something; the row of each is fixed by its name.

    Whole rows at all three positions, and every column once altered and once swapped.
    """
    yield Plant(where, name, "invent", "last")
    for position in POSITIONS[: table.num_rows]:
        for kind in WHOLE_ROW:
            yield from _real(Plant(where, name, kind, position), table)
    for column in table.column_names:
        for kind in ONE_COLUMN:
            chosen = random.Random(f"{where} {name} {kind} {column}")  # noqa: S311  (repeatable)
            position = chosen.choice(POSITIONS)
            yield from _real(Plant(where, name, kind, position, column), table)


def spoiled(plant: Plant, table: pa.Table) -> pa.Table | None:
    """The table with the fault in it; nothing where the fault would change nothing."""
    if plant.kind == "invent":
        row_of_ones = {field.name: [_other(None, field)] for field in table.schema}
        return pa.concat_tables([table, pa.table(row_of_ones, schema=table.schema)])
    if not table.num_rows:
        return None
    row = {"first": 0, "middle": table.num_rows // 2, "last": table.num_rows - 1}[plant.position]
    if plant.kind == "drop":
        return pa.concat_tables([table.slice(0, row), table.slice(row + 1)])
    if plant.kind == "double":
        return pa.concat_tables([table, table.slice(row, 1)])
    if plant.kind == "alter":
        value = table.column(plant.column)[row].as_py()
        return _with(table, plant.column, {row: _other(value, table.schema.field(plant.column))})
    columns = [plant.column] if plant.kind == "swap" else _key(table)
    return _swapped(table, columns, row)


def _real(plant: Plant, table: pa.Table) -> Iterator[Plant]:
    if spoiled(plant, table) is not None:
        yield plant


def _swapped(table: pa.Table, columns: list[str], row: int) -> pa.Table | None:
    """The values of some columns swapped with the next row in which that makes two other rows."""
    own = table.slice(row, 1).to_pylist()[0]
    # The next few thousand rows are enough: a column that is equal in all of them counts as equal.
    near = [(row + step) % table.num_rows for step in range(1, min(table.num_rows, 2_000))]
    for partner in near:
        other = table.slice(partner, 1).to_pylist()[0]
        if any(own[name] != other[name] for name in columns) and any(
            own[name] != other[name] for name in table.column_names if name not in columns
        ):
            for name in columns:
                table = _with(table, name, {row: other[name], partner: own[name]})
            return table
    return None


def _key(table: pa.Table) -> list[str]:
    """The fewest leading columns that tell the rows apart; a swap of all columns is none."""
    few = table.slice(0, 2_000)
    names: list[str] = table.column_names
    for width in range(1, len(names)):
        rows = Counter(tuple(row.values()) for row in few.select(range(width)).to_pylist())
        if max(rows.values()) == 1:
            return names[:width]
    return names[:1]


def _with(table: pa.Table, column: str, cells: dict[int, Any]) -> pa.Table:
    """The table with other values in a few cells of one column."""
    place = table.column_names.index(column)
    kind = table.schema.field(place).type
    old = table.column(place)
    parts, done = [], 0
    for row, value in sorted(cells.items()):
        parts += [*old.slice(done, row - done).chunks, pa.array([value], kind)]
        done = row + 1
    parts += old.slice(done).chunks
    return table.set_column(place, table.schema.field(place), pa.chunked_array(parts, kind))


def _other(value: Any, field: pa.Field) -> object:
    """Another value of the same kind, as near to the first as can be; a value where none was."""
    kind = field.type
    if pa.types.is_decimal(kind):
        step = Decimal(1).scaleb(-kind.scale)
        return step if value is None else value + step
    if pa.types.is_boolean(kind):
        return value is not True
    if pa.types.is_integer(kind):
        return 1 if value is None else value + 1
    if pa.types.is_string(kind):
        return "x" if value is None else f"{value}x"
    if pa.types.is_date(kind):
        return date(2026, 8, 1) if value is None else value.replace(day=value.day % 27 + 1)
    moment = datetime(2026, 8, 1) if value is None else value  # noqa: DTZ001  (tables hold UTC)
    return moment.replace(microsecond=(moment.microsecond + 1) % 1_000_000)
