"""Our rows against the vendor's own sums: reading and recording them, comparing what is on record.

What the vendor said is on record; the comparison is made anew each time it is shown, against the
rows in force by then.
"""

from __future__ import annotations

import io
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tieout.actions.fetched_windows import FetchedWindow, fetched_windows, windows_on_record
from tieout.calendar import instant_text
from tieout.evidence.canonical import canonical
from tieout.evidence.documents import Import
from tieout.evidence.records import append, vendor_counts
from tieout.evidence.vendor_count import VendorCount
from tieout.intake.feed import Feed
from tieout.intake.field import source_column
from tieout.metering.collection.by_day import DayCompared, by_day
from tieout.metering.collection.counts import (
    HOUR,
    Compared,
    Kind,
    OurHour,
    compare_hours,
    compare_sum,
    our_hours,
)
from tieout.metering.collection.log_facts import Counted
from tieout.metering.collection.vendor_counts import VendorSums, flushed_until
from tieout.metering.collection.window import Window, missing
from tieout.workspace.layout import Workspace

_LONGEST_QUOTA: Final = 18


class CountSource(Protocol):
    """Whoever answers a vendor's own sums."""

    def sums(self, window: Window, read_at: str) -> VendorSums:
        """What the vendor counts in a window of whole hours."""
        ...


