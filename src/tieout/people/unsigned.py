"""Entries of the log that somebody stands behind by name alone: unsigned until endorsed (D27)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieout.errors import ApprovalRefused
from tieout.evidence.log import Entry
from tieout.people.ruling import Endorsement

MOST_ENTRIES: Final = 1000

# What each kind of entry decides stands on the name in this field.
_NAMED_IN: Final = {
    "capture": "approved_by",
    "approval": "approved_by",
    "declaration": "declared_by",
    "rollback": "rolled_back_by",
    "resolution": "resolved_by",
    "verification": "verified_by",
    "contradiction": "contradicted_by",
    "movement-list": "stated_by",
    "balance": "stated_by",
}
_ABOUT: Final = (
    "capture_id",
    "item_id",
    "target",
    "kept_capture",
    "source_name",
    "original_name",
    "read_at",
)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """One decision that is on record under a name, and under no signature of its own.

    Attributes:
        entry: the digest of its entry in the log.
        seq: the number of that entry.
        at: when the log took it.
        kind: what it decided.
        by: the name that was given.
        body: the entry itself.
    """

    entry: str
    seq: int
    at: str
    kind: str
    by: str
    body: dict[str, Any]

    @property
    def about(self) -> str:
        """What it is about: the capture, or the contract item."""
        return next((str(self.body[name]) for name in _ABOUT if self.body.get(name)), "")


def require_endorsable(
    document: Endorsement, named: Mapping[str, Unsigned], endorsed: Collection[str]
) -> None:
    """Refuse an endorsement of anything but decisions that stand on a name alone.

    Raises:
        ApprovalRefused: ``ENDORSE_ENTRY``.
    """
    entries = document.entries
    if not 1 <= len(entries) <= MOST_ENTRIES or list(entries) != sorted(set(entries)):
        raise _not_endorsable(f"An endorsement names 1 to {MOST_ENTRIES} entries, each once.", "")
    for entry in entries:
        if entry not in named:
            raise _not_endorsable("That is no entry that a name alone stands behind.", entry)
        if entry in endorsed:
            raise _not_endorsable("That entry was endorsed before.", entry)


def find_unsigned(named: Mapping[str, Unsigned], beginning: str) -> Unsigned:
    """The one decision under a name alone whose entry begins so.

    Raises:
        ApprovalRefused: ``ENDORSE_ENTRY``: there is none, or more than one.
    """
    found = [one for one in named.values() if beginning and one.entry.startswith(beginning)]
    if len(found) != 1:
        what = "That is no entry that a name alone stands behind."
        raise _not_endorsable(what if not found else "That id is cut too short.", beginning)
    return found[0]


def _not_endorsable(what: str, entry: str) -> ApprovalRefused:
    return ApprovalRefused(
        "ENDORSE_ENTRY",
        what,
        where=(ascii(entry[:64]),) if entry else (),
        remedy="List what stands on a name alone: tieout people review",
    )


def unsigned(entry: Entry) -> Unsigned | None:
    """The decision in an entry; none where it decides nothing, like a capture nobody approved."""
    by = entry.body.get(_NAMED_IN.get(entry.kind, ""))
    if not by:
        return None
    return Unsigned(entry.digest, entry.seq, entry.at, entry.kind, str(by), entry.body)
