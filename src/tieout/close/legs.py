"""The legs of a run: stored records read through their feeds, counted twice, nothing lost (L2)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tieout import tables
from tieout.errors import IntegrityRefused
from tieout.evidence.documents import Import
from tieout.evidence.store import EvidenceStore
from tieout.intake.feed import Feed
from tieout.ledger.reading import read_ledger
from tieout.metering.frozen import distinct_charges
from tieout.metering.reading import read_usage


@dataclass(frozen=True, slots=True)
class LegCount:
    """The records of one leg, counted twice, and what waits in quarantine.

    Attributes:
        received: records the framer counted.
        recounted: records the second counter found.
        quarantined: records that could not be framed or read.
        readings: records that became typed rows.
    """

    received: int
    recounted: int
    quarantined: int
    readings: int


@dataclass(frozen=True, slots=True)
class UsageLeg:
    """The usage of all imports together.

    Attributes:
        rows: USAGE_READING.
        quarantined: QUARANTINE.
        recorded_meters: RECORDED_METER.
        charges: CHARGE_READING.
        frozen: FROZEN_CHARGE, each combination once.
    """

    rows: pa.Table
    quarantined: pa.Table
    recorded_meters: pa.Table
    charges: pa.Table
    frozen: pa.Table


def read_usage_leg(
    store: EvidenceStore, imports: Sequence[Import], as_of: datetime | None
) -> UsageLeg:
    """Every usage import read through its own feed, rows numbered through."""
    readings, waiting, first = [], [_empty(tables.QUARANTINE)], 0
    for one in imports:
        reading = read_usage(
            records_of(store, one),
            msgspec.convert(one.feed, Feed),
            import_id=one.import_id,
            first_row_id=first,
            as_of=as_of,
        )
        first += reading.rows.num_rows
        readings.append(reading)
        waiting += [reading.quarantined, _quarantine_of(store, one)]
    return UsageLeg(
        _together(tables.USAGE_READING, (one.rows for one in readings)),
        pa.concat_tables(waiting),
        _together(tables.RECORDED_METER, (one.recorded_meters for one in readings)),
        _together(tables.CHARGE_READING, (one.charges for one in readings)),
        distinct_charges(_together(tables.FROZEN_CHARGE, (one.frozen for one in readings))),
    )


def _together(declared: tables.Table, parts: Iterable[pa.Table]) -> pa.Table:
    return pa.concat_tables([_empty(declared), *parts])


def read_ledger_leg(store: EvidenceStore, imports: Sequence[Import]) -> tuple[pa.Table, pa.Table]:
    """LEDGER_READING and QUARANTINE of every ledger import."""
    rows, quarantined = [_empty(tables.LEDGER_READING)], [_empty(tables.QUARANTINE)]
    first = 0
    for one in imports:
        reading = read_ledger(
            records_of(store, one),
            msgspec.convert(one.feed, Feed),
            import_id=one.import_id,
            first_row_id=first,
        )
        first += reading.rows.num_rows
        rows.append(reading.rows)
        quarantined += [reading.quarantined, _quarantine_of(store, one)]
    return pa.concat_tables(rows), pa.concat_tables(quarantined)


def records_of(store: EvidenceStore, one: Import) -> pa.Table:
    """The framed records of an import, from stored bytes."""
    return pq.read_table(io.BytesIO(store.get(one.records_object)))


def _quarantine_of(store: EvidenceStore, one: Import) -> pa.Table:
    return pq.read_table(io.BytesIO(store.get(one.quarantine_object))).cast(
        tables.QUARANTINE.schema
    )


def counted_leg(
    imports: Sequence[Import], rows: pa.Table, quarantined: pa.Table, leg: str
) -> LegCount:
    """The conservation equation of one leg, both counters against what is there (L2).

    Raises:
        IntegrityRefused: ``CONSERVATION``.
    """
    count = LegCount(
        received=sum(one.records_framed for one in imports),
        recounted=sum(one.records_recounted for one in imports),
        quarantined=quarantined.num_rows,
        readings=rows.num_rows,
    )
    if not count.received == count.recounted == count.quarantined + count.readings:
        raise IntegrityRefused(
            "CONSERVATION",
            f"The records of the {leg} leg do not add up.",
            where=(
                f"counted {count.received:,}, recounted {count.recounted:,}",
                f"quarantined {count.quarantined:,}, read {count.readings:,}",
            ),
            remedy="Nothing was published. Import the file again; if it repeats, report it.",
        )
    return count


def _empty(table: tables.Table) -> pa.Table:
    return table.schema.empty_table()
