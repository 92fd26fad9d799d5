"""DuckDB behind the port: in memory, no access to files or network, configuration locked, UTC."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import duckdb
import pyarrow as pa

from tieout.engine.statements import Statement
from tieout.errors import InputRefused

# Two chunks of 60 bits, 120 of the 128; a sum of up to 10^18 rows still fits DECIMAL(38,0).
_CHUNKS = 2


class DuckDBEngine:
    """The workbench of one run; deleting it loses nothing."""

    def __init__(self, threads: int | None = None) -> None:
        """Open an empty in-memory database.

        Args:
            threads: how many threads; the machine's own number by default. No result depends on it.
        """
        self._connection = duckdb.connect(":memory:")
        self._loaded: dict[str, pa.Table] = {}
        if threads is not None:
            self._connection.execute(f"SET threads = {int(threads)}")
        self._connection.execute("SET preserve_insertion_order = false")
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

        Each row becomes one canonical text, its MD5 is cut into 60-bit chunks, and the chunks are
        summed as integers: the sums do not depend on order, threads or parts. It proves sameness;
        tamper evidence is SHA-256 over file bytes.
        """
        texts = self._text_columns(name)
        cells = ", ".join(f"coalesce(CAST(\"{c}\" AS VARCHAR), '\\N')" for c in columns)
        # Only text can hold the separator; its length beside it keeps two rows apart.
        lengths = "".join(f'coalesce(length("{c}"), -1), ' for c in columns if c in texts)
        sums = ", ".join(
            f"coalesce(sum(CAST(CAST('0x' || substr(h, {1 + 15 * i}, 15) AS BIGINT)"
            " AS DECIMAL(38,0))), 0)"
            for i in range(_CHUNKS)
        )
        (row,) = (
            self._connection.cursor()
            .execute(
                f"SELECT count(*), {sums} FROM "
                f"(SELECT md5(concat_ws('|', {lengths}{cells})) AS h FROM \"{name}\")"
            )
            .fetchall()
        )
        text = "|".join([name, ",".join(columns), *(str(Decimal(part)) for part in row)])
        return hashlib.sha256(text.encode()).hexdigest()

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


def _same_sums(cursor: duckdb.DuckDBPyConnection, left: str, right: str) -> bool:
    """Whether two relations have as many rows, and rows of the same sum of hashes."""
    (row,) = cursor.execute(
        "SELECT l.n, l.h, r.n, r.h FROM"
        f" (SELECT count(*) AS n, sum(hash(t)) AS h FROM {left} AS t) AS l,"
        f" (SELECT count(*) AS n, sum(hash(t)) AS h FROM {right} AS t) AS r"
    ).fetchall()
    return bool(row[:2] == row[2:])


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
