"""Remarks: what is read as it stands although it is unusual, counted once for each file.

A remark changes no row. It is made when a file is imported, stands in the record of the import, and
costs a run nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.feed import Feed
from tieout.intake.field import present, source_column
from tieout.intake.lookalike import plain_reading
from tieout.intake.records import FramedFile, Note, shown
from tieout.meters import BY_NAME

_WHOLE_WITH_POINT: Final = r"\A[0-9]+[.,]0+\z"
_MINUS_ZERO: Final = r"\A-0(?:[.,]0+)?\z"
_FINER: Final = r"\.[0-9]{6}0*[1-9]"
# What a spreadsheet, a page or a terminal would act on instead of showing it.
_ACTIVE: Final = r"\A[=+@-]|[<>\"'`;%\x00-\x1f\x7f]|--"
_OFFSET: Final = r"[+-][0-9]{2}:[0-9]{2}\z"
_OFFSET_LENGTH: Final = 6


def remarks(framed: FramedFile, feed: Feed) -> tuple[Note, ...]:
    """Notes on the fields of a framed file, in a fixed order; framing's own are not repeated."""
    known = {note.code for note in framed.notes}
    records = framed.records
    found = [
        *_numbers(records, feed),
        *_times(records, feed),
        *_names(records, feed),
    ]
    return tuple(note for note in found if note.code not in known)


def _numbers(records: pa.Table, feed: Feed) -> Iterator[Note]:
    tokens = [column for name, column in feed.meters.items() if BY_NAME[name].unit == "Tokens"]
    tokens += [] if feed.total_tokens is None else [feed.total_tokens]
    for column in dict.fromkeys(tokens):
        texts = present(records, column)
        # A plain search finds at once that there is none, as in nearly every file.
        pointed = _any(pc.match_substring(texts, ".")) or feed.decimal == ","
        rows = _count(texts, _WHOLE_WITH_POINT) if pointed else 0
        if rows:
            said = f"Whole numbers in {shown(column)} are written with a decimal point."
            yield Note("NUM_INTEGRAL_DECIMAL", rows, said)
    for column in feed.number_columns():
        texts = present(records, column)
        rows = _count(texts, _MINUS_ZERO) if _any(pc.starts_with(texts, "-0")) else 0
        if rows:
            yield Note("NUM_MINUS_ZERO", rows, f"Minus zero in {shown(column)} is read as zero.")


def _times(records: pa.Table, feed: Feed) -> Iterator[Note]:
    if feed.time.form not in {"rfc3339", "local"}:
        return
    column = feed.time.column
    texts = present(records, column)
    rows = _count(texts, _FINER) if _any(pc.match_substring(texts, ".")) else 0
    if rows:
        said = f"Times in {shown(column)} are finer than microseconds; the text keeps every digit."
        yield Note("TIME_PRECISION", rows, said)
    rows = _other_offsets(texts) if feed.time.form == "rfc3339" else 0
    if rows:
        said = f"Times in {shown(column)} have different offsets; each is read with its own."
        yield Note("TIME_MIXED_OFFSET", rows, said)


def _other_offsets(texts: pa.Array) -> int:
    """How many times have another offset than most of them."""
    zulu = pc.ends_with(texts, "Z")
    if pc.all(zulu).as_py() is not False:
        return 0
    written = texts.filter(pc.match_substring_regex(texts, pattern=_OFFSET))
    ends = pc.utf8_slice_codeunits(written, -_OFFSET_LENGTH, None)
    ends = pa.concat_arrays([ends, pa.repeat("+00:00", pc.sum(zulu).as_py())])
    if not len(ends):
        return 0
    counts = pc.value_counts(ends).field("counts")
    return int(pc.subtract(pc.sum(counts), pc.max(counts)).as_py())


def _names(records: pa.Table, feed: Feed) -> Iterator[Note]:
    column = source_column(feed.model)
    if column is None:
        return
    names = present(records, column).dictionary_encode()
    active = pc.match_substring_regex(names.dictionary, pattern=_ACTIVE).take(names.indices)
    rows = pc.sum(active).as_py() or 0
    if rows:
        said = f"Names in {shown(column)} hold signs that programs act on; each is kept as text."
        yield Note("TEXT_ACTIVE", rows, said)
    alike = [
        name is not None and plain_reading(name) is not None
        for name in names.dictionary.to_pylist()
    ]
    rows = pc.sum(pa.array(alike, pa.bool_()).take(names.indices)).as_py() or 0
    if rows:
        said = f"Names in {shown(column)} have letters of another alphabet that look like Latin."
        yield Note("MODEL_CONFUSABLE", rows, said)


def _any(flags: pa.Array) -> bool:
    return bool(pc.any(flags).as_py())


def _count(texts: pa.Array, pattern: str) -> int:
    return int(pc.sum(pc.match_substring_regex(texts, pattern=pattern)).as_py() or 0)
