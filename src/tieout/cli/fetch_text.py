"""What a fetch of the vendor's log did, as text for a person and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from tieout.actions.fetched_coverage import FetchedCoverage
from tieout.actions.usage_fetch import FetchResult
from tieout.actions.vendor_counts import CountedWindow
from tieout.findings import plural
from tieout.metering.collection.by_day import DayCompared
from tieout.metering.collection.counts import Compared, tally
from tieout.metering.collection.window import Window, second_text
from tieout.report.layout import wrapped
from tieout.report.shown import counted, instant, visible

_SHOWN: Final = 10


def span(window: Window) -> str:
    """A window as a person reads it: from its first second until the one after its last."""
    return f"{instant(second_text(window.first))} until {instant(second_text(window.last + 1))}"


def fetched_text(result: FetchResult, width: int) -> str:
    """What was fetched, what was there before, and what could not be read whole."""
    lines = _heading(result, width)
    for one in result.recorded[:_SHOWN]:
        waiting = one.record.records_framed - one.reading.readable
        instead = f", replaces {one.record.replaces}" if one.record.replaces else ""
        lines += wrapped(
            f"{span(one.window)}  {plural(one.record.records_framed, 'row')}"
            f"{f', {counted(waiting)} quarantined' if waiting else ''}"
            f"  (import {one.record.import_id}{instead})",
            width,
            indent="    ",
            hang=2,
        )
    if len(result.recorded) > _SHOWN:
        lines.append(f"    and {plural(len(result.recorded) - _SHOWN, 'more window')}")
    if result.recounted:
        lines += wrapped(
            f"counted again for rows that arrived late: {plural(result.recounted, 'window')}", width
        )
    for window in result.fewer:
        lines += wrapped(
            f"{span(window)}: the vendor now shows fewer rows than are on record; they stay on"
            " record, and nothing was replaced.",
            width,
            hang=2,
        )
    for part in result.unread:
        lines += wrapped(
            f"not read  {span(part.window)}  {part.code}: {part.reason}.", width, hang=2
        )
    lines += _counted_lines(result.counted, width)
    return "\n" + "\n".join(lines) + "\n"


def coverage_lines(found: FetchedCoverage, width: int) -> list[str]:
    """What was fetched of one log: windows, gaps, and the vendor's own counts."""
    whole = "; ".join(span(one) for one in found.windows[:_SHOWN])
    more = f"; and {plural(len(found.windows) - _SHOWN, 'more window')}"
    lines = wrapped(
        f"log of feed {found.feed_name}, read whole: {whole}"
        f"{more if len(found.windows) > _SHOWN else ''}",
        width,
        hang=2,
    )
    gaps = "; ".join(span(one) for one in found.gaps[:_SHOWN]) or "none"
    lines += wrapped(f"gaps between them: {gaps}", width, hang=2)
    if found.by_name:
        lines += wrapped(
            f"read by known names alone: {plural(len(found.by_name), 'second')}; a key or model"
            " that no other row names would be missing",
            width,
            hang=2,
        )
    if found.other_files:
        lines += wrapped(
            f"also imported from {plural(len(found.other_files), 'file')}: rows with an id count"
            " once, rows without one count twice where a file and a fetched window share them",
            width,
            hang=2,
        )
    return lines + _counted_lines(found.counted, width)


def _counted_lines(counted_windows: Sequence[CountedWindow], width: int) -> list[str]:
    lines: list[str] = []
    for one in counted_windows:
        lines += wrapped(
            f"vendor count, same vendor, {span(one.window)}: {_tallied(one)}", width, hang=2
        )
        reasons = Counter(hour.reason for hour in one.hours if hour.reason and not hour.is_open)
        for reason, hours in sorted(reasons.items()):
            lines += wrapped(f"{plural(hours, 'hour')}: {reason}", width, indent="    ", hang=2)
        for day in [day for day in one.days if day.is_open][:_SHOWN]:
            lines += wrapped(_open_day(day), width, indent="    ", hang=2)
        still_open = [hour for hour in one.hours if hour.is_open]
        for hour in still_open[:_SHOWN]:
            lines += wrapped(_open_hour(hour), width, indent="    ", hang=2)
        if len(still_open) > _SHOWN:
            lines.append(f"    and {plural(len(still_open) - _SHOWN, 'more open hour')}")
    return lines


