"""What a feed makes of a file: counts, what waits and why, the span of time, the first rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.calendar import instant_text
from tieout.evidence.documents import Leg
from tieout.intake.framing import FramedFile, Note
from tieout.ledger.reading import LedgerReading
from tieout.metering.reading import UsageReading
from tieout.money import plain

TIME_COLUMN: Final[dict[Leg, str]] = {"usage": "occurred_at", "ledger": "posted_at"}
MODEL_COLUMN: Final[dict[Leg, str]] = {"usage": "model_as_logged", "ledger": "model_as_recorded"}
_PLACES_SHOWN: Final = 5
_ROWS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """Records in quarantine for one reason: how many, what was expected, and the first places."""

    reason_code: str
    column_name: str | None
    rows: int
    detail: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a feed makes of a file.

    Attributes:
        name: the file's name.
        leg: usage or ledger.
        feed_name: the feed it was read through.
        records: records in the file, by two counters that agree.
        readable: records that became rows.
        waiting: records in quarantine, by reason.
        first, last: the first and last instant of the rows; none for no rows.
        models: how many model names stand in the rows.
        notes: what was accepted with a remark, counted.
        sample: the first rows as they were read; empty columns are left out.
    """

    name: str
    leg: Leg
    feed_name: str
    records: int
    readable: int
    waiting: tuple[Waiting, ...]
    first: str | None
    last: str | None
    models: int
    notes: tuple[Note, ...]
    sample: tuple[dict[str, str], ...]

    @property
    def quarantined(self) -> int:
        """Records that wait in quarantine."""
        return self.records - self.readable


def file_reading(
    name: str,
    leg: Leg,
    feed_name: str,
    framed: FramedFile,
    reading: UsageReading | LedgerReading,
    remarked: Sequence[Note] = (),
) -> FileReading:
    """The framed and read records of a file, counted and described."""
    rows = reading.rows
    span = pc.min_max(rows.column(TIME_COLUMN[leg])).as_py()
    quarantined = pa.concat_tables([framed.quarantined, reading.quarantined])
    return FileReading(
        name=name,
        leg=leg,
        feed_name=feed_name,
        records=framed.records_framed,
        readable=rows.num_rows,
        waiting=tuple(_waiting(quarantined.to_pylist())),
        first=_instant(span["min"]),
        last=_instant(span["max"]),
        models=pc.count_distinct(rows.column(MODEL_COLUMN[leg])).as_py(),
        notes=(*framed.notes, *reading.notes, *remarked),
        sample=tuple(_sample(row) for row in rows.slice(0, _ROWS_SHOWN).to_pylist()),
    )


def with_notes(reading: FileReading, notes: Sequence[Note]) -> FileReading:
    """The same reading with further notes."""
    return replace(reading, notes=(*reading.notes, *notes))


def _waiting(rows: list[dict[str, Any]]) -> Iterator[Waiting]:
    by_reason: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["ordinal"]):
        by_reason.setdefault((row["reason_code"], row["column_name"]), []).append(row)
    for (code, column), members in sorted(by_reason.items(), key=lambda pair: -len(pair[1])):
        places = tuple(
            f"record {row['ordinal']}, line {row['line']}, byte {row['byte_offset']}"
            for row in members[:_PLACES_SHOWN]
        )
        yield Waiting(code, column, len(members), members[0]["detail"] or "", places)


def _sample(row: dict[str, Any]) -> dict[str, str]:
    left_out = ("row_id", "import_id", "payload_digest", "byte_offset")
    return {
        name: _shown(value)
        for name, value in row.items()
        if value is not None and name not in left_out
    }


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return instant_text(value.replace(tzinfo=UTC))
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant_text(moment.replace(tzinfo=UTC))
