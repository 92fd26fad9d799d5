"""The grammar of times: text columns become UTC microseconds, or a reason per row.

A time without an offset is read only where the feed declares a zone; a local time that the zone
skips or repeats is never guessed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.calendar import ZoneOffset, zone_offsets
from tieout.errors import ConfigurationRefused
from tieout.intake.column_bytes import holds, longest
from tieout.intake.feed import TimeSource
from tieout.intake.number_grammar import one_array

# Days that exist in every year; 29 February is looked at apart.
_DAY: Final = (
    r"(?:19|20|21)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-9]))"
)
_CLOCK: Final = r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
_OFFSET: Final = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_INSTANT: Final = rf"\A{_DAY}{_CLOCK}{_OFFSET}\z"
_LOCAL: Final = rf"\A{_DAY}{_CLOCK}\z"
_DATE: Final = rf"\A{_DAY}\z"
_LEAP_DAY: Final = r"\A[0-9]{4}-02-29"
_LEAP_DAY_TEXT: Final = b"-02-29"
_INTEGER: Final = r"\A-?(?:0|[1-9][0-9]{0,17})\z"
_FINE: Final = r"(\.[0-9]{6})[0-9]{1,3}"

_MICROS: Final = pa.timestamp("us")
PLAUSIBLE: Final = (946_684_800, 4_102_444_800)  # 2000-01-01 and 2100-01-01, in seconds
PER_SECOND: Final = {"epoch_seconds": 1, "epoch_milliseconds": 1000}
_DATE_DIGITS: Final = 10
# A sound time with digits behind the microsecond is at least that long.
_SHORTEST_FINE: Final = len("2026-01-01T00:00:00.0000000")


def read_time(texts: pa.Array, source: TimeSource) -> tuple[pa.Array, pa.Array]:
    """Instants as UTC microseconds without a zone, and a reason per text that is none.

    Null and empty give null without a reason. Digits finer than a microsecond are cut off;
    :func:`finer_than_microseconds` counts them.

    Raises:
        ConfigurationRefused: ``CFG_ZONE``: a form without offset and no declared zone.
    """
    texts = one_array(texts)
    filled = pc.fill_null(pc.not_equal(texts, ""), fill_value=False)
    if source.form in PER_SECOND:
        return _read_epoch(texts, filled, PER_SECOND[source.form])
    if source.form == "rfc3339":
        return _read_instant(texts, filled)
    if source.zone is None:
        raise ConfigurationRefused(
            "CFG_ZONE",
            f"The times of the feed have form {source.form!r} and no zone.",
            where=(f"time column {source.column!a}",),
            remedy='Declare the zone of the column, like zone = "UTC".',
        )
    return _read_local(texts, filled, source.form, source.zone)


def finer_than_microseconds(texts: pa.Array) -> int:
    """How many times carry digits behind the microsecond (noted as TIME_PRECISION)."""
    return pc.sum(pc.match_substring_regex(texts, pattern=_FINE)).as_py() or 0


def _read_epoch(texts: pa.Array, filled: pa.Array, per_second: int) -> tuple[pa.Array, pa.Array]:
    sound = _matches(texts, _INTEGER)
    numbers = _only(texts, sound).cast(pa.int64())
    low, high = (bound * per_second for bound in PLAUSIBLE)
    near = pc.and_(pc.greater_equal(numbers, low), pc.less(numbers, high))
    near = pc.fill_null(near, fill_value=False)
    numbers = pc.if_else(near, numbers, pa.scalar(None, pa.int64()))
    moments = pc.multiply(numbers, 1_000_000 // per_second).cast(_MICROS)
    reasons = _reasons(pc.and_not(sound, near), "TIME_UNIT", pa.nulls(len(texts), pa.string()))
    return moments, _reasons(pc.and_not(filled, sound), "TIME_FORM", reasons)


def _read_instant(texts: pa.Array, filled: pa.Array) -> tuple[pa.Array, pa.Array]:
    sound = _real(texts, _INSTANT)
    moments = _cut(_only(texts, sound)).cast(pa.timestamp("us", "UTC")).cast(_MICROS)
    left = pc.and_not(filled, sound)
    if not pc.any(left).as_py():
        return moments, pa.nulls(len(texts), pa.string())
    naive = pc.and_(left, _real(texts, _LOCAL))
    reasons = _reasons(naive, "TIME_NAIVE", pa.nulls(len(texts), pa.string()))
    return moments, _reasons(pc.and_not(left, naive), "TIME_FORM", reasons)


def _read_local(
    texts: pa.Array, filled: pa.Array, form: str, zone_name: str
) -> tuple[pa.Array, pa.Array]:
    sound = _real(texts, _DATE if form == "date" else _LOCAL)
    local = _cut(_only(texts, sound)).cast(_MICROS)
    reasons = _reasons(pc.and_not(filled, sound), "TIME_FORM", pa.nulls(len(texts), pa.string()))
    if zone_name == "UTC":
        return local, reasons
    matches = pa.repeat(pa.scalar(0, pa.int64()), len(texts))
    offsets = pa.repeat(pa.scalar(0, pa.int64()), len(texts))
    years = pc.year(local)
    for year in pc.unique(years).drop_null().to_pylist():
        in_year = pc.equal(years, year)
        for stretch in _stretches(zone_name, year):
            inside = pc.and_(
                pc.greater_equal(local, pa.scalar(stretch.local_from, _MICROS)),
                pc.less(local, pa.scalar(stretch.local_until, _MICROS)),
            )
            inside = pc.fill_null(pc.and_(inside, in_year), fill_value=False)
            matches = pc.add(matches, inside.cast(pa.int64()))
            offsets = pc.if_else(inside, stretch.offset_seconds, offsets)
    once = pc.equal(matches, 1)
    shift = pc.multiply(offsets, 1_000_000).cast(pa.duration("us"))
    moments = pc.if_else(once, pc.subtract(local, shift), pa.scalar(None, _MICROS))
    reasons = _reasons(pc.and_(sound, pc.equal(matches, 0)), "TIME_GAP", reasons)
    return moments, _reasons(pc.and_(sound, pc.greater(matches, 1)), "TIME_FOLD", reasons)


@lru_cache(maxsize=256)
def _stretches(zone_name: str, year: int) -> tuple[ZoneOffset, ...]:
    """Stretches of constant offset that cover every local time of a year."""
    margin = timedelta(days=2)
    start = datetime(year, 1, 1, tzinfo=UTC) - margin
    return zone_offsets(zone_name, start, datetime(year + 1, 1, 1, tzinfo=UTC) + margin)


def _real(texts: pa.Array, pattern: str) -> pa.Array:
    """Which texts have the form and name a day that exists."""
    sound = _matches(texts, pattern)
    if not holds(texts, _LEAP_DAY_TEXT):
        return sound
    leap = pc.and_(sound, _matches(texts, _LEAP_DAY))
    if not pc.any(leap).as_py():
        return sound
    days = pc.utf8_slice_codeunits(texts.filter(leap), 0, _DATE_DIGITS)
    missing = [day for day in days.unique().to_pylist() if not _is_leap(int(day[:4]))]
    starts = pc.utf8_slice_codeunits(texts, 0, _DATE_DIGITS)
    return pc.and_not(sound, pc.is_in(starts, value_set=pa.array(missing, pa.string())))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _cut(texts: pa.Array) -> pa.Array:
    if longest(texts) < _SHORTEST_FINE or not finer_than_microseconds(texts):
        return texts
    return pc.replace_substring_regex(texts, pattern=_FINE, replacement=r"\1")


def _matches(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(texts, pattern=pattern), fill_value=False)


def _only(texts: pa.Array, chosen: pa.Array) -> pa.Array:
    if pc.all(chosen).as_py():
        return texts
    return pc.if_else(chosen, texts, pa.scalar(None, pa.string()))


def _reasons(rows: pa.Array, code: str, others: pa.Array) -> pa.Array:
    return pc.if_else(rows, pa.scalar(code, pa.string()), others)
