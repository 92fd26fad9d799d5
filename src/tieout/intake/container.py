"""From the bytes of a file to the bytes of its text: gzip, magic numbers, encodings, sparse tails.

A name says nothing about a content, so the first bytes are looked at. Unpacking is bounded before
it starts, and a checksum that does not hold refuses the file.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from tieout.errors import InputRefused
from tieout.intake.feed import Feed
from tieout.intake.records import Note, Source

SIZE_LIMIT: Final = 4 << 30
RATIO_LIMIT: Final = 200
RATIO_FLOOR: Final = 1 << 20
_CHUNK: Final = 1 << 20
_PIECE: Final = 1 << 16
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (_GZIP, "gzip inside gzip"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"SQLite format 3\x00", "a SQLite database"),
)
_MARKUP: Final = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|script|table)\b", re.IGNORECASE)


def open_source(content: bytes, feed: Feed, name: str) -> tuple[Source, list[Note]]:
    """The text of a file, unpacked, with the notes about how it was packed.

    Raises:
        InputRefused: ``FILE_EMPTY``, ``FILE_MAGIC``, ``ENC_UTF16``, ``FILE_ZERO_TAIL``, or one of
            the gzip codes ``GZ_TRUNCATED``, ``GZ_CRC``, ``GZ_TRAILING``, ``BOMB``.
    """
    notes: list[Note] = []
    if content.startswith(_GZIP):
        content = _unpacked(Source(content, 0, feed, name), notes)
    source = Source(content, 0, feed, name)
    if not content:
        raise source.refused(
            "FILE_EMPTY",
            "The file holds no bytes.",
            remedy="Export it again; an empty period still has a header.",
        )
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
    return Source(content, start, feed, name), notes


def _unpacked(source: Source, notes: list[Note]) -> bytes:
    packed = source.content
    allowed = min(SIZE_LIMIT, max(RATIO_FLOOR, RATIO_LIMIT * len(packed)))
    parts: list[bytes] = []
    size = position = members = 0
    while packed.startswith(_GZIP, position):
        member = zlib.decompressobj(wbits=31)
        members += 1
        while not member.eof:
            piece = packed[position : position + _PIECE]
            try:
                part = member.decompress(piece, _CHUNK)
            except zlib.error as error:
                raise _damaged_gzip(source, position) from error
            position += len(piece) - len(member.unconsumed_tail) - len(member.unused_data)
            size += len(part)
            parts.append(part)
            if size > allowed:
                raise _bomb(source, allowed)
            if not piece and not part and not member.eof:
                raise source.refused(
                    "GZ_TRUNCATED",
                    "The gzip stream ends before its last byte.",
                    offset=len(packed),
                    remedy="Copy or download the file again; part of it is missing.",
                )
    _check_trailing(source, position, notes)
    many = f", {members} members" if members > 1 else ""
    notes.append(
        Note("GZIP", 0, f"Unpacked from gzip{many}; offsets are those of the unpacked bytes.")
    )
    return b"".join(parts)


def _damaged_gzip(source: Source, position: int) -> InputRefused:
    return source.refused(
        "GZ_CRC",
        "The gzip stream is damaged: its contents do not agree with its checksum.",
        offset=position,
        remedy="Copy or download the file again, and compare its digest with the sender's.",
    )


def _bomb(source: Source, allowed: int) -> InputRefused:
    return source.refused(
        "BOMB",
        f"The file unpacks to more than {allowed} bytes.",
        remedy="Unpack it yourself and look at it; a usage export does not shrink that much.",
    )


def _check_trailing(source: Source, position: int, notes: list[Note]) -> None:
    rest = source.content[position:]
    if rest.strip(b"\0"):
        raise source.refused(
            "GZ_TRAILING",
            f"{len(rest)} bytes stand after the end of the gzip stream.",
            offset=position,
            remedy="Copy or download the file again; something was appended to it.",
        )
    if rest:
        notes.append(Note("GZ_PADDING", 0, "Zero bytes after the gzip stream are left out."))


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
