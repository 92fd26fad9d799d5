"""Which windows of a vendor's log are on record whole, as the imports that hold them say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from tieout.close.on_record import latest_imports
from tieout.evidence.documents import Import
from tieout.evidence.records import imports
from tieout.evidence.store import EvidenceStore
from tieout.metering.collection.batch import Collected, collected_from
from tieout.metering.collection.window import Window, merged, missing
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class FetchedWindow:
    """An import that was collected from a vendor's log, and the record of its window.

    Attributes:
        record: the import.
        collected: the record of its window, without the digests of its pages.
    """

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
        FetchedWindow(one, _collected(workspace.evidence_path, one.collected_object))
        for one in latest_imports(imports(workspace.log))
        if one.collected_object and feed_name in (None, one.feed_name)
    ]
    return tuple(sorted(found, key=lambda one: one.window))


@lru_cache(maxsize=20_000)
def _collected(evidence: Path, digest: str) -> Collected:
    """A record by its digest, which never changes; read once a process, without its pages."""
    found = collected_from(EvidenceStore(evidence).get(digest))
    bare = tuple(msgspec.structs.replace(part, pages=()) for part in found.slices)
    return msgspec.structs.replace(found, slices=bare)


def windows_on_record(found: Iterable[FetchedWindow]) -> tuple[Window, ...]:
    """The seconds on record, in as few windows as possible."""
    return merged(one.window for one in found)


def gaps_between(found: Iterable[FetchedWindow]) -> tuple[Window, ...]:
    """The seconds between the first and the last window on record that no window holds."""
    have = windows_on_record(found)
    if not have:
        return ()
    return tuple(missing(Window(have[0].first, have[-1].last), have))
