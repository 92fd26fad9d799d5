"""What changed since a run: imports with rows for its days, and files of the workspace (D24)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tieout.close.legs import records_of
from tieout.close.run_facts import RunFacts
from tieout.errors import Refusal
from tieout.evidence.canonical import sha256
from tieout.evidence.documents import Import
from tieout.evidence.store import EvidenceStore
from tieout.intake.feed import Feed
from tieout.ledger.reading import read_ledger
from tieout.metering.reading import read_usage
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace
from tieout.workspace.settings import read_settings

_POLICY: Final = re.compile(rb"(?ms)^[ \t]*\[policy(?:\.[^\]]*)?\][^\n]*\n.*?(?=^[ \t]*\[|\Z)")


def touches(store: EvidenceStore, one: Import, facts: RunFacts) -> bool:
    """Whether an import that came after a run has anything to say about its days.

    It has where a row lies in the period or its margin, where a record waits in quarantine, for
    such a record names no day, and where it stands in the place of an import that the run read.
    """
    read = facts.manifest.imports
    if one.replaces in {before.import_id for before in read}:
        return True
    if (one.leg, one.sha256) in {(before.leg, before.sha256) for before in read}:
        return True
    if one.quarantined:
        return True
    moments, waiting = _moments(store, one)
    if waiting or moments.null_count:
        return True
    margin = timedelta(days=facts.manifest.terms.margin_days)
    first, last = (
        pa.scalar(moment.astimezone(UTC).replace(tzinfo=None), moments.type)
        for moment in (facts.period.start - margin, facts.period.end + margin)
    )
    inside = pc.and_(pc.greater_equal(moments, first), pc.less(moments, last))
    return bool(pc.any(inside).as_py())


def _moments(store: EvidenceStore, one: Import) -> tuple[pa.ChunkedArray, int]:
    """The times of the rows of an import, and how many of its records cannot be read."""
    records, feed = records_of(store, one), msgspec.convert(one.feed, Feed)
    if one.leg == "usage":
        usage = read_usage(records, feed, import_id=one.import_id, first_row_id=0)
        return usage.rows.column("occurred_at"), usage.quarantined.num_rows
    ledger = read_ledger(records, feed, import_id=one.import_id, first_row_id=0)
    return ledger.rows.column("posted_at"), ledger.quarantined.num_rows


def changed_files(workspace: Workspace, facts: RunFacts) -> tuple[str, ...]:
    """The files of a workspace, and the vendor facts, that are not what a run read."""
    return tuple(_changed_files(workspace, facts))


def _changed_files(workspace: Workspace, facts: RunFacts) -> Iterator[str]:
    objects = facts.manifest.objects
    if not _same_settings(workspace, objects.settings):
        yield "tieout.toml"
    for path, digest in (
        (workspace.mapping_path, objects.mapping),
        (workspace.exclusions_path, objects.exclusions),
    ):
        if not path.is_file() or sha256(path.read_bytes()) != digest:
            yield path.name
    now = {place: sha256(content) for place, content in vendor_facts().items()}
    for place in sorted(set(now) | set(objects.vendors)):
        if now.get(place) != objects.vendors.get(place):
            yield f"vendor facts {place}"


def _same_settings(workspace: Workspace, digest: str) -> bool:
    """Whether the settings are those of a run, byte for byte, but for the policy of a later month.

    Where only the text of the policy seems to differ, both are read, so that nothing hides in it.
    """
    path = workspace.root / "tieout.toml"
    now = path.read_bytes() if path.is_file() else b""
    if sha256(now) == digest:
        return True
    then = workspace.store.get(digest)
    if _POLICY.sub(b"", now) != _POLICY.sub(b"", then):
        return False
    try:
        first, second = read_settings(now), read_settings(then)
    except Refusal:
        return False
    return first == msgspec.structs.replace(second, policy=first.policy)
