"""Local terms of collecting a vendor's log: when it is settled, how gently it is read."""

from __future__ import annotations

from typing import Final

import msgspec

# Setting, lowest, highest.
COLLECTING_RANGES: Final = (
    ("settle_minutes", 1, 7 * 1_440),
    ("recount_days", 0, 31),
    ("batch_rows", 1, 100_000),
    ("pages_per_minute", 1, 6_000),
)


class Collecting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a vendor's log is collected; ``[collecting]``.

    Attributes:
        settle_minutes: a window is closed so long after its end; what is younger waits.
        recount_days: windows that ended within so many days are counted again at each fetch, for
            rows that arrived late.
        batch_rows: rows that are recorded together; an interruption loses at most so many readings.
        pages_per_minute: how many pages are asked for in a minute, one at a time.
    """

    settle_minutes: int = 60
    recount_days: int = 3
    batch_rows: int = 20_000
    pages_per_minute: int = 300
