"""Packed files: every way a stream can be cut, damaged, extended or blown up has a code of its own.

Frames of zstd are put together by hand from RFC 8878, section 3.1, so that each header says exactly
what the case is about; `pyarrow` packs the ordinary ones.
"""

from __future__ import annotations

import gzip
import struct

import pyarrow as pa
import pytest

from tieout.errors import InputRefused
from tieout.intake.container import open_source
from tieout.intake.feed import Feed, Format, TimeSource

TEXT = b"id,at\n" + b"".join(b"%d,2026-08-01T00:00:00Z\n" % number for number in range(500))
MAGIC = b"\x28\xb5\x2f\xfd"
# The published test values of XXH64 with seed 0, of which a frame carries the low four bytes.
XXH64_EMPTY = struct.pack("<Q", 0xEF46DB3751D8E999)[:4]
XXH64_A = struct.pack("<Q", 0xD24EC4F1A98C6E5B)[:4]


def feed(form: Format = "csv") -> Feed:
    return Feed(format=form, time=TimeSource(column="at", form="rfc3339"), model="id")


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


def block(content: bytes, *, last: bool = True) -> bytes:
    """A raw block: last flag, type 0, size in 21 bits."""
    return struct.pack("<I", len(content) << 3 | last)[:3] + content


def frame(
    blocks: bytes, *, declared: int | None = None, checksum: bytes = b"", window: int = 0x58
) -> bytes:
    """A frame with an 8-byte size if one is declared; window 0x58 is 2 MiB."""
    descriptor = (0xC0 if declared is not None else 0) | (4 if checksum else 0)
    size = b"" if declared is None else struct.pack("<Q", declared)
    return MAGIC + bytes([descriptor, window]) + size + blocks + checksum


def skippable(content: bytes) -> bytes:
    return b"\x53\x2a\x4d\x18" + struct.pack("<I", len(content)) + content


def opened(content: bytes, form: Format = "csv") -> tuple[bytes, list[str]]:
    source, notes = open_source(content, feed(form), "export")
    return source.content, [f"{note.code}: {note.message}" for note in notes]


def refused(content: bytes, form: Format = "csv") -> tuple[str, str]:
    with pytest.raises(InputRefused) as caught:
        open_source(content, feed(form), "export")
    return caught.value.code, caught.value.where[0]


@pytest.mark.parametrize(
    "packed",
    [
        zstd(TEXT),
        zstd(TEXT[:100]) + zstd(TEXT[100:]),
        skippable(b"a remark") + zstd(TEXT) + skippable(b""),
        frame(block(TEXT[:9], last=False) + block(TEXT[9:]), declared=len(TEXT)),
        frame(block(b""), checksum=XXH64_EMPTY) + zstd(TEXT),
        zstd(TEXT) + bytes(7),
    ],
    ids=["one frame", "two frames", "skippable", "raw blocks", "empty frame", "padding"],
)
def test_a_whole_zstd_file_gives_its_text(packed: bytes) -> None:
    assert opened(packed)[0] == TEXT


def test_the_notes_say_what_was_unpacked_and_left_out() -> None:
    notes = opened(skippable(b"x") + zstd(TEXT[:9]) + zstd(TEXT[9:]) + b"\0\0")[1]
    assert notes == [
        "ZST_PADDING: Zero bytes after the zstd stream are left out.",
        "ZSTD: Unpacked from zstd, 2 frames, 1 skippable; offsets are those of the unpacked bytes.",
    ]


def test_a_checksum_that_holds_is_accepted_and_one_that_does_not_is_refused() -> None:
    good = frame(block(b"a"), checksum=XXH64_A)
    assert opened(good)[0] == b"a"
    assert refused(zstd(TEXT) + good[:-1] + bytes([good[-1] ^ 1]))[0] == "ZST_CHECKSUM"


def test_every_cut_of_a_zstd_file_is_found_at_its_end() -> None:
    packed = zstd(TEXT)
    for cut in range(4, len(packed)):
        assert refused(packed[:cut]) == (
            "ZST_TRUNCATED",
            f"export: record 0, line 1, byte {cut}",
        )


def test_no_flipped_bit_after_the_magic_of_a_zstd_file_with_a_checksum_gives_other_text() -> None:
    good = frame(block(b"a"), checksum=XXH64_A, declared=1)
    for position in range(4 * 8, len(good) * 8):
        bent = bytearray(good)
        bent[position // 8] ^= 1 << position % 8
        try:
            text = opened(bytes(bent))[0]
        except InputRefused:
            continue
        # A flip may ask for another window or leave out the checksum's flag bit, never alter text.
        assert text == b"a"


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (zstd(TEXT) + b"x", "ZST_TRAILING"),
        (zstd(TEXT) + gzip.compress(TEXT), "ZST_TRAILING"),
        (MAGIC + b"\x01\x58\x07" + block(TEXT), "ZST_DICTIONARY"),
        (frame(block(TEXT), window=0xF8), "ZST_WINDOW"),
        (frame(block(TEXT), declared=5 << 30), "BOMB"),
        (frame(block(TEXT), declared=len(TEXT) + 1), "ZST_CHECKSUM"),
        (frame(struct.pack("<I", 7)[:3] + TEXT), "ZST_CHECKSUM"),
        (zstd(bytes(50 << 20)), "BOMB"),
        (zstd(b""), "FILE_EMPTY"),
        (skippable(b"x"), "FILE_EMPTY"),
        (zstd(zstd(TEXT)), "FILE_MAGIC"),
        (zstd(gzip.compress(TEXT, mtime=0)), "FILE_MAGIC"),
        (gzip.compress(zstd(TEXT)), "FILE_MAGIC"),
        (gzip.compress(gzip.compress(TEXT, mtime=0)), "FILE_MAGIC"),
        (gzip.compress(skippable(b"x") + zstd(TEXT)), "FILE_MAGIC"),
    ],
)
def test_a_zstd_file_that_is_not_whole_is_refused_by_name(packed: bytes, code: str) -> None:
    assert refused(packed)[0] == code


def test_a_size_that_is_declared_is_refused_before_a_byte_is_unpacked() -> None:
    # The blocks are no zstd at all: whoever unpacked first would say that they are damaged.
    claimed = frame(struct.pack("<I", 4 << 3 | 2 << 1 | 1)[:3] + b"junk", declared=300 << 20)
    assert refused(claimed)[0] == "BOMB"


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_a_parquet_file_is_packed_once_at_most(pack: object) -> None:
    assert callable(pack)
    assert opened(pack(b"PAR1 and so on"), "parquet")[0] == b"PAR1 and so on"
    assert refused(pack(pack(b"PAR1 and so on")), "parquet")[0] == "FILE_MAGIC"
