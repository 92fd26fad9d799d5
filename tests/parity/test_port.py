"""The port on Spark: loading, holding, repeating, nulls, and the one canonical text of a row."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.opening import open_engine
from tieout.engine.port import Engine
from tieout.engine.statements import Statement

pytestmark = pytest.mark.slow

LARGE = Decimal("99999999999999999.999999999999999999999")  # what DECIMAL(38,21) holds at most
SMALL = Decimal("0.000000000000000000001")
# One row for each way in which engines are known to print a value apart.
HARD = pa.table(
    {
        "cost": pa.array(
            # A minus sign would round to the context's digits.
            [LARGE, LARGE.copy_negate(), SMALL, SMALL.copy_negate(), Decimal(0), None],
            pa.decimal128(38, 21),
        ),
        "rate": pa.array(
            [Decimal("0.000000000000000001"), Decimal(-1), Decimal(0), Decimal(9999), None, None],
            pa.decimal128(22, 18),
        ),
        "quantity": pa.array(
            [Decimal("999999999999.999"), Decimal("-0.001"), Decimal(0), None, Decimal(7), None],
            pa.decimal128(15, 3),
        ),
        "count": pa.array([0, -1, 2**63 - 1, -(2**63), None, None], pa.int64()),
        "flag": pa.array([True, False, None, None, True, None]),
        "day": pa.array(
            [date(2000, 1, 1), date(2099, 12, 31), None, None, date(2024, 2, 29), None]
        ),
        "moment": pa.array(
            [datetime(2026, 8, 1), datetime(2026, 8, 1, 0, 0, 0, 1), None,  # noqa: DTZ001
             datetime(2026, 8, 1, 23, 59, 59, 999999), datetime(2026, 8, 1, 1, 2, 3, 500000),  # noqa: DTZ001
             None],
            pa.timestamp("us"),
        ),
        "text": pa.array(["", "~", "a|b\\N'\"\n\t", "é\U0001f600\u0301", None, None]),
    }
)  # fmt: skip
NAMES = tuple(HARD.column_names)


def both(engine: Engine) -> tuple[Engine, Engine]:
    return DuckDBEngine(1), engine


def test_the_digest_of_hard_values_is_the_same(engine: Engine) -> None:
    digests = set()
    for one in both(engine):
        one.load("hard", HARD)
        digests.add(one.digest("hard", NAMES))
        one.load("backwards", HARD.take([5, 4, 3, 2, 1, 0]))
        assert one.digest("backwards", NAMES) != one.digest("hard", NAMES)  # the name counts
        assert one.holds("hard", HARD.take([5, 4, 3, 2, 1, 0]))
    assert len(digests) == 1


@pytest.mark.parametrize("column", NAMES)
def test_the_digest_sees_a_change_in_every_column(engine: Engine, column: str) -> None:
    place = NAMES.index(column)
    emptied = HARD.set_column(place, column, pa.nulls(6, HARD.schema.field(column).type))
    engine.load("hard", HARD)
    assert not engine.holds("hard", emptied)
    assert engine.holds("hard", HARD)


def test_a_row_more_or_a_row_less_is_not_held(engine: Engine) -> None:
    engine.load("hard", HARD)
    assert not engine.holds("hard", HARD.slice(0, 5))
    assert not engine.holds("hard", HARD.take([0, 1, 2, 3, 4, 5, 5]))
    assert not engine.holds("hard", HARD.drop_columns(["flag"]))


def test_what_was_loaded_comes_back_as_it_was(engine: Engine) -> None:
    engine.load("hard", HARD)
    found = engine.fetch('SELECT * FROM "hard"')
    assert found.schema.equals(HARD.schema)
    assert sorted(map(repr, found.to_pylist())) == sorted(map(repr, HARD.to_pylist()))


def test_a_statement_that_does_not_repeat_is_seen(engine: Engine) -> None:
    engine.load("hard", HARD)
    same = Statement("some_view", "review", 'SELECT "count" AS n FROM hard')
    assert engine.run(same) == 6
    assert engine.repeats(same)
    other = Statement("some_view", "review", 'SELECT "count" AS n FROM hard WHERE flag')
    assert not engine.repeats(other)


@pytest.mark.parametrize("direction", ["", "DESC"])
def test_both_engines_put_nulls_in_one_place(engine: Engine, direction: str) -> None:
    found = []
    for one in both(engine):
        one.load("hard", HARD)
        answer = one.fetch(f'SELECT "count" AS n FROM hard ORDER BY "count" {direction}')
        found.append(answer.column("n").to_pylist())
    assert found[0] == found[1]


def test_both_engines_hash_a_text_to_the_same_digits(engine: Engine) -> None:
    """What the group digest leans on: md5, translate and length of hard texts, and their sum."""
    found = []
    query = (
        "SELECT {0} AS text, length(text) AS size FROM hard WHERE text IS NOT NULL ORDER BY 1, 2"
    )
    digits = "translate(md5(text), 'abcdef', '012345')"
    total = (
        f"SELECT CAST(sum(CAST(substr({digits}, 17, 16) AS DECIMAL(38,0))) AS STRING) AS text,"
        " count(*) AS size FROM hard WHERE text IS NOT NULL"
    )
    for one in both(engine):
        one.load("hard", HARD)
        asked = [query.format(digits), total]
        found.append([one.fetch(sql).to_pylist() for sql in asked])
    assert found[0] == found[1]
    empty = hashlib.md5(b"", usedforsecurity=False).hexdigest()
    in_digits = empty.translate(str.maketrans("abcdef", "012345"))
    assert {"text": in_digits, "size": 0} in found[0][0]
    assert len(found[0][0]) == 4


@pytest.mark.usefixtures("spark")
def test_a_closed_engine_leaves_no_file_and_the_next_one_sees_no_table() -> None:
    first, second = open_engine("spark"), open_engine("spark")
    first.load("hard", HARD)
    second.load("hard", HARD.slice(0, 1))
    folder = Path(first._folder)  # type: ignore[attr-defined]
    first.close()
    assert not folder.exists()
    assert second.fetch("SELECT count(*) AS n FROM hard").to_pylist() == [{"n": 1}]
    second.close()


@pytest.mark.usefixtures("spark")
def test_an_engine_is_opened_by_its_name() -> None:
    opened = open_engine("spark")
    assert opened.library == "pyspark"
    assert open_engine(opened) is opened
    opened.close()
