"""Lists of a vendor's counts, as somebody took them from its dashboard or export (U6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tieout.actions.opened import file_content
from tieout.actions.records import choose_feed
from tieout.actions.ruling_evidence import kept_evidence
from tieout.calendar import zone as known_zone
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.documents import CountList
from tieout.evidence.records import append_once, count_lists, require
from tieout.evidence.redact import redacted
from tieout.metering.count_list import StatedCount, read_counts
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class CountsTaken:
    """A list of a vendor's counts on record."""

    record: CountList
    counts: tuple[StatedCount, ...]
    is_new: bool


def import_counts(
    workspace: Workspace,
    file: Path,
    *,
    zone: str,
    by: str,
    evidence: Sequence[Path] = (),
    feed_name: str | None = None,
    replaces: str = "",
    at: datetime | None = None,
) -> CountsTaken:
    """Record what a vendor counts, to be held against our rows; the whole of the list or nothing.

    Args:
        workspace: where it is recorded.
        file: the list.
        zone: the zone of its days.
        by: who stands behind it.
        evidence: pictures and exports that show it; their bytes are kept.
        feed_name: the usage feed whose rows it counts; needed where there are several.
        replaces: the list it corrects.
        at: the time of the entry; now, if it is left out.

    Raises:
        InputRefused: ``COUNT_LIST``, ``COUNT_LINE``; a file cannot be read.
        ConfigurationRefused: ``CFG_ZONE``, ``CFG_FEED``; ``COUNT_UNKNOWN``: there is no list of
            that id.
    """
    require(name=by)
    known_zone(zone, "--zone")
    feed = choose_feed(workspace.settings, "usage", feed_name)
    content = file_content(file)
    counts = read_counts(content, file.name, zone)
    known = count_lists(workspace.log)
    if replaces and replaces not in {one.list_id for one in known}:
        raise ConfigurationRefused(
            "COUNT_UNKNOWN",
            "There is no count list of that id that counts.",
            where=(ascii(replaces[:64]), *(f"known: {one.list_id}" for one in known[:10])),
            remedy="Give the id that the command answered when the list was recorded.",
        )
    said = (sha256(content), zone, feed)
    same = [one for one in known if (one.sha256, one.zone, one.feed_name) == said]
    if same:
        # The same bytes are the same counts, whoever brings them and with whatever beside.
        return CountsTaken(same[0], counts, is_new=False)
    objects, names = kept_evidence(workspace, evidence)
    record = CountList(
        workspace.store.put(content), redacted(file.name), len(counts), zone, feed, by.strip(),
        objects, tuple(redacted(name) for name in names), replaces,
    )  # fmt: skip
    return CountsTaken(record, counts, append_once(workspace.log, record, at or datetime.now(UTC)))
