"""The shape of a history: its span, the roles of rows in a block, and what a row is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final, NamedTuple

BLOCK: Final = 50
DAY: Final = 86_400
SETTLED_AFTER: Final = 3  # blocks between a task and what settles it
_MASK: Final = (1 << 64) - 1

# Slots of a block with a role of their own; all others are calls by tokens.
ATTEMPTS: Final = (9, 10)  # failed attempts of the call in the slot after them
FAILED: Final = 12  # a call that failed for good
TASK: Final = 20
IMAGE: Final = 21
SETTLED: Final = 30
FEE: Final = 35
CREDIT: Final = 40
NO_TOKENS: Final = 41
SMALLEST: Final = 42
ODD: Final = 43
LATE: Final = 45


class Row(NamedTuple):
    """One row of the log. Times are Unix seconds, amounts units."""

    n: int
    at: int
    role: str
    type: int
    model: int  # index into the models, -1 for rows without one
    key: int  # index into the keys, -1 for rows without one
    quota: int
    prompt: int
    completion: int
    read: int
    write_5m: int
    write_1h: int
    seconds: int  # of a task
    use_time: int
    stream: bool
    call: int | None  # number of the call whose request id the row has
    task: int | None  # number of the row that submitted the task; below 0: before the history
    content: str


@dataclass(frozen=True)
class Span:
    """The history: its first day, its days, rows a day, and one more day that is yet to come."""

    start: date
    days: int
    rows_per_day: int

    @property
    def opens(self) -> int:
        """The first second, Unix time."""
        return int(datetime.combine(self.start, time(), UTC).timestamp())

    @property
    def closes(self) -> int:
        """The first second after the history's last day."""
        return self.opens + self.days * DAY

    @property
    def rows(self) -> int:
        """How many rows there are, the day to come included."""
        return (self.days + 1) * self.rows_per_day


def mixed(seed: int, n: int) -> int:
    """64 bits that look random and are the same for the same seed and number (splitmix64)."""
    bits = (seed * 0x9E3779B97F4A7C15 + (n + 1) * 0xD1B54A32D192ED03) & _MASK
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _MASK
    return bits ^ (bits >> 31)


@lru_cache(1024)
def _day(number: int) -> str:
    return f"{datetime.fromtimestamp(number * DAY, UTC):%Y%m%d}"


def stamp(at: int) -> str:
    """The fourteen digits of date and time in UTC."""
    day, second = divmod(at, DAY)
    minute, second = divmod(second, 60)
    return f"{_day(day)}{minute // 60:02d}{minute % 60:02d}{second:02d}"
