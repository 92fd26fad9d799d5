"""A batch: slices that follow one another, as the one file that is imported, and their record.

The rows keep their bytes; the pages they came on are kept as digests, because a page may hold what
is not to be stored (D28).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import msgspec

from tieout.evidence.canonical import canonical
from tieout.evidence.documents import REHEARSED
from tieout.metering.collection.reading import ReadSlice
from tieout.metering.collection.window import Window

_FORM: Final = "collected-log-1"


class SliceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A slice that was read whole.

    Attributes:
        window: the seconds whose rows were kept.
        asked: the window the vendor was asked for.
        total: rows of the asked window, by the vendor's count and by ours.
        rows: rows of the window.
        pages: SHA-256 and size of every answer.
        by_name: whether it was put together from parts with known names.
    """

    window: Window
    asked: Window
    total: int
    rows: int
    pages: tuple[tuple[str, int], ...]
    by_name: bool = False


class Collected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which window of a vendor's log an import is, how it was read, and with which counts.

    Attributes:
        form: the form of this record.
        window: the seconds it holds whole.
        slices: how it was read.
        rows: rows of the window, before any was put in quarantine.
        address: where it was read, without secrets.
        items: the contract items that were leaned on and the values they had.
        read_from, read_until: when it was read, by our clock.
        notes: what was accepted with a note: a rehearsal, a clock that differs.
    """

    form: str
    window: Window
    slices: tuple[SliceRecord, ...]
    rows: int
    address: str
    items: dict[str, str]
    read_from: str
    read_until: str
    notes: tuple[str, ...] = ()

    @property
    def is_rehearsed(self) -> bool:
        """Whether it was fetched through a setting of a rehearsal: it is not the vendor's own."""
        return any(note.startswith(REHEARSED) for note in self.notes)


def collected_from(content: bytes) -> Collected:
    """The record as it was stored."""
    return msgspec.json.decode(content, type=Collected)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a log is read.

    Attributes:
        address: the address, without secrets.
        rows_at: the path at which the feed looks for the rows of a page.
        items: the contract items that are leaned on and their values.
        notes: what was accepted with a note, each ``CODE: sentence``.
    """

    address: str
    rows_at: str
    items: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Batch:
    """Slices that follow one another without a gap."""

    slices: list[ReadSlice] = field(default_factory=list)
    begun: str = ""

    def add(self, found: ReadSlice, at: str) -> None:
        """Add the slice that follows."""
        if self.slices:
            assert found.window.first == self.window.last + 1, "a batch has no gap"
        else:
            self.begun = at
        self.slices.append(found)

    @property
    def window(self) -> Window:
        """The seconds of all its slices."""
        return Window(self.slices[0].window.first, self.slices[-1].window.last)

    @property
    def rows(self) -> int:
        """The rows of all its slices."""
        return sum(len(one.rows) for one in self.slices)

    def write(self, file: BinaryIO, rows_at: str) -> tuple[int, str]:
        """Write it as pages that the feed reads, one a slice; gives size and SHA-256.

        Args:
            file: where to.
            rows_at: the path at which the feed looks for the rows.
        """
        digest, size = hashlib.sha256(), 0
        names = rows_at.split(".")
        opening = "".join(f"{{{json.dumps(name)}:" for name in names[1:])
        closing = "}" * len(names)
        for one in self.slices:
            head = json.dumps({"window": [one.window.first, one.window.last]})[:-1]
            start = f"{head}, {json.dumps(names[0])}:{opening}[\n"
            rows = b",\n".join(row.raw for row in one.rows)
            for piece in (start.encode(), rows, f"\n]{closing}\n".encode()):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        return size, digest.hexdigest()

    def record(self, origin: Origin, until: str) -> bytes:
        """What is to be kept of it beside its rows, as canonical JSON."""
        parts = tuple(
            SliceRecord(one.window, one.asked, one.total, len(one.rows), one.pages, one.by_name)
            for one in self.slices
        )
        return canonical(
            Collected(
                _FORM,
                self.window,
                parts,
                self.rows,
                origin.address,
                dict(origin.items),
                self.begun,
                until,
                origin.notes,
            )
        )
