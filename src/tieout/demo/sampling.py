"""Seeded draws: token counts along real quantiles, weighted choices, instants of a working month.

Only whole numbers are drawn, so that the same seed gives the same bytes everywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Final, Generic, TypeVar

from tieout.demo.story import MonthPlan

_Item = TypeVar("_Item")
_FRIDAY: Final = 4
_SYMBOLS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Weighted(Generic[_Item]):
    """A choice among items by whole-number weights."""

    def __init__(self, items: Iterable[tuple[_Item, int]]) -> None:
        """Keep the items with their running weights."""
        pairs = tuple(items)
        self._items = tuple(item for item, _ in pairs)
        self._running = tuple(accumulate(weight for _, weight in pairs))

    def draw(self, rng: Random) -> _Item:
        """One item."""
        return self._items[bisect_right(self._running, rng.randrange(self._running[-1]))]


class Quantiles:
    """Whole numbers that follow a table of quantiles, straight between its points."""

    def __init__(self, percents: Sequence[int], values: Sequence[int]) -> None:
        """Keep the points in hundredths of a percent."""
        self._points = tuple(percent * 100 for percent in percents)
        self._values = tuple(values)

    def draw(self, rng: Random) -> int:
        """One number."""
        place = rng.randrange(self._points[-1])
        right = bisect_right(self._points, place)
        low, high = self._values[right - 1], self._values[right]
        span = self._points[right] - self._points[right - 1]
        return low + (high - low) * (place - self._points[right - 1]) // span


class Clock:
    """Instants of the month, busy in working hours and quiet at weekends."""

    def __init__(self, plan: MonthPlan) -> None:
        """Weigh every hour of the month."""
        hours: list[tuple[int, int]] = []
        moment = plan.first
        while moment < plan.end:
            day = plan.weekend if moment.weekday() > _FRIDAY else plan.weekday
            hours.append((int(moment.timestamp()), day * plan.hours[moment.hour]))
            moment += timedelta(hours=1)
        self._hours = Weighted(hours)

    def draw(self, rng: Random) -> int:
        """One second of the month."""
        return self._hours.draw(rng) + rng.randrange(3600)


def request_id(rng: Random, second: int) -> str:
    """An id as the gateway makes them: the time, nanoseconds without padding, eight symbols."""
    stamp = datetime.fromtimestamp(second, UTC).strftime("%Y%m%d%H%M%S")
    return f"{stamp}{rng.randrange(1_000_000_000)}{symbols(rng, 8)}"


def symbols(rng: Random, count: int) -> str:
    """A run of random letters and digits."""
    return "".join(_SYMBOLS[rng.randrange(62)] for _ in range(count))