def _tallied(one: CountedWindow) -> str:
    found = tally(one.hours)
    told = ", ".join(
        f"{counted(found[word])} {shown}"
        for word, shown in (
            ("agreed", "hours of a model agree"),
            ("explained", "differ by a known trap"),
            ("open", "differ and are open"),
        )
        if found[word] or word == "agreed"
    )
    total = one.total
    if total is None:
        return told
    if total.is_open:
        said = (
            f"its one sum is {counted(total.vendor_quota)} units, ours"
            f" {counted(total.our_quota)}: {total.reason}"
        )
    else:
        said = f"its one sum agrees, {counted(total.vendor_quota)} units"
        said += f" ({total.reason})" if total.reason else ""
    return f"{told}; {said}"


def _open_day(day: DayCompared) -> str:
    explained = f", {day.explained:+,} explained" if day.explained else ""
    return (
        f"{day.day}  {day.meter}: ours {counted(day.ours)}, vendor {counted(day.vendor)}:"
        f" {day.open_plus:+,} and {day.open_minus:+,} unexplained{explained}"
    )


def _open_hour(hour: Compared) -> str:
    return (
        f"open  {instant(second_text(hour.hour or 0))}  {visible(hour.model)}  ours"
        f" {counted(hour.our_count or 0)} rows {counted(hour.our_quota)} units, vendor"
        f" {counted(hour.vendor_count or 0)} rows {counted(hour.vendor_quota)} units:"
        f" {hour.reason}"
    )


def _heading(result: FetchResult, width: int) -> list[str]:
    if result.asked is None:
        return wrapped("Nothing new is closed yet; the log was not read.", width)
    rows = sum(one.record.records_framed for one in result.recorded)
    if not result.recorded and not result.unread:
        return wrapped(f"{span(result.asked)} is on record already; nothing changed.", width)
    return wrapped(
        f"{span(result.asked)}  {plural(rows, 'row')} recorded from"
        f" {plural(result.pages, 'page')}, feed {result.feed_name}",
        width,
        hang=2,
    )


def fetched_json(result: FetchResult) -> dict[str, object]:
    """What was fetched as one JSON object."""
    return {
        "feed": result.feed_name,
        "asked": None if result.asked is None else window_json(result.asked),
        "known_seconds": result.known,
        "pages": result.pages,
        "rows": sum(one.record.records_framed for one in result.recorded),
        "recorded": [
            {
                "import_id": one.record.import_id,
                **window_json(one.window),
                "rows": one.record.records_framed,
                "quarantined": one.record.records_framed - one.reading.readable,
                "replaces": one.record.replaces or None,
            }
            for one in result.recorded
        ],
        "recounted": result.recounted,
        "fewer": [window_json(one) for one in result.fewer],
        "unread": [
            {**window_json(one.window), "code": one.code, "reason": one.reason}
            for one in result.unread
        ],
        "counted": [counted_json(one) for one in result.counted],
    }


def coverage_json(found: FetchedCoverage) -> dict[str, object]:
    """What was fetched of one log as one JSON object."""
    return {
        "feed": found.feed_name,
        "windows": [window_json(one) for one in found.windows],
        "gaps": [window_json(one) for one in found.gaps],
        "by_name": [window_json(one) for one in found.by_name],
        "counted": [counted_json(one) for one in found.counted],
        "other_files": list(found.other_files),
    }


def counted_json(one: CountedWindow) -> dict[str, object]:
    """A window against the vendor's own sums; every hour that does not simply agree is listed."""
    found = tally(one.hours)
    return {
        **window_json(one.window),
        "witness": "same vendor",
        "read_at": one.read_at,
        "agreed": found["agreed"],
        "explained": found["explained"],
        "open": found["open"],
        "days": [_day_json(day) for day in one.days],
        "hours": [_compared_json(hour) for hour in one.hours if hour.reason],
        "sum": None if one.total is None else _compared_json(one.total),
    }


def _day_json(day: DayCompared) -> dict[str, object]:
    return {
        "day": day.day,
        "meter": day.meter,
        "ours": day.ours,
        "vendor": day.vendor,
        "difference": day.ours - day.vendor,
        "explained": day.explained,
        "open_plus": day.open_plus,
        "open_minus": day.open_minus,
    }


def _compared_json(one: Compared) -> dict[str, object]:
    return {
        "hour": None if one.hour is None else second_text(one.hour),
        "model": one.model or None,
        "our_rows": one.our_count,
        "our_units": one.our_quota,
        "vendor_rows": one.vendor_count,
        "vendor_units": one.vendor_quota,
        "reason": one.reason or None,
        "is_open": one.is_open,
    }


def window_json(window: Window) -> dict[str, object]:
    """A window: its first instant, and the first one after it."""
    return {"from": second_text(window.first), "until": second_text(window.last + 1)}
