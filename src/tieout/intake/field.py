"""Fields: from the sources a feed declares to columns of text, for both legs alike.

Usage and ledger may not import one another (they are witnesses); what reading them has in common
stands here. Everything works on whole columns, and names that repeat are judged once per name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.column_bytes import column_bytes, shortest
from tieout.intake.faults import Faults
from tieout.intake.feed import Feed, FieldSource, TimeSource
from tieout.intake.grammar import read_time

LABELS: Final = (
    "environment", "key_name", "customer", "workspace", "project", "cost_center",
)  # fmt: skip
MAX_ID_BYTES: Final = 512

# What a spreadsheet leaves of an id: 1.23457E+15, ####, 2-Sep.
_MANGLED: Final = (
    r"^(?:[0-9]+(?:\.[0-9]+)?[eE]\+[0-9]+|#+"
    r"|[0-9]{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))$"
)
_LONGEST_DAY: Final = len("22-Sep")
_ODD_ID: Final = r"[\s\x00-\x1f\x7f]"
_ODD_BYTES: Final = bytes([*range(0x21), 0x7F])
# Zero-width, bidirectional and other characters that nobody sees.
_INVISIBLE: Final = (
    r"[\x{00AD}\x{061C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FEFF}]"
)
_NOTHING: Final = pa.scalar(None, pa.string())


def written(records: pa.Table, column: str) -> pa.Array:
    """A column as it was written: null where the key was absent, "" where it was empty."""
    chunks = records.column(column)
    if chunks.type != pa.string():
        chunks = chunks.cast(pa.string())
    return chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()


def present(records: pa.Table, column: str) -> pa.Array:
    """A column with the empty texts as null: for a value, absent and empty say the same."""
    texts = written(records, column)
    empty = pc.equal(texts, "")
    return pc.if_else(empty, _NOTHING, texts) if pc.any(empty).as_py() else texts


def source_column(source: str | FieldSource | None) -> str | None:
    """The column a field comes from, where it comes from one."""
    return source.column if isinstance(source, FieldSource) else source


def source_texts(records: pa.Table, source: str | FieldSource | None) -> pa.Array:
    """The texts of a field before any translation; empty and absent are null."""
    column = source_column(source)
    if column is not None:
        return present(records, column)
    if isinstance(source, FieldSource) and source.record_number:
        return written(records, "ordinal")
    value = source.value if isinstance(source, FieldSource) else None
    return pa.repeat(pa.scalar(value, pa.string()), records.num_rows)


def translated(texts: pa.Array, words: dict[str, str]) -> pa.Array:
    """Each text as the word it stands for; null where it is not listed."""
    found = pc.index_in(texts, value_set=pa.array(list(words), pa.string()))
    return pa.array(list(words.values()), pa.string()).take(found)


def field(records: pa.Table, source: str | FieldSource | None, faults: Faults) -> pa.Array:
    """A text field; a text that the source's ``values`` do not list is a fault."""
    texts = source_texts(records, source)
    if not isinstance(source, FieldSource) or not source.values:
        return texts
    words = translated(texts, source.values)
    unlisted = pc.and_(pc.is_valid(texts), pc.is_null(words))
    faults.mark(unlisted, "VALUE_UNKNOWN", source.column)
    return words


def labels(records: pa.Table, feed: Feed, faults: Faults) -> dict[str, pa.Array]:
    """The label columns: environment, key name, customer, workspace, project, cost center."""
    sources = (
        feed.environment, feed.key_name, feed.customer, feed.workspace, feed.project,
        feed.cost_center,
    )  # fmt: skip
    pairs = zip(LABELS, sources, strict=True)
    return {name: field(records, source, faults) for name, source in pairs}


def request_ids(records: pa.Table, source: str | FieldSource | None, faults: Faults) -> pa.Array:
    """Request ids; what a spreadsheet rewrote can match nothing and is a fault."""
    ids = field(records, source, faults)
    column = source_column(source)
    content = column_bytes(ids)
    if b"+" in content or b"#" in content or shortest(ids) <= _LONGEST_DAY:
        faults.mark(pc.match_substring_regex(ids, _MANGLED), "ID_MANGLED", column)
    if not content.isascii() or len(content.translate(None, _ODD_BYTES)) < len(content):
        odd = pc.match_substring_regex(ids, _ODD_ID)
        odd = pc.or_(odd, pc.match_substring_regex(ids, _INVISIBLE))
        faults.mark(odd, "ID_FORM", column)
    faults.mark(pc.greater(pc.binary_length(ids), MAX_ID_BYTES), "ID_FORM", column)
    return ids


def model_names(
    records: pa.Table, source: str | FieldSource, faults: Faults, applies: pa.Array | None = None
) -> pa.Array:
    """Model names byte for byte; null where there is none, which maps to nothing by itself.

    Args:
        records: the framed records.
        source: where the name comes from.
        faults: takes the names with spaces around them or invisible characters in them.
        applies: the rows that are usage at all; others may say what they like.
    """
    names = field(records, source, faults)
    column = source_column(source)
    spaced = _judged(names, lambda seen: pc.not_equal(pc.utf8_trim_whitespace(seen), seen))
    hidden = _judged(names, _is_deceptive)
    if applies is not None:
        spaced, hidden = pc.and_(spaced, applies), pc.and_(hidden, applies)
    faults.mark(spaced, "MODEL_WHITESPACE", column)
    faults.mark(hidden, "TEXT_INVISIBLE", column)
    return names


def times(records: pa.Table, source: TimeSource, faults: Faults) -> pa.Array:
    """A required time as UTC microseconds."""
    texts = present(records, source.column)
    moments, reasons = read_time(texts, source)
    faults.mark(pc.is_null(texts), "TIME_MISSING", source.column)
    faults.note(reasons, source.column)
    return moments


def place(records: pa.Table, import_id: str) -> dict[str, pa.Array]:
    """Where each record stands: import, ordinal, line, byte offset."""
    return {
        "import_id": pa.repeat(import_id, records.num_rows),
        **{name: records.column(name) for name in ("ordinal", "line", "byte_offset")},
    }


def numbered(rows: pa.Table, first_row_id: int) -> pa.Table:
    """The rows with ``row_id`` filled from ``first_row_id`` upwards."""
    at = rows.schema.get_field_index("row_id")
    ids = pa.arange(first_row_id, first_row_id + rows.num_rows)
    return rows.set_column(at, rows.schema.field(at), ids)


def _judged(texts: pa.Array, judge: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """A judgement per row, made once per distinct text."""
    encoded = texts.dictionary_encode()
    return judge(encoded.dictionary).take(encoded.indices)


def _is_deceptive(names: pa.Array) -> pa.Array:
    hidden = pc.match_substring_regex(names, _INVISIBLE)
    return pc.or_(hidden, pc.not_equal(pc.utf8_normalize(names, "NFC"), names))