@dataclass(frozen=True, slots=True)
class CountedWindow:
    """A window compared with the vendor's own sums.

    Attributes:
        window: whole hours.
        read_at: when the vendor's sums were read.
        hours: by hour and model.
        total: the one sum; None where the vendor said none.
        days: the hours once more, by day of the reporting zone and by meter.
    """

    window: Window
    read_at: str
    hours: tuple[Compared, ...]
    total: Compared | None
    days: tuple[DayCompared, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether asking the vendor again could say nothing new."""
        whole = (*self.hours, *([self.total] if self.total else []))
        return not any(one.is_open or one.is_late for one in whole)


def read_vendor_counts(
    workspace: Workspace,
    source: CountSource,
    feed_name: str,
    windows: Iterable[Window],
    *,
    operator: str,
    at: datetime,
) -> None:
    """Ask for the vendor's sums of these windows, and record what is new.

    Args:
        workspace: where they are recorded.
        source: who answers them.
        feed_name: the feed of the rows.
        windows: whole hours that are on record.
        operator: initials of the person or id of the job.
        at: the time of the record.
    """
    for window in windows:
        found = source.sums(window, instant_text(at))
        if _said_before(workspace, feed_name, found):
            continue
        document = VendorCount(
            feed_name,
            window.first,
            window.last,
            found.read_at,
            workspace.store.put(canonical(found)),
            operator,
        )
        append(workspace.log, document, at)


def counted_windows(
    workspace: Workspace,
    counted: Counted,
    feed_name: str,
    chosen: Container[Window] | None = None,
) -> tuple[CountedWindow, ...]:
    """What the vendor said of windows on record, the newest word on each, against our rows now.

    Args:
        workspace: what is on record in it.
        counted: what the vendor's sums count.
        feed_name: the feed.
        chosen: these windows alone; by default all.
    """
    rows = _OurRows(workspace, counted, fetched_windows(workspace, feed_name))
    return tuple(
        _compared(rows, window, sums_of(workspace, one))
        for window, one in sorted(_newest(workspace, feed_name).items())
        if chosen is None or window in chosen
    )


def _newest(workspace: Workspace, feed_name: str) -> dict[Window, VendorCount]:
    """The newest word of the vendor on each window."""
    return {
        Window(one.first, one.last): one
        for one in vendor_counts(workspace.log)
        if one.feed_name == feed_name
    }


def _compared(rows: _OurRows, window: Window, sums: VendorSums) -> CountedWindow:
    ours = rows.within(window)
    total = None if sums.quota is None else compare_sum(ours, sums.quota)
    late = flushed_until(sums, rows.counted.late_minutes)
    hours = compare_hours(ours, sums.hours, late)
    days = by_day(hours, rows.workspace.settings.zone)
    return CountedWindow(window, sums.read_at, hours, total, days)


def windows_to_count(
    workspace: Workspace,
    counted: Counted,
    feed_name: str,
    recorded: Iterable[Window],
    since: int,
) -> tuple[Window, ...]:
    """The whole hours that the vendor is to be asked for.

    Args:
        workspace: what is on record in it.
        counted: what the vendor's sums count.
        feed_name: the feed.
        recorded: windows that are new on record, or were read anew.
        since: what ended before this second and is not new is left as it is.
    """
    known = tuple(_newest(workspace, feed_name))
    new = tuple(recorded)
    asked = {one for one in known if any(one.meets(window) for window in new)}
    young = {one for one in known if one.last >= since} - asked
    asked |= {
        one.window
        for one in counted_windows(workspace, counted, feed_name, young)
        if not one.is_settled
    }
    have = windows_on_record(fetched_windows(workspace, feed_name))
    for window in have:
        for part in missing(window, known):
            # Also what an interrupted fetch recorded and never counted.
            hours = _whole_hours(part, have)
            if hours and (hours.last >= since or any(hours.meets(one) for one in new)):
                asked.add(hours)
    return tuple(sorted(asked))


def _whole_hours(part: Window, have: Iterable[Window]) -> Window | None:
    """The hours of a window; one whose beginning was recorded earlier is whole by now."""
    first = part.first // HOUR * HOUR
    if not any(one.first <= first and part.first <= one.last for one in have):
        first += HOUR
    last = (part.last + 1) // HOUR * HOUR - 1
    return Window(first, last) if first <= last else None


def sums_of(workspace: Workspace, record: VendorCount) -> VendorSums:
    """The vendor's sums as they were stored."""
    return msgspec.json.decode(workspace.store.get(record.sums_object), type=VendorSums)


def _said_before(workspace: Workspace, feed_name: str, found: VendorSums) -> bool:
    one = _newest(workspace, feed_name).get(found.window)
    if one is None:
        return False
    before = sums_of(workspace, one)
    return (before.hours, before.quota) == (found.hours, found.quota)


@dataclass(slots=True)
class _OurRows:
    """The rows on record that the vendor's sums are compared with."""

    workspace: Workspace
    counted: Counted
    fetched: tuple[FetchedWindow, ...]

    def within(self, window: Window) -> dict[tuple[int, str], OurHour]:
        """Our hours of a window."""
        return our_hours(
            row
            for one in self.fetched
            if one.window.meets(window)
            for row in self._rows(one.record, window)
        )

    def _rows(
        self, record: Import, window: Window
    ) -> Iterator[tuple[int, str, Kind | Literal["refund"], int | None]]:
        feed = msgspec.convert(record.feed, Feed)
        names = {
            "time": feed.time.column,
            "type": feed.row_type,
            "model": source_column(feed.model),
            "quota": None if feed.charged is None else feed.charged.column,
            "id": source_column(feed.request_id),
            "task": source_column(feed.task_id),
        }
        stored = pq.read_table(
            io.BytesIO(self.workspace.store.get(record.records_object)),
            columns=[name for name in names.values() if name],
        )
        columns = [_texts(stored, name) for name in names.values()]
        for time, kind, model, quota, request, task in zip(*columns, strict=True):
            if time and time.isascii() and time.isdigit() and window.holds(int(time)):
                yield int(time), model or "", self._kind(feed, kind, request, task), _units(quota)

    def _kind(
        self, feed: Feed, row_type: str | None, request: str | None, task: str | None
    ) -> Kind | Literal["refund"]:
        if row_type in self.counted.row_types:
            return "settlement" if task and not request else "call"
        return "refund" if feed.row_kinds.get(row_type or "") == "refund" else "other"


def _texts(stored: pa.Table, name: str | None) -> list[str | None]:
    if name is None:
        return [None] * stored.num_rows
    found: list[str | None] = stored.column(name).cast(pa.string()).to_pylist()
    return found


def _units(text: str | None) -> int | None:
    whole = text is not None and text.isascii() and text.isdigit() and len(text) <= _LONGEST_QUOTA
    return int(text or "0") if whole else None
