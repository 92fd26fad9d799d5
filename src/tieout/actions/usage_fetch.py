"""``usage fetch``: the vendor's own log, collected window by window, resumable at any point (U9).

The log is read oldest first in closed windows. What was read whole is recorded in batches, rows and
window in one entry; so whatever ends the command, the next one goes on behind the last entry, and
running it twice changes nothing. Windows that ended lately are counted again, because rows may
arrive late; one that has grown is read anew and replaces its earlier reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from tieout.actions.fetched_windows import FetchedWindow, fetched_windows
from tieout.actions.log_batch import NewWindow, record_batch
from tieout.actions.vendor_counts import (
    CountedWindow,
    CountSource,
    counted_windows,
    read_vendor_counts,
    windows_to_count,
)
from tieout.calendar import instant_text
from tieout.errors import Refusal
from tieout.evidence.records import require
from tieout.metering.collection.batch import Batch, Origin
from tieout.metering.collection.by_name import Filter
from tieout.metering.collection.page import Chosen, Page, PageSource
from tieout.metering.collection.reading import ReadSlice, Unread, slices
from tieout.metering.collection.settled import Limits
from tieout.metering.collection.vendor_log import Counted
from tieout.metering.collection.window import Window, missing
from tieout.workspace.layout import Workspace

Progress = Callable[[str, int], None]
Clock = Callable[[], datetime]
_DAY: Final = 86_400


class VendorLog(PageSource, Protocol):
    """A vendor's log that can be read: pages, and what was leaned on to read them."""

    @property
    def total_rows(self) -> int:
        """Where its count of a window stops."""
        ...

    @property
    def origin(self) -> Origin:
        """Where it is read, and which contract items are leaned on."""
        ...

    @property
    def filters(self) -> Sequence[Filter]:
        """How a second that is too full can be asked for in parts."""
        ...


