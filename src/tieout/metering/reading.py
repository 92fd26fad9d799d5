"""Reading usage: framed records become typed usage rows, or wait in quarantine with a reason.

Real usage is never dropped for a label: a missing model, an unknown status or an empty meter stays
in the row as unknown and is judged later. What cannot be read, or does not add up, waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.faults import Faults
from tieout.intake.feed import DurationSource, Feed, FieldSource
from tieout.intake.field import (
    field,
    labels,
    model_names,
    numbered,
    place,
    present,
    request_ids,
    source_column,
    source_texts,
    times,
    translated,
)
from tieout.intake.framing import Note
from tieout.intake.grammar import read_flag, read_quantity
from tieout.intake.payload import Hasher, md5_texts, payload_digests
from tieout.intake.quantity import (
    amounts,
    meter_quantities,
    read_present,
    read_whole,
    recorded_meters,
    with_points,
)
from tieout.metering.frozen import frozen_charges
from tieout.metering.parts import Inclusion, check_total, inclusion, parts_fit
from tieout.tables import USAGE_READING, ColumnType

KINDS: Final = ("consumption", "refund", "not_usage")
FUNDING: Final = ("wallet", "subscription")
OUTCOMES: Final = ("completed", "failed", "partial", "timed_out", "cancelled", "unclassified")

# No single request and no bucket of an export lasts longer; beyond it the column is misread.
_LONGEST: Final = Decimal(366 * 24 * 3600)
# Clocks differ by minutes and zones by less than a day.
_AHEAD: Final = timedelta(days=1)
_MICROSECONDS: Final = {"seconds": Decimal(1_000_000), "milliseconds": Decimal(1_000)}


@dataclass(frozen=True, slots=True)
class UsageReading:
    """What the usage reader made of one import.

    Attributes:
        rows: USAGE_READING, less the digests if none were asked for; with ``quarantined`` it
            adds up to the records given.
        quarantined: QUARANTINE; one row for each record that could not be read.
        recorded_meters: RECORDED_METER; the meters whose absence in a row means unknown.
        charges: CHARGE_READING; one row for each readable record of a feed that declares ratios.
        frozen: FROZEN_CHARGE; the combinations of ratios among them.
        notes: what was accepted with a remark, counted.
    """

    rows: pa.Table
    quarantined: pa.Table
    recorded_meters: pa.Table
    charges: pa.Table
    frozen: pa.Table
    notes: tuple[Note, ...]


def read_usage(
    records: pa.Table,
    feed: Feed,
    *,
    import_id: str,
    first_row_id: int,
    hasher: Hasher | None = md5_texts,
    as_of: datetime | None = None,
) -> UsageReading:
    """Read framed records as usage, in the order of the file.

    Args:
        records: the records of one import as framing left them.
        feed: the declared column map.
        import_id: the import the records belong to.
        first_row_id: the number of the first readable row; the others follow it.
        hasher: makes the payload digests; where it is None the rows have no such column.
        as_of: the instant a run looks from; a call more than a day later cannot have been made.
    """
    faults = Faults(records.num_rows)
    notes: list[Note] = []
    digests = payload_digests(records, feed.columns(), faults, hasher)
    records = with_points(records, feed, faults)
    row_types, kinds = _entry_kinds(records, feed, faults)
    started, ended, basis = _times(records, feed, faults)
    _made_by(as_of, started, feed, faults)
    quantities, included = _quantities(records, feed, kinds, faults)
    charges = frozen_charges(records, feed, faults)
    rows = USAGE_READING.arrow(
        {
            **place(records, import_id),
            "payload_digest": digests,
            "entry_kind": kinds,
            "row_type": row_types,
            "request_id": request_ids(records, feed.request_id, faults),
            "attempt": field(records, feed.attempt, faults),
            "task_id": field(records, feed.task_id, faults),
            "occurred_at": started,
            "ended_at": ended,
            "time_basis": basis,
            "model_as_logged": model_names(
                records, feed.model, faults, pc.not_equal(kinds, "not_usage")
            ),
            "outcome": _outcomes(records, feed.outcome, notes),
            "streaming": _streaming(records, feed.streaming, notes),
            **labels(records, feed, faults),
            "input_includes_parts": included.input,
            "output_includes_parts": included.output,
            **quantities,
            **_charge(records, feed, kinds, faults),
            **_balance(records, feed, faults),
        }
    )
    if hasher is None:
        rows = rows.drop_columns(["payload_digest"])
    readable = numbered(faults.readable(rows), first_row_id)
    quarantined = faults.quarantined(records, leg="usage", import_id=import_id)
    assert readable.num_rows + quarantined.num_rows == records.num_rows
    recorded = recorded_meters(import_id, {*feed.meters, "requests"})
    return UsageReading(
        readable,
        quarantined,
        recorded,
        # A feed that declares no ratios has no such rows.
        numbered(faults.readable(charges.rows), first_row_id)
        if charges.rows.num_rows
        else charges.rows,
        charges.combinations,
        tuple(notes),
    )


def _entry_kinds(records: pa.Table, feed: Feed, faults: Faults) -> tuple[pa.Array, pa.Array]:
    """The vendor's row type as written, and what it is to us."""
    if feed.row_type is None:
        return pa.nulls(records.num_rows, pa.string()), pa.repeat("consumption", records.num_rows)
    row_types = present(records, feed.row_type)
    kinds = translated(row_types, feed.row_kinds)
    faults.mark(pc.is_null(kinds), "TYPE_UNKNOWN", feed.row_type)
    return row_types, kinds


