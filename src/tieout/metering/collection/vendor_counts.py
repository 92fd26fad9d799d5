"""A vendor's own sums over https: hours by model, and the one sum of its log (see counts.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from tieout.errors import CaptureRefused
from tieout.evidence.canonical import sha256
from tieout.fetching import Asked, Credential, Guard, fetch
from tieout.metering.collection.counts import HOUR, HourCount
from tieout.metering.collection.page import answered, at_path
from tieout.metering.collection.vendor_log import (
    Counted,
    HourItems,
    LogCollection,
    StatisticItems,
    item_ids,
)
from tieout.metering.collection.window import Window


class VendorSums(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the vendor's sums said of one window, at one time.

    Attributes:
        form: the form of this record.
        window: whole hours, as asked.
        read_at: when, by our clock.
        hours: the hourly sums.
        quota: the one sum of the log over the same window; None where it said none.
        addresses: where they were read.
        items: the contract items that were leaned on and their values.
        answers: SHA-256 and size of each answer, which may hold what is not stored (D28).
    """

    form: str
    window: Window
    read_at: str
    hours: tuple[HourCount, ...]
    quota: int | None
    addresses: tuple[str, ...]
    items: dict[str, str]
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class HttpCounts:
    """The vendor's own sums over https."""

    collection: LogCollection
    values: Mapping[str, str]
    guard: Guard
    credential: Credential

    def sums(self, window: Window, read_at: str) -> VendorSums:
        """What the vendor counts in a window of whole hours.

        Raises:
            CaptureRefused: an answer could not be had.
            CaptureRefused: ``LOG_NOT_SUCCESS``, ``LOG_PAGE``: an answer is no sum.
        """
        answers: list[tuple[str, int]] = []
        hours = [one for part in self._parts(window) for one in self._hours(part, answers)]
        quota = self._quota(window, answers)
        items = (*item_ids(self.collection.statistic), *item_ids(self.collection.hours))
        return VendorSums(
            "vendor-sums-1",
            window,
            read_at,
            tuple(sorted(one for one in hours if window.holds(one.hour))),
            quota,
            (self._hour_values.endpoint, self._sum_values.endpoint),
            {one: self.values[one] for one in items},
            tuple(answers),
        )

    @property
    def _hour_values(self) -> HourItems:
        named = msgspec.structs.asdict(self.collection.hours)
        return HourItems(**{role: self.values[item] for role, item in named.items()})

    @property
    def _sum_values(self) -> StatisticItems:
        named = msgspec.structs.asdict(self.collection.statistic)
        return StatisticItems(**{role: self.values[item] for role, item in named.items()})

    def _parts(self, window: Window) -> Iterator[Window]:
        longest = int(self._hour_values.longest) // HOUR * HOUR
        for first in range(window.first, window.last + 1, longest):
            yield Window(first, min(window.last, first + longest - 1))

    def _hours(self, window: Window, answers: list[tuple[str, int]]) -> list[HourCount]:
        items, counted = self._hour_values, self.collection.counted
        first, last, *_ = items.parameters.split(", ")
        found = self._asked(items, {first: window.first, last: window.last}, answers)
        rows = at_path(found, items.rows_path)
        # An account without a call in the window has no list.
        if rows is not None and not isinstance(rows, list):
            raise _no_sum(items.rows_path)
        return [_hour(one, counted) for one in rows or ()]

    def _quota(self, window: Window, answers: list[tuple[str, int]]) -> int | None:
        items = self._sum_values
        _, _, first, last, *_ = items.parameters.split(", ")
        open_end = 0 if items.bounds == "inclusive" else 1
        found = self._asked(items, {first: window.first, last: window.last + open_end}, answers)
        return _whole(at_path(found, items.sum_path), items.sum_path)

    def _asked(
        self,
        items: HourItems | StatisticItems,
        query: Mapping[str, int],
        answers: list[tuple[str, int]],
    ) -> object:
        asked = Asked(f"{items.endpoint}?{urlencode(query)}", credential=self.credential)
        found = fetch(asked, self.guard)
        answers.append((sha256(found.body), len(found.body)))
        return answered(found.body, items.success, self.collection.message_path)


def hours_around(window: Window) -> Window:
    """The whole hours that a window touches."""
    return Window(window.first // HOUR * HOUR, window.last // HOUR * HOUR + HOUR - 1)


def flushed_until(sums: VendorSums, late_minutes: int) -> int:
    """The last second that the hours surely knew when they were read."""
    return int(datetime.fromisoformat(sums.read_at).timestamp()) - 60 * late_minutes


def _hour(row: object, counted: Counted) -> HourCount:
    model = at_path(row, counted.model)
    if not isinstance(model, str):
        raise _no_sum(counted.model)
    hour, count, quota = (
        _whole(at_path(row, path), path) for path in (counted.hour, counted.count, counted.quota)
    )
    return HourCount(hour // HOUR * HOUR, model, count, quota)


def _whole(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _no_sum(path)
    return value


def _no_sum(path: str) -> CaptureRefused:
    return CaptureRefused(
        "LOG_PAGE",
        "The vendor's answer holds no sum where it should.",
        where=(path,),
        remedy="Compare a saved answer with the contract items of the sums; contradict the item"
        " that no longer holds.",
    )
