"""From the bytes of a file to the bytes of its text: packing, magic numbers, encodings, tails.

A name says nothing about a content, so the first bytes are looked at. Unpacking is bounded before
it starts, and a checksum that does not hold refuses the file.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import BinaryIO, Final

from tieout.errors import InputRefused
from tieout.intake.feed import Feed
from tieout.intake.giant import Stretch
from tieout.intake.packing import RATIO_FLOOR, SIZE_LIMIT, packed_with, unpack
from tieout.intake.records import RECORD_LIMIT, Note, Source

__all__ = ["RATIO_FLOOR", "SIZE_LIMIT", "open_source", "take_in"]

_PIECE: Final = 1 << 20

_BOM: Final = b"\xef\xbb\xbf"

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"SQLite format 3\x00", "a SQLite database"),
)
_MARKUP: Final = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|script|table)\b", re.IGNORECASE)


def take_in(file: BinaryIO, feed: Feed, name: str, limit: int = SIZE_LIMIT) -> tuple[bytes, str]:
    """The bytes of an open file and their SHA-256; a giant is refused before it is held.

    Args:
        file: a file on a disk, open for reading.
        feed: only its format is looked at.
        name: the file's name, for refusals.
        limit: how many bytes it may have at most.

    Raises:
        InputRefused: ``SIZE_LIMIT``, or ``SIZE_RECORD``: one record goes on without an end.
    """
    size = os.fstat(file.fileno()).st_size
    nothing = Source(b"", 0, feed, name)
    if size > limit:
        raise nothing.refused(
            "SIZE_LIMIT",
            f"The file has {size} bytes, over {limit}.",
            remedy="Split it, and import the parts.",
        )
    file.seek(0)
    if not packed_with(file.read(4)):
        file.seek(0)
        stretch = Stretch(nothing)
        while piece := file.read(_PIECE):
            stretch.follow(piece)
    file.seek(0)
    content = file.read(size)
    return content, hashlib.sha256(content).hexdigest()


def open_source(
    content: bytes, feed: Feed, name: str, limit: int = SIZE_LIMIT
) -> tuple[Source, list[Note]]:
    """The text of a file, unpacked, with the notes about how it was packed.

    Args:
        content: the bytes of the file.
        feed: only its format is looked at.
        name: the file's name, for refusals.
        limit: how many bytes it may unpack to at most.

    Raises:
        InputRefused: ``FILE_EMPTY``, ``FILE_MAGIC``, ``ENC_UTF16``, ``FILE_ZERO_TAIL``, or one of
            the codes of :func:`tieout.intake.packing.unpack`.
    """
    notes: list[Note] = []
    if packed_with(content):
        content = unpack(Source(content, 0, feed, name), notes, limit)
    source = Source(content, 0, feed, name)
    if not content:
        raise source.refused(
            "FILE_EMPTY",
            "The file holds no bytes.",
            remedy="Export it again; an empty period still has a header.",
        )
    if again := packed_with(content):
        raise _magic(source, f"packed with {again} a second time")
    if feed.format == "parquet":
        return source, notes
    _check_magic(source)
    _check_encoding(source)
    _check_tail(source)
    start = 0
    if content.startswith(_BOM):
        start = len(_BOM)
        notes.append(Note("ENC_BOM", 0, "The file starts with a byte order mark; it is left out."))
    if not content[start:].strip():
        raise source.refused(
            "FILE_EMPTY",
            "The file holds nothing but white space.",
            remedy="Export it again; an empty period still has a header.",
        )
    _check_header_size(source, start)
    return Source(content, start, feed, name), notes


def _check_magic(source: Source) -> None:
    for magic, meaning in _MAGIC:
        if source.content.startswith(magic):
            raise _magic(source, meaning)
    if _MARKUP.match(source.content, len(_BOM) if source.content.startswith(_BOM) else 0):
        raise _magic(source, "a web page")


def _magic(source: Source, meaning: str) -> InputRefused:
    return source.refused(
        "FILE_MAGIC",
        f"The feed says {source.feed.format}, but the content is {meaning}.",
        remedy=f"Export as {source.feed.format}, or name the right format in the feed.",
    )


def _check_header_size(source: Source, start: int) -> None:
    """A header is never in quarantine, so one that is no record either refuses the file."""
    if source.feed.format != "csv" or len(source.content) - start <= RECORD_LIMIT:
        return
    if source.content.find(b"\n", start, start + RECORD_LIMIT) < 0:
        raise source.refused(
            "SIZE_RECORD",
            f"The header is longer than {RECORD_LIMIT} bytes.",
            offset=start,
            remedy="Export only the columns that are needed.",
        )


def _check_encoding(source: Source) -> None:
    content = source.content
    probe = content[:64]
    wide = (
        len(probe) >= 4
        and (  # every second byte of Latin text in UTF-16 is zero
            not any(probe[0::2]) or not any(probe[1::2])
        )
    )
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or (wide and any(probe)):
        raise source.refused(
            "ENC_UTF16",
            "The file is UTF-16.",
            remedy="Save it as UTF-8 (in a spreadsheet: CSV UTF-8), and import that.",
        )


def _check_tail(source: Source) -> None:
    body = source.content.rstrip(b"\r\n")
    kept = body.rstrip(b"\0")
    unfinished = len(body) == len(source.content)
    if len(kept) < len(body) and (unfinished or not kept or kept.endswith((b"\n", b"\r"))):
        raise source.refused(
            "FILE_ZERO_TAIL",
            f"The file ends in {len(body) - len(kept)} zero bytes.",
            line=kept.count(b"\n") + 1,
            offset=len(kept),
            remedy="Export it again; this is what a crash leaves of a file that was being written.",
        )
