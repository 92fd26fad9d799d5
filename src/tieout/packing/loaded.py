"""The typed inputs of a calculation, kept as they go into the engine."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from tieout.engine.port import Engine
from tieout.engine.statements import Statement


class KeepsInputs:
    """An engine that hands everything on to another, and keeps what is loaded.

    What the pack holds are so the tables the statements read, not tables made for the pack.
    """

    def __init__(self, engine: Engine) -> None:
        """Stand before an engine that holds no tables yet."""
        self._engine = engine
        self.library: Final = engine.library
        self.tables: Final[dict[str, pa.Table]] = {}

    def load(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table available under a name, and keep it."""
        self.tables[name] = table
        self._engine.load(name, table)

    def run(self, statement: Statement) -> int:
        """Make the statement's table; returns how many rows it has."""
        return self._engine.run(statement)

    def repeats(self, statement: Statement) -> bool:
        """Whether the statement, made a second time, gives the rows that its table holds."""
        return self._engine.repeats(statement)

    def holds(self, name: str, table: pa.Table) -> bool:
        """Whether the engine's table of that name holds exactly the rows of the Arrow table."""
        return self._engine.holds(name, table)

    def fetch(self, sql: str) -> pa.Table:
        """The answer of a query over the tables made so far."""
        return self._engine.fetch(sql)

    def digest(self, name: str, columns: tuple[str, ...]) -> str:
        """An order-free digest of those columns of a table."""
        return self._engine.digest(name, columns)

    def close(self) -> None:
        """Drop everything."""
        self._engine.close()
