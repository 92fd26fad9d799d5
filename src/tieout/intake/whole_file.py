"""Faults of a whole file: its name against its content, its ids and its times taken together.

What is wrong in one record is that record's fault. What is wrong in every record alike is no row's
fault but the export's, and refuses the file before anything of it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.feed import Feed
from tieout.intake.field import present, source_column
from tieout.intake.records import Source, shown
from tieout.intake.time_grammar import PER_SECOND, PLAUSIBLE

_MAGIC: Final = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_PACKED: Final = {".gz": "gzip", ".zst": "zstd"}
_PLAIN: Final = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet"})

# A spreadsheet keeps 15 digits of a number and writes zeros for the rest.
_LONG_NUMBER: Final = re.compile(r"[1-9][0-9]{15,}")
_KEPT_DIGITS: Final = 15
# By chance so many digits are all zero once in a million files.
_LOST_DIGITS: Final = 6
_INTEGER: Final = r"\A-?(?:0|[1-9][0-9]{0,17})\z"
_OTHER_UNIT: Final = {
    "epoch_seconds": "epoch_milliseconds",
    "epoch_milliseconds": "epoch_seconds",
}
_FEWEST: Final = 2


def check_name(content: bytes, feed: Feed, name: str) -> None:
    """Refuse a name whose ending says packed where the content is not, or the other way round.

    Raises:
        InputRefused: ``FILE_MAGIC``.
    """
    ending = PurePath(name).suffix.lower()
    inside = next((word for word, magic in _MAGIC.items() if content.startswith(magic)), "")
    fits = inside == _PACKED[ending] if ending in _PACKED else not (inside and ending in _PLAIN)
    if fits or not content:
        return
    raise Source(content, 0, feed, name).refused(
        "FILE_MAGIC",
        f"The name ends in {ending}, but the content is {inside or 'not ' + _PACKED[ending]}.",
        remedy="Find out which of the two is right, and name the file by what it holds.",
    )


def check_columns(records: pa.Table, source: Source) -> None:
    """Refuse a file whose ids were all cut by a spreadsheet, or whose times are in another unit.

    The first record decides at once for nearly every file.

    Raises:
        InputRefused: ``ID_MANGLED`` or ``TIME_UNIT``.
    """
    if records.num_rows < _FEWEST:
        return
    _check_ids(records, source)
    _check_unit(records, source)


def _check_ids(records: pa.Table, source: Source) -> None:
    column = source_column(source.feed.request_id)
    if column is None or not _is_cut(records.column(column)[0].as_py()):
        return
    ids = present(records, column).drop_null().unique().to_pylist()
    if len(ids) < _FEWEST or not _all_cut(ids):
        return
    raise source.refused(
        "ID_MANGLED",
        f"Every id in {shown(column)} is a number that ends in zeros behind its 15th digit; a"
        " spreadsheet has cut them.",
        **_first(records),
        remedy="Export the file again and do not open it in a spreadsheet; cut ids match nothing.",
    )


def _is_cut(text: str | None) -> bool:
    found = text is not None and _LONG_NUMBER.fullmatch(text) is not None
    return found and not (text or "")[_KEPT_DIGITS:].strip("0")


def _all_cut(ids: Sequence[str]) -> bool:
    lost = sum(len(one) - _KEPT_DIGITS for one in ids)
    return lost >= _LOST_DIGITS and all(_is_cut(one) for one in ids)


def _check_unit(records: pa.Table, source: Source) -> None:
    time = source.feed.time
    other = _OTHER_UNIT.get(time.form)
    if other is None:
        return
    column = records.column(time.column)
    if not _all_within(column.slice(0, 1), other) or _all_within(column.slice(0, 1), time.form):
        return
    if not _all_within(column, other):
        return
    word = other.removeprefix("epoch_")
    raise source.refused(
        "TIME_UNIT",
        f"No number in {shown(time.column)} is a time between 2000 and 2100 as {time.form}; as"
        f" {word} every one of them is.",
        **_first(records),
        remedy=f'Set form = "{other}" in the feed, if that is what the export means.',
    )


def _all_within(texts: pa.ChunkedArray, form: str) -> bool:
    """Whether every text is a number of that unit between 2000 and 2100."""
    whole = pc.match_substring_regex(texts, pattern=_INTEGER)
    if whole.null_count or not pc.all(whole).as_py():
        return False
    low, high = (bound * PER_SECOND[form] for bound in PLAUSIBLE)
    numbers = texts.cast(pa.int64())
    inside = pc.and_(pc.greater_equal(numbers, low), pc.less(numbers, high))
    return bool(pc.all(inside).as_py())


def _first(records: pa.Table) -> dict[str, int]:
    row = records.select(["ordinal", "line", "byte_offset"]).slice(0, 1).to_pylist()[0]
    return {"record": row["ordinal"], "line": row["line"], "offset": row["byte_offset"]}
