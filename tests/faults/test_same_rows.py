"""Rows compared without regard to order: what is the same, and what is not."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.rows import same_rows

ROWS = {"n": [1, 2, 2, None], "text": ["a", "b", "b", None]}

OTHERS = {
    "a row less": {"n": [1, 2, None], "text": ["a", "b", None]},
    "another row doubled": {"n": [1, 1, 2, None], "text": ["a", "a", "b", None]},
    "two values swapped": {"n": [2, 1, 2, None], "text": ["a", "b", "b", None]},
    "a value for none": {"n": [1, 2, 2, 0], "text": ["a", "b", "b", None]},
    "another column": {"m": [1, 2, 2, None], "text": ["a", "b", "b", None]},
    "another type": {"n": ["1", "2", "2", "x"], "text": ["a", "b", "b", None]},
}


def test_the_same_rows_in_another_order_and_other_chunks_are_the_same() -> None:
    table = pa.table(ROWS)
    turned = pa.concat_tables([table.slice(2), table.slice(0, 2)])
    engine = DuckDBEngine(1)
    engine.load("t", table)
    assert same_rows(table, turned)
    assert engine.holds("t", turned)
    engine.close()


@pytest.mark.parametrize("case", OTHERS)
def test_other_rows_are_not_the_same(case: str) -> None:
    assert not same_rows(pa.table(OTHERS[case]), pa.table(ROWS))


@pytest.mark.parametrize("case", [c for c in OTHERS if not c.startswith("another ")])
def test_an_engine_does_not_hold_other_rows(case: str) -> None:
    engine = DuckDBEngine(1)
    engine.load("t", pa.table(ROWS))
    assert not engine.holds("t", pa.table(OTHERS[case]))
    engine.close()


def test_an_engine_does_not_hold_a_row_doubled_for_another() -> None:
    engine = DuckDBEngine(1)
    engine.load("t", pa.table(ROWS))
    assert not engine.holds("t", pa.table(OTHERS["another row doubled"]))
    engine.close()
