"""Completeness of what is imported: days, models, failed calls, repeated ids, gaps (U6).

It looks at one leg as it stands on record, without prices and without a period.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tieout.actions.file_reading import MODEL_COLUMN, TIME_COLUMN
from tieout.actions.reading_child import read_records
from tieout.close.legs import records_of
from tieout.close.on_record import latest_imports
from tieout.evidence.documents import Import, Leg
from tieout.evidence.records import imports
from tieout.intake.feed import Feed
from tieout.workspace.layout import Workspace

_COMPLETED: Final = "completed"


@dataclass(frozen=True, slots=True)
class DayCount:
    """The rows of one day of the reporting zone, and those that did not complete."""

    day: str
    rows: int
    not_completed: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """One leg as it is on record.

    Attributes:
        leg: usage or ledger.
        zone: the reporting zone of the days.
        imports: its files in the order they were imported, each as it was last read.
        records: records counted in the files.
        rows: records that became rows.
        days: rows per day, oldest first.
        gaps: days without a row between the first and the last.
        models: rows per model name; none stands for rows without a name.
        repeated_ids: request ids that stand in more than one row.
    """

    leg: Leg
    zone: str
    imports: tuple[Import, ...]
    records: int
    rows: int
    days: tuple[DayCount, ...]
    gaps: tuple[str, ...]
    models: tuple[tuple[str | None, int], ...]
    repeated_ids: int


def check_coverage(workspace: Workspace, leg: Leg) -> Coverage:
    """Count what is on record in one leg."""
    zone = workspace.settings.zone
    found = tuple(one for one in latest_imports(imports(workspace.log)) if one.leg == leg)
    rows: Counter[date] = Counter()
    failed: Counter[date] = Counter()
    models: Counter[str | None] = Counter()
    ids: Counter[str] = Counter()
    for one in found:
        table = _rows(workspace, one)
        days = _days(table.column(TIME_COLUMN[leg]), zone)
        rows.update(_counts(days))
        models.update(_counts(table.column(MODEL_COLUMN[leg])))
        ids.update(_counts(table.column("request_id").drop_null()))
        if leg == "usage":
            other = pc.not_equal(table.column("outcome"), _COMPLETED)
            failed.update(_counts(days.filter(other)))
    return Coverage(
        leg=leg,
        zone=zone,
        imports=found,
        records=sum(one.records_framed for one in found),
        rows=rows.total(),
        days=tuple(DayCount(str(day), rows[day], failed[day]) for day in sorted(rows)),
        gaps=_gaps(rows),
        models=tuple(sorted(models.items(), key=lambda pair: (-pair[1], pair[0] or ""))),
        repeated_ids=sum(1 for times in ids.values() if times > 1),
    )


def _rows(workspace: Workspace, one: Import) -> pa.Table:
    feed = msgspec.convert(one.feed, Feed)
    return read_records(records_of(workspace.store, one), one.leg, feed, one.import_id).rows


def _days(moments: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    local = moments.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", zone))
    return pc.local_timestamp(local).cast(pa.date32(), safe=False)


def _counts(values: pa.ChunkedArray) -> dict[Any, int]:
    return {one["values"]: one["counts"] for one in pc.value_counts(values).to_pylist()}


def _gaps(days: Counter[date]) -> tuple[str, ...]:
    if not days:
        return ()
    first, last = min(days), max(days)
    span = (last - first).days
    between = (first + timedelta(days=number) for number in range(span))
    return tuple(str(day) for day in between if day not in days)
