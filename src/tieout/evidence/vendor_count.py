"""What a vendor counts itself: its own sums as they were fetched, and lists that people made (U6).

:mod:`tieout.evidence.documents` lists all of them.
"""

from __future__ import annotations

import msgspec

from tieout.evidence.canonical import short_id


class VendorCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vendor's own sums of a window of its log (U6); the same vendor's word, not a second one.

    Attributes:
        feed_name: the feed whose rows they are compared with.
        first, last: the first and last second of the window, whole hours, since 1970 in UTC.
        read_at: when they were read.
        sums_object: the object that holds them.
        operator: initials of the person or id of the job.
    """

    feed_name: str
    first: int
    last: int
    read_at: str
    sums_object: str
    operator: str


class CountList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vendor's counts as somebody took them from its dashboard or export, as one stored list.

    Attributes:
        sha256: the digest of the list, which is an object of the store.
        original_name: the name of its file.
        counts: how many it holds.
        zone: the zone of its days.
        feed_name: the feed whose rows it counts.
        stated_by: who stands behind it.
        evidence_objects: pictures and exports that show it.
        evidence_names: their names.
        replaces: the list it corrects, which then no longer counts; or empty.
    """

    sha256: str
    original_name: str
    counts: int
    zone: str
    feed_name: str
    stated_by: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()
    replaces: str = ""

    @property
    def list_id(self) -> str:
        """The first 12 hexadecimal digits of a digest over the list, its zone and who stated it."""
        said = [self.sha256, self.zone, self.feed_name, self.stated_by, self.replaces]
        return short_id(said)
