"""One calculation on both engines, and every table of it compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tests.world import World, terms
from tieout.close import calculation
from tieout.close.calculation import Terms
from tieout.close.pipeline import STAGES, Stage
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.port import Engine
from tieout.engine.statements import statement

EVERY: Final = (*STAGES, *VIEWS)


def every_table(
    engine: Engine, world: World, said: Terms | None = None, stages: Sequence[Stage] = EVERY
) -> dict[str, int]:
    """Make every table of a world to its last view, without the control totals that a run keeps."""
    calculation._load_witnesses(engine, world.inputs())
    calculation._load_terms(engine, world.inputs(), said or terms())
    texts = [statement(stage.path) for stage in stages]
    return {text.table: engine.run(text) for text in texts}


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
