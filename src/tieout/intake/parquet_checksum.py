"""Whether the pages of a Parquet file carry checksums: without them a flipped bit may pass unseen.

The reader verifies checksums where there are some and does not say whether there were. The header
of a page says it: its fields stand in a fixed order, and the fourth one is the checksum.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from tieout.intake.records import Note

_NOTE: Final = Note(
    "PQ_NO_CHECKSUM",
    0,
    "The pages of the file have no checksums; only the digest of the whole file shows damage.",
)
# In Thrift's compact form: a 32-bit number whose field follows the one before it.
_NEXT_NUMBER: Final = 0x15
_BEFORE_CHECKSUM: Final = 3
_LONGEST_VARINT: Final = 5


def checksum_notes(content: bytes) -> list[Note]:
    """The note on a readable Parquet file whose first page has no checksum; else nothing."""
    found = pq.read_metadata(pa.BufferReader(content))
    if not found.num_row_groups or not found.num_columns:
        return []
    chunk = found.row_group(0).column(0)
    starts = [chunk.data_page_offset]
    if chunk.has_dictionary_page and chunk.dictionary_page_offset is not None:
        starts.append(chunk.dictionary_page_offset)
    return [] if _has_checksum(content[min(starts) :][:64]) else [_NOTE]


def _has_checksum(header: bytes) -> bool:
    position = 0
    for _ in range(_BEFORE_CHECKSUM):
        if header[position : position + 1] != bytes([_NEXT_NUMBER]):
            return False
        position += 1
        end = position + _LONGEST_VARINT
        while position < min(end, len(header)) and header[position] & 0x80:
            position += 1
        position += 1
    return header[position : position + 1] == bytes([_NEXT_NUMBER])
