"""What of a vendor's log was fetched whole, for a run: its windows, and what is missing of them.

A window that was fetched whole is evidence of completeness on both sides: its rows are all there,
and a day in it without a row is a day on which the vendor recorded none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tieout.calendar import Period
from tieout.evidence.documents import Import
from tieout.evidence.store import EvidenceStore
from tieout.metering.collection.batch import collected_from
from tieout.metering.collection.window import Window, merged, missing


@dataclass(frozen=True, slots=True)
class FetchedLog:
    """One feed's log as far as it was fetched.

    Attributes:
        feed_name: the feed.
        windows: what is on record whole, in as few windows as possible.
        by_name: seconds put together from parts with known names: there may be a further name.
        is_rehearsed: whether some window was fetched in a rehearsal, perhaps from a stand-in.
    """

    feed_name: str
    windows: tuple[Window, ...]
    by_name: tuple[Window, ...]
    is_rehearsed: bool = False

    def missing_in(self, period: Period) -> tuple[Window, ...]:
        """The seconds of the period that are not on record whole, or only by known names."""
        asked = seconds_of(period)
        gaps = (*missing(asked, self.windows), *(w for w in self.by_name if w.meets(asked)))
        return tuple(sorted(gaps))


def fetched_logs(store: EvidenceStore, imports: Iterable[Import]) -> tuple[FetchedLog, ...]:
    """What these imports hold of vendors' logs, feed by feed."""
    found: dict[str, list[Window]] = {}
    by_name: dict[str, list[Window]] = {}
    rehearsed = set()
    for one in imports:
        if one.collected_object:
            collected = collected_from(store.get(one.collected_object))
            found.setdefault(one.feed_name, []).append(collected.window)
            parts = (part.window for part in collected.slices if part.by_name)
            by_name.setdefault(one.feed_name, []).extend(parts)
            if collected.is_rehearsed:
                rehearsed.add(one.feed_name)
    return tuple(
        FetchedLog(name, merged(windows), tuple(sorted(by_name[name])), name in rehearsed)
        for name, windows in sorted(found.items())
    )


def missing_of(logs: Sequence[FetchedLog], period: Period) -> tuple[Window, ...]:
    """The seconds of the period that some fetched log does not hold whole."""
    return tuple(sorted({window for one in logs for window in one.missing_in(period)}))


def seconds_of(period: Period) -> Window:
    """The whole seconds of a period."""
    return Window(math.floor(period.start.timestamp()), math.ceil(period.end.timestamp()) - 1)
