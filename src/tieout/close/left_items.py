"""Unmatched items between runs: what a run leaves for those after it, and what it was left (D25).

Each run stores its items and names them in its entry of the log. A later run reads those of the
newest run of its own period and of each period before it, and nothing else; its manifest names
them, so that a verification reads the same bytes. The items stay columns: no row becomes an object.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieout import tables
from tieout.calendar import Period, instant_text, parse_period, zone
from tieout.close.seen_groups import apart
from tieout.errors import ConfigurationRefused, IntegrityRefused
from tieout.evidence.documents import Run
from tieout.evidence.store import EvidenceStore

# Age is counted from the day of the item itself: a first run that comes late makes nothing young.
ITEM_FIELDS: Final = (*tables.UNMATCHED_ITEM.column_names, "age_days")
ITEM_ORDER: Final = "origin, item_period NULLS FIRST, line_key, side"
# Runs that did not know it yet leave it unknown.
_ADDED_LATER: Final = "group_key"
_KEY: Final = ("item_period", "side", "line_key")


class LeftBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run that left items, and where they are.

    Attributes:
        run_id: the run.
        period: the label of its period.
        own_period: whether that is the period of the run that reads them.
        items_object: the object with its items (Parquet).
    """

    run_id: str
    period: str
    own_period: bool
    items_object: str


def left_before(runs: Iterable[Run], period: Period) -> tuple[LeftBy, ...]:
    """The runs whose items a run of this period reads: its own period first, then oldest first.

    Args:
        runs: the runs on record before, oldest first.
        period: the period of the run.
    """
    newest = {run.period: run for run in runs}
    mine = newest.pop(period.label, None)
    bounded = [(bounds, run) for run in newest.values() if (bounds := _bounds(run, period.zone))]
    before = [run for run in apart(bounded, period) if _ended(run, bounded, period)]
    return tuple(
        LeftBy(run.run_id, run.period, run is mine, run.items_object)
        for run in (*([mine] if mine is not None else []), *before)
        if run.items_object
    )


def carried_items(store: EvidenceStore, left: Sequence[LeftBy]) -> pa.Table:
    """The items that those runs left open, without what a period in between has cleared.

    Raises:
        IntegrityRefused: ``RUN_ITEMS``: they are not in the form this version reads.
    """
    items = {one.run_id: _read(store, one) for one in left}
    cleared = pa.concat_arrays(
        [
            pa.array([], pa.string()),
            *(
                _keys(items[one.run_id].filter(_is(items[one.run_id], "carried", "cleared")))
                for one in left
                if not one.own_period
            ),
        ]
    )
    found = [tables.CARRIED_ITEM.schema.empty_table()]
    for one in left:
        own = items[one.run_id].filter(_is(items[one.run_id], "run", "open"))
        own = own.filter(pc.invert(pc.is_in(_keys(own), cleared)))
        count = own.num_rows
        facts = {
            "own_period": pa.array([one.own_period] * count, pa.bool_()),
            "item_run": pa.array([one.run_id] * count, pa.string()),
        }
        columns = [facts.get(name, own[name] if name in own.column_names else None)
                   for name in tables.CARRIED_ITEM.column_names]  # fmt: skip
        found.append(pa.table(columns, schema=tables.CARRIED_ITEM.schema))
    return pa.concat_tables(found)


def items_of_run(held: pa.Table, run_id: str, period: Period, as_of: datetime) -> pa.Table:
    """The items of a run as they are kept: its own under its name, each with its age in days.

    Args:
        held: the table ``unmatched_item`` as the engine holds it.
        run_id: the run.
        period: its period.
        as_of: the instant it looks from (D23).
    """
    mine = {
        "item_period": period.label,
        "item_run": run_id,
        "first_run": run_id,
        "first_seen": instant_text(as_of),
    }
    day = pa.scalar(as_of.astimezone(zone(period.zone)).date(), pa.date32())
    columns = {
        name: pc.fill_null(held[name], mine[name]) if name in mine else held[name]
        for name in tables.UNMATCHED_ITEM.column_names
    }
    ages = pc.max_element_wise(pc.days_between(held["day"], day), pa.scalar(0, pa.int64()))
    return pa.table({**columns, "age_days": ages})


def _bounds(run: Run, zone_name: str) -> Period | None:
    """The bounds of a run's period; none where its label is no period any more."""
    try:
        return parse_period(run.period, zone_name)
    except ConfigurationRefused:
        return None


def _ended(run: Run, bounded: Sequence[tuple[Period, Run]], period: Period) -> bool:
    """Whether a run is of a period that was over when this one began."""
    return any(one is run and bounds.end <= period.start for bounds, one in bounded)


def _keys(items: pa.Table) -> pa.Array:
    """Each item as one text; no name of a period or of a leg holds a line break."""
    joined = pc.binary_join_element_wise(*(items[name] for name in _KEY), "\n")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _is(items: pa.Table, origin: str, state: str) -> pa.ChunkedArray:
    return pc.and_(pc.equal(items["origin"], origin), pc.equal(items["state"], state))


def read_items(store: EvidenceStore, run_id: str, items_object: str) -> pa.Table:
    """The items that a run left.

    Raises:
        IntegrityRefused: ``RUN_ITEMS``.
    """
    try:
        table = pq.read_table(io.BytesIO(store.get(items_object)))
        if _ADDED_LATER not in table.column_names:
            table = table.append_column(_ADDED_LATER, pa.nulls(table.num_rows, pa.string()))
        shape = pa.schema([*tables.UNMATCHED_ITEM.schema, ("age_days", pa.int64())])
        return table.select(list(ITEM_FIELDS)).cast(shape)
    except (pa.ArrowInvalid, KeyError, ValueError) as error:
        raise IntegrityRefused(
            "RUN_ITEMS",
            "The stored unmatched items of a run cannot be read.",
            where=(f"run {run_id}", str(error)),
            remedy="Use the version of Tieout that wrote the run, or run its period again.",
        ) from error


def _read(store: EvidenceStore, one: LeftBy) -> pa.Table:
    return read_items(store, one.run_id, one.items_object)
