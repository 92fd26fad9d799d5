"""The digest of a table against the same digest made in Python alone, cell by cell."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.faults.planting import MADE, TERMS, inputs
from tieout.close.calculation import calculate
from tieout.engine.duckdb import DuckDBEngine

COLUMNS = {
    "expected_ledger": ("payload_digest", "quantity", "unit_rate", "counts", "full_cost"),
    "usage_export": ("payload_digest", "source_model_id", "charged_cost", "row_state"),
    "variance_line": ("line_key", "day", "usage_rows", "cause", "low_cost", "recorded_cost"),
}


def cell(value: Any) -> str:
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def digest_by_hand(name: str, columns: tuple[str, ...], texts: set[str], rows: list[Any]) -> str:
    """Count and two sums of 60-bit pieces of each row's MD5, as the engine's docstring says."""
    sums = [0, 0]
    for row in rows:
        lengths = [str(-1 if row[c] is None else len(row[c])) for c in columns if c in texts]
        line = "|".join([*lengths, *(cell(row[c]) for c in columns)])
        found = hashlib.md5(line.encode(), usedforsecurity=False).hexdigest()
        sums[0] += int(found[:15], 16)
        sums[1] += int(found[15:30], 16)
    text = "|".join([name, ",".join(columns), str(len(rows)), str(sums[0]), str(sums[1])])
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("name", COLUMNS)
def test_the_digest_of_a_table_is_the_one_that_python_alone_makes(name: str) -> None:
    engine = DuckDBEngine(2)
    calculate(engine, inputs(), TERMS, stages=MADE)
    table = engine.fetch(f'SELECT * FROM "{name}"')
    texts = {field.name for field in table.schema if field.type == "string"}
    by_hand = digest_by_hand(name, COLUMNS[name], texts, table.to_pylist())
    assert table.num_rows > 1
    assert engine.digest(name, COLUMNS[name]) == by_hand
