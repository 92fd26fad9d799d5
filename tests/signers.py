"""People with keys for tests: a workspace is founded by them, and they sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from tieout.people.person import Person, Role
from tieout.people.record import countersign, record_founding
from tieout.people.replay import Ruling
from tieout.people.ruling import Founding
from tieout.signing.key import SigningKey, new_key
from tieout.workspace.layout import Workspace

PASSPHRASE = "correct horse battery"  # noqa: S105 - of keys that sign in tests alone
# AB is finance, CD engineering, EF checks; GH is the auditor, who signs nothing of this.
ROLES: dict[str, tuple[Role, ...]] = {
    "AB": ("finance", "preparer"),
    "CD": ("engineering",),
    "EF": ("checker",),
    "GH": ("auditor",),
}
AT = datetime(2026, 8, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Signers:
    """The people of a workspace, by their initials."""

    workspace: Workspace
    keys: Mapping[str, SigningKey]

    def __getitem__(self, name: str) -> SigningKey:
        """The key of a person."""
        return self.keys[name]

    def countersign(self, ruling: Ruling, name: str, at: datetime = AT) -> Ruling:
        """One more signature under a ruling that waits."""
        return countersign(self.workspace.log, ruling.ruling_id, self.keys[name], at)


def founded(workspace: Workspace, at: datetime = AT) -> Signers:
    """Found the people of a workspace, signed by AB and CD."""
    keys = {name: key_of(name)[0] for name in ROLES}
    people = tuple(Person(name, ROLES[name], keys[name].public_key) for name in sorted(ROLES))
    policy = workspace.store.put(b"{}")
    founding = Founding(people, policy, "founding")
    record_founding(workspace.log, founding, (keys["AB"], keys["CD"]), at)
    return Signers(workspace, keys)


@cache
def key_of(name: str) -> tuple[SigningKey, bytes]:
    """A person's key and its file; made once, since locking it takes a while."""
    assert name
    return new_key(PASSPHRASE)
