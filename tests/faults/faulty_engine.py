"""An engine that spoils one row: the same port, and one planted fault on one of its ways."""

from __future__ import annotations

from threading import Lock

import pyarrow as pa

from tests.faults.plants import Plant, spoiled
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import Statement


class FaultyEngine(DuckDBEngine):
    """DuckDB, except that one row comes out wrong.

    A stage runs soundly once; every plant after that takes the place of its table, so that a
    thousand plants need no thousand calculations.

    Attributes:
        every_time: whether a second making or asking repeats the fault of the first.
        struck: how often the fault happened.
        loaded: the tables that were given to it, by name.
    """

    def __init__(self, threads: int | None = 1) -> None:
        """Open a sound engine; a fault is planted later."""
        super().__init__(threads)
        self._plant: Plant | None = None
        self._once = Lock()
        self._made: dict[str, pa.Table] = {}
        self.every_time = False
        self.struck = 0
        self.loaded: dict[str, pa.Table] = {}

    def plant(self, plant: Plant | None, *, every_time: bool = False) -> None:
        """Plant a fault in the place of the one before, or none."""
        self._plant, self.every_time, self.struck = plant, every_time, 0

    def load(self, name: str, table: pa.Table) -> None:
        """As the sound engine does, with the fault on the way in."""
        self.loaded[name] = table
        self._connection.execute(f'DROP TABLE IF EXISTS "{name}"')
        super().load(name, self._struck("load", name, table))

    def run(self, statement: Statement) -> int:
        """As the sound engine does, and then spoil the table where it is the chosen one."""
        name = statement.table
        if name not in self._made:
            rows = super().run(statement)
            if not self._chosen("run", name):
                return rows
        made = self._struck("run", name, self.made(name))
        self.put(name, made)
        return int(made.num_rows)

    def made(self, name: str) -> pa.Table:
        """The table as the sound engine made it."""
        if name not in self._made:
            self._made[name] = super().fetch(f'SELECT * FROM "{name}"')
        return self._made[name]

    def forget(self, name: str) -> None:
        """Let go of the sound rows of a table."""
        self._made.pop(name, None)

    def put(self, name: str, table: pa.Table) -> None:
        """Put a table in the place of the one that is there."""
        self._connection.execute(f'DROP TABLE "{name}"')
        super().load(name, table)

    def fetch(self, sql: str) -> pa.Table:
        """As the sound engine does; the fault is in one answer, or in all of them."""
        answer = super().fetch(sql)
        with self._once:
            if self.struck and not self.every_time:
                return answer
            return self._struck("fetch", sql, answer)

    def repeats(self, statement: Statement) -> bool:
        """As the sound engine does, unless the second making is spoiled like the first."""
        return self.every_time or super().repeats(statement)

    def holds(self, name: str, table: pa.Table) -> bool:
        """As the sound engine does; a fault on every way in is in the second reading as well."""
        return super().holds(name, self._struck("load", name, table) if self.every_time else table)

    def _chosen(self, where: str, name: str) -> bool:
        planted = self._plant
        if planted is None or planted.where != where:
            return False
        # An engine that errs every time errs in every query of the table, ordered or not.
        return planted.name == name or (self.every_time and planted.name.startswith(f"{name} "))

    def _struck(self, where: str, name: str, table: pa.Table) -> pa.Table:
        if self._plant is None or not self._chosen(where, name):
            return table
        found = spoiled(self._plant, table)
        if found is None:
            return table
        self.struck += 1
        return found
