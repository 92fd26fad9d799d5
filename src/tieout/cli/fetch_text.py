"""What a fetch of the vendor's log did, as text for a person and as JSON."""

from __future__ import annotations

from typing import Final

from tieout.actions.usage_fetch import FetchResult
from tieout.findings import plural
from tieout.metering.collection.window import Window, second_text
from tieout.report.layout import wrapped
from tieout.report.shown import counted, instant

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
    return "\n" + "\n".join(lines) + "\n"


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
    }


def window_json(window: Window) -> dict[str, object]:
    """A window: its first instant, and the first one after it."""
    return {"from": second_text(window.first), "until": second_text(window.last + 1)}
