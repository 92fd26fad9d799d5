"""One stage on tables written down in the docstring of its test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.world import moment, terms
from tieout import tables
from tieout.close import calculation
from tieout.close.calculation import Inputs
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement
from tieout.tables import ColumnType, Table
from tieout.tables.stages import STAGE_TABLES

INPUTS = (
    tables.USAGE_READING,
    tables.LEDGER_READING,
    tables.RECORDED_METER,
    tables.PRICE_SET,
    tables.PRICE_LINE,
    tables.ALIAS,
    tables.EXCLUSION,
)
LATER = (tables.CHECK_SET, tables.RESOLVED_PAIR)  # fmt: skip
DECLARED = (
    {table.name: table for table in (*INPUTS, *LATER)}
    | STAGE_TABLES
    | {"ledger_terms": tables.LEDGER_TERMS}
)
MISSING: dict[ColumnType, Any] = {
    ColumnType.TEXT: "", ColumnType.COUNT: 0, ColumnType.FLAG: False,
    ColumnType.INSTANT: datetime(2026, 8, 10), ColumnType.DAY: date(2026, 8, 10),  # noqa: DTZ001
    ColumnType.QUANTITY: Decimal(0), ColumnType.TOTAL_QUANTITY: Decimal(0),
    ColumnType.UNIT_RATE: Decimal(0), ColumnType.COST: Decimal(0),
}  # fmt: skip


class Stage:
    """The tables of a docstring, and the stages that run over them.

    A table is its name on a line, a line of column names, and a line for each row, cells between
    bars; ``-`` is unknown, and a column that is not written has the plainest value it may have.
    """

    def __init__(self, text: str) -> None:
        """Load the tables of the text, and every other table empty."""
        self._engine = DuckDBEngine(1)
        written = _tables(text)
        given = {table.name: written.pop(table.name, _empty(table)) for table in INPUTS}
        later = {table.name: written.pop(table.name, _empty(table)) for table in LATER}
        inputs = replace(
            Inputs(*given.values()),
            check_sets=later["check_set"],
            resolved_pairs=later["resolved_pair"],
        )
        calculation._load_witnesses(self._engine, inputs)
        calculation._load_terms(self._engine, inputs, terms())
        for name, table in written.items():
            if name == "ledger_terms":
                self._engine._connection.execute("DROP TABLE ledger_terms")
            self._engine.load(name, table)
        for name, declared in STAGE_TABLES.items():
            if name not in written:
                self._engine.load(name, _empty(declared))

    def makes(self, path: str, columns: str) -> list[tuple[Any, ...]]:
        """The rows the stage makes, those columns only, sorted; amounts as plain text."""
        text = statement(path)
        self._engine._connection.execute(f'DROP TABLE "{text.table}"')
        self._engine.run(text)
        found = self._engine.fetch(f'SELECT {columns} FROM "{text.table}"').to_pylist()
        return sorted((tuple(_shown(v) for v in row.values()) for row in found), key=repr)


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return f"{value:%m-%d}" if isinstance(value, date) else value


def _tables(text: str) -> dict[str, Any]:
    found: dict[str, list[list[str]]] = {}
    name = ""
    for line in text.splitlines():
        if "|" in line and name:
            found[name].append([cell.strip() for cell in line.split("|")])
        elif line.strip() in DECLARED:
            name = line.strip()
            found[name] = []
    return {name: _typed(DECLARED[name], cells) for name, cells in found.items()}


def _typed(table: Table, cells: list[list[str]]) -> Any:
    head, *body = cells
    assert set(head) - {""} <= set(table.column_names), head
    columns: dict[str, Any] = {}
    for column in table.columns:
        place = head.index(column.name) if column.name in head else None
        default = None if column.nullable else MISSING[column.type]
        columns[column.name] = [
            default if place is None else _read(row[place], column.type) for row in body
        ]
    return table.arrow(columns)


def _read(cell: str, kind: ColumnType) -> Any:  # noqa: PLR0911  (one for each type)
    if cell == "-":
        return None
    if kind is ColumnType.TEXT:
        return cell
    if kind is ColumnType.COUNT:
        return int(cell)
    if kind is ColumnType.FLAG:
        return cell == "yes"
    if kind is ColumnType.INSTANT:
        return moment(cell)
    if kind is ColumnType.DAY:
        return moment(cell).date()
    return Decimal(cell)


def _empty(table: Table) -> Any:
    return table.arrow({name: [] for name in table.column_names})


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Stage:
    """The tables of the test's own docstring."""
    return Stage(request.function.__doc__ or "")
