"""What each statement makes on both engines, asked before a row is computed: types and names."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest

from scripts.write_reference import declared_tables
from tests.world import World, terms
from tieout.close import calculation, figures
from tieout.close.pipeline import STAGES
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.opening import open_engine
from tieout.engine.port import Engine
from tieout.engine.statements import Statement, statement
from tieout.errors import IntegrityRefused
from tieout.tables import QUARANTINE, ColumnType
from tieout.tables.stages import STAGE_TABLES

pytestmark = pytest.mark.slow

TEXTS = [statement(stage.path) for stage in (*STAGES, *VIEWS)]
QUERIES = figures.QUERIES
# What Spark calls each declared type.
SPARK_TYPES = {
    ColumnType.TEXT: "string",
    ColumnType.COUNT: "bigint",
    ColumnType.FLAG: "boolean",
    ColumnType.INSTANT: "timestamp_ntz",
    ColumnType.DAY: "date",
    ColumnType.QUANTITY: "decimal(15,3)",
    ColumnType.TOTAL_QUANTITY: "decimal(38,3)",
    ColumnType.UNIT_RATE: "decimal(22,18)",
    ColumnType.COST: "decimal(38,21)",
}
# DuckDB's name for each type that Spark may make.
SAME = {"VARCHAR" if k is ColumnType.TEXT else k.value: v for k, v in SPARK_TYPES.items()}
SAME["INTEGER"] = "int"
# A whole number that was summed: DuckDB's has more digits, and both are whole.
WHOLE = {"HUGEINT": "bigint"}

Made = dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]]


@pytest.fixture(scope="module")
def made(spark: None) -> Iterator[Made]:  # noqa: ARG001 - starts the session
    """For every statement and figure, what DuckDB and what Spark say of its columns."""
    duckdb, other = DuckDBEngine(1), open_engine("spark")
    inputs = World().inputs()
    for engine in (duckdb, other):
        calculation._load_witnesses(engine, inputs)
        calculation._load_terms(engine, inputs, terms())
        engine.load("quarantine", QUARANTINE.arrow({}))
    found = {}
    session = other._session  # type: ignore[attr-defined]
    for text in TEXTS:
        schema = session.sql(text.sql).schema
        session.createDataFrame([], schema).createOrReplaceTempView(text.table)
        duckdb.run(text)
        ours = duckdb.fetch(f'DESCRIBE "{text.table}"').to_pylist()
        found[text.table] = (
            [(row["column_name"], row["column_type"]) for row in ours],
            [(field.name, field.dataType.simpleString()) for field in schema],
        )
    for name, query in QUERIES.items():
        ours = duckdb.fetch(f"DESCRIBE {query}").to_pylist()
        found[name] = (
            [(row["column_name"], row["column_type"]) for row in ours],
            [(f.name, f.dataType.simpleString()) for f in session.sql(query).schema],
        )
    yield found
    duckdb.close()
    other.close()


@pytest.mark.parametrize("table", [text.table for text in TEXTS])
def test_a_statement_makes_equal_types_on_both(made: Made, table: str) -> None:
    ours, theirs = made[table]
    assert [(name, SAME.get(kind, kind)) for name, kind in ours] == theirs


@pytest.mark.parametrize("table", STAGE_TABLES)
def test_a_stage_makes_its_declared_types_on_spark(made: Made, table: str) -> None:
    declared = [(column.name, SPARK_TYPES[column.type]) for column in STAGE_TABLES[table].columns]
    assert made[table][1] == declared


@pytest.mark.parametrize("name", QUERIES)
def test_a_figure_has_equal_types_on_both(made: Made, name: str) -> None:
    ours, theirs = made[name]
    same = {**SAME, **WHOLE}
    assert [(column, same.get(kind, kind)) for column, kind in ours] == theirs


def test_nothing_binary_is_made_anywhere(made: Made) -> None:
    kinds = {kind for ours, theirs in made.values() for _, kind in (*ours, *theirs)}
    assert kinds
    assert {kind for kind in kinds if kind.lower() in {"double", "float", "real"}} == set()


def test_every_declared_type_has_its_name_on_spark() -> None:
    used = {column.type for table in declared_tables() for column in table.columns}
    assert used <= set(SPARK_TYPES)


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("CAST(quantity AS DOUBLE)", "full_cost: double"),
        ("CAST(quantity * unit_rate AS DECIMAL(38,6))", "full_cost: decimal(38,6)"),
        ("quantity * unit_rate * 1.0", "full_cost: decimal(38,22)"),
    ],
)
def test_a_column_of_another_type_is_refused_before_it_is_made(
    engine: Engine, planted: str, said: str
) -> None:
    engine.load("t", pa.table({"quantity": pa.array([], pa.decimal128(15, 3)),
                               "unit_rate": pa.array([], pa.decimal128(22, 18))}))  # fmt: skip
    text = Statement("rated_meter", "rating", f"SELECT {planted} AS full_cost FROM t")
    with pytest.raises(IntegrityRefused) as refused:
        engine.run(text)
    assert refused.value.code == "ENGINE_TYPES"
    assert refused.value.where[0] == said


def test_a_view_with_a_binary_number_is_refused_too(engine: Engine) -> None:
    text = Statement("some_view", "review", "SELECT CAST(1 AS DOUBLE) AS amount")
    with pytest.raises(IntegrityRefused) as refused:
        engine.run(text)
    assert refused.value.where[0] == "amount: double"
