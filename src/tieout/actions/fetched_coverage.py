"""What was fetched of vendors' logs, as it stands on record: windows, gaps, the vendor's counts."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.actions.fetched_windows import fetched_windows, gaps_between, windows_on_record
from tieout.actions.vendor_counts import CountedWindow, counted_windows
from tieout.actions.vendor_log import fetchable_feed
from tieout.close.on_record import latest_imports
from tieout.errors import ConfigurationRefused
from tieout.evidence.records import imports
from tieout.metering.collection.window import Window
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class FetchedCoverage:
    """One feed's log as far as it was fetched.

    Attributes:
        feed_name: the feed.
        windows: what is on record whole, in as few windows as possible.
        gaps: what is missing between the first and the last of them.
        by_name: seconds that were put together from parts with known names: nothing proves that
            there is no further name.
        counted: windows compared with the vendor's own sums.
        other_files: imports of the feed that were given as files; a row without an id that stands
            in one of them and in a fetched window counts twice.
    """

    feed_name: str
    windows: tuple[Window, ...]
    gaps: tuple[Window, ...]
    by_name: tuple[Window, ...]
    counted: tuple[CountedWindow, ...]
    other_files: tuple[str, ...]


def fetched_coverage(workspace: Workspace) -> tuple[FetchedCoverage, ...]:
    """What was fetched, feed by feed; nothing for a feed that was never fetched."""
    found = fetched_windows(workspace)
    return tuple(
        _of_feed(workspace, name) for name in dict.fromkeys(one.record.feed_name for one in found)
    )


def _of_feed(workspace: Workspace, feed_name: str) -> FetchedCoverage:
    found = fetched_windows(workspace, feed_name)
    parts = (part for one in found for part in one.collected.slices)
    return FetchedCoverage(
        feed_name,
        windows_on_record(found),
        gaps_between(found),
        tuple(part.window for part in parts if part.by_name),
        _counted(workspace, feed_name),
        tuple(
            one.original_name
            for one in latest_imports(imports(workspace.log))
            if one.feed_name == feed_name and one.leg == "usage" and not one.collected_object
        ),
    )


def _counted(workspace: Workspace, feed_name: str) -> tuple[CountedWindow, ...]:
    """The comparison; none where the feed is gone from the settings, or its profile."""
    try:
        _, collection = fetchable_feed(workspace, feed_name)
    except ConfigurationRefused:
        return ()
    return counted_windows(workspace, collection.counted, feed_name)
