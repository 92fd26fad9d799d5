"""Apache Spark behind the port: a local session, ANSI, exact decimals, UTC, loopback only.

It shares no code with DuckDB and runs the same text. Rows come in framed by us, as Parquet, never
through Spark's readers of text. Each table is written once, as Parquet in a scratch folder: then no
plan grows with the stages before it, and nothing rests on the memory of the session.

Only :mod:`tieout.engine.opening` loads this module, when the engine is asked for by its name:
PySpark is an optional extra, and slow to import.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError
from pyspark.errors import ArithmeticException, PySparkException
from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from tieout.engine.sameness import digest_of, sums_query
from tieout.engine.spark_session import running
from tieout.engine.statements import Statement
from tieout.errors import EnvironmentRefused, InputRefused, IntegrityRefused
from tieout.tables.column import ColumnType
from tieout.tables.stages import STAGE_TABLES

# What Spark calls the types of our columns.
SPARK_TYPES: Final[dict[ColumnType, str]] = {
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
# Views that no table declares may hold small whole numbers too.
_EXACT: Final = frozenset({*SPARK_TYPES.values(), "int"})
_FEW: Final = 20_000
_NUMBER: Final = itertools.count(1)
# What makes a statement faster over many rows, and takes longer than the statement over few.
_WORTH_IT: Final = (
    "spark.sql.constraintPropagation.enabled",
    "spark.sql.optimizer.runtime.bloomFilter.enabled",
    "spark.sql.optimizer.dynamicPartitionPruning.enabled",
)
_COMPILED: Final = "FALLBACK"
_INTERPRETED: Final = "NO_CODEGEN"
_NO_ROOM: Final = ("No space left on device", "OutOfMemoryError", "SparkOutOfMemoryError")


class SparkEngine:
    """The workbench of one run; its tables are files of its own, gone when it is closed."""

    library: Final = "pyspark"

    def __init__(self, threads: int | None = None) -> None:
        """Join the running session, or start it, which takes some seconds.

        Args:
            threads: how many threads a session that starts now has, two by default; one that is
                running keeps its own. No result depends on it.

        Raises:
            EnvironmentRefused: ``SPARK_START``.
        """
        session, scratch = running(threads)
        # Its own temporary views and settings; the process behind it is shared.
        self._session = session.newSession()
        self._folder = scratch / "tables" / str(next(_NUMBER))
        self._folder.mkdir(parents=True)
        self._parts = itertools.count(1)
        self._views: set[str] = set()
        self._threads = int(session.sparkContext.defaultParallelism)
        self._tune(0)

    def load(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table available under a name."""
        self._tune(table.num_rows)
        self._name(name, self._read(table))

    def run(self, statement: Statement) -> int:
        """Make the statement's table; returns how many rows its files hold.

        Raises:
            IntegrityRefused: ``ENGINE_TYPES``: a column would not be of its declared type.
        """
        with _machine():
            made = self._session.sql(statement.sql)
            _require_types(statement, made.schema)
            folder = self._folder / str(next(self._parts))
            made.write.parquet(str(folder))
            self._name(statement.table, self._files(folder, made.schema))
        return sum(pq.read_metadata(file).num_rows for file in folder.glob("*.parquet"))

    def repeats(self, statement: Statement) -> bool:
        """Whether the statement, made a second time, gives the rows that its table holds."""
        made = f'"{statement.table}"'
        schema = self._schema(made)
        return self._sums(made, schema) == self._sums(f"(\n{statement.sql}\n)", schema)

    def holds(self, name: str, table: pa.Table) -> bool:
        """Whether the engine's table of that name holds exactly the rows of the Arrow table."""
        made, view = f'"{name}"', f"held_{next(self._parts)}"
        given = self._read(table)
        schema = self._schema(made)
        if _types(given.schema) != _types(schema):
            return False
        given.createOrReplaceTempView(view)
        try:
            return self._sums(made, schema) == self._sums(view, schema)
        finally:
            self._session.catalog.dropTempView(view)

    def fetch(self, sql: str) -> pa.Table:
        """The answer of a query over the tables made so far; may be asked from several threads."""
        with _machine():
            found = self._session.sql(sql).toArrow()
        # What Spark knows of nulls is no part of the answer: a column may be null, as in DuckDB.
        return pa.table(found.columns, names=found.column_names)

    def digest(self, name: str, columns: tuple[str, ...]) -> str:
        """An order-free digest of those columns of a table: equal rows, equal digest."""
        schema = self._schema(f'"{name}"')
        return digest_of(name, columns, self._sums(f'"{name}"', schema, columns))

    def close(self) -> None:
        """Drop this engine's own tables; the session stays for the next one, until the exit."""
        for name in self._views:
            self._session.catalog.dropTempView(name)
        self._views.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _tune(self, rows: int) -> None:
        """Few rows: one part, and no time spent on a better plan or a program of its own."""
        many = rows > _FEW
        if many or not self._views:
            self._session.conf.set("spark.sql.shuffle.partitions", self._threads if many else 1)
            self._session.conf.set("spark.sql.codegen.wholeStage", many)
            self._session.conf.set(
                "spark.sql.codegen.factoryMode", _COMPILED if many else _INTERPRETED
            )
            for name in _WORTH_IT:
                self._session.conf.set(name, many)

    def _name(self, name: str, rows: DataFrame) -> None:
        rows.createOrReplaceTempView(f"`{name}`")
        self._views.add(name)

    def _schema(self, relation: str) -> StructType:
        return self._session.sql(f"SELECT * FROM {relation}").schema

    def _sums(
        self, relation: str, schema: StructType, columns: tuple[str, ...] | None = None
    ) -> tuple[Any, ...]:
        texts = {field.name for field in schema if field.dataType.simpleString() == "string"}
        query = sums_query(relation, columns or tuple(schema.names), texts, _chunk)
        with _machine():
            (row,) = self._session.sql(query).collect()
        return tuple(row)

    def _read(self, table: pa.Table) -> DataFrame:
        """The rows of an Arrow table, through a file of the scratch folder."""
        folder = self._folder / str(next(self._parts))
        folder.mkdir()
        pq.write_table(table, folder / "rows.parquet", store_schema=False)
        fields = ", ".join(f"`{f.name}` {_spark_type(f.type)}" for f in table.schema)
        return self._files(folder, fields)

    def _files(self, folder: Path, schema: StructType | str) -> DataFrame:
        return self._session.read.schema(schema).parquet(str(folder))


