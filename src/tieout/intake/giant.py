"""Following a file piece by piece, so that a giant is refused before it is held as a whole.

A record over :data:`tieout.intake.records.RECORD_LIMIT` waits in quarantine while the rest is read.
One over :data:`GIANT` is no accident of an export: the file is refused at the place where it grows.
"""

from __future__ import annotations

from typing import Final

from tieout.intake.feed import Format
from tieout.intake.records import Source

# What a hostile file may cost is 64 MiB (goal G29); the rest is for the program around it.
GIANT: Final = 32 << 20
# Many times as much memory as text is what a record of a JSON document costs before its end is
# known, so there it is cut short sooner.
GIANT_IN_DOCUMENT: Final = 2 << 20
# What no honest record does without for long: its line end, or the end of its object.
_MARKS: Final[dict[Format, tuple[bytes, int]]] = {
    "csv": (b"\n", GIANT),
    "jsonl": (b"\n", GIANT),
    "json": (b"}", GIANT_IN_DOCUMENT),
}


class Stretch:
    """How far the pieces of a file have come since the last mark that a record must have."""

    def __init__(self, source: Source) -> None:
        """Follow a file of the source's form; a columnar one has no marks."""
        self._mark, self._most = _MARKS.get(source.feed.format, (b"", 0))
        self._source = source
        self._offset = 0
        self._since = 0
        self._lines = 0

    def follow(self, piece: bytes) -> None:
        """Look at the next piece.

        Raises:
            InputRefused: ``SIZE_RECORD``.
        """
        if not self._mark:
            return
        last = piece.rfind(self._mark)
        if last >= 0:
            self._since = self._offset + last + 1
        self._offset += len(piece)
        if self._offset - self._since > self._most:
            raise self._source.refused(
                "SIZE_RECORD",
                f"One record is longer than {self._most} bytes.",
                line=self._lines + 1,
                offset=self._since,
                remedy="Look at what made it; a usage record or a price has a few hundred bytes.",
            )
        self._lines += piece.count(b"\n")
