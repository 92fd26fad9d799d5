"""What the bytes of a whole text column rule out, before any of its texts is looked at alone.

A column is one stretch of bytes. What stands nowhere in it stands in no text, and one pass over the
stretch costs a tenth of a pattern tried on each text. Where something is found, nothing is decided:
it may stand across two texts or in a row that was cut away, and the pattern has the last word.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def holds(texts: pa.Array, *pieces: bytes) -> bool:
    """Whether one of the pieces may stand in a text; False is certain."""
    content = column_bytes(texts)
    return any(piece in content for piece in pieces)


def column_bytes(texts: pa.Array) -> bytes:
    """Every byte of the texts, and perhaps some around them."""
    content = texts.buffers()[2]
    return b"" if content is None else content.to_pybytes()


def longest(texts: pa.Array) -> int:
    """Bytes of the longest text; 0 where there is none."""
    return pc.max(pc.binary_length(texts)).as_py() or 0


def shortest(texts: pa.Array) -> int:
    """Bytes of the shortest text; 0 where there is none."""
    return pc.min(pc.binary_length(texts)).as_py() or 0
