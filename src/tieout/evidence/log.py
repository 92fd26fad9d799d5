"""The log: append-only, hash-chained, with one checkpoint that says where it ends.

The design is the simplest that has no torn state. An entry is an object of the store: the canonical
JSON of its sequence number, time, kind, body and the digest of the entry before it. The SHA-256 of
that text is both its digest and its name, so an entry cannot be changed, cut or extended without
changing its name. The checkpoint names the newest entry; from there the chain leads back to the
first. To append is to store one object and then to replace the checkpoint: before that replacement
the new object is garbage that nobody refers to, after it the entry is committed.

So there is no tail to repair, and no byte that belongs to the log without being covered by the
checkpoint. Order is the sequence number; the time is what the caller's clock said.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from tieout.calendar import instant_text
from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import canonical, parse_document, plain_document
from tieout.evidence.checkpoint import (
    NO_ENTRY,
    Checkpoint,
    Seen,
    commit,
    forked,
    look,
    rolled_back,
    write_witness,
)
from tieout.evidence.documents import objects_of
from tieout.evidence.lock import workspace_lock
from tieout.evidence.store import EvidenceStore


class Entry(msgspec.Struct, frozen=True):
    """One entry of the log.

    Attributes:
        seq: its number, from 1 without gaps.
        at: when it was made, by the clock that was passed in.
        kind: what it records, for example ``capture``.
        body: the record itself, JSON types only.
        previous: the digest of the entry before it; 64 zeros before the first.
        digest: SHA-256 over the canonical JSON of all the rest.
    """

    seq: int
    at: str
    kind: str
    body: dict[str, Any]
    previous: str
    digest: str


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at: str
    body: dict[str, Any]
    kind: str
    previous: str
    seq: int


class ReadableLog(Protocol):
    """Whatever gives the entries of a log: the log itself, read anew, or one reading of it."""

    def entries(self) -> tuple[Entry, ...]:
        """Every entry, oldest first, verified."""
        ...

    def verified(self) -> tuple[tuple[Entry, ...], Checkpoint]:
        """The entries with the checkpoint that names them."""
        ...


@dataclass(frozen=True, slots=True)
class LogRead:
    """A log as one look found it: who asks it many things is answered from one state.

    Attributes:
        found: the entries, oldest first, verified when they were read.
        at: the checkpoint that names them.
    """

    found: tuple[Entry, ...]
    at: Checkpoint

    def entries(self) -> tuple[Entry, ...]:
        """Every entry, oldest first."""
        return self.found

    def verified(self) -> tuple[tuple[Entry, ...], Checkpoint]:
        """The entries with the checkpoint that names them."""
        return self.found, self.at


class EvidenceLog:
    """The log of one evidence folder and its witness."""

    def __init__(self, root: Path, witness: Path) -> None:
        """Name the folders; nothing is read yet."""
        self.root = root
        self.witness = witness
        self._store = EvidenceStore(root)

    def append(self, kind: str, body: Mapping[str, object], at: datetime) -> Entry:
        """Add one entry durably, under the workspace lock, and copy its checkpoint to the witness.

        When this raises, the entry may be committed only if the failure came after the commit
        point; a fresh reader then sees it, and the next writer completes the witness.

        Raises:
            IntegrityRefused: the log does not verify; nothing was added.
            ConflictRefused: ``LOCK_HELD``.
            EnvironmentRefused: the machine failed.
        """
        with self.locked():
            before = self.entries()
            previous = before[-1].digest if before else NO_ENTRY
            stored = _Stored(
                at=instant_text(at),
                body=plain_document(body),
                kind=kind,
                previous=previous,
                seq=len(before) + 1,
            )
            digest = self._store.put(canonical(stored))
            # What the checkpoint is going to name is read back first, the entry and the objects
            # it refers to, so that it names what is on the disk and not what was in memory: before
            # the commit an error can be repaired, after it it is evidence.
            entry = self._entry(digest)
            for named in objects_of(kind, stored.body):
                self._store.verified_path(named)
            newest = self._checkpoint(entry)
            commit(self.root, newest)
            self._witness((*before, entry), newest)
            return entry

    def entries(self) -> tuple[Entry, ...]:
        """Every committed entry, oldest first, after verifying chain, checkpoint and witness.

        Raises:
            IntegrityRefused: ``EV_ROLLBACK``, ``EV_FORK``, ``EV_NOTE_FORM``, ``EV_OBJECT``,
                ``EV_MISSING`` or ``EV_UNKNOWN_FILE``.
            ConfigurationRefused: ``STORE_ABSENT``.
        """
        return self.verified()[0]

    def verified(self) -> tuple[tuple[Entry, ...], Checkpoint]:
        """The entries with the checkpoint that names them, from one look at the disk.

        Raises:
            IntegrityRefused: as :meth:`entries`.
            ConfigurationRefused: ``STORE_ABSENT``.
        """
        seen = look(self.root, self.witness)
        self._store.digests()
        newest_first = list(self._back_from(seen.checkpoint))
        entries = tuple(reversed(newest_first))
        origin = seen.checkpoint.origin
        if entries and _checkpoint(entries[-1], origin) != seen.checkpoint:
            raise forked("The checkpoint and its entry differ.", str(self.root / "checkpoint"))
        self._check_witness_list(seen, entries)
        return entries, seen.checkpoint

    def read(self) -> LogRead:
        """One verified reading, for whoever asks many things of the same state of the log."""
        return LogRead(*self.verified())

    def checkpoint(self) -> Checkpoint:
        """The checkpoint that a reader may keep elsewhere, after verifying the log."""
        return self.verified()[1]

    def head(self) -> str:
        """The digest of the newest entry, 64 zeros for an empty log, after verifying the log."""
        entries = self.entries()
        return entries[-1].digest if entries else NO_ENTRY

    def is_witnessed(self) -> bool:
        """Whether the newest checkpoint has reached the witness; the next writer completes it."""
        return look(self.root, self.witness).is_witnessed

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace lock, to read the log and append to it in one step.

        Whoever takes the lock first completes the witness that a crash left one behind.
        """
        with workspace_lock(self.root):
            if not self.is_witnessed():
                entries = self.entries()
                self._witness(entries, self._checkpoint(entries[-1]))
            yield

    def _back_from(self, checkpoint: Checkpoint) -> Iterator[Entry]:
        digest = checkpoint.head
        for seq in range(checkpoint.size, 0, -1):
            entry = self._entry(digest)
            if entry.seq != seq:
                where = f"{self.root / 'objects' / digest}: number {entry.seq}, expected {seq}"
                raise forked("The chain of the log is broken.", where)
            yield entry
            digest = entry.previous
        if digest != NO_ENTRY:
            raise forked("The log begins before its first entry.", str(self.root / "checkpoint"))

    def _entry(self, digest: str) -> Entry:
        content = self._store.get(digest)
        with contextlib.suppress(ValueError, msgspec.ValidationError):
            stored = msgspec.convert(parse_document(content), _Stored, strict=True)
            if canonical(stored) == content:
                return Entry(
                    stored.seq, stored.at, stored.kind, stored.body, stored.previous, digest
                )
        raise IntegrityRefused(
            "EV_NOTE_FORM",
            "An entry of the log does not have its exact form.",
            where=(str(self.root / "objects" / digest),),
            remedy="Restore the evidence folder and the witness from the same backup.",
        )

    def _check_witness_list(self, seen: Seen, entries: tuple[Entry, ...]) -> None:
        """The list is the line of every entry, the newest perhaps missing after a crash."""
        where = str(self.witness / "checkpoints.txt")
        expected = _witness_list(entries)
        listed = seen.witness_list
        if not expected.startswith(listed):
            if listed.startswith(expected):
                raise rolled_back("The log is shorter than the witness list.", where)
            raise forked("The log and the witness list differ.", where)
        if len(listed) < len(_witness_list(entries[: seen.witnessed.size])):
            raise rolled_back("The witness list has lost its end.", where)
        if listed and not listed.endswith(b"\n"):
            raise rolled_back("The witness list ends in mid-line.", where)

    def _checkpoint(self, entry: Entry) -> Checkpoint:
        """The checkpoint of an entry of this log, under the lock."""
        return _checkpoint(entry, look(self.root, self.witness).checkpoint.origin)

    def _witness(self, entries: tuple[Entry, ...], newest: Checkpoint) -> None:
        write_witness(self.witness, _witness_list(entries), newest)


def _checkpoint(entry: Entry, origin: str = "") -> Checkpoint:
    return Checkpoint(entry.seq, entry.digest, entry.at, origin)


def _witness_list(entries: tuple[Entry, ...]) -> bytes:
    return b"".join(_checkpoint(entry).witness_line() for entry in entries)
