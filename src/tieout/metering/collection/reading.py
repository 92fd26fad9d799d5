"""Reading windows of a log whole: each until two counts agree, each small enough for the caps.

Rows arrive while pages are read and shift them; the vendor's count stops at a cap; a window may be
too full. So a window is read only when it is closed, its count must stand still from the first page
to the last and equal the rows received, and a row that comes twice on different pages makes the
window smaller until one page shows both. Nothing is cut: what cannot be read whole is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Final

from tieout.errors import CaptureRefused
from tieout.metering.collection.page import Chosen, LogRow, Page, PageSource
from tieout.metering.collection.window import Window

_ROOMY: Final = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """How a log may be read.

    Attributes:
        total_rows: where the vendor's count of a window stops; a window that reaches it is unread.
        readings: how often a window that will not stand still is read before it is made smaller.
        overlap: seconds asked for beyond each end of a window, so that its bounds are proved.
        settle: how long ago a window ended before it counts as closed.
        longest: seconds of the longest window that is tried.
    """

    total_rows: int
    readings: int = 3
    overlap: int = 1
    settle: timedelta = timedelta(hours=1)
    longest: int = 86_400


@dataclass(frozen=True, slots=True)
class ReadSlice:
    """A window that was read whole.

    Attributes:
        window: the seconds whose rows are kept.
        asked: the window the vendor was asked for; wider by the overlap.
        total: rows of the asked window, by the vendor's count and by ours.
        rows: the rows of the window, newest first.
        pages: digest and size of every page read for it.
        before, after: rows seen in the overlap at either end, to compare with the neighbours.
        by_name: whether it was put together from the parts that have a known name.
    """

    window: Window
    asked: Window
    total: int
    rows: tuple[LogRow, ...]
    pages: tuple[tuple[str, int], ...]
    before: Counter[bytes] = field(default_factory=Counter)
    after: Counter[bytes] = field(default_factory=Counter)
    by_name: bool = False

    def at(self, first: int, last: int) -> Counter[bytes]:
        """What its rows of those seconds say, counted."""
        wanted = (row for row in self.rows if row.second is not None)
        return Counter(row.identity for row in wanted if first <= (row.second or 0) <= last)


@dataclass(frozen=True, slots=True)
class Unread:
    """A window that cannot be read whole, and why."""

    window: Window
    code: str
    reason: str


class State(Enum):
    """How one reading of a window ended."""

    WHOLE = "whole"
    OVER = "over"
    MOVED = "moved"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of a window: how it ended, the rows seen, the pages, the vendor's count."""

    state: State
    total: int
    rows: tuple[LogRow, ...] = ()
    pages: tuple[Page, ...] = ()

    @property
    def content(self) -> Counter[bytes]:
        """What the rows say, counted."""
        return Counter(row.identity for row in self.rows)


def read_once(
    source: PageSource, asked: Window, limits: Limits, chosen: Chosen | None = None
) -> Attempt:
    """Read every page of a window once.

    Raises:
        CaptureRefused: ``LOG_BOUNDS``: rows of other times came back.
    """
    pages = [source.page(asked, 1, chosen or {})]
    total = pages[0].total
    _require_inside(pages[0], asked)
    if total >= limits.total_rows:
        return Attempt(State.OVER, total, pages[0].rows, tuple(pages))
    rows = list(pages[0].rows)
    while len(rows) < total:
        page = source.page(asked, len(pages) + 1, chosen or {})
        pages.append(page)
        _require_inside(page, asked)
        rows.extend(page.rows)
        if page.total != total or not page.rows:
            return Attempt(State.MOVED, page.total, tuple(rows), tuple(pages))
    found = Attempt(State.WHOLE, total, tuple(rows), tuple(pages))
    if len(rows) != total:
        return Attempt(State.MOVED, total, found.rows, found.pages)
    if len(pages) > 1 and len(found.content) != total:
        return Attempt(State.REPEATED, total, found.rows, found.pages)
    return found


