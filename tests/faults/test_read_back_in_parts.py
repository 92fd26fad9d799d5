"""A large table is read back in parts: no row between, before or beyond them goes unseen."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.faults.plants import Plant, plants, spoiled
from tieout.close import making
from tieout.close.making import require_loaded
from tieout.engine.duckdb import DuckDBEngine
from tieout.errors import IntegrityRefused

ROWS = pa.table(
    {"row_id": [3, 4, 7, 8, 9, 20, 21], "name": ["a", "b", None, "b", "c", "d", "a"]},
    schema=pa.schema([("row_id", pa.int64()), ("name", pa.string())]),
)
PLANTED = tuple(plants("load", "t", ROWS))


@pytest.fixture(autouse=True, params=[1, 3, 7, 100], ids="{} at once".format)
def _few_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_AT_ONCE", request.param)


def required(loaded: pa.Table, given: pa.Table) -> None:
    engine = DuckDBEngine(1)
    engine.load("t", loaded)
    try:
        require_loaded(engine, "t", given)
    finally:
        engine.close()


@pytest.mark.parametrize("plant", PLANTED, ids=str)
def test_a_row_spoiled_on_the_way_in_is_seen(plant: Plant) -> None:
    wrong = spoiled(plant, ROWS)
    assert wrong is not None
    with pytest.raises(IntegrityRefused, match=r"^NOT_HELD: Loading t "):
        required(wrong, ROWS)


@pytest.mark.parametrize("row_id", [None, -1, 5, 22])
def test_a_row_that_was_never_given_is_seen(row_id: int | None) -> None:
    more = pa.table({"row_id": [row_id], "name": ["a"]}, schema=ROWS.schema)
    with pytest.raises(IntegrityRefused):
        required(pa.concat_tables([ROWS, more]), ROWS)


@pytest.mark.parametrize(
    "given",
    [
        ROWS,
        ROWS.slice(0, 0),
        ROWS.take([6, 0, 2, 1, 3, 5, 4]),
        pa.concat_tables([ROWS, ROWS]),
        ROWS.set_column(0, "row_id", pa.array([None, 1, 2, 3, 4, 5, 6], pa.int64())),
        ROWS.rename_columns(["other_id", "name"]),
    ],
    ids=["in order", "empty", "out of order", "ids twice", "an id missing", "no id"],
)
def test_the_rows_that_were_given_are_held_in_whatever_order(given: pa.Table) -> None:
    required(given, given)
    required(given.take(pa.array(range(given.num_rows)[::-1], pa.int64())), given)
