"""One calculation on both engines, and every table of it compared."""

from __future__ import annotations

from tests.world import World, terms
from tieout.close.calculation import Terms, calculate
from tieout.close.pipeline import run_stage
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.port import Engine


def every_table(engine: Engine, world: World, said: Terms | None = None) -> dict[str, int]:
    """Calculate a world to its last view; the tables it made, with their rows."""
    receipts = [*calculate(engine, world.inputs(), said or terms())]
    receipts += [run_stage(engine, view) for view in VIEWS]
    return {receipt.statement.table: receipt.rows for receipt in receipts}


def columns(engine: Engine, table: str) -> tuple[str, ...]:
    """The columns of a table, in order."""
    return tuple(engine.fetch(f'SELECT * FROM "{table}" LIMIT 0').column_names)


def differing(one: DuckDBEngine, other: Engine, tables: dict[str, int]) -> list[str]:
    """The tables that do not hold equal rows in equal columns."""
    found = []
    for table in tables:
        names = columns(one, table)
        if one.digest(table, names) != other.digest(table, names):
            found.append(table)
    return found
