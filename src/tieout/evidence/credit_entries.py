"""What moved the prepaid credits beside calls, and what the balance was (B1, B2): log documents.

:mod:`tieout.evidence.documents` lists all of them.
"""

from __future__ import annotations

import msgspec

from tieout.evidence.canonical import short_id


class MovementList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Receipts and confirmed movements, as one stored list.

    Attributes:
        sha256: the digest of the list, which is an object of the store.
        original_name: the name of its file.
        movements: how many it holds.
        stated_by: who stands behind it.
        evidence_objects: receipts and letters that show it.
        evidence_names: their names.
        replaces: the list it corrects, which then no longer counts; or empty.
    """

    sha256: str
    original_name: str
    movements: int
    stated_by: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()
    replaces: str = ""

    @property
    def list_id(self) -> str:
        """The first 12 hexadecimal digits of a digest over the list and who stated it."""
        return short_id([self.sha256, self.stated_by, self.replaces])


class BalanceReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the vendor said the balance was at an instant, in whole units.

    Attributes:
        read_at: when it was read, RFC 3339 in UTC.
        units: whole units of the vendor, as text; below zero where the account owes.
        source: where it was read, in words.
        evidence_sha256: the digest of the bytes that show it, an object of the store.
        evidence_name: the name of their file.
        stated_by: who read it.
    """

    read_at: str
    units: str
    source: str
    evidence_sha256: str
    evidence_name: str
    stated_by: str

    @property
    def balance_id(self) -> str:
        """The first 12 hexadecimal digits of a digest over all of it."""
        return short_id([self.read_at, self.units, self.source, self.evidence_sha256])
