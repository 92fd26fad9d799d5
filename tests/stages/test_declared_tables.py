"""DuckDB's result of every stage has the declared columns, names and types."""

from __future__ import annotations

from functools import cache

import pytest

from tests.faults.busy_world import busy_world
from tests.world import calculated, rows, stage_names
from tieout.engine.duckdb import DuckDBEngine
from tieout.tables.stages import STAGE_TABLES


@cache
def busy() -> DuckDBEngine:
    return calculated(busy_world())


def test_every_stage_has_a_declaration_and_every_declaration_a_stage() -> None:
    assert tuple(STAGE_TABLES) == stage_names()


@pytest.mark.parametrize("name", stage_names())
def test_a_stage_makes_the_declared_columns(name: str) -> None:
    made = [(row["column_name"], row["column_type"]) for row in rows(busy(), f'DESCRIBE "{name}"')]
    declared = [
        (column.name, "VARCHAR" if column.type.value == "TEXT" else column.type.value)
        for column in STAGE_TABLES[name].columns
    ]
    assert made == declared


@pytest.mark.parametrize("name", stage_names())
def test_a_column_that_may_not_be_null_is_not(name: str) -> None:
    holes = [
        column.name
        for column in STAGE_TABLES[name].columns
        if not column.nullable
        and rows(busy(), f'SELECT 1 FROM "{name}" WHERE "{column.name}" IS NULL')
    ]
    assert holes == []
