"""Verification: re-hash everything in the evidence folder and say what was checked.

It trusts no name and no earlier result. The first thing that does not agree is refused with its
place and with the entries of the log it touches; an error of the disk is not called tampering.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tieout.errors import IntegrityRefused
from tieout.evidence.checkpoint import Checkpoint
from tieout.evidence.documents import objects_of
from tieout.evidence.log import Entry, EvidenceLog
from tieout.evidence.machine import digest_and_size, machine, require_own_mode
from tieout.evidence.outside import check_kept
from tieout.evidence.part import WHOLE, Part
from tieout.evidence.store import EvidenceStore, witness_leftovers


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was checked: what, how many, and a sentence where there is more to say."""

    name: str
    count: int
    detail: str = ""


def verify_store(
    store: EvidenceStore,
    log: EvidenceLog,
    *,
    part: Part = WHOLE,
    kept: Sequence[tuple[str, Sequence[Checkpoint]]] = (),
) -> list[Checked]:
    """Verify log, checkpoint, witness and every object; list what was checked.

    The chain is read whole whatever the part; of the objects, only those of the part are read.

    Args:
        store: the objects.
        log: the log over them.
        part: which objects are re-hashed, by their digest.
        kept: checkpoints that were kept elsewhere, each with the name of its file.

    Raises:
        IntegrityRefused: the first thing that does not agree; ``where`` names it.
        EnvironmentRefused: something could not be read.
    """
    entries, now = log.verified()
    for place, checkpoints in kept:
        check_kept(checkpoints, entries, now, place)
    _check_places(store, log)
    touched = references(entries)
    digests = store.digests()
    asked = [digest for digest in sorted({*digests, *touched}) if part.holds(digest)]
    read = sum(_read(store, digest, touched) for digest in asked)
    leftovers = [*store.leftovers(), *witness_leftovers(log.witness)]
    return [
        Checked("log entries", len(entries), f"head {now.head}" if entries else ""),
        Checked("checkpoint", 1, now.origin),
        *_witnessed(log, len(entries)),
        *_kept(kept),
        Checked("objects", len(asked), _objects(part, len(digests))),
        Checked("bytes of objects", read, "read and hashed"),
        Checked("objects without an entry", len(set(digests) - set(touched)), "harmless"),
        Checked("leftovers", len(leftovers), ", ".join(path.name for path in leftovers)),
    ]


def references(entries: tuple[Entry, ...]) -> dict[str, list[str]]:
    """Each digest that the log leads to, with the entries that lead to it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        found[entry.digest].append(f"is entry {entry.seq}, {entry.kind}")
        for digest in objects_of(entry.kind, entry.body):
            found[digest].append(f"entry {entry.seq}, {entry.kind}, refers to it")
    return dict(found)


def _read(store: EvidenceStore, digest: str, touched: dict[str, list[str]]) -> int:
    try:
        return store.size_of_verified(digest)
    except IntegrityRefused as error:
        raise IntegrityRefused(
            error.code,
            error.what,
            where=(*error.where, *touched.get(digest, ["no entry refers to it"])),
            remedy=error.remedy,
        ) from error


def _check_places(store: EvidenceStore, log: EvidenceLog) -> None:
    """The folders and the files beside the objects: whose they are, and nothing more in them."""
    store.require_quiet_lock()
    for folder in (store.root, store.root / "objects", log.witness):
        with machine(folder):
            require_own_mode(os.lstat(folder), folder)
    for path in (store.root / "checkpoint", log.witness / "checkpoint", _list_of(log)):
        digest_and_size(path)


def _list_of(log: EvidenceLog) -> Path:
    return log.witness / "checkpoints.txt"


def _witnessed(log: EvidenceLog, entries: int) -> list[Checked]:
    if log.is_witnessed():
        return [Checked("witness checkpoints", entries)]
    behind = "the newest entry is not witnessed; the next writer does it"
    return [Checked("witness checkpoints", entries - 1, behind)]


def _kept(kept: Sequence[tuple[str, Sequence[Checkpoint]]]) -> list[Checked]:
    if not kept:
        return []
    count = sum(len(checkpoints) for _, checkpoints in kept)
    return [Checked("checkpoints kept elsewhere", count, ", ".join(place for place, _ in kept))]


def _objects(part: Part, there: int) -> str:
    if part.is_whole:
        return "re-hashed"
    return f"re-hashed: part {part} of {there}; the other parts were not read"
