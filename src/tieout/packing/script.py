"""``run.sql``: the calculation for DuckDB's own command line, and what it comes to.

Its first part loads the typed tables and makes every table by the statements as they are; the
stand-alone verifier holds it against the files and the manifest, byte for byte. Its last part asks
for figures, and writes them down for the verifier to compare with what was published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from tieout.close.conclude import RESULT_COLUMNS
from tieout.close.manifest import Manifest
from tieout.close.pipeline import STAGES, Receipt
from tieout.close.views import VIEWS
from tieout.engine.sameness import sums_query
from tieout.packing.framed_sql import framed_checks, literal
from tieout.packing.sampled_sql import sampled_checks

FOUND: Final = "found.csv"
FIGURES: Final = "-- The figures. What follows asks; it makes no table of the calculation.\n"
_OPENING: Final = """\
-- The calculation of one run, for the command line of DuckDB, in the folder of the unpacked file:
--   duckdb < run.sql
-- First the typed tables, then every statement of the run as written, in its order, then figures.
SET TimeZone = 'UTC';
SET default_null_order = 'nulls_first_on_asc_last_on_desc';
"""
_MONEY: Final = (
    ("expected", "expected_cost"), ("charged", "charged_cost"), ("recorded", "recorded_cost"),
    ("variance", "variance"), ("booking", "booking"), ("billing", "billing"), ("low", "low"),
    ("high", "high"),
)  # fmt: skip


def run_script(
    manifest: Manifest,
    tables: Iterable[str],
    receipts: Sequence[Receipt],
    texts_of: Callable[[str], frozenset[str]],
) -> bytes:
    """The script, as bytes.

    Args:
        manifest: what the run rests on.
        tables: the names of the typed tables.
        receipts: what every statement was.
        texts_of: the columns of a table that hold text.
    """
    parts = [_OPENING]
    parts += [f"CREATE TABLE \"{name}\" AS FROM 'tables/{name}.parquet';\n" for name in tables]
    parts += [
        f'CREATE TABLE "{one.statement.table}" AS\n{one.statement.sql}\n;\n' for one in receipts
    ]
    parts.append(FIGURES)
    parts.append("CREATE TABLE tieout_found (figure VARCHAR, found VARCHAR);\n")
    for name, query in _figures(manifest, texts_of):
        value = f"CAST(({query}) AS VARCHAR)"
        parts.append(f"INSERT INTO tieout_found SELECT {literal(name)}, {value};\n")
    parts.append(_totals())
    parts.append(f"COPY (FROM tieout_found ORDER BY figure) TO '{FOUND}' (HEADER);\n")
    parts.append("SELECT figure, found FROM tieout_found ORDER BY figure;\n")
    return "".join(parts).encode()


def _figures(
    manifest: Manifest, texts_of: Callable[[str], frozenset[str]]
) -> Iterator[tuple[str, str]]:
    """Every figure by name, with the query of one value that finds it."""
    for one in manifest.statements:
        yield f"rows {one.table}", f'SELECT count(*) FROM "{one.table}"'
    for name, columns in RESULT_COLUMNS.items():
        yield f"digest {name}", _digest(name, columns, texts_of(name))
    for stage in (*STAGES, *VIEWS):
        table = stage.path.rpartition("/")[2]
        for control in stage.controls:
            yield f"control {table}: {control.name}, left", control.left
            yield f"control {table}: {control.name}, right", control.right
    for one_import in manifest.imports:
        yield from framed_checks(one_import)
    yield from sampled_checks(manifest.result_digest, manifest.imports)


def _digest(name: str, columns: tuple[str, ...], texts: frozenset[str]) -> str:
    """The digest of a table as the engine makes it: its name, columns, rows, and their sums."""
    sums = sums_query(
        f'"{name}"', columns, texts, lambda digits: f"CAST('0x' || {digits} AS BIGINT)"
    )
    said = f"'{name}', '{','.join(columns)}', row_count, sum_0, sum_1"
    return f"SELECT sha256(concat_ws('|', {said})) FROM ({sums}) AS s"


def _totals() -> str:
    rows = " UNION ALL ".join(
        f"SELECT concat('total ', coalesce(currency, 'unknown'), ' {name}'),"
        f" CAST({column} AS VARCHAR) FROM currency_total"
        for name, column in _MONEY
    )
    return f"INSERT INTO tieout_found {rows};\n"
