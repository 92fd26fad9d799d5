"""Unpacking gzip and zstd: bounded before it starts by what is declared, and while it goes on.

Unpacked bytes come in pieces; at the first one past the cap, nothing further is unpacked.
"""

from __future__ import annotations

import zlib
from typing import Final, Literal

import pyarrow as pa

from tieout.errors import InputRefused
from tieout.intake.giant import Stretch
from tieout.intake.records import Note, Source
from tieout.intake.zstd_frames import Walked, damaged_zstd, starts_zstd, walk

SIZE_LIMIT: Final = 4 << 30
RATIO_LIMIT: Final = 200
RATIO_FLOOR: Final = 1 << 20
GZIP: Final = b"\x1f\x8b"
_CHUNK: Final = 1 << 20
_PIECE: Final = 1 << 16


def packed_with(content: bytes) -> Literal["gzip", "zstd", ""]:
    """What a file is packed with, by its first bytes; empty for a plain file."""
    if content.startswith(GZIP):
        return "gzip"
    return "zstd" if starts_zstd(content) else ""


def unpack(source: Source, notes: list[Note], limit: int = SIZE_LIMIT) -> bytes:
    """The bytes inside a packed file.

    Raises:
        InputRefused: ``BOMB``, or the codes of the form: ``GZ_TRUNCATED``,
            ``GZ_CRC``, ``GZ_TRAILING``, ``ZST_TRUNCATED``, ``ZST_CHECKSUM``, ``ZST_TRAILING``,
            ``ZST_DICTIONARY``, ``ZST_WINDOW``.
    """
    allowed = min(limit, max(RATIO_FLOOR, RATIO_LIMIT * len(source.content)))
    taken = _Taken(source, allowed)
    if source.content.startswith(GZIP):
        _gzip(source, taken, notes)
    else:
        _zstd(source, taken, notes)
    return taken.whole()


class _Taken:
    """The pieces unpacked so far, never more than allowed."""

    def __init__(self, source: Source, allowed: int) -> None:
        self._source = source
        self._allowed = allowed
        self._parts: list[bytes] = []
        self._stretch = Stretch(source)
        self.size = 0

    def take(self, part: bytes) -> None:
        """Keep a piece.

        Raises:
            InputRefused: ``BOMB``.
        """
        self.size += len(part)
        self.require(self.size)
        try:
            self._stretch.follow(part)
        except InputRefused as endless:
            # One record without an end is what most bombs unpack to, long before the cap.
            raise self._bomb(endless.what) from endless
        self._parts.append(part)

    def require(self, size: int) -> None:
        """Refuse the file if it comes to more than is allowed."""
        if size > self._allowed:
            raise self._bomb(f"The file unpacks to more than {self._allowed} bytes.")

    def _bomb(self, what: str) -> InputRefused:
        return self._source.refused(
            "BOMB",
            what,
            remedy="Unpack it yourself and look at it; an export does not shrink that much.",
        )

    def whole(self) -> bytes:
        """All pieces as one."""
        return b"".join(self._parts)


def _gzip(source: Source, taken: _Taken, notes: list[Note]) -> None:
    packed = source.content
    position = members = 0
    while packed.startswith(GZIP, position):
        member = zlib.decompressobj(wbits=31)
        members += 1
        while not member.eof:
            piece = packed[position : position + _PIECE]
            try:
                part = member.decompress(piece, _CHUNK)
            except zlib.error as error:
                raise _damaged_gzip(source, position) from error
            position += len(piece) - len(member.unconsumed_tail) - len(member.unused_data)
            taken.take(part)
            if not piece and not part and not member.eof:
                raise source.refused(
                    "GZ_TRUNCATED",
                    "The gzip stream ends before its last byte.",
                    offset=len(packed),
                    remedy="Copy or download the file again; part of it is missing.",
                )
    _check_trailing(source, position, "gzip", notes)
    many = f", {members} members" if members > 1 else ""
    notes.append(
        Note("GZIP", 0, f"Unpacked from gzip{many}; offsets are those of the unpacked bytes.")
    )


def _damaged_gzip(source: Source, position: int) -> InputRefused:
    return source.refused(
        "GZ_CRC",
        "The gzip stream is damaged: its contents do not agree with its checksum.",
        offset=position,
        remedy="Copy or download the file again, and compare its digest with the sender's.",
    )


def _zstd(source: Source, taken: _Taken, notes: list[Note]) -> None:
    walked = walk(source)
    _check_trailing(source, walked.end, "zstd", notes)
    taken.require(sum(frame.declared or 0 for frame in walked.frames))
    packed = pa.py_buffer(source.content)
    for frame in walked.frames:
        before = taken.size
        try:
            piece = packed.slice(frame.start, frame.end - frame.start)
            with pa.CompressedInputStream(pa.BufferReader(piece), "zstd") as stream:
                while part := stream.read(_CHUNK):
                    taken.take(part)
        except (OSError, pa.ArrowInvalid) as error:
            raise damaged_zstd(source, frame.start) from error
        if frame.declared is not None and taken.size - before != frame.declared:
            raise damaged_zstd(source, frame.start)
    notes.append(_zstd_note(walked))


def _zstd_note(walked: Walked) -> Note:
    frames = len(walked.frames)
    many = f", {frames} frames" if frames != 1 else ""
    skipped = f", {walked.skipped} skippable" if walked.skipped else ""
    said = f"Unpacked from zstd{many}{skipped}; offsets are those of the unpacked bytes."
    return Note("ZSTD", 0, said)


def _check_trailing(source: Source, position: int, form: str, notes: list[Note]) -> None:
    short = "GZ" if form == "gzip" else "ZST"
    rest = source.content[position:]
    if rest.strip(b"\0"):
        raise source.refused(
            f"{short}_TRAILING",
            f"{len(rest)} bytes stand after the end of the {form} stream.",
            offset=position,
            remedy="Copy or download the file again; something was appended to it.",
        )
    if rest:
        said = f"Zero bytes after the {form} stream are left out."
        notes.append(Note(f"{short}_PADDING", 0, said))
