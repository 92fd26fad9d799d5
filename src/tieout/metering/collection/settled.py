"""One window of a log, page by page, until the vendor's count and the rows received agree.

Rows arrive while pages are read and shift them. So the count must stand still from the first page
to the last and equal the rows received; a row that comes twice on different pages is not believed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from tieout.errors import CaptureRefused
from tieout.metering.collection.page import Chosen, LogRow, Page, PageSource
from tieout.metering.collection.window import Window


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