def read_settled(
    source: PageSource, asked: Window, limits: Limits, chosen: Chosen | None = None
) -> Attempt:
    """Read a window until its count stands still, a bounded number of times.

    A row that repeats over pages is believed only of a window that cannot be made smaller, and
    only when two readings in a row say the same.
    """
    smallest = asked.seconds <= 1 + 2 * limits.overlap
    last = None
    for _ in range(limits.readings):
        found = read_once(source, asked, limits, chosen)
        if found.state in (State.WHOLE, State.OVER):
            return found
        if found.state is State.REPEATED:
            if not smallest:
                return found
            if last is not None and last.state is State.REPEATED and last.content == found.content:
                return Attempt(State.WHOLE, found.total, found.rows, found.pages)
        last = found
    assert last is not None
    return last


def slices(
    source: PageSource, gap: Window, limits: Limits, span: int | None = None
) -> Iterator[ReadSlice | Unread]:
    """Read a gap slice by slice, oldest first; a slice that is too full is halved.

    The slices and the unread windows together are exactly the gap, without a second twice; it ends
    early where the vendor's own clock says that the rest is not closed yet.
    """
    first, length = gap.first, span or limits.longest
    while first <= gap.last:
        length = max(1, min(length, limits.longest))
        window = Window(first, min(gap.last, first + length - 1))
        found = _slice(source, window, limits)
        if found is None:
            return
        first = window.last + 1
        if isinstance(found, ReadSlice):
            yield found
            if found.total * _ROOMY < limits.total_rows:
                length = window.seconds * 2
        elif window.seconds > 1:
            first, length = window.first, (window.seconds + 1) // 2
        else:
            yield _second(source, window, limits, found)


def _slice(source: PageSource, window: Window, limits: Limits) -> ReadSlice | Attempt | None:
    """The window read whole, or the reading that says it must be smaller; None while not closed."""
    asked = window.widened(limits.overlap)
    found = read_settled(source, asked, limits)
    told = found.pages[0].answered_at
    if told is not None and window.last >= (told - limits.settle).timestamp():
        return None
    if found.state is not State.WHOLE:
        return found
    return _kept(window, asked, found)


def _kept(window: Window, asked: Window, found: Attempt, *, by_name: bool = False) -> ReadSlice:
    rows = tuple(row for row in found.rows if row.second is None or window.holds(row.second))
    early = (r.identity for r in found.rows if r.second is not None and r.second < window.first)
    late = (r.identity for r in found.rows if r.second is not None and r.second > window.last)
    pages = tuple((page.sha256, page.size) for page in found.pages)
    return ReadSlice(
        window, asked, found.total, rows, pages, Counter(early), Counter(late), by_name
    )


def _second(
    source: PageSource, window: Window, limits: Limits, wide: Attempt
) -> ReadSlice | Unread:
    """A single second that was too full, or would not stand still, with its overlap: without."""
    found = read_settled(source, window, limits)
    if found.state is State.WHOLE:
        if _bounds_included(source, window, limits, wide, found):
            return _kept(window, window, found)
        return Unread(
            window, "LOG_BOUNDS_OPEN", "a second asked for alone does not show the rows it holds"
        )
    if State.OVER in (found.state, wide.state):
        return Unread(
            window,
            "LOG_SECOND_FULL",
            f"one second holds {limits.total_rows:,} rows or more, which is where the vendor's"
            " count stops",
        )
    return Unread(
        window,
        "LOG_UNSETTLED",
        f"its rows changed while they were read, {limits.readings} times in a row",
    )


def _bounds_included(
    source: PageSource, window: Window, limits: Limits, wide: Attempt, found: Attempt
) -> bool:
    """Whether the seconds asked one by one add up to what was seen when asked together."""
    asked = window.widened(limits.overlap)
    others = (Window(s, s) for s in range(asked.first, asked.last + 1) if not window.holds(s))
    return found.total + sum(source.page(one, 1, {}).total for one in others) >= wide.total


def _require_inside(page: Page, asked: Window) -> None:
    outside = [r for r in page.rows if r.second is not None and not asked.holds(r.second)]
    if outside:
        raise CaptureRefused(
            "LOG_BOUNDS",
            "The log answered rows of other times than it was asked for.",
            where=(f"asked for {asked.text()}, {len(outside):,} rows of the page lie outside",),
            remedy="The items on the parameters of the log do not hold; check them against a"
            " saved answer and contradict the wrong one.",
        )
