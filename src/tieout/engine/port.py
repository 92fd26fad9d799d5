"""The port: what the pipeline asks of an engine, and no more.

Every engine implements the same seven verbs over the same SQL text.
"""

from __future__ import annotations

from typing import Protocol

import pyarrow as pa

from tieout.engine.statements import Statement


class Engine(Protocol):
    """Runs statements over tables; holds nothing that is not also on disk (it is disposable).

    Attributes:
        library: the package that runs the statements; its version stands in the manifest.
    """

    @property
    def library(self) -> str:
        """The package that runs the statements."""

    def load(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table available under a name."""

    def run(self, statement: Statement) -> int:
        """Make the statement's table; returns how many rows it has."""

    def repeats(self, statement: Statement) -> bool:
        """Whether the statement, made a second time, gives the rows that its table holds.

        It may be asked from another thread while later statements run.
        """

    def holds(self, name: str, table: pa.Table) -> bool:
        """Whether the engine's table of that name holds exactly the rows of the Arrow table.

        Order-free; it may be asked from another thread while later statements run.
        """

    def fetch(self, sql: str) -> pa.Table:
        """The answer of a query over the tables made so far; may be asked from several threads."""

    def digest(self, name: str, columns: tuple[str, ...]) -> str:
        """An order-free digest of those columns of a table: equal rows, equal digest."""

    def close(self) -> None:
        """Drop everything."""
