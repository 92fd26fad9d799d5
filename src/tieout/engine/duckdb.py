"""DuckDB behind the port: in memory, no access to files or network, configuration locked, UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from tieout.engine.sameness import digest_of, sums_query
from tieout.engine.spill import spill_folder, sweep_left_behind
from tieout.engine.statements import Statement
from tieout.errors import InputRefused


class DuckDBEngine:
    """The workbench of one run; deleting it loses nothing."""

    library: Final = "duckdb"

    def __init__(self, threads: int | None = None) -> None:
        """Open an empty in-memory database.

        Args:
            threads: how many threads; the machine's own number by default. No result depends on it.
        """
        self._connection = duckdb.connect(":memory:")
        if threads is not None:
            self._connection.execute(f"SET threads = {int(threads)}")
        # Spark's order of nulls, so that a text which forgets to say where they go says it once.
        self._connection.execute("SET default_null_order = 'nulls_first_on_asc_last_on_desc'")
        self._connection.execute("SET preserve_insertion_order = false")
        # Beside the current folder, its default, nobody would look for what a killed run leaves.
        sweep_left_behind()
        self._connection.execute(f"SET temp_directory = '{_quoted(spill_folder())}'")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def load(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table available under a name; the engine copies it into its own form."""
        self._connection.register(f"arrow_{name}", table)
        self._connection.execute(f'CREATE TABLE "{name}" AS FROM "arrow_{name}"')
        self._connection.unregister(f"arrow_{name}")

    def run(self, statement: Statement) -> int:
        """Make the statement's table; returns how many rows it has."""
        with _within_decimals(f"statement {statement.folder}/{statement.table}.sql"):
            ((rows,),) = self._connection.execute(
                f'CREATE TABLE "{statement.table}" AS {statement.sql}'
            ).fetchall()
        return int(rows)

    def repeats(self, statement: Statement) -> bool:
        """Whether the statement, made a second time, gives the rows that its table holds.

        Both sides are summed by the engine's own row hash: fast, free of order, and never stored.
        """
        return _same_sums(self._connection.cursor(), f'"{statement.table}"', f"({statement.sql})")

    def holds(self, name: str, table: pa.Table) -> bool:
        """Whether the engine's table of that name holds exactly the rows of the Arrow table.

        The Arrow rows are read in once more and summed beside the engine's own, both by the
        engine's row hash: rows that were fetched go back another way than they came.
        """
        cursor = self._connection.cursor()
        cursor.register(f"held_{name}", table)
        try:
            return _same_sums(cursor, f'"{name}"', f'"held_{name}"')
        finally:
            cursor.unregister(f"held_{name}")

    def fetch(self, sql: str) -> pa.Table:
        """The answer of a query over the tables made so far; may be asked from several threads."""
        with _within_decimals("a query over the tables made so far"):
            return self._connection.cursor().sql(sql).to_arrow_table()

    def digest(self, name: str, columns: tuple[str, ...]) -> str:
        """An order-free digest of those columns of a table: equal rows, equal digest.

        How the rows become one number: :mod:`tieout.engine.sameness`.
        """
        found = self._connection.cursor().execute(
            sums_query(f'"{name}"', columns, self._text_columns(name), _chunk)
        )
        (sums,) = found.fetchall()
        return digest_of(name, columns, sums)

    def _text_columns(self, name: str) -> frozenset[str]:
        found = (
            self._connection.cursor()
            .execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = ? AND data_type = 'VARCHAR'",
                [name],
            )
            .fetchall()
        )
        return frozenset(column for (column,) in found)

    def close(self) -> None:
        """Drop everything."""
        self._connection.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _same_sums(cursor: duckdb.DuckDBPyConnection, left: str, right: str) -> bool:
    """Whether two relations have as many rows, and rows of the same sum of hashes."""
    (row,) = cursor.execute(
        "SELECT l.n, l.h, r.n, r.h FROM"
        f" (SELECT count(*) AS n, sum(hash(t)) AS h FROM {left} AS t) AS l,"
        f" (SELECT count(*) AS n, sum(hash(t)) AS h FROM {right} AS t) AS r"
    ).fetchall()
    return bool(row[:2] == row[2:])


def _chunk(digits: str) -> str:
    """SQL that reads hexadecimal digits as a whole number."""
    return f"CAST('0x' || {digits} AS BIGINT)"


@contextmanager
def _within_decimals(where: str) -> Iterator[None]:
    """A sum that leaves the decimals is a refusal about the input, never a crash or a wrong sum."""
    try:
        yield
    except duckdb.OutOfRangeException as error:
        raise InputRefused(
            "SUM_LIMIT",
            "A sum of money is larger than Tieout can hold exactly.",
            where=(where,),
            remedy="Look for amounts or quantities in the wrong unit; nothing was published.",
        ) from error
