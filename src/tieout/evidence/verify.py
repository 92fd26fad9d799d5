"""Verification: re-hash everything in the evidence folder and say what was checked.

It trusts no name and no earlier result. The first thing that does not agree is refused with its
place and with the entries of the log it touches; an error of the disk is not called tampering.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from tieout.errors import IntegrityRefused
from tieout.evidence.documents import objects_of
from tieout.evidence.log import Entry, EvidenceLog
from tieout.evidence.store import EvidenceStore


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was checked: what, how many, and a sentence where there is more to say."""

    name: str
    count: int
    detail: str = ""


def verify_store(store: EvidenceStore, log: EvidenceLog) -> list[Checked]:
    """Verify log, checkpoint, witness and every object; list what was checked.

    Raises:
        IntegrityRefused: the first thing that does not agree; ``where`` names it.
        EnvironmentRefused: something could not be read.
    """
    entries = log.entries()
    touched = _references(entries)
    digests = store.digests()
    for digest in sorted({*digests, *touched}):
        try:
            store.verified_path(digest)
        except IntegrityRefused as error:
            raise IntegrityRefused(
                error.code,
                error.what,
                where=(*error.where, *touched.get(digest, ["no entry refers to it"])),
                remedy=error.remedy,
            ) from error
    leftovers = store.leftovers()
    witnessed = log.is_witnessed()
    return [
        Checked("log entries", len(entries), f"head {entries[-1].digest}" if entries else ""),
        Checked("checkpoint", 1),
        Checked(
            "witness checkpoints",
            len(entries) if witnessed else len(entries) - 1,
            "" if witnessed else "the newest entry is not witnessed; the next writer does it",
        ),
        Checked("objects", len(digests), "re-hashed"),
        Checked("objects without an entry", len(set(digests) - set(touched)), "harmless"),
        Checked("leftovers", len(leftovers), ", ".join(path.name for path in leftovers)),
    ]


def _references(entries: tuple[Entry, ...]) -> dict[str, list[str]]:
    """Each digest that the log leads to, with the entries that lead to it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        found[entry.digest].append(f"is entry {entry.seq}, {entry.kind}")
        for digest in objects_of(entry.kind, entry.body):
            found[digest].append(f"entry {entry.seq}, {entry.kind}, refers to it")
    return dict(found)