@dataclass(slots=True)
class FetchResult:
    """What one fetch did.

    Attributes:
        feed_name: the feed.
        asked: the window that was asked for; None where nothing is closed yet.
        recorded: windows that are new on record, in the order they were recorded.
        known: seconds of the asked window that were on record before.
        unread: windows that could not be read whole, and why.
        recounted: windows whose rows were counted again.
        fewer: windows in which the vendor now shows fewer rows than are on record.
        pages: pages that were read.
        counted: the windows of this fetch against the vendor's own sums.
    """

    feed_name: str
    asked: Window | None
    recorded: list[NewWindow] = field(default_factory=list)
    known: int = 0
    unread: list[Unread] = field(default_factory=list)
    recounted: int = 0
    fewer: list[Window] = field(default_factory=list)
    pages: int = 0
    counted: tuple[CountedWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """What is to be fetched, and for whom.

    Attributes:
        feed_name: the feed that reads the rows.
        operator: initials of the person or id of the job.
        asked: the window; None where nothing is closed yet.
        again: read windows on record anew, and let the new reading replace the old.
    """

    feed_name: str
    operator: str
    asked: Window | None
    again: bool = False


class FetchInterrupted(KeyboardInterrupt):
    """Somebody interrupted the command; what was read whole is recorded."""

    def __init__(self, result: FetchResult) -> None:
        """Keep what was done until then."""
        super().__init__()
        self.result = result


@dataclass(slots=True)
class Fetching:
    """One fetch under way: where it reads, where it records."""

    workspace: Workspace
    log: VendorLog
    feed_name: str
    operator: str
    clock: Clock
    progress: Progress
    result: FetchResult
    doubted: set[int] = field(default_factory=set)

    @property
    def limits(self) -> Limits:
        """How the log may be read here."""
        terms = self.workspace.settings.collecting
        settle = timedelta(minutes=terms.settle_minutes)
        return Limits(total_rows=self.log.total_rows, settle=settle, longest=_DAY)

    def page(self, asked: Window, number: int, chosen: Chosen) -> Page:
        """One page, counted."""
        found = self.log.page(asked, number, chosen)
        self.result.pages += 1
        self.progress("pages", len(found.rows))
        return found

    def collect(self, gap: Window, replaces: FetchedWindow | None = None) -> None:
        """Read a gap and record it in batches; what was read whole is recorded however it ends."""
        batch = Batch()
        previous: ReadSlice | None = None
        try:
            for found in slices(self, gap, self.limits, self.log.filters):
                if isinstance(found, Unread):
                    self.result.unread.append(found)
                    full, batch, previous = batch, Batch(), None
                    self._record(full, replaces)
                    continue
                self.doubted |= _late(previous, found)
                previous = found
                batch.add(found, instant_text(self.clock()))
                if replaces is None and batch.rows >= self.workspace.settings.collecting.batch_rows:
                    full, batch = batch, Batch()
                    self._record(full)
        except (Refusal, KeyboardInterrupt):
            # The other half of a window would not stand in for the whole of it.
            if replaces is None:
                self._record(batch)
            raise
        self._record(batch, replaces)

    def recount(self, before: Iterable[FetchedWindow]) -> None:
        """Count windows again that ended lately, or whose seams did not agree."""
        days = self.workspace.settings.collecting.recount_days
        young = int(self.clock().timestamp()) - days * _DAY
        for one in before:
            doubted = any(one.window.holds(second) for second in self.doubted)
            if one.window.last < young and not doubted:
                continue
            self.result.recounted += 1
            now = [
                (s, self.page(s.asked, 1, {}).total) for s in one.collected.slices if not s.by_name
            ]
            if any(total > part.total for part, total in now):
                self.collect(one.window, one)
            elif any(total < part.total for part, total in now):
                self.result.fewer.append(one.window)

    def _record(self, batch: Batch, replaces: FetchedWindow | None = None) -> None:
        if not batch.slices:
            return
        if replaces is not None and (
            batch.window != replaces.window or batch.rows < replaces.collected.rows
        ):
            self.result.fewer.append(replaces.window)
            return
        self.progress("recording", 0)
        found = record_batch(
            self.workspace,
            self.feed_name,
            batch,
            self.log.origin,
            operator=self.operator,
            at=self.clock(),
            replaces="" if replaces is None else replaces.record.import_id,
        )
        if found is not None:
            self.result.recorded.append(found)


def fetch_usage(
    workspace: Workspace,
    log: VendorLog,
    order: FetchOrder,
    *,
    sums: tuple[CountSource, Counted] | None = None,
    clock: Clock = lambda: datetime.now(UTC),
    progress: Progress = lambda _stage, _rows: None,
) -> FetchResult:
    """Collect a window of a vendor's log: what is not on record, and what has grown since.

    Args:
        workspace: where it is recorded.
        log: the vendor's log.
        order: what is asked, and for whom.
        sums: the vendor's own sums and what they count, to compare with.
        clock: our clock.
        progress: told of every page and its rows.

    Raises:
        CaptureRefused: a page could not be had, or is none.
        InputRefused: its rows cannot be read.
        FetchInterrupted: somebody interrupted it.
    """
    workspace.settings.require_confirmed()
    require(operator=order.operator)
    result = FetchResult(order.feed_name, order.asked)
    fetching = Fetching(workspace, log, order.feed_name, order.operator, clock, progress, result)
    try:
        _collect(fetching, order)
        if sums is not None:
            _count(fetching, *sums)
    except KeyboardInterrupt as error:
        raise FetchInterrupted(result) from error
    return result


def _collect(fetching: Fetching, order: FetchOrder) -> None:
    """Read what is missing, then count again what may have grown."""
    result, asked = fetching.result, order.asked
    before = fetched_windows(fetching.workspace, order.feed_name)
    if asked is not None:
        gaps = tuple(missing(asked, (one.window for one in before)))
        result.known = asked.seconds - sum(gap.seconds for gap in gaps)
        for gap in gaps:
            fetching.collect(gap)
        if order.again:
            for one in before:
                if one.window.meets(asked):
                    fetching.collect(one.window, one)
            return
    if fetching.doubted:
        before = fetched_windows(fetching.workspace, order.feed_name)
    fetching.recount(before)


def _count(fetching: Fetching, source: CountSource, counted: Counted) -> None:
    """Compare what is new with the vendor's own sums, and what was not settled once more."""
    workspace, feed_name, now = fetching.workspace, fetching.feed_name, fetching.clock()
    since = int(now.timestamp()) - workspace.settings.collecting.recount_days * _DAY
    new = [one.window for one in fetching.result.recorded]
    windows = windows_to_count(workspace, counted, feed_name, new, since)
    read_vendor_counts(workspace, source, feed_name, windows, operator=fetching.operator, at=now)
    fetching.result.counted = tuple(
        one for one in counted_windows(workspace, counted, feed_name) if one.window in windows
    )


def _late(previous: ReadSlice | None, found: ReadSlice) -> set[int]:
    """The seconds on either side of a seam whose rows the two slices do not agree in."""
    if previous is None:
        return set()
    seam = found.window.first
    doubted = set()
    if found.asked.first < seam and found.before != previous.at(found.asked.first, seam - 1):
        doubted.add(seam - 1)
    if previous.asked.last >= seam and previous.after != found.at(seam, previous.asked.last):
        doubted.add(seam)
    return doubted
