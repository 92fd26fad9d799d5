"""Which window of a vendor's log is to be fetched: days of the reporting zone, as far as closed."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from tieout.actions.fetched_windows import fetched_windows, windows_on_record
from tieout.calendar import parse_period, zone
from tieout.errors import ConfigurationRefused
from tieout.metering.collection.window import Window
from tieout.workspace.layout import Workspace


def fetch_span(
    workspace: Workspace, feed_name: str, since: str | None, until: str | None, now: datetime
) -> Window | None:
    """The closed seconds to fetch; None where none of them is closed yet.

    Args:
        workspace: its zone, its margin, and what is on record.
        feed_name: the feed.
        since: the first day; by default where the first window on record ends without a gap, or
            the start of yesterday where there is none.
        until: the day before whose start it ends; by default as far as the log is settled.
        now: our clock.

    Raises:
        ConfigurationRefused: ``CFG_PERIOD``: a day cannot be read, or the first is not before the
            other.
    """
    zone_name = workspace.settings.zone
    settle = timedelta(minutes=workspace.settings.collecting.settle_minutes)
    closed = math.floor((now - settle).timestamp()) - 1
    last = closed if until is None else min(closed, _starts(until, zone_name) - 1)
    first = (
        _default_first(workspace, feed_name, now) if since is None else _starts(since, zone_name)
    )
    if until is not None and since is not None and _starts(until, zone_name) <= first:
        raise ConfigurationRefused(
            "CFG_PERIOD",
            f"The days from {since} until {until} are none.",
            where=("--from and --until",),
            remedy="Name a day after the first; the fetch ends where that day begins.",
        )
    return Window(first, last) if first <= last else None


def _default_first(workspace: Workspace, feed_name: str, now: datetime) -> int:
    have = windows_on_record(fetched_windows(workspace, feed_name))
    if have:
        return have[0].last + 1
    yesterday = now.astimezone(zone(workspace.settings.zone)).date() - timedelta(days=1)
    return _starts(yesterday.isoformat(), workspace.settings.zone)


def _starts(day: str, zone_name: str) -> int:
    return math.ceil(parse_period(day, zone_name).start.timestamp())
