"""Our rows against the vendor's own sums, day by day and meter by meter: rows, and units (U6).

An hour belongs to the day of the reporting zone that its first second lies in; the vendor says
nothing finer. What a known trap explains stands apart from what nothing explains, plus from minus.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from tieout.calendar import zone
from tieout.metering.collection.counts import Compared

DayMeter = Literal["rows", "units"]
METERS: Final[tuple[DayMeter, ...]] = ("rows", "units")


@dataclass(frozen=True, slots=True)
class DayCompared:
    """One meter of one day, over all models: ours, the vendor's, and the difference, ours minus it.

    Attributes:
        day: the day in the reporting zone.
        meter: rows, or units of the charge.
        ours, vendor: the sums of both.
        explained: of the difference, what a known trap explains, net.
        open_plus, open_minus: of the difference, what nothing explains, hour by hour and model by
            model, plus and minus apart.
    """

    day: str
    meter: DayMeter
    ours: int
    vendor: int
    explained: int
    open_plus: int
    open_minus: int

    @property
    def is_open(self) -> bool:
        """Whether something of the difference is not explained, whatever its net is."""
        return bool(self.open_plus or self.open_minus)


def by_day(hours: Iterable[Compared], zone_name: str) -> tuple[DayCompared, ...]:
    """Both meters of every day, oldest first.

    Args:
        hours: the comparison by hour and model.
        zone_name: the reporting zone.
    """
    rules = zone(zone_name)
    found: dict[str, list[Compared]] = {}
    for one in hours:
        if one.hour is not None:
            moment = datetime.fromtimestamp(one.hour, UTC).astimezone(rules)
            found.setdefault(moment.date().isoformat(), []).append(one)
    return tuple(
        _compared(day, meter, mine) for day, mine in sorted(found.items()) for meter in METERS
    )


def _compared(day: str, meter: DayMeter, hours: Iterable[Compared]) -> DayCompared:
    ours = vendor = explained = plus = minus = 0
    for one in hours:
        mine, told = (
            (one.our_count or 0, one.vendor_count or 0)
            if meter == "rows"
            else (one.our_quota, one.vendor_quota)
        )
        ours, vendor, apart = ours + mine, vendor + told, mine - told
        if not one.is_open:
            explained += apart
        elif apart > 0:
            plus += apart
        else:
            minus += apart
    return DayCompared(day, meter, ours, vendor, explained, plus, minus)
