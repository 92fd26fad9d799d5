"""What vendors count, as loaded tables: lists that people made, and their own hourly sums (U6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
import pyarrow as pa

from tieout import tables
from tieout.calendar import Period, zone
from tieout.close.fetched_log import seconds_of
from tieout.evidence.documents import CountList, Import, VendorCount
from tieout.evidence.store import EvidenceStore
from tieout.metering.collection.counts import HOUR, HourCount
from tieout.metering.collection.log_facts import FILE_ENDING, LogCollection
from tieout.metering.collection.vendor_counts import VendorSums, flushed_until
from tieout.metering.collection.window import Window
from tieout.metering.count_list import ROWS, UNITS, read_counts
from tieout.vendors_path import VendorFacts

_LOG: Final = "log "


@dataclass(frozen=True, slots=True)
class CountTables:
    """What vendors count, and which imports hold the rows that they count.

    Attributes:
        spans: COUNT_SPAN.
        hours: COUNT_HOUR.
        counts: VENDOR_COUNT.
        feeds: USAGE_FEED.
    """

    spans: pa.Table
    hours: pa.Table
    counts: pa.Table
    feeds: pa.Table


NO_COUNTS: Final = CountTables(
    tables.COUNT_SPAN.schema.empty_table(),
    tables.COUNT_HOUR.schema.empty_table(),
    tables.VENDOR_COUNT.schema.empty_table(),
    tables.USAGE_FEED.schema.empty_table(),
)


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of time that is counted whole, for one meter and one grain."""

    count_id: str
    feed_name: str
    day: date
    first: datetime
    until: datetime
    meter: str
    by_model: bool = True
    by_key: bool = False
    read_early: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """What is counted for one model and key."""

    model: str | None
    key_name: str | None
    quantity: Decimal


_Counted = dict[_Span, list[_Line]]


def count_tables(
    store: EvidenceStore,
    usage: Sequence[Import],
    *,
    lists: Iterable[CountList],
    sums: Iterable[VendorCount],
    vendors: VendorFacts,
    zone_name: str,
) -> CountTables:
    """Everything that vendors count, as tables.

    Args:
        store: the evidence store.
        usage: the usage imports of the run.
        lists: the lists that count.
        sums: readings of the vendors' own sums; the newest word on each hour counts.
        vendors: the vendor facts, which say how late an hour may be written.
        zone_name: the reporting zone, which gives the day of an hour.
    """
    found: _Counted = {}
    for one in lists:
        _add_list(found, one, store.get(one.sha256))
    late = {one.feed_name: _late_minutes(one, vendors) for one in usage}
    hours: dict[tuple[str, int], tuple[list[HourCount], bool]] = {}
    for record in sums:
        said = msgspec.json.decode(store.get(record.sums_object), type=VendorSums)
        flushed = flushed_until(said, late.get(record.feed_name, 0))
        # An hour that the vendor's answer leaves out is counted too: nothing happened in it.
        for hour in range(said.window.first, said.window.last + 1, HOUR):
            hours[record.feed_name, hour] = ([], hour + HOUR - 1 > flushed)
        for one_hour in said.hours:
            hours[record.feed_name, one_hour.hour][0].append(one_hour)
    for (feed_name, hour), (told, is_early) in hours.items():
        span = _hour_span(feed_name, hour, zone_name, is_early=is_early)
        for meter, units in ((ROWS, False), (UNITS, True)):
            found[replace(span, meter=meter)] = [
                _Line(one.model or None, None, Decimal(one.quota if units else one.count))
                for one in told
            ]
    return _loaded(found, usage)


def meeting(sums: Iterable[VendorCount], period: Period) -> tuple[VendorCount, ...]:
    """The readings of a vendor's own sums that meet a period."""
    asked = seconds_of(period)
    return tuple(one for one in sums if Window(one.first, one.last).meets(asked))


def is_of_log(count_id: str) -> bool:
    """Whether a count is of the vendor's own sums, and no list that somebody made."""
    return count_id.startswith(_LOG)


def _add_list(found: _Counted, one: CountList, content: bytes) -> None:
    for said in read_counts(content, one.original_name, one.zone):
        span = _Span(
            one.list_id, one.feed_name, date.fromisoformat(said.day.label),
            _naive(said.day.start), _naive(said.day.end), said.meter,
            by_model=said.model is not None, by_key=said.by_key,
        )  # fmt: skip
        key = said.key_name or None
        found.setdefault(span, []).append(_Line(said.model, key, said.quantity))


def _hour_span(feed_name: str, hour: int, zone_name: str, *, is_early: bool) -> _Span:
    start = datetime.fromtimestamp(hour, UTC)
    return _Span(
        f"{_LOG}{feed_name}", feed_name, start.astimezone(zone(zone_name)).date(), _naive(start),
        _naive(start + timedelta(seconds=HOUR)), ROWS, read_early=is_early,
    )  # fmt: skip


def _late_minutes(one: Import, vendors: VendorFacts) -> int:
    content = vendors.get(f"{one.feed.get('vendor') or ''}{FILE_ENDING}")
    return msgspec.toml.decode(content, type=LogCollection).counted.late_minutes if content else 0


def _loaded(found: _Counted, usage: Sequence[Import]) -> CountTables:
    spans = [
        {
            "span_id": number, "count_id": one.count_id, "feed_name": one.feed_name,
            "day": one.day, "counted_from": one.first, "counted_until": one.until,
            "meter": one.meter, "by_model": one.by_model, "by_key": one.by_key,
            "read_early": one.read_early,
        }
        for number, one in enumerate(found, 1)
    ]  # fmt: skip
    feeds = [{"import_id": one.import_id, "feed_name": one.feed_name} for one in usage]
    return CountTables(
        _typed(tables.COUNT_SPAN, spans),
        count_hours(spans),
        _typed(tables.VENDOR_COUNT, _lines(found)),
        _typed(tables.USAGE_FEED, feeds if found else []),
    )


def count_hours(spans: Iterable[Mapping[str, Any]]) -> pa.Table:
    """COUNT_HOUR: every hour in UTC that each of these stretches touches."""
    rows: list[Mapping[str, Any]] = []
    for span in spans:
        hour = span["counted_from"].replace(minute=0, second=0, microsecond=0)
        while hour < span["counted_until"]:
            rows.append({"span_id": span["span_id"], "utc_hour": f"{hour:%Y-%m-%d %H}"})
            hour += timedelta(hours=1)
    return _typed(tables.COUNT_HOUR, rows)


def _lines(found: _Counted) -> Iterator[Mapping[str, Any]]:
    for number, lines in enumerate(found.values(), 1):
        for one in lines:
            yield {
                "span_id": number, "model_as_logged": one.model, "key_name": one.key_name,
                "quantity": one.quantity,
            }  # fmt: skip


def _typed(declared: tables.Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    listed = list(rows)
    return declared.arrow({name: [row[name] for row in listed] for name in declared.column_names})


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
