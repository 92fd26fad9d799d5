"""What a table and a column are: one declaration for Arrow, SQL, the docs and the tests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import pyarrow as pa

from tieout.money import COST_SCALE, QUANTITY_SCALE, UNIT_RATE_SCALE


class ColumnType(Enum):
    """The column types the calculation uses; decimals are the three types of :mod:`tieout.money`."""

    TEXT = "TEXT"
    COUNT = "BIGINT"
    FLAG = "BOOLEAN"
    INSTANT = "TIMESTAMP"
    DAY = "DATE"
    QUANTITY = "DECIMAL(15,3)"
    TOTAL_QUANTITY = "DECIMAL(38,3)"
    UNIT_RATE = "DECIMAL(22,18)"
    COST = "DECIMAL(38,21)"

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of the column; instants are UTC microseconds without a zone."""
        return _ARROW[self]


_ARROW: dict[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.COUNT: pa.int64(),
    ColumnType.FLAG: pa.bool_(),
    ColumnType.INSTANT: pa.timestamp("us"),
    ColumnType.DAY: pa.date32(),
    ColumnType.QUANTITY: pa.decimal128(15, QUANTITY_SCALE),
    ColumnType.TOTAL_QUANTITY: pa.decimal128(38, QUANTITY_SCALE),
    ColumnType.UNIT_RATE: pa.decimal128(22, UNIT_RATE_SCALE),
    ColumnType.COST: pa.decimal128(38, COST_SCALE),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, type, meaning, whether it may be null, and its FOCUS name where it has one."""

    name: str
    type: ColumnType
    meaning: str
    nullable: bool = True
    focus: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: name, meaning, columns in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, columns in declared order."""
        return pa.schema([pa.field(c.name, c.type.arrow) for c in self.columns])

    @property
    def column_names(self) -> tuple[str, ...]:
        """The column names in declared order."""
        return tuple(column.name for column in self.columns)

    def arrow(self, columns: dict[str, pa.Array | list[object]]) -> pa.Table:
        """An Arrow table of this shape; a column that is not given is all null.

        Raises:
            AssertionError: a column is given that the table does not declare, or lengths differ.
        """
        unknown = set(columns) - set(self.column_names)
        assert not unknown, f"{self.name} has no column {sorted(unknown)}"
        lengths = {len(values) for values in columns.values()}
        assert len(lengths) <= 1, f"{self.name}: columns of lengths {sorted(lengths)}"
        rows = lengths.pop() if lengths else 0
        arrays = []
        for column in self.columns:
            values = columns.get(column.name)
            if values is None:
                arrays.append(pa.nulls(rows, column.type.arrow))
            elif isinstance(values, (pa.Array, pa.ChunkedArray)):
                same = values.type == column.type.arrow
                arrays.append(values if same else values.cast(column.type.arrow))
            else:
                arrays.append(pa.array(values, column.type.arrow))
        return pa.table(arrays, schema=self.schema)
