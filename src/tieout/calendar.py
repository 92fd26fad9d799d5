"""Periods and zones: half-open, one reporting zone, no guess about a skipped or repeated hour.

Zone rules enter the calculation as a table of offsets (:func:`zone_offsets`), so that the SQL needs
no engine's own idea of time zones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tieout.errors import ConfigurationRefused

_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open interval ``[start, end)`` of instants, with the zone it was said in (D6)."""

    label: str
    start: datetime
    end: datetime
    zone: str

    @property
    def folder(self) -> str:
        """A name safe for a folder: the label with ``/`` replaced."""
        return self.label.replace("/", "_")


@dataclass(frozen=True, slots=True)
class ZoneOffset:
    """One stretch of constant offset of a zone; local and UTC bounds are half-open and naive."""

    utc_from: datetime
    utc_until: datetime
    local_from: datetime
    local_until: datetime
    offset_seconds: int


def zone(name: str, setting: str = "") -> ZoneInfo:
    """The zone of that name, said in that setting.

    Raises:
        ConfigurationRefused: ``CFG_ZONE`` for an unknown name or an abbreviation.
    """
    try:
        found = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found = None
    if found is None or ("/" not in name and name != "UTC"):
        raise ConfigurationRefused(
            "CFG_ZONE",
            f"{name!r} is not a time zone Tieout accepts.",
            where=(setting,) if setting else (),
            remedy="Write UTC or a name of the zone database with its region, like Asia/Shanghai.",
        )
    return found


def parse_period(text: str, zone_name: str) -> Period:
    """Read ``2026-08``, ``2026-08-10`` or ``start/end`` in the reporting zone (D6).

    Raises:
        ConfigurationRefused: ``CFG_PERIOD`` when it is not a period, ``CFG_PERIOD_DST`` when a
            bound falls in a skipped or repeated hour.
    """
    first, slash, last = text.partition("/")
    start = _first_day(first, text)
    if slash:
        end = _first_day(last, text)
    elif _MONTH.fullmatch(first):
        end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    else:
        end = start + timedelta(days=1)
    if end <= start:
        raise _not_a_period(text)
    first_instant, last_instant = (_instant(day, zone_name, text) for day in (start, end))
    return Period(text, first_instant, last_instant, zone_name)


def zone_offsets(zone_name: str, start: datetime, end: datetime) -> tuple[ZoneOffset, ...]:
    """The stretches of constant offset that cover ``[start, end)``, oldest first.

    In a repeated hour two stretches hold the same local time, in a skipped hour none does; a join
    on local time therefore shows both as two matches or no match.
    """
    rules = zone(zone_name)
    edges = [start.astimezone(UTC)]
    cursor = edges[0]
    step = timedelta(hours=1)
    while cursor < end:
        following = min(cursor + step, end.astimezone(UTC))
        if cursor.astimezone(rules).utcoffset() != following.astimezone(rules).utcoffset():
            edges.append(_transition(rules, cursor, following))
        cursor = following
    edges.append(end.astimezone(UTC))
    stretches = []
    for low, high in pairwise(edges):
        offset = low.astimezone(rules).utcoffset() or timedelta()
        naive_low, naive_high = low.replace(tzinfo=None), high.replace(tzinfo=None)
        stretches.append(
            ZoneOffset(
                naive_low,
                naive_high,
                naive_low + offset,
                naive_high + offset,
                int(offset.total_seconds()),
            )
        )
    return tuple(stretches)


def instant_text(moment: datetime) -> str:
    """An instant as RFC 3339 text in UTC, with microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: str, setting: str) -> datetime:
    """Read an RFC 3339 instant with an offset, for configuration and the command line.

    Raises:
        ConfigurationRefused: ``CFG_INSTANT`` when the text is no instant or has no offset.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ConfigurationRefused(
            "CFG_INSTANT",
            f"{text!r} is not an instant.",
            where=(setting,),
            remedy="Write date, time and offset, like 2026-08-10T09:00:00Z.",
        )
    return moment.astimezone(UTC)


def _first_day(part: str, whole: str) -> date:
    day, month = _DAY.fullmatch(part), _MONTH.fullmatch(part)
    try:
        if day:
            return date(int(day[1]), int(day[2]), int(day[3]))
        if month:
            return date(int(month[1]), int(month[2]), 1)
    except ValueError as error:
        raise _not_a_period(whole) from error
    raise _not_a_period(whole)


def _not_a_period(text: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "CFG_PERIOD",
        f"{text!r} is not a period.",
        where=(f"period {text}",),
        remedy="Write a month (2026-08), a day (2026-08-10) or start/end, the end not included.",
    )


def _instant(day: date, zone_name: str, said: str) -> datetime:
    rules = zone(zone_name)
    local = datetime(day.year, day.month, day.day, tzinfo=rules)
    back = local.astimezone(UTC).astimezone(rules)
    if back.replace(tzinfo=None) != local.replace(tzinfo=None) or (
        local.utcoffset() != local.replace(fold=1).utcoffset()
    ):
        raise ConfigurationRefused(
            "CFG_PERIOD_DST",
            f"Midnight of {day} does not exist once in {zone_name}.",
            where=(f"period {said}",),
            remedy="Choose a bound on another day, or another reporting zone.",
        )
    return local.astimezone(UTC)


def _transition(rules: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second in ``(low, high]`` whose offset differs from that of ``low``."""
    before = low.astimezone(rules).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(rules).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
