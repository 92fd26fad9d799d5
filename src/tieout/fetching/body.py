"""The body of an answer: framed to the byte, decoded to the end, bounded before and after.

A body has a declared end: a length or a last chunk. One that ends when the connection does is
refused, since nobody can tell the end from a cut.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final, Protocol

from tieout.errors import CaptureRefused
from tieout.fetching.wording import refused

_LENGTH: Final = re.compile(r"[0-9]{1,15}")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
_TRAILER: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}:[^\r\n]*\r\n")
_LINE: Final = 4096
_TRAILERS: Final = 32
_PIECE: Final = 1 << 16
_GZIP: Final = 16 + zlib.MAX_WBITS


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer only at the end."""

    def readline(self, size: int, /) -> bytes:
        """One line, at most so many bytes."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body before decoding, or why there is none.

    Attributes:
        content: the bytes between the framing.
        trouble: why they are not whole; none if they are.
    """

    content: bytes = b""
    trouble: CaptureRefused | None = None


def read_body(stream: Stream, headers: tuple[tuple[str, str], ...], cap: int) -> Body:
    """Read a body to its declared end.

    Args:
        stream: stands behind the headers.
        headers: names in small letters.
        cap: the most bytes it may have.

    Raises:
        OSError: the connection broke, or the deadline passed.
    """
    try:
        return Body(_framed(stream, headers, cap))
    except CaptureRefused as trouble:
        return Body(trouble=trouble)


def _framed(stream: Stream, headers: tuple[tuple[str, str], ...], cap: int) -> bytes:
    lengths = {value.strip() for name, value in headers if name == "content-length"}
    codings = [value.strip().lower() for name, value in headers if name == "transfer-encoding"]
    if codings:
        if codings != ["chunked"] or lengths:
            raise refused("HTTP_FRAMING", "The headers declare the end of the body in two ways.")
        return _chunked(stream, cap)
    if not lengths:
        raise refused("HTTP_NO_FRAMING", "Nothing tells the end of the body from a cut.")
    length = lengths.pop()
    if lengths or not _LENGTH.fullmatch(length):
        raise refused("HTTP_FRAMING", "The declared length of the body is no one number.")
    if int(length) > cap:
        raise refused("HTTP_BOMB", f"A body of {int(length):,} bytes is declared, over {cap:,}.")
    content = stream.read(int(length))
    if len(content) < int(length):
        raise refused(
            "HTTP_PARTIAL", f"{int(length):,} bytes are declared and {len(content):,} came."
        )
    return content


def _chunked(stream: Stream, cap: int) -> bytes:
    whole = bytearray()
    while True:
        line = _CHUNK.fullmatch(stream.readline(_LINE))
        if line is None:
            raise refused("HTTP_PARTIAL", "A chunk has no size: the body is cut or damaged.")
        size = int(line[1], 16)
        if size == 0:
            break
        if len(whole) + size > cap:
            raise refused("HTTP_BOMB", f"The body has more than {cap:,} bytes.")
        piece = stream.read(size)
        whole += piece
        if len(piece) < size or stream.read(2) != b"\r\n":
            raise refused("HTTP_PARTIAL", "A chunk does not end where it says.")
    for _ in range(_TRAILERS):
        last = stream.readline(_LINE)
        if last == b"\r\n":
            return bytes(whole)
        if not _TRAILER.fullmatch(last):
            break
    raise refused("HTTP_PARTIAL", "The last chunk is not followed by the end of the answer.")


def decoded(content: bytes, coding: str, cap: int, ratio: int) -> bytes:
    """A body without its content coding.

    Args:
        content: the bytes that came.
        coding: what the header says, in small letters; empty for none.
        cap: the most bytes it may have once decoded.
        ratio: how many times its packed size.

    Raises:
        CaptureRefused: ``HTTP_ENCODING``, ``HTTP_BOMB``, ``HTTP_DECODE``, ``HTTP_DECODE_PARTIAL``
            or ``HTTP_DECODE_TRAILING``.
    """
    if coding in ("", "identity"):
        return content
    if coding not in ("gzip", "x-gzip"):
        raise refused("HTTP_ENCODING", f"The body is coded as {coding[:40]!a}; gzip was asked for.")
    stream = zlib.decompressobj(_GZIP)
    whole, given = bytearray(), content
    most = min(cap, len(content) * ratio)
    while given and not stream.eof:
        try:
            whole += stream.decompress(given, _PIECE)
        except zlib.error:
            raise refused("HTTP_DECODE", "The packed body is damaged.") from None
        if len(whole) > most:
            raise refused(
                "HTTP_BOMB", f"{len(content):,} bytes unpack to more than {most:,}, without an end."
            )
        given = stream.unconsumed_tail
    if not stream.eof:
        raise refused("HTTP_DECODE_PARTIAL", "The packed body is cut: its end is missing.")
    if stream.unused_data:
        raise refused("HTTP_DECODE_TRAILING", "Bytes follow the end of the packed body.")
    return bytes(whole)
