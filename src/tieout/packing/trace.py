"""The trace: 25 lines of a run, drawn by its own result, each followed back to its records.

Which lines they are nobody chooses: they are the first 25 in the order of a digest over the result
digest and the name of the line, and whoever has the tables can draw them again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.close.legs import records_of
from tieout.engine.port import Engine
from tieout.evidence.documents import Import
from tieout.evidence.store import EvidenceStore
from tieout.money import plain

SAMPLE: Final = 25
# A line of a ledger that books by the day may stand for thousands of calls.
MOST_ROWS: Final = 200

DRAWN: Final = (
    "SELECT line_key FROM variance_line"
    " ORDER BY md5(concat('{seed}', line_key)), line_key LIMIT " + str(SAMPLE)
)
_LINES: Final = (
    "SELECT v.line_key, v.day, v.source_model_id, v.cost_center, v.project, v.currency,"
    " v.usage_rows, v.ledger_rows, v.line_state, v.cause, v.bucket, v.proof, v.expected_cost,"
    " v.recorded_cost, v.variance FROM variance_line AS v JOIN ({drawn}) AS d"
    " ON d.line_key = v.line_key ORDER BY md5(concat('{seed}', v.line_key)), v.line_key"
)
_ROWS: Final = (
    "SELECT * FROM (SELECT m.line_key, m.leg, coalesce(u.import_id, l.import_id) AS import_id,"
    " coalesce(u.ordinal, l.ordinal) AS ordinal, s.row_state, u.input_includes_parts,"
    " u.output_includes_parts, row_number() OVER (PARTITION BY m.line_key, m.leg"
    " ORDER BY m.row_id) AS place FROM match_member AS m JOIN ({drawn}) AS d"
    " ON d.line_key = m.line_key"
    " LEFT JOIN usage_reading AS u ON m.leg = 'usage' AND u.row_id = m.row_id"
    " LEFT JOIN usage_state AS s ON m.leg = 'usage' AND s.row_id = m.row_id"
    " LEFT JOIN ledger_reading AS l ON m.leg = 'ledger' AND l.row_id = m.row_id"
    " WHERE m.period_window = 'period') AS r WHERE place <= {most}"
    " ORDER BY line_key, leg, import_id, ordinal"
)
_RATES: Final = (
    "SELECT m.line_key, e.import_id, e.ordinal, e.meter, e.quantity, e.unit_rate, e.price_set_id,"
    " e.counts, e.full_cost, e.expected_cost FROM expected_ledger AS e"
    " JOIN usage_reading AS u ON u.import_id = e.import_id AND u.ordinal = e.ordinal"
    " JOIN match_member AS m ON m.leg = 'usage' AND m.row_id = u.row_id"
    " JOIN ({drawn}) AS d ON d.line_key = m.line_key"
    " ORDER BY m.line_key, e.import_id, e.ordinal, e.meter"
)


def trace_members(
    engine: Engine, seed: str, imports: Iterable[Import], store: EvidenceStore
) -> dict[str, bytes]:
    """The drawn lines, their records as framed, and their rated meters, one JSON object a line.

    Args:
        engine: holds every table of the run.
        seed: the result digest of the run.
        imports: the imports the run read.
        store: where their records are.
    """
    drawn = DRAWN.format(seed=seed)
    lines, rows, rates = (
        engine.fetch(query.format(seed=seed, drawn=drawn, most=MOST_ROWS)).to_pylist()
        for query in (_LINES, _ROWS, _RATES)
    )
    framed = _framed(rows, {one.import_id: one for one in imports}, store)
    kept = set()
    for row in rows:
        row.pop("place")
        kept.add((row["import_id"], row["ordinal"]))
        row.update(framed[row["import_id"], row["ordinal"]])
    rates = [one for one in rates if (one["import_id"], one["ordinal"]) in kept]
    return {
        "trace/lines.jsonl": _json_lines(lines),
        "trace/rows.jsonl": _json_lines(rows),
        "trace/rates.jsonl": _json_lines(rates),
    }


def _framed(
    rows: Iterable[Mapping[str, Any]], imports: Mapping[str, Import], store: EvidenceStore
) -> dict[tuple[str, int], dict[str, Any]]:
    """The records of the rows as framing left them: place, digest, kept fields as texts."""
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        wanted[row["import_id"]].append(row["ordinal"])
    found = {}
    for import_id, ordinals in wanted.items():
        records = records_of(store, imports[import_id])
        asked = pc.is_in(records.column("ordinal"), pa.array(ordinals, pa.int64()))
        for record in records.filter(asked).to_pylist():
            ordinal = record.pop("ordinal")
            place = {
                name: record.pop(name)
                for name in ("line", "byte_offset", "byte_length", "record_digest")
            }
            found[import_id, ordinal] = {**place, "fields": record}
    return found


def _json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    texts = (json.dumps(_plain(row), sort_keys=True, ensure_ascii=True) for row in rows)
    return "".join(f"{text}\n" for text in texts).encode("ascii")


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its amounts as decimal text and its days as ISO text."""
    return {
        name: plain(value)
        if isinstance(value, Decimal)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in row.items()
    }
