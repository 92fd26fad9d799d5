"""The evidence in a pack: every entry of the log, and the objects that one run rests on.

The chain goes in whole, because half a chain proves nothing. Of the objects only those of the run
do: what other runs read, and what people laid beside other periods, stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from tieout.close.manifest import Manifest
from tieout.errors import InputRefused
from tieout.evidence.checkpoint import Checkpoint
from tieout.evidence.documents import KINDS, Document, Run, Signed, objects_of
from tieout.evidence.log import Entry
from tieout.evidence.records import runs
from tieout.intake.feed import Feed
from tieout.intake.records import PLACE
from tieout.packing.parquet import column_names
from tieout.people.replay import replay
from tieout.workspace.layout import Workspace

ENTRIES: Final = "evidence/entries"
OBJECTS: Final = "evidence/objects"


def evidence_members(workspace: Workspace, run: Run, manifest: Manifest) -> dict[str, bytes]:
    """The log, its checkpoint and witness lines, and the objects of the run, by member name.

    Raises:
        IntegrityRefused: the log or an object is not what it was.
        InputRefused: ``PACK_CONTENT``: records hold a column that no feed names (D28).
    """
    entries, now = workspace.log.verified()
    get = workspace.store.get
    members = {f"{ENTRIES}/{entry.seq:06}.json": get(entry.digest) for entry in entries}
    members["evidence/checkpoint"] = now.text()
    lines = (Checkpoint(one.seq, one.digest, one.at).witness_line() for one in entries)
    members["evidence/checkpoints.txt"] = b"".join(lines)
    named = {
        *_of_run(run, manifest),
        *_of_earlier_runs(workspace, manifest),
        *_of_rulings(entries, now.origin, run, manifest),
    }
    members |= {f"{OBJECTS}/{digest}": get(digest) for digest in sorted(named)}
    _require_allowed(manifest, members)
    return members


def _of_run(run: Run, manifest: Manifest) -> Iterator[str]:
    """What the run read and published, by digest."""
    yield from objects_of(KINDS[Run], msgspec.to_builtins(run))
    yield from manifest.objects.digests()
    yield from (one.items_object for one in manifest.carried)
    documents: tuple[Iterable[Document], ...] = (
        manifest.captures,
        manifest.declarations,
        manifest.imports,
        manifest.verifications,
        manifest.contradictions,
        manifest.resolutions,
        manifest.movement_lists,
        manifest.balances,
        manifest.count_lists,
        manifest.vendor_counts,
        manifest.postings,
        manifest.pool_openings,
    )
    for kind in documents:
        for one in kind:
            yield from objects_of(KINDS[type(one)], msgspec.to_builtins(one))


def _of_earlier_runs(workspace: Workspace, manifest: Manifest) -> Iterator[str]:
    """The cause groups that the run looked back on: those of the newest run of each period."""
    if manifest.checkpoint is None:
        return
    newest = {one.period: one for one in runs(workspace.log, manifest.checkpoint.size)}
    yield from (one.groups_object for one in newest.values() if one.groups_object)


def _of_rulings(
    entries: tuple[Entry, ...], origin: str, run: Run, manifest: Manifest
) -> Iterator[str]:
    """What rests under the rulings that the run counted, and under those about it or its period."""
    counted = set(manifest.rulings)
    bodies = {entry.digest: entry.body for entry in entries if entry.kind == KINDS[Signed]}
    for ruling in replay(entries, origin).rulings:
        about: Mapping[str, Any] = msgspec.to_builtins(ruling.document)
        own = about.get("run_id") == run.run_id or about.get("period") == run.period
        if own or ruling.entry in counted:
            yield from objects_of(KINDS[Signed], bodies[ruling.entry])


def _require_allowed(manifest: Manifest, members: Mapping[str, bytes]) -> None:
    """Records hold their place and the columns their feed names, and nothing else (D28)."""
    for one in manifest.imports:
        allowed = {*PLACE.names, *msgspec.convert(one.feed, Feed).columns()}
        found = column_names(members[f"{OBJECTS}/{one.records_object}"])
        if extra := sorted(set(found) - allowed):
            raise InputRefused(
                "PACK_CONTENT",
                "Framed records hold a column that their feed does not name.",
                where=(f"import {one.import_id}", *(ascii(name[:80]) for name in extra[:5])),
                remedy="Nothing was written. Import the file again through its feed and run anew.",
            )
