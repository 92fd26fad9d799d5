"""A vendor's log over https: addresses and limits of verified contract items, pages one by one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlencode

import msgspec

from tieout.errors import ConfigurationRefused
from tieout.fetching import Asked, Credential, Exchange, Fetched, FetchFailed, Guard, fetch
from tieout.intake.feed import Feed
from tieout.intake.field import source_column
from tieout.metering.collection.batch import Origin
from tieout.metering.collection.by_name import Filter
from tieout.metering.collection.page import Chosen, Page, PageReader, PageShape
from tieout.metering.collection.window import Window
from tieout.vendors_path import VendorFacts

FILE_ENDING: Final = "/log-collection.toml"
_SECOND: Final = 1_000_000_000
_BROKEN_OFF: Final = frozenset({"HTTP_PARTIAL", "HTTP_DECODE_PARTIAL", "HTTP_DEADLINE"})
_TYPE: Final = 4
# Asking for it asks for every type.
_EVERY_TYPE: Final = ("0",)
_PAUSES: Final = (
    1_000,
    2_000,
    4_000,
)  # milliseconds before an answer that broke off is asked again


class LogItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contract items that a page of the log leans on, or their values."""

    endpoint: str
    auth: str
    parameters: str
    first_page: str
    page_size: str
    total_cap: str
    bounds: str
    total_path: str
    rows_path: str
    success: str
    retry: str
    final_codes: str


class StatisticItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contract items that the sum of the log leans on, or their values."""

    endpoint: str
    auth: str
    parameters: str
    bounds: str
    sum_path: str
    success: str
    retry: str
    final_codes: str


class HourItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contract items that the hourly sums lean on, or their values."""

    endpoint: str
    auth: str
    parameters: str
    rows_path: str
    longest: str
    success: str
    retry: str
    final_codes: str


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the vendor's sums count, and how a row of the hourly sums is read.

    Attributes:
        row_types: the row types that are summed.
        model, hour, count, quota: names in a row of the hourly sums.
        late_minutes: an hour that ended less than so long before the sums were read may lack rows.
    """

    row_types: tuple[str, ...]
    model: str
    hour: str
    count: str
    quota: str
    late_minutes: int


class LogCollection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One vendor's log: the feed that reads it, and the contract items by their part in it.

    Attributes:
        profile: the profile of the feed.
        message_path: what an answer says where it is none.
        filters: the item on parameters that filter, key first, then model; used where verified.
        log: what a page leans on.
        statistic: what the one sum of the log leans on.
        hours: what the hourly sums lean on.
        counted: what both sums count.
    """

    profile: str
    message_path: str
    filters: str
    log: LogItems
    statistic: StatisticItems
    hours: HourItems
    counted: Counted


def log_collection(vendors: VendorFacts, profile: str | None) -> LogCollection:
    """How the log of a profile is collected.

    Raises:
        ConfigurationRefused: ``FETCH_FEED``: nothing is known about collecting it.
    """
    for path, content in sorted(vendors.items()):
        if path.endswith(FILE_ENDING):
            found = msgspec.toml.decode(content, type=LogCollection)
            if found.profile == profile:
                return found
    raise ConfigurationRefused(
        "FETCH_FEED",
        "The log of that feed cannot be fetched: no vendor's facts say how.",
        where=(f"profile {profile!r}" if profile else "the feed has no profile",),
        remedy="Save the export and import it, or fetch through a feed with such a profile.",
    )


def item_ids(items: msgspec.Struct) -> tuple[str, ...]:
    """The contract items, each once."""
    return tuple(dict.fromkeys(msgspec.structs.asdict(items).values()))


def log_values(items: LogItems, values: Mapping[str, str]) -> LogItems:
    """The values of the items, in the place of their names."""
    return LogItems(**{role: values[item] for role, item in msgspec.structs.asdict(items).items()})


