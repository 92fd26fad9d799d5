"""An engine that spoils one table: the same port, and after one chosen stage a planted fault."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa

from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import Statement

Share = Literal["one", "quarter"]


class FaultyEngine:
    """DuckDB, except that one table comes out wrong."""

    library = "duckdb"

    def __init__(self) -> None:
        """Open a sound engine; a fault is planted later."""
        self._sound = DuckDBEngine(1)
        self._stage, self._kind, self._column = "", "", ""
        self._share: Share = "one"
        self.spoiled = 0
        self.repeats_its_fault = False

    def plant(self, stage: str, kind: str, share: Share, column: str = "") -> None:
        """Plant a fault in the place of the one before.

        Args:
            stage: the table to spoil.
            kind: ``drop``, ``double`` or ``alter``.
            share: one row, or a quarter of them (at least one).
            column: what to alter.
        """
        self._stage, self._kind, self._share, self._column = stage, kind, share, column
        self.spoiled = 0

    def load(self, name: str, table: pa.Table) -> None:
        """As the sound engine does."""
        self._sound.load(name, table)

    def run(self, statement: Statement) -> int:
        """As the sound engine does, and then spoil the table where it is the chosen one."""
        self._sound._connection.execute(f'DROP TABLE IF EXISTS "{statement.table}"')
        made = self._sound.run(statement)
        if statement.table != self._stage:
            return made
        spoiled = self._spoil(self._sound.fetch(f'SELECT * FROM "{statement.table}"'))
        self._replace(statement.table, spoiled)
        return int(spoiled.num_rows)

    def fetch(self, sql: str) -> pa.Table:
        """As the sound engine does."""
        return self._sound.fetch(sql)

    def repeats(self, statement: Statement) -> bool:
        """As the sound engine does, unless the second making is spoiled like the first."""
        return self.repeats_its_fault or self._sound.repeats(statement)

    def holds(self, name: str, table: pa.Table) -> bool:
        """As the sound engine does."""
        return self._sound.holds(name, table)

    def digest(self, name: str, columns: tuple[str, ...]) -> str:
        """As the sound engine does."""
        return self._sound.digest(name, columns)

    def close(self) -> None:
        """As the sound engine does."""
        self._sound.close()

    def _replace(self, name: str, table: pa.Table) -> None:
        self._sound._connection.execute(f'DROP TABLE "{name}"')
        self._sound.load(name, table)

    def _spoil(self, table: pa.Table) -> pa.Table:
        chosen = self._chosen(table)
        self.spoiled = len(chosen)
        if not chosen:
            return table
        if self._kind == "drop":
            kept = [n for n in range(table.num_rows) if n not in chosen]
            return table.take(pa.array(kept, pa.int64()))
        if self._kind == "double":
            return pa.concat_tables([table, table.take(sorted(chosen))])
        place = table.column_names.index(self._column)
        kind = table.schema.field(place).type
        values = table.column(place).to_pylist()
        altered = [_other(v, kind) if n in chosen else v for n, v in enumerate(values)]
        return table.set_column(place, self._column, pa.array(altered, kind))

    def _chosen(self, table: pa.Table) -> set[int]:
        rows = table.num_rows
        able = range(rows)
        if self._kind == "alter":
            known = table.column(self._column).is_valid().to_pylist()
            able = [n for n in range(rows) if known[n]]  # type: ignore[assignment]
        wanted = 1 if self._share == "one" else -(-len(able) // 4)
        return set(list(able)[:: max(1, len(able) // wanted) if wanted else 1][:wanted])


def _other(value: Any, kind: pa.DataType) -> object:
    """Another value of the same kind, near the first."""
    if pa.types.is_decimal(kind):
        return value + Decimal(1).scaleb(-kind.scale)
    if pa.types.is_boolean(kind):
        return not value
    if pa.types.is_integer(kind):
        return value + 1
    if pa.types.is_string(kind):
        return f"{value}x"
    if pa.types.is_date(kind):
        return value.replace(day=value.day % 27 + 1)
    return value.replace(microsecond=999)
