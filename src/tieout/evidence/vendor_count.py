"""What a vendor's own sums said at one time: the record that the log keeps of it."""

from __future__ import annotations

import msgspec


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
