"""SQL that holds the trace against the tables: lines drawn, amounts, records, rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from tieout.evidence.documents import Import
from tieout.intake.feed import Feed
from tieout.packing.framed_sql import literal, quoted
from tieout.packing.trace import DRAWN


def _read(name: str, **columns: str) -> str:
    """A file of the trace as a relation, every column of a declared type."""
    typed = ", ".join(f"{column}: '{kind}'" for column, kind in columns.items())
    return f"read_json('trace/{name}.jsonl', format = 'newline_delimited', columns = {{{typed}}})"


_TEXT: Final = "VARCHAR"
_LINES: Final = _read(
    "lines", line_key=_TEXT, expected_cost=_TEXT, recorded_cost=_TEXT, variance=_TEXT,
    usage_rows="BIGINT", ledger_rows="BIGINT",
)  # fmt: skip
_ROWS: Final = _read(
    "rows", line_key=_TEXT, leg=_TEXT, import_id=_TEXT, ordinal="BIGINT", record_digest=_TEXT,
    fields="JSON",
)  # fmt: skip
_RATES: Final = _read(
    "rates", import_id=_TEXT, ordinal="BIGINT", meter=_TEXT, quantity=_TEXT, unit_rate=_TEXT,
    price_set_id=_TEXT, full_cost=_TEXT, expected_cost=_TEXT, counts="BOOLEAN",
)  # fmt: skip
_AMOUNTS: Final = (
    f"SELECT count(*) FROM {_LINES} AS t LEFT JOIN variance_line AS v"
    " ON v.line_key = t.line_key WHERE v.line_key IS NULL"
    " OR CAST(t.expected_cost AS DECIMAL(38,21)) <> v.expected_cost"
    " OR CAST(t.recorded_cost AS DECIMAL(38,21)) <> v.recorded_cost"
    " OR CAST(t.variance AS DECIMAL(38,21)) <> v.variance"
    " OR t.usage_rows <> v.usage_rows OR t.ledger_rows <> v.ledger_rows"
)
_RATED: Final = (
    f"SELECT count(*) FROM {_RATES} AS t LEFT JOIN expected_ledger AS e"
    " ON e.import_id = t.import_id AND e.ordinal = t.ordinal AND e.meter = t.meter"
    " WHERE e.meter IS NULL OR CAST(t.quantity AS DECIMAL(15,3)) <> e.quantity"
    " OR CAST(t.unit_rate AS DECIMAL(22,18)) <> e.unit_rate"
    " OR t.price_set_id <> e.price_set_id OR t.counts <> e.counts"
    " OR CAST(t.full_cost AS DECIMAL(38,21)) <> e.full_cost"
    " OR CAST(t.expected_cost AS DECIMAL(38,21)) <> e.expected_cost"
)
_MEMBERS: Final = (
    f"SELECT count(*) FROM {_ROWS} AS t LEFT JOIN (SELECT 'usage' AS leg, row_id, import_id,"
    " ordinal FROM usage_reading UNION ALL SELECT 'ledger', row_id, import_id, ordinal"
    " FROM ledger_reading) AS r ON r.leg = t.leg AND r.import_id = t.import_id"
    " AND r.ordinal = t.ordinal LEFT JOIN match_member AS m ON m.leg = t.leg"
    " AND m.row_id = r.row_id AND m.period_window = 'period'"
    " WHERE m.line_key IS DISTINCT FROM t.line_key"
)


def sampled_checks(seed: str, imports: Sequence[Import]) -> Iterator[tuple[str, str]]:
    """Each check of the trace by name, with the query that counts what differs."""
    drawn = (
        f"SELECT count(*) FROM (SELECT line_key FROM {_LINES}) AS t"
        f" FULL OUTER JOIN ({DRAWN.format(seed=seed)}) AS d ON d.line_key = t.line_key"
        " WHERE t.line_key IS NULL OR d.line_key IS NULL"
    )
    yield "differs sample, lines drawn", drawn
    yield "differs sample, amounts of lines", _AMOUNTS
    yield "differs sample, rates", _RATED
    yield "differs sample, rows of lines", _MEMBERS
    for one in imports:
        yield f"differs sample, fields of import {one.import_id}", _fields(one)


def _fields(one: Import) -> str:
    """How many drawn rows of an import differ in any kept field from the framed record."""
    differs = " OR ".join(
        f"json_extract_string(t.fields, {literal(_pointer(name))})"
        f" IS DISTINCT FROM f.{quoted(name)}"
        for name in msgspec.convert(one.feed, Feed).columns()
    )
    return (
        f"SELECT count(*) FROM {_ROWS} AS t"
        f" LEFT JOIN read_parquet('evidence/objects/{one.records_object}') AS f"
        f" ON f.ordinal = t.ordinal WHERE t.import_id = '{one.import_id}'"
        f" AND t.leg = '{one.leg}' AND (f.ordinal IS NULL"
        f" OR f.record_digest <> t.record_digest OR {differs})"
    )


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")
