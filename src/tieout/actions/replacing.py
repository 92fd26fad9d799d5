"""Corrected files: what a new import replaces, and whether its ids stand in an earlier one.

Nothing is overwritten. An import names the one it replaces; both stay in the log, and a run reads
the newest. A file that repeats the ids of another without saying so is imported with a warning.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieout.close.on_record import latest_imports
from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import Import, Leg
from tieout.evidence.records import imports
from tieout.intake.feed import Feed
from tieout.intake.field import source_column
from tieout.workspace.layout import Workspace

Key = Literal["ledger_entry_id", "request_id", "record_digest"]

# What tells the rows of two files apart, the surest first, and what a person calls it.
_KEYS: Final[tuple[tuple[Key, str], ...]] = (
    ("ledger_entry_id", "entry ids"),
    ("request_id", "request ids"),
    ("record_digest", "rows"),
)


@dataclass(frozen=True, slots=True)
class Admission:
    """How a file stands to what is on record.

    Attributes:
        known: the import that already is this file through this feed, where there is one.
        replaces: the import the new one replaces; empty for none.
    """

    known: Import | None
    replaces: str


def admission(
    workspace: Workspace, leg: Leg, digest: str, feed: Mapping[str, object], replaces: str | None
) -> Admission:
    """Whether a file is on record already, and which import it replaces.

    The same file through a changed feed replaces its own earlier reading.

    Args:
        workspace: where it is about to be recorded.
        leg: usage or ledger.
        digest: the digest of the file.
        feed: the feed as it is now.
        replaces: the id, or the start of the id, of the import the file corrects.

    Raises:
        ConfigurationRefused: ``IMPORT_UNKNOWN``, or ``IMPORT_REPLACED``: another one stands in its
            place already, or in the place of the file itself.
    """
    found = tuple(one for one in imports(workspace.log) if one.leg == leg)
    same = [one for one in found if one.sha256 == digest]
    last = same[-1] if same else None
    named = "" if replaces is None else _named(found, leg, replaces).import_id
    if last is not None and _same_feed(last.feed, feed):
        if named in ("", last.replaces, last.import_id):
            return Admission(last, last.replaces)
    elif last is not None and not named:
        # Read anew it would stand beside the file that corrected it, and count a second time.
        _require_in_force(found, leg, last.import_id)
        return Admission(None, last.import_id)
    if named:
        _require_in_force(found, leg, named)
    return Admission(None, named)


def repeated_ids(workspace: Workspace, record: Import, records: pa.Table) -> tuple[str, ...]:
    """A sentence for each earlier import of the feed that holds ids, or the name, of this one."""
    found = imports(workspace.log)
    before = {one.import_id for one in takewhile(lambda one: one != record, found)}
    said: list[str] = []
    for one in latest_imports(found):
        if one.import_id not in before or one.import_id == record.replaces:
            continue
        if (one.leg, one.feed_name) != (record.leg, record.feed_name):
            continue
        repeated = tuple(_overlap(workspace, record, records, one))
        said += repeated or _same_name(record, one)
    return tuple(said)


def _same_name(record: Import, earlier: Import) -> tuple[str, ...]:
    """What to know where one name stands for two different files: both count."""
    if record.original_name != earlier.original_name or record.sha256 == earlier.sha256:
        return ()
    counts = f"{earlier.records_framed:,} records, here {record.records_framed:,}"
    said = (
        f"{record.original_name} is on record with other bytes too, as import {earlier.import_id}"
        f" ({counts}); both count, unless this file is imported with --replaces {earlier.import_id}"
    )
    return (said,)


def _overlap(
    workspace: Workspace, record: Import, records: pa.Table, earlier: Import
) -> Iterator[str]:
    stored = workspace.store.get(earlier.records_object)
    for key, noun in _KEYS:
        mine, theirs = _column(record, key), _column(earlier, key)
        if mine is None or theirs is None:
            continue
        ids = _filled(records.column(mine))
        known = _filled(pq.read_table(io.BytesIO(stored), columns=[theirs]).column(0))
        if not len(ids) or not len(known):
            continue
        both = pc.sum(pc.is_in(ids, value_set=known.unique())).as_py()
        if both:
            yield (
                f"{both:,} of {len(ids):,} {noun} already stand in import {earlier.import_id}"
                f" ({earlier.original_name}); if this file corrects that one, import it again with"
                f" --replaces {earlier.import_id}"
            )
        return


def _column(record: Import, key: Key) -> str | None:
    """The column of the framed records that holds the key."""
    if key == "record_digest":
        return key
    return source_column(getattr(msgspec.convert(record.feed, Feed), key))


def _filled(texts: pa.ChunkedArray) -> pa.Array:
    whole = texts.cast(pa.string()).combine_chunks().drop_null()
    return whole.filter(pc.not_equal(whole, ""))


def _same_feed(stored: Mapping[str, object], feed: Mapping[str, object]) -> bool:
    """Equal as feeds: a key that came later stands for its default in what is stored."""
    return msgspec.convert(stored, Feed) == msgspec.convert(feed, Feed)


def _named(found: tuple[Import, ...], leg: Leg, start: str) -> Import:
    fitting = [one for one in found if start and one.import_id.startswith(start)]
    if len(fitting) == 1:
        return fitting[0]
    what = f"More than one {leg} import begins" if fitting else f"There is no {leg} import"
    raise ConfigurationRefused(
        "IMPORT_UNKNOWN",
        f"{what} with {start!a}.",
        where=_listed(found),
        remedy="Name one of these with --replaces." if found else "Import it without --replaces.",
    )


def _require_in_force(found: tuple[Import, ...], leg: Leg, import_id: str) -> None:
    if import_id in {one.import_id for one in latest_imports(found)}:
        return
    raise ConfigurationRefused(
        "IMPORT_REPLACED",
        f"The {leg} import {import_id} is replaced already; a run does not read it.",
        where=_listed(found),
        remedy="Name the one that stands in its place.",
    )


def _listed(found: tuple[Import, ...]) -> tuple[str, ...]:
    return tuple(
        f"{one.import_id}  {one.original_name}, feed {one.feed_name}"
        for one in latest_imports(found)
    )
