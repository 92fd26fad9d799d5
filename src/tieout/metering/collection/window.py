"""Windows of time in whole seconds, both ends included: what a log is asked and was read for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from tieout.calendar import instant_text


class Window(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """The seconds from ``first`` to ``last``, both included, as seconds since 1970 in UTC."""

    first: int
    last: int

    def __post_init__(self) -> None:
        """A window holds at least one second."""
        assert self.first <= self.last, "a window without a second"

    @property
    def seconds(self) -> int:
        """How many seconds it holds."""
        return self.last - self.first + 1

    def widened(self, seconds: int) -> Window:
        """The window with so many more seconds at each end."""
        return Window(self.first - seconds, self.last + seconds)

    def holds(self, second: int) -> bool:
        """Whether the second lies in it."""
        return self.first <= second <= self.last

    def meets(self, other: Window) -> bool:
        """Whether the two share a second."""
        return self.first <= other.last and other.first <= self.last

    def text(self) -> str:
        """It as a person reads it: first and last second, UTC."""
        return f"{second_text(self.first)} to {second_text(self.last)}"


def second_text(second: int) -> str:
    """A second as an instant in UTC."""
    return instant_text(datetime.fromtimestamp(second, UTC))


def merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The same seconds in as few windows as possible, oldest first."""
    found: list[Window] = []
    for window in sorted(windows):
        if found and window.first <= found[-1].last + 1:
            found[-1] = Window(found[-1].first, max(found[-1].last, window.last))
        else:
            found.append(window)
    return tuple(found)


def missing(asked: Window, read: Iterable[Window]) -> Iterator[Window]:
    """The seconds of ``asked`` that none of the others holds, oldest first."""
    first = asked.first
    for window in merged(read):
        if window.last < first:
            continue
        if window.first > asked.last:
            break
        if first < window.first:
            yield Window(first, window.first - 1)
        first = window.last + 1
    if first <= asked.last:
        yield Window(first, asked.last)
