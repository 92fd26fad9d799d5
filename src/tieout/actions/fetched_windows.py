"""Which windows of a vendor's log are on record whole, as the imports that hold them say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tieout.close.run import latest_imports
from tieout.evidence.documents import Import
from tieout.evidence.records import imports
from tieout.metering.collection.batch import Collected, collected_from
from tieout.metering.collection.window import Window, merged, missing
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class FetchedWindow:
    """An import that was collected from a vendor's log, and the record of its window."""

    record: Import
    collected: Collected

    @property
    def window(self) -> Window:
        """The seconds it holds whole."""
        return self.collected.window


def fetched_windows(
    workspace: Workspace, feed_name: str | None = None
) -> tuple[FetchedWindow, ...]:
    """The windows in force, oldest first; those of one feed where it is named."""
    found = [
        FetchedWindow(one, collected_from(workspace.store.get(one.collected_object)))
        for one in latest_imports(imports(workspace.log))
        if one.collected_object and feed_name in (None, one.feed_name)
    ]
    return tuple(sorted(found, key=lambda one: one.window))


def windows_on_record(found: Iterable[FetchedWindow]) -> tuple[Window, ...]:
    """The seconds on record, in as few windows as possible."""
    return merged(one.window for one in found)


def gaps_between(found: Iterable[FetchedWindow]) -> tuple[Window, ...]:
    """The seconds between the first and the last window on record that no window holds."""
    have = windows_on_record(found)
    if not have:
        return ()
    return tuple(missing(Window(have[0].first, have[-1].last), have))
