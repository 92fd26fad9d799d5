"""The frames of a zstd file, walked by their headers before a byte of them is unpacked.

Where each frame ends, what it claims to unpack to, how much memory it asks for and whether it needs
a dictionary stand in a few bytes (RFC 8878, section 3.1); a cut or a stray byte has an exact place.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tieout.errors import InputRefused
from tieout.intake.records import Source

ZSTD: Final = b"\x28\xb5\x2f\xfd"
# The usual levels ask for 8 MiB at most; a frame that asks for more is not made by an exporter.
WINDOW_LIMIT: Final = 32 << 20
_SKIPPABLE: Final = b"\x2a\x4d\x18"
_RLE: Final = 1
_RESERVED: Final = 3


class Frame(NamedTuple):
    """One frame that holds data: where it stands, and the size it declares, if it does."""

    start: int
    end: int
    declared: int | None


class Walked(NamedTuple):
    """The frames of a file, how many skippable ones lie between, and where the last one ends."""

    frames: list[Frame]
    skipped: int
    end: int


def starts_zstd(content: bytes) -> bool:
    """Whether the first frame, skippable or not, is one of zstd."""
    return content.startswith(ZSTD) or _is_skippable(content, 0)


def walk(source: Source) -> Walked:
    """Every frame of the file up to the first byte that begins none.

    Raises:
        InputRefused: ``ZST_TRUNCATED``, ``ZST_DICTIONARY``, ``ZST_WINDOW`` or ``ZST_CHECKSUM``.
    """
    content = source.content
    frames: list[Frame] = []
    position = skipped = 0
    while True:
        if content.startswith(ZSTD, position):
            frames.append(_frame(source, position))
            position = frames[-1].end
        elif _is_skippable(content, position):
            position += 8 + int.from_bytes(_bytes(source, position + 4, 4), "little")
            _bytes(source, position, 0)
            skipped += 1
        else:
            return Walked(frames, skipped, position)


def _is_skippable(content: bytes, position: int) -> bool:
    return content[position + 1 : position + 4] == _SKIPPABLE and 0x50 <= content[position] <= 0x5F


def _frame(source: Source, start: int) -> Frame:
    descriptor = _bytes(source, start + 4, 1)[0]
    single = bool(descriptor & 0x20)
    position = start + 5
    window = 0
    if not single:
        exponent, mantissa = divmod(_bytes(source, position, 1)[0], 8)
        window = (1 << (10 + exponent)) + ((1 << (10 + exponent)) >> 3) * mantissa
        position += 1
    size = (0, 1, 2, 4)[descriptor & 3]
    if any(_bytes(source, position, size)):
        raise source.refused(
            "ZST_DICTIONARY",
            "The zstd frame was packed with a dictionary, which is not in the file.",
            offset=position,
            remedy="Pack it without a dictionary, or unpack it yourself.",
        )
    position += size
    declared, position = _declared(source, descriptor >> 6, position, single=single)
    # A frame in one segment is unpacked into memory of its whole size.
    if max(window, declared or 0 if single else 0) > WINDOW_LIMIT:
        raise source.refused(
            "ZST_WINDOW",
            f"The zstd frame asks for more than {WINDOW_LIMIT} bytes of memory at once.",
            offset=start,
            remedy="Pack it without the long or ultra modes, or unpack it yourself.",
        )
    end = _blocks_end(source, position)
    if descriptor & 4:
        _bytes(source, end, 4)
        end += 4
    return Frame(start, end, declared)


def _declared(source: Source, flag: int, position: int, *, single: bool) -> tuple[int | None, int]:
    """The size of the content as the header states it, and where the header ends."""
    size = (1 if single else 0, 2, 4, 8)[flag]
    if not size:
        return None, position
    stated = int.from_bytes(_bytes(source, position, size), "little")
    return stated + (256 if flag == 1 else 0), position + size


def _blocks_end(source: Source, position: int) -> int:
    while True:
        header = int.from_bytes(_bytes(source, position, 3), "little")
        kind = header >> 1 & 3
        if kind == _RESERVED:
            raise damaged_zstd(source, position)
        position += 3 + (1 if kind == _RLE else header >> 3)
        _bytes(source, position, 0)
        if header & 1:
            return position


def _bytes(source: Source, position: int, size: int) -> bytes:
    if position + size > len(source.content):
        raise source.refused(
            "ZST_TRUNCATED",
            "The zstd stream ends before its last byte.",
            offset=len(source.content),
            remedy="Copy or download the file again; part of it is missing.",
        )
    return source.content[position : position + size]


def damaged_zstd(source: Source, position: int) -> InputRefused:
    """The letter for a frame whose bytes do not agree with one another."""
    return source.refused(
        "ZST_CHECKSUM",
        "The zstd stream is damaged: its contents do not agree with its checksum.",
        offset=position,
        remedy="Copy or download the file again, and compare its digest with the sender's.",
    )