@dataclass(slots=True)
class HttpLog:
    """A vendor's log over https.

    Attributes:
        values: the values of the contract items.
        guard: which hosts, how much, how often.
        credential: what to show.
        reader: reads its pages.
        pages_per_minute: how many pages are asked for in a minute, one at a time.
        rows_at: the path of the rows of a page.
        items: the contract items that are leaned on and their values.
        filters: how a second that is too full can be asked for in parts.
    """

    values: LogItems
    guard: Guard
    credential: Credential
    reader: PageReader
    pages_per_minute: int
    rows_at: str
    items: Mapping[str, str]
    filters: tuple[Filter, ...]
    _asked_at: int = field(default=0, init=False)
    _notes: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def origin(self) -> Origin:
        """Where it is read, what is leaned on, and what was accepted with a note so far."""
        notes = tuple(note for _, note in sorted(self._notes.items()))
        return Origin(self.values.endpoint, self.rows_at, self.items, notes)

    @property
    def total_rows(self) -> int:
        """Where its count of a window stops."""
        return int(self.values.total_cap)

    def page(self, asked: Window, number: int, chosen: Chosen) -> Page:
        """The page of that number, from 1, of the rows of a window.

        Raises:
            CaptureRefused: it could not be had.
            CaptureRefused: it is no page.
        """
        page, size, first, last, *_ = self.values.parameters.split(", ")
        open_end = 0 if self.values.bounds == "inclusive" else 1
        query = {
            page: int(self.values.first_page) + number - 1,
            size: int(self.values.page_size),
            first: asked.first,
            last: asked.last + open_end,
            **chosen,
        }
        address = f"{self.values.endpoint}?{urlencode(query)}"
        found = self._fetched(Asked(address, credential=self.credential))
        for note in found.exchange.notes:
            # The first of its code says enough: a clock that differs says so on every page.
            self._notes.setdefault(note.partition(":")[0], note)
        return self.reader.read(found.body, told_at(found.exchange))

    def _fetched(self, asked: Asked) -> Fetched:
        """One answer; one that broke off is asked for again, a page being the same asked twice."""
        for pause in _PAUSES:
            self._wait()
            try:
                return fetch(asked, self.guard)
            except FetchFailed as failed:
                if failed.code not in _BROKEN_OFF:
                    raise
            self.guard.sleep(pause)
        self._wait()
        return fetch(asked, self.guard)

    def _wait(self) -> None:
        """One page at a time, and no more of them in a minute than the terms allow."""
        pause = 60 * _SECOND // self.pages_per_minute
        since = self.guard.ticks() - self._asked_at
        if self._asked_at and since < pause:
            self.guard.sleep((pause - since) // 1_000_000)
        self._asked_at = self.guard.ticks()


def http_log(
    collection: LogCollection,
    values: Mapping[str, str],
    *,
    feed: Feed,
    guard: Guard,
    credential: Credential,
    pages_per_minute: int,
) -> HttpLog:
    """A vendor's log over https.

    Args:
        collection: which contract items say what.
        values: the verified values, by item: those of the log, and of the filters where verified.
        feed: the feed that reads its rows.
        guard: the guard of its address.
        credential: what to show.
        pages_per_minute: how many pages are asked for in a minute.

    Raises:
        ConfigurationRefused: ``FETCH_FEED``.
    """
    found = log_values(collection.log, values)
    shape = page_shape(found, collection.message_path)
    require_readable(feed, shape.rows)
    filters = values.get(collection.filters, "")
    reader = PageReader(shape, feed)
    return HttpLog(
        found,
        guard,
        credential,
        reader,
        pages_per_minute,
        shape.rows,
        dict(values),
        filters_of(reader, feed, found, filters),
    )


def filters_of(reader: PageReader, feed: Feed, items: LogItems, names: str) -> tuple[Filter, ...]:
    """How a second that is too full can be asked for in parts: by type, key and model.

    Args:
        reader: reads a row's values.
        feed: the feed, which says what its columns are.
        items: the values of the items of the log; the fifth parameter is the type of a row.
        names: the value of the item on filters, key first, then model; or empty.
    """
    found = []
    parameters = items.parameters.split(", ")
    if feed.row_type is not None and len(parameters) > _TYPE:
        kinds = tuple(kind for kind in feed.row_kinds if kind not in _EVERY_TYPE)
        found.append(_filter(reader, parameters[_TYPE], feed.row_type, kinds, _EVERY_TYPE))
    columns = (source_column(feed.key_name), source_column(feed.model))
    for parameter, column in zip(names.split(", ") if names else (), columns, strict=False):
        if column is not None:
            found.append(_filter(reader, parameter, column))
    return tuple(found)


def _filter(
    reader: PageReader,
    parameter: str,
    column: str,
    known: tuple[str, ...] = (),
    useless: tuple[str, ...] = ("",),
) -> Filter:
    return Filter(parameter, lambda row: reader.value(row, column), known, useless)


def page_shape(items: LogItems, message_path: str) -> PageShape:
    """Where a page says what."""
    rows = items.rows_path.split(", ")[0]
    return PageShape(items.success, message_path, items.total_path, rows)


def require_readable(feed: Feed, rows_at: str) -> None:
    """Refuse a feed that would not find the rows where the log has them.

    Raises:
        ConfigurationRefused: ``FETCH_FEED``.
    """
    if feed.format != "json" or rows_at not in feed.records_at:
        raise ConfigurationRefused(
            "FETCH_FEED",
            "The feed does not read rows where the log has them.",
            where=(f"records_at of the feed, without {rows_at!r}",),
            remedy="Take records_at out of the feed, so that its profile says it.",
        )


def told_at(exchange: Exchange) -> datetime | None:
    """The vendor's own clock, where its answer told it."""
    with suppress(ValueError, TypeError, OverflowError):
        told = parsedate_to_datetime(exchange.header("date"))
        return told if told.tzinfo is not None else None
    return None
