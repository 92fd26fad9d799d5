"""What framing hands on: records with a place, damaged records, notes, and the letter of a refusal.

Every record of a file is either framed or damaged; both carry the exact place. Nothing of a damaged
record's content is kept beyond its digest (D28).
"""

from __future__ import annotations

import hashlib
import re
from binascii import hexlify
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pyarrow as pa

from tieout.errors import InputRefused
from tieout.intake.feed import Feed

RECORD_LIMIT: Final = 1 << 20
# Code points that are never text: U+FDD0..U+FDEF and the last two of each plane.
_NONCHARACTER: Final = re.compile(
    rb"\xef\xb7[\x90-\xaf]|\xef\xbf[\xbe\xbf]|[\xf0-\xf4][\x8f\x9f\xaf\xbf]\xbf[\xbe\xbf]"
)
# Names under which exports carry what nobody needs for money: said in the report, never kept.
_PRIVATE: Final = frozenset(
    {
        "prompt",
        "prompts",
        "messages",
        "message",
        "completion",
        "response",
        "content",
        "input",
        "output",
        "request_body",
        "response_body",
        "ip",
        "ip_address",
        "requester_ip_address",
        "email",
        "user_email",
    }
)
PLACE: Final = pa.schema(
    [
        pa.field("ordinal", pa.int64()),
        pa.field("line", pa.int64()),
        pa.field("byte_offset", pa.int64()),
        pa.field("byte_length", pa.int64()),
        pa.field("record_digest", pa.string()),
    ]
)


class Place(NamedTuple):
    """Where a record stands in the file, and the digest of its bytes."""

    ordinal: int
    line: int
    byte_offset: int
    byte_length: int
    record_digest: str


class Damage(NamedTuple):
    """A record that could not be framed: its place, the reason, and what was expected."""

    place: Place
    reason_code: str
    detail: str
    column_name: str | None = None


class Fault(NamedTuple):
    """Why one record cannot be read; the place is known to the caller."""

    reason_code: str
    detail: str
    column_name: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something accepted but unusual, counted for the report."""

    code: str
    rows: int
    message: str


@dataclass(frozen=True, slots=True)
class FramedFile:
    """A file as records and damaged records, counted twice.

    Attributes:
        records: the columns of :data:`PLACE`, then one text column per ``feed.columns()``; null
            where the key is absent, empty text where it is empty.
        quarantined: the damaged records, shaped as ``tables.QUARANTINE``.
        records_framed: our framer's count; header and blank lines are no records.
        records_recounted: the count of a second counter that shares no code with the first.
        notes: what was accepted although unusual.
        types: a columnar file's own type of each column that is read; empty for text.
    """

    records: pa.Table
    quarantined: pa.Table
    records_framed: int
    records_recounted: int
    notes: tuple[Note, ...]
    types: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The unpacked bytes of one file, where its text starts, its name and its feed."""

    content: bytes
    start: int
    feed: Feed
    name: str

    def refused(
        self, code: str, what: str, *, remedy: str, record: int = 0, line: int = 1, offset: int = 0
    ) -> InputRefused:
        """The letter that refuses the whole file, with the exact place."""
        where = f"{self.name}: record {record}, line {line}, byte {offset}"
        return InputRefused(code, what, where=(where,), remedy=remedy)


@dataclass(slots=True)
class Framing:
    """What a format's framer found, before the second count."""

    records: pa.Table
    damaged: list[Damage]
    notes: list[Note] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Records framed, readable or not."""
        return int(self.records.num_rows) + len(self.damaged)


def place_of(ordinal: int, line: int, offset: int, raw: bytes) -> Place:
    """The place of a record whose bytes, without line end, are ``raw``."""
    return Place(ordinal, line, offset, len(raw), hashlib.sha256(raw).hexdigest())


def hex_texts(digests: Sequence[bytes]) -> pa.Array:
    """Digests of one length as a column of hex digits, without a text per row."""
    if not digests:
        return pa.array([], pa.string())
    width = 2 * len(digests[0])
    ends = pa.arange(0, width * len(digests) + 1, width).cast(pa.int32())
    digits = pa.py_buffer(hexlify(b"".join(digests)))
    return pa.StringArray.from_buffers(len(digests), ends.buffers()[1], digits)


class Places:
    """Where records stand that follow one another, for whole columns and for single ones."""

    def __init__(
        self, last: int, lines: Sequence[int], offsets: Sequence[int], raws: Sequence[bytes]
    ) -> None:
        """Take the number of the record before them, and line, offset and bytes of each."""
        self._first = last + 1
        self._lines = lines
        self._offsets = offsets
        self._sizes = [len(raw) for raw in raws]
        self._digests = [hashlib.sha256(raw).digest() for raw in raws]

    def at(self, row: int) -> Place:
        """The place of one record, counted from 0."""
        return Place(
            self._first + row,
            self._lines[row],
            self._offsets[row],
            self._sizes[row],
            self._digests[row].hex(),
        )

    def columns(self) -> pa.Table:
        """The places of all of them, shaped as :data:`PLACE`."""
        ordinals = pa.arange(self._first, self._first + len(self._sizes))
        digests = hex_texts(self._digests)
        return pa.table(
            [ordinals, *map(_counts, (self._lines, self._offsets, self._sizes)), digests],
            schema=PLACE,
        )


def _counts(numbers: Sequence[int]) -> pa.Array:
    return pa.array(numbers, pa.int64())


def schema_of(columns: Iterable[str]) -> pa.Schema:
    """Place columns followed by text columns of these names."""
    return pa.schema([*PLACE, *(pa.field(name, pa.string()) for name in columns)])


def batch_of(
    places: list[Place], rows: Sequence[tuple[str | None, ...]], schema: pa.Schema
) -> pa.Table:
    """Places and row tuples as one table of that schema."""
    if not places:
        return schema.empty_table()
    columns = [*zip(*places, strict=True), *zip(*rows, strict=True)]
    arrays = [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def shown(name: str) -> str:
    """A name out of a file, made safe to stand in a sentence: ASCII, quoted, at most 40 letters."""
    return ascii(name[:40])


def is_text(raw: bytes) -> bool:
    """Whether bytes are UTF-8 without overlong forms, surrogates and non-characters."""
    if raw.isascii():
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return _NONCHARACTER.search(raw) is None


def notes_on_extras(extras: Sequence[str], rows: int) -> list[Note]:
    """Notes about names a file carries and the feed does not read."""
    if not extras:
        return []
    listed = ", ".join(shown(name) for name in extras[:8]) + (" ..." if len(extras) > 8 else "")
    notes = [Note("SCHEMA_NEW_KEY", rows, f"{len(extras)} columns are not kept: {listed}.")]
    private = [name for name in extras if name.strip().casefold() in _PRIVATE]
    if private:
        names = ", ".join(shown(name) for name in private[:8])
        notes.append(Note("PII_COLUMN", rows, f"Content that may be personal is dropped: {names}."))
    return notes


def too_long() -> Fault:
    """The fault of a record over the limit."""
    return Fault("SIZE_RECORD", f"A record may hold at most {RECORD_LIMIT} bytes.")


def check_bytes(raw: bytes) -> Fault | None:
    """What is wrong with the bytes of a record before they are parsed."""
    if len(raw) > RECORD_LIMIT:
        return too_long()
    if b"\0" in raw:
        return Fault("CTRL_NUL", "A record may not hold a zero byte.")
    if not is_text(raw):
        return Fault("ENC_INVALID_UTF8", "The record must be UTF-8 text.")
    return None