def _made_by(as_of: datetime | None, started: pa.Array, feed: Feed, faults: Faults) -> None:
    """Note the calls that lie beyond the run's own instant: never the clock's, which moves (L5)."""
    if as_of is not None:
        latest = (as_of + _AHEAD).astimezone(UTC).replace(tzinfo=None)
        beyond = pc.greater(started, pa.scalar(latest, started.type))
        faults.mark(beyond, "TIME_FUTURE", feed.time.column)


def _times(records: pa.Table, feed: Feed, faults: Faults) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Start and end of each request, and what the start is read from (D5)."""
    moments = times(records, feed.time, faults)
    rows = len(moments)
    lengths = (
        pa.nulls(rows, pa.duration("us"))
        if feed.duration is None
        else _durations(records, feed.duration, faults)
    )
    if not feed.time_is_end:
        return moments, pc.add(moments, lengths), pa.array(["start"] * rows, pa.string())
    # Without its duration the end is the nearest known instant.
    basis = pc.if_else(pc.is_valid(lengths), "duration", "end")
    return pc.coalesce(pc.subtract(moments, lengths), moments), moments, basis


def _durations(records: pa.Table, source: DurationSource, faults: Faults) -> pa.Array:
    texts = present(records, source.column)
    values = read_present(read_quantity, texts, faults, source.column)
    factor = _MICROSECONDS[source.unit]
    limit = _LONGEST * 1_000_000 / factor
    absurd = pc.greater(values, pa.scalar(limit, ColumnType.QUANTITY.arrow))
    faults.mark(absurd, "NUM_RANGE", source.column)
    values = pc.if_else(absurd, pa.scalar(None, values.type), values)
    whole = pc.multiply(values, pa.scalar(factor, pa.decimal128(7, 0)))
    return whole.cast(pa.int64()).cast(pa.duration("us"))


def _quantities(
    records: pa.Table, feed: Feed, kinds: pa.Array, faults: Faults
) -> tuple[dict[str, pa.Array], Inclusion]:
    """The meters and the reported total, checked against one another."""
    found = meter_quantities(records, feed, faults)
    if feed.cache_write_is_total:
        _without_1h(found, feed, faults)
    included = inclusion(records, feed)
    parts_fit(found, included, feed, faults)
    if feed.total_tokens is not None:
        found["total_tokens"] = check_total(records, feed.total_tokens, found, included, faults)
    if "requests" not in feed.meters:
        one = pa.scalar(Decimal(1), ColumnType.QUANTITY.arrow)
        nothing = pa.scalar(None, one.type)
        found["requests"] = pc.if_else(pc.equal(kinds, "consumption"), one, nothing)
    return found, included


def _without_1h(found: dict[str, pa.Array], feed: Feed, faults: Faults) -> None:
    """Take the 1-hour writes off the total of all writes; a part larger than it is a fault."""
    total, part = found["cache_write_tokens"], found["cache_write_1h_tokens"]
    faults.mark(pc.greater(part, total), "TOKENS_INCONSISTENT", feed.meters["cache_write_tokens"])
    left = pc.subtract(total, pc.coalesce(part, pa.scalar(Decimal(0), part.type)))
    found["cache_write_tokens"] = left.cast(ColumnType.QUANTITY.arrow)


def _charge(records: pa.Table, feed: Feed, kinds: pa.Array, faults: Faults) -> dict[str, pa.Array]:
    """What the vendor took; the sign comes from the kind of the row, not from the number."""
    if feed.charged is None:
        return {}
    charge = amounts(records, feed.charged, faults)
    below = pc.less(charge.cost, pa.scalar(Decimal(0), charge.cost.type))
    taken = pc.and_(pc.equal(kinds, "consumption"), below)
    faults.mark(taken, "NUM_NEGATIVE", feed.charged.column)
    returned = pc.negate(pc.abs(charge.cost))
    cost = pc.if_else(pc.equal(kinds, "refund"), returned, charge.cost)
    return {"charged_units": charge.units, "charged_cost": cost, "currency": charge.currency}


def _balance(records: pa.Table, feed: Feed, faults: Faults) -> dict[str, pa.Array]:
    """What paid, what of it came from the wallet, and the words of rows about the account."""
    found = {"funding": field(records, feed.funding, faults)}
    if feed.wallet_units is not None:
        texts = present(records, feed.wallet_units)
        found["wallet_units"] = read_present(read_whole, texts, faults, feed.wallet_units)
    if feed.movement_text is not None:
        found["movement_text"] = present(records, feed.movement_text)
    return found


def _outcomes(records: pa.Table, source: str | FieldSource | None, notes: list[Note]) -> pa.Array:
    """The outcome in Tieout's words; what is not listed is unclassified, never dropped (U2)."""
    texts = source_texts(records, source)
    words = source.values if isinstance(source, FieldSource) else {}
    known = translated(texts, words or {word: word for word in OUTCOMES})
    strange = pc.sum(pc.and_(pc.is_valid(texts), pc.is_null(known))).as_py() or 0
    if strange:
        text = f"Texts of {source_column(source)} that are not listed are read as unclassified."
        notes.append(Note("STATUS_UNKNOWN", strange, text))
    return pc.fill_null(known, "unclassified")


def _streaming(records: pa.Table, source: str | FieldSource | None, notes: list[Note]) -> pa.Array:
    """Whether the answer was streamed; it prices nothing, so what cannot be read is unknown."""
    if source is None:
        return pa.nulls(records.num_rows, pa.bool_())
    texts = source_texts(records, source)
    if isinstance(source, FieldSource) and source.values:
        texts = translated(texts, source.values)
    flags, reasons = read_flag(texts)
    strange = pc.sum(pc.and_(pc.is_valid(texts), pc.is_valid(reasons))).as_py() or 0
    if strange:
        text = f"Flags of {source_column(source)} that cannot be read are left unknown."
        notes.append(Note("FLAG_FORM", strange, text))
    return flags
