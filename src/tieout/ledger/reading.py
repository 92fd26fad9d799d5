"""Reading the ledger: framed records of text become typed entries, or wait in quarantine.

An entry without its amount, its currency or its day says nothing that could be agreed, so it waits.
An entry without a model or an id is still money and is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.faults import Faults
from tieout.intake.feed import Feed
from tieout.intake.field import (
    field,
    labels,
    model_names,
    numbered,
    place,
    present,
    request_ids,
    times,
)
from tieout.intake.framing import Note
from tieout.intake.payload import Hasher, md5_texts, payload_digests
from tieout.intake.quantity import amounts, meter_quantities, recorded_meters, with_points
from tieout.tables import LEDGER_READING


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """What the ledger reader made of one import.

    Attributes:
        rows: LEDGER_READING, less the digests if none were asked for; with ``quarantined`` it
            adds up to the records given.
        quarantined: QUARANTINE; one row for each record that could not be read.
        recorded_meters: RECORDED_METER; the quantities this ledger states, often none.
        notes: what was accepted with a remark, counted.
    """

    rows: pa.Table
    quarantined: pa.Table
    recorded_meters: pa.Table
    notes: tuple[Note, ...]


def read_ledger(
    records: pa.Table,
    feed: Feed,
    *,
    import_id: str,
    first_row_id: int,
    hasher: Hasher | None = md5_texts,
) -> LedgerReading:
    """Read framed records as ledger entries, in the order of the file.

    Args:
        records: the records of one import as framing left them.
        feed: the declared column map; ``recorded`` is required (the settings see to it).
        import_id: the import the records belong to.
        first_row_id: the number of the first readable row; the others follow it.
        hasher: makes the payload digests; where it is None the rows have no such column.
    """
    assert feed.recorded is not None
    faults = Faults(records.num_rows)
    digests = payload_digests(records, feed.columns(), faults, hasher)
    records = with_points(records, feed, faults)
    posted = times(records, feed.time, faults)
    missing = pc.is_null(present(records, feed.recorded.column))
    faults.mark(missing, "NUM_MISSING", feed.recorded.column)
    entry = amounts(records, feed.recorded, faults)
    rows = LEDGER_READING.arrow(
        {
            **place(records, import_id),
            "payload_digest": digests,
            "ledger_entry_id": field(records, feed.ledger_entry_id, faults),
            "request_id": request_ids(records, feed.request_id, faults),
            "posted_at": posted,
            "model_as_recorded": model_names(records, feed.model, faults),
            **labels(records, feed, faults),
            "recorded_cost": entry.cost,
            "currency": entry.currency,
            **meter_quantities(records, feed, faults),
        }
    )
    if hasher is None:
        rows = rows.drop_columns(["payload_digest"])
    readable = numbered(faults.readable(rows), first_row_id)
    quarantined = faults.quarantined(records, leg="ledger", import_id=import_id)
    assert readable.num_rows + quarantined.num_rows == records.num_rows
    return LedgerReading(readable, quarantined, recorded_meters(import_id, set(feed.meters)), ())