def _chunk(digits: str) -> str:
    """SQL that reads hexadecimal digits as a whole number."""
    return f"conv({digits}, 16, 10)"


def _spark_type(kind: pa.DataType) -> str:
    for declared, name in SPARK_TYPES.items():
        if declared.arrow == kind:
            return name
    raise AssertionError(f"no table declares a column of type {kind}")


def _types(schema: StructType) -> list[tuple[str, str]]:
    return [(field.name, field.dataType.simpleString()) for field in schema]


def _require_types(statement: Statement, schema: StructType) -> None:
    """Nothing binary near money, and no scale lost: before a row is computed."""
    made = _types(schema)
    declared = STAGE_TABLES.get(statement.table)
    if declared is not None:
        wanted = [(column.name, SPARK_TYPES[column.type]) for column in declared.columns]
        wrong = [f"{n}: {k}" for n, k in made if (n, k) not in wanted]
        if made == wanted:
            return
        wrong += [f"{n}: {k} is declared" for n, k in wanted if (n, k) not in made]
    else:
        wrong = [f"{n}: {k}" for n, k in made if k not in _EXACT]
        if not wrong:
            return
    raise IntegrityRefused(
        "ENGINE_TYPES",
        f"Spark would make table {statement.table} with other types than declared.",
        where=(*wrong[:5], f"statement {statement.folder}/{statement.table}.sql"),
        remedy="Nothing was published. Run with --engine duckdb, and report this.",
    )


@contextlib.contextmanager
def _machine() -> Iterator[None]:
    """A sum too large, a full disk, no memory are letters; all else is a bug and crashes."""
    try:
        yield
    except ArithmeticException as error:
        raise InputRefused(
            "SUM_LIMIT",
            "A sum of money is larger than Tieout can hold exactly.",
            where=(error.getCondition() or "arithmetic overflow",),
            remedy="Look for amounts or quantities in the wrong unit; nothing was published.",
        ) from error
    except (Py4JError, PySparkException) as error:
        said = str(error)
        for sign in _NO_ROOM:
            if sign in said:
                raise EnvironmentRefused(
                    "SPARK_NO_ROOM",
                    "Spark ran out of memory or of room for its scratch files.",
                    where=(sign,),
                    remedy="Nothing was published. Make room, or run with --engine duckdb.",
                ) from error
        raise
