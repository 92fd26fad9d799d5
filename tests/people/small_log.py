"""People, keys and a log in memory: the log's own rules of chaining, without a disk."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tieout.calendar import instant_text
from tieout.evidence.canonical import canonical, plain_document, sha256
from tieout.evidence.checkpoint import NO_ENTRY, Checkpoint
from tieout.evidence.log import Entry, EvidenceLog
from tieout.people.person import Person, Role
from tieout.people.record import record_founding
from tieout.people.ruling import Founding
from tieout.signing.key import SigningKey

AT = datetime(2026, 9, 1, 9, tzinfo=UTC)
ORIGIN = "acme-ai-00000001"


class MemoryLog(EvidenceLog):
    """A log whose entries are a list; whoever tests may write into it around every rule."""

    def __init__(self, entries: Sequence[Entry] = (), origin: str = ORIGIN) -> None:
        """Begin with these entries."""
        self.list = list(entries)
        self.origin = origin

    def verified(self) -> tuple[tuple[Entry, ...], Checkpoint]:
        """The entries; nothing is on a disk that could be wrong."""
        head = self.list[-1].digest if self.list else NO_ENTRY
        return tuple(self.list), Checkpoint(len(self.list), head, "none", self.origin)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else is here."""
        yield

    def append(self, kind: str, body: Mapping[str, object], at: datetime) -> Entry:
        """Add an entry, chained as the log on the disk chains it."""
        made = chained(self.list, kind, plain_document(body), instant_text(at))
        self.list.append(made)
        return made


def chained(before: Sequence[Entry], kind: str, body: dict[str, object], at: str) -> Entry:
    """The entry that follows these."""
    previous = before[-1].digest if before else NO_ENTRY
    stored = {"at": at, "body": body, "kind": kind, "previous": previous, "seq": len(before) + 1}
    return Entry(len(before) + 1, at, kind, dict(body), previous, sha256(canonical(stored)))


@cache
def key_of(name: str) -> SigningKey:
    """The key of a person in a test: always the same one."""
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode("ascii")
    return SigningKey(public, private)


def person(name: str, *roles: Role, key: str = "") -> Person:
    """A person with the key of that name."""
    return Person(name, tuple(sorted(roles)), key_of(key or name).public_key)


def founding(*people: Person, policy: str = "a" * 64, version: str = "p1") -> Founding:
    """A founding of these people."""
    return Founding(tuple(sorted(people, key=lambda one: one.name)), policy, version)


def founded(*people: Person, by: Sequence[str]) -> MemoryLog:
    """A log that these people have founded, signed by two of them."""
    log = MemoryLog()
    record_founding(log, founding(*people), [key_of(name) for name in by], AT)
    return log


def two_people() -> MemoryLog:
    """The smallest workspace: one who prepares and administers, one who checks."""
    return founded(
        person("AB", "preparer", "finance", "administrator"),
        person("CD", "checker", "engineering"),
        by=("AB", "CD"),
    )


def body_of(document: msgspec.Struct) -> dict[str, object]:
    """A document as the log holds it."""
    found: dict[str, object] = plain_document(document)
    return found
