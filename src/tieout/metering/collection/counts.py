"""Our rows against the vendor's own sums, by hour and model, with the trap behind a difference.

A sum of the vendor's is *the same vendor's word*: it shows whether we hold what it recorded, never
whether it recorded what was used (D17). Hourly sums come from a table of their own;
the sum of the log comes from the table of the rows themselves, and proves less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

HOUR: Final = 3_600
Kind = Literal["call", "settlement", "other"]


class HourCount(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """What the vendor counts in one hour for one model: rows and units."""

    hour: int
    model: str
    count: int
    quota: int


@dataclass(slots=True)
class OurHour:
    """Our rows of one hour and model, as far as their type is counted.

    Attributes:
        calls, call_quota: rows of calls, and their units.
        settlements, settled_quota: rows that settle a task afterwards, and their units.
        refunds, refunded_quota: rows that give units back, which no sum of the vendor's knows.
        unreadable: rows whose units are no whole number; they count in no sum.
    """

    calls: int = 0
    call_quota: int = 0
    settlements: int = 0
    settled_quota: int = 0
    refunds: int = 0
    refunded_quota: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """One hour and model, or one whole window: ours, the vendor's, and why they differ.

    Attributes:
        hour: the first second of the hour; None for a whole window.
        model: the model as logged; empty for all.
        our_count, our_quota: every counted row of ours, and its units; no count for a sum alone.
        vendor_count, vendor_quota: the vendor's.
        reason: empty where they agree as they are; else the trap that explains it exactly.
        is_open: whether nothing explains it.
    """

    hour: int | None
    model: str
    our_count: int | None
    our_quota: int
    vendor_count: int | None
    vendor_quota: int
    reason: str = ""
    is_open: bool = False

    @property
    def is_late(self) -> bool:
        """Whether the vendor may say more later."""
        return self.reason == FLUSHED_LATE


AGREES: Final = ""
SETTLEMENTS: Final = "the vendor's hours leave out rows that settle a task"
FLUSHED_LATE: Final = "the hour was not over long enough when the vendor's sums were read"
REFUNDS: Final = "the vendor's sum does not take refunds off"


def compare_hours(
    ours: Mapping[tuple[int, str], OurHour], vendor: Iterable[HourCount], flushed_until: int
) -> tuple[Compared, ...]:
    """Ours and the vendor's hours, by hour and model, oldest first.

    Args:
        ours: our rows by first second of the hour and model.
        vendor: the vendor's hours.
        flushed_until: an hour that ended after this second may lack rows at the vendor's.
    """
    theirs = {(one.hour, one.model): one for one in vendor}
    found = []
    for key in sorted({*ours, *theirs}):
        hour, model = key
        mine = ours.get(key, OurHour())
        told = theirs.get(key, HourCount(hour, model, 0, 0))
        if not (mine.calls or mine.settlements or told.count or told.quota):
            continue
        reason, is_open = _why(mine, told, flushed_until)
        found.append(
            Compared(
                hour,
                model,
                mine.calls + mine.settlements,
                mine.call_quota + mine.settled_quota,
                told.count,
                told.quota,
                reason,
                is_open,
            )
        )
    return tuple(found)


def _why(mine: OurHour, told: HourCount, flushed_until: int) -> tuple[str, bool]:
    """The trap that explains the difference exactly, and whether nothing does."""
    stated = (told.count, told.quota)
    if stated == (mine.calls + mine.settlements, mine.call_quota + mine.settled_quota):
        return AGREES, False
    if stated == (mine.calls, mine.call_quota):
        return SETTLEMENTS, False
    late = told.hour + HOUR - 1 > flushed_until
    if late and told.count <= mine.calls and told.quota <= mine.call_quota:
        return FLUSHED_LATE, False
    missing = told.count - mine.calls
    if missing > 0:
        return f"{missing:,} rows that the vendor counts are not on record here", True
    if missing < 0:
        return f"{-missing:,} rows on record here are not in the vendor's hours", True
    return "the rows agree and their units do not", True


def compare_sum(ours: Mapping[tuple[int, str], OurHour], vendor_quota: int) -> Compared:
    """Our units of a window against the vendor's one sum, which is of its rows (the same table)."""
    quota = sum(one.call_quota + one.settled_quota for one in ours.values())
    refunded = sum(one.refunded_quota for one in ours.values())
    net, agrees = quota - refunded, vendor_quota == quota
    reason = REFUNDS if agrees and refunded else AGREES
    if not agrees:
        reason = "it takes refunds off, against what is documented" if vendor_quota == net else ""
        reason = reason or "nothing known explains it"
    return Compared(None, "", None, quota, None, vendor_quota, reason, not agrees)


def our_hours(
    rows: Iterable[tuple[int, str, Kind | Literal["refund"], int | None]],
) -> dict[tuple[int, str], OurHour]:
    """Our rows by hour and model.

    Args:
        rows: second, model, what the row is, and its units where they are a whole number.
    """
    found: dict[tuple[int, str], OurHour] = {}
    for second, model, kind, quota in rows:
        if kind == "other":
            continue
        hour = found.setdefault((second // HOUR * HOUR, model), OurHour())
        if quota is None:
            hour.unreadable += 1
        elif kind == "call":
            hour.calls, hour.call_quota = hour.calls + 1, hour.call_quota + quota
        elif kind == "settlement":
            hour.settlements, hour.settled_quota = hour.settlements + 1, hour.settled_quota + quota
        else:
            hour.refunds, hour.refunded_quota = hour.refunds + 1, hour.refunded_quota + quota
    return found


def tally(compared: Iterable[Compared]) -> Counter[str]:
    """How many hours there are of each kind: agreed, explained by a trap, open."""
    return Counter(
        "open" if one.is_open else "explained" if one.reason else "agreed" for one in compared
    )
