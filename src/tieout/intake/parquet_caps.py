"""What a Parquet file may claim: checked in its footer before a page is read, and batch by batch.

A few bytes can stand for a billion rows, and one long text of a dictionary for a million copies of
it; both are seen before they are spread out in memory.
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieout.errors import InputRefused
from tieout.intake.packing import RATIO_LIMIT, SIZE_LIMIT
from tieout.intake.records import Note, Source

_MAGIC: Final = b"PAR1"
_FOOTER_LIMIT: Final = 8 << 20
# Entries of any list in the footer: row groups, columns, key-value pairs.
_LIST_LIMIT: Final = 10_000
_LIST_REFUSED: Final = "Exceeded size limit"
_DEPTH_LIMIT: Final = 20
# A usage row needs an id or a time of its own, so a row takes a byte of the file and more.
_ROWS_PER_BYTE: Final = 8
_ROWS_FLOOR: Final = 1 << 20
_SPREAD_FLOOR: Final = 16 << 20
_INT32: Final = 0x15


def open_parquet(source: Source) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The file, opened behind its caps.

    Raises:
        InputRefused: ``PQ_FOOTER`` or ``BOMB``.
    """
    footer = int.from_bytes(source.content[-8:-4], "little")
    if source.content.endswith(_MAGIC) and _FOOTER_LIMIT < footer < len(source.content):
        raise _bomb(source, f"a footer of {footer} bytes")
    try:
        file = _opened(source, [])
        return _opened(source, _dictionaries(file.metadata))
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        if _LIST_REFUSED in str(error):
            raise _bomb(
                source, f"a list of more than {_LIST_LIMIT} entries in its footer"
            ) from error
        raise source.refused(
            "PQ_FOOTER",
            "The file is no Parquet file, or its footer is cut.",
            offset=len(source.content),
            remedy="Export or copy the file again.",
        ) from error


def check_claims(source: Source, file: Any, roots: list[str]) -> None:  # noqa: ANN401
    """Refuse more rows or bytes than a file of this size holds.

    Raises:
        InputRefused: ``BOMB``.
    """
    found = file.metadata
    rows = max(_ROWS_FLOOR, _ROWS_PER_BYTE * len(source.content))
    if found.num_rows > rows or found.num_rows < 0:
        raise _bomb(source, f"{found.num_rows} rows, over {rows}")
    size = 0
    for group in range(found.num_row_groups):
        chunks = found.row_group(group)
        for number in range(chunks.num_columns):
            chunk = chunks.column(number)
            if chunk.path_in_schema.split(".")[0] in roots:
                size += max(0, chunk.total_uncompressed_size)
    allowed = _allowed(source)
    if size > allowed:
        raise _bomb(source, f"{size} bytes unpacked, over {allowed}")


class Spread:
    """How many bytes of text the dictionaries of a file have been spread out to so far."""

    def __init__(self, source: Source) -> None:
        """Nothing so far."""
        self._source = source
        self._allowed = _allowed(source)
        self._size = 0

    def text(self, values: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
        """A dictionary array as plain texts.

        Raises:
            InputRefused: ``BOMB``.
        """
        longest = pc.max(pc.binary_length(values.dictionary)).as_py() or 0
        if self._size + longest * len(values) > self._allowed:
            # Only now worth the exact count.
            lengths = pc.binary_length(values.dictionary).cast(pa.int64())
            self._size += pc.sum(lengths.take(values.indices)).as_py() or 0
        else:
            self._size += longest
        if self._size > self._allowed:
            raise _bomb(self._source, f"{self._size} bytes of repeated text")
        return values.dictionary_decode()


def without_checksum(source: Source, file: Any) -> list[Note]:  # noqa: ANN401
    """A note where the first page carries no checksum: damage inside it would not be seen."""
    if not file.metadata.num_row_groups or not file.metadata.num_columns:
        return []
    chunk = file.metadata.row_group(0).column(0)
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    if _has_checksum(source.content[start : start + 32]):
        return []
    said = "Pages carry no checksum; the digest of the whole file is the only proof of its bytes."
    return [Note("PQ_NO_CHECKSUM", 0, said)]


def _has_checksum(header: bytes) -> bool:
    """Whether a page header (Thrift, compact) goes on with a checksum after its two sizes."""
    position = 0
    for _ in range(3):
        if header[position : position + 1] != bytes([_INT32]):
            return False
        position += 1
        while header[position : position + 1] >= b"\x80":
            position += 1
        position += 1
    return header[position : position + 1] == bytes([_INT32])


def _opened(source: Source, dictionaries: list[str]) -> Any:  # noqa: ANN401
    return pq.ParquetFile(
        pa.BufferReader(source.content),
        page_checksum_verification=True,
        read_dictionary=dictionaries,
        thrift_string_size_limit=_FOOTER_LIMIT,
        thrift_container_size_limit=_LIST_LIMIT,
        schema_depth_limit=_DEPTH_LIMIT,
    )


def _dictionaries(found: Any) -> list[str]:  # noqa: ANN401
    """The text columns that stand as a dictionary; they are kept so until they are counted."""
    names = {
        chunk.path_in_schema: None
        for group in range(found.num_row_groups)
        for chunk in map(found.row_group(group).column, range(found.num_columns))
        if chunk.physical_type == "BYTE_ARRAY" and chunk.has_dictionary_page
    }
    # Inside a structure pyarrow spreads them out itself; there the walls of the child remain.
    return [name for name in names if "." not in name]


def _allowed(source: Source) -> int:
    return min(SIZE_LIMIT, max(_SPREAD_FLOOR, RATIO_LIMIT * len(source.content)))


def _bomb(source: Source, claim: str) -> InputRefused:
    return source.refused(
        "BOMB",
        f"The file claims {claim}.",
        remedy="Look at what made it; a usage export does not shrink that much.",
    )
