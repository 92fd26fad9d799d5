"""Reading windows of a log whole: each small enough for the caps, each in closed time.

The vendor's count of a window stops at a cap; a window may be too full, or not stand still. Then it
is halved, down to a second. Nothing is cut: what cannot be read whole is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tieout.metering.collection.by_name import Filter, read_by_name
from tieout.metering.collection.page import LogRow, PageSource
from tieout.metering.collection.settled import Attempt, Limits, State, read_settled
from tieout.metering.collection.window import Window

_ROOMY: Final = 4


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


def slices(
    source: PageSource, gap: Window, limits: Limits, filters: Sequence[Filter] = ()
) -> Iterator[ReadSlice | Unread]:
    """Read a gap slice by slice, oldest first; a slice that is too full is halved.

    A single second that is too full is read in parts by the filters, where there are some.

    The slices and the unread windows together are exactly the gap, without a second twice; it ends
    early where the vendor's own clock says that the rest is not closed yet.
    """
    first, length = gap.first, limits.longest
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
            yield _second(source, window, limits, found, filters)


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
    source: PageSource,
    window: Window,
    limits: Limits,
    wide: Attempt,
    filters: Sequence[Filter],
) -> ReadSlice | Unread:
    """A single second that was too full, or would not stand still, with its overlap: without."""
    found = read_settled(source, window, limits)
    if found.state is State.WHOLE:
        if _bounds_included(source, window, limits, wide, found):
            return _kept(window, window, found)
        return Unread(
            window, "LOG_BOUNDS_OPEN", "a second asked for alone does not show the rows it holds"
        )
    if found.state is State.OVER:
        parts = read_by_name(source, window, limits, filters)
        if parts is not None:
            return _kept(window, window, parts, by_name=True)
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
