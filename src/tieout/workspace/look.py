"""A look at a file: its form and a sample of its columns, for a proposal only.

What is seen here decides nothing: an import reads with the strict framer and the written column
map. A look may therefore be tolerant, and stops after a sample.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from tieout.errors import InputRefused
from tieout.intake.packing import packed_with

SAMPLE_ROWS: Final = 500
SAMPLE_BYTES: Final = 4 * 1024 * 1024
JSON_BYTES: Final = 256 * 1024 * 1024
DELIMITERS: Final = (",", ";", "\t", "|")
_PARQUET: Final = b"PAR1"
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like.

    Attributes:
        name: the file's name, without its folder.
        format: csv, json, jsonl, parquet, or price-map for one JSON object of prices by model.
        columns: column to the texts of the sample, in file order; null where absent.
        delimiter: CSV only.
        records_at: JSON only: the path of the list of records.
        nested_json: columns whose text is itself JSON.
        remarks: what a person should know about the form.
    """

    name: str
    format: str
    columns: dict[str, list[str | None]]
    delimiter: str = ","
    records_at: str = ""
    nested_json: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> int:
        """Rows in the sample."""
        return max((len(texts) for texts in self.columns.values()), default=0)


def look_at(file: BinaryIO, name: str) -> Look:
    """Look at one file; gzip and zstd are unpacked as far as the sample goes.

    Args:
        file: the file, open for reading.
        name: its name, without its folder.

    Raises:
        InputRefused: ``LOOK_UNREADABLE``: the file is empty or of no form Tieout reads.
    """
    head = _beginning(file, name, SAMPLE_BYTES)
    if head.startswith(_PARQUET):
        return _parquet(file, name)
    text = head.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise unreadable(name, "it holds no text")
    if text.lstrip()[0] in "[{":
        return _json(file, name, text)
    return _csv(name, text)


def unreadable(name: str, reason: str) -> InputRefused:
    """The refusal of a file that no proposal can be made for."""
    return InputRefused(
        "LOOK_UNREADABLE",
        f"{name} cannot be proposed for: {reason}.",
        where=(name,),
        remedy="Leave it out of --from, or export it as CSV, JSON, JSONL or Parquet.",
    )


def _beginning(file: BinaryIO, name: str, size: int) -> bytes:
    """The first bytes of a file, unpacked; never more than asked for."""
    file.seek(0)
    content = file.read(size)
    packed = packed_with(content[:4])
    if not packed:
        return content
    try:
        with pa.CompressedInputStream(pa.BufferReader(content), packed) as stream:
            sample: bytes = stream.read(size)
    except OSError as error:
        raise unreadable(name, f"its {packed} stream is damaged") from error
    return sample


def _csv(name: str, text: str) -> Look:
    lines = text.splitlines()
    counts = {mark: lines[0].count(mark) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: counts[mark])
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = next(reader, [])
    columns: dict[str, list[str | None]] = {column: [] for column in header}
    for number, row in enumerate(reader):
        if number == SAMPLE_ROWS:
            break
        if len(row) == len(header):
            for column, value in zip(header, row, strict=True):
                columns[column].append(value)
    return Look(name, "csv", columns, delimiter)


def _json(file: BinaryIO, name: str, text: str) -> Look:
    lines = [line for line in text.split("\n") if line.strip()]
    first = _parsed(lines[0])
    if isinstance(first, dict) and len(lines) > 1 and _is_lines(lines):
        # The sample may end inside a line; that line is left out.
        records = [_parsed(line) for line in lines[: SAMPLE_ROWS + 1]]
        kept = [record for record in records if isinstance(record, dict)][:SAMPLE_ROWS]
        return _of_records(name, "jsonl", kept, "")
    document = _parsed(_whole(file, name))
    if document is None:
        raise unreadable(name, "it is not JSON")
    if isinstance(document, dict) and _is_price_map(document):
        entries = list(document.values())
        return _of_records(name, "price-map", entries[:SAMPLE_ROWS], "")
    for at, records in _lists(document, "", 0):
        return _of_records(name, "json", records[:SAMPLE_ROWS], at)
    if isinstance(document, dict) and len(lines) == 1:
        return _of_records(name, "jsonl", [document], "")
    raise unreadable(name, "it holds no list of records")


def _is_lines(lines: list[str]) -> bool:
    return isinstance(_parsed(lines[1]), dict) or len(lines) == 2


def _whole(file: BinaryIO, name: str) -> str:
    content = _beginning(file, name, JSON_BYTES + 1)
    if len(content) > JSON_BYTES:
        raise unreadable(name, "one JSON document of more than 256 MiB; write it as JSONL")
    return content.decode("utf-8-sig", errors="replace")


def _parsed(text: str) -> Any:  # noqa: ANN401  (JSON is any of its types)
    """The JSON value with its numbers as their text; null where it is not JSON."""
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None


def _is_price_map(document: Mapping[str, Any]) -> bool:
    entries = [entry for entry in document.values() if isinstance(entry, dict)]
    priced = [entry for entry in entries if any("_cost_per_" in str(key) for key in entry)]
    return bool(entries) and len(entries) == len(document) and 2 * len(priced) >= len(entries)


def _lists(value: object, at: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The lists of objects in a document, outermost first."""
    if isinstance(value, list):
        records = [entry for entry in value if isinstance(entry, dict)]
        if records and len(records) == len(value):
            yield at, records
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _lists(inner, f"{at}.{key}" if at else key, depth + 1)


def _of_records(name: str, form: str, records: list[dict[str, Any]], at: str) -> Look:
    nested: set[str] = set()
    lists: set[str] = set()
    flat = [dict(_flat(record, "", nested, lists)) for record in records]
    names = list(dict.fromkeys(column for record in flat for column in record))
    columns = {column: [record.get(column) for record in flat] for column in names}
    held = tuple(
        f"Records hold the list {column!r}; what is inside a list is not read."
        for column in sorted(lists)
    )
    return Look(
        name,
        form,
        columns,
        records_at=at,
        nested_json=tuple(sorted(nested)),
        remarks=held,
    )


def _flat(
    record: Mapping[str, Any], prefix: str, nested: set[str], lists: set[str]
) -> Iterator[tuple[str, str | None]]:
    """The leaves of a record under dotted names; JSON inside a text is opened as well."""
    for key, value in record.items():
        column = f"{prefix}.{key}" if prefix else key
        inside = _parsed(value) if isinstance(value, str) and value.startswith("{") else None
        if isinstance(inside, dict):
            nested.add(column)
            yield from _flat(inside, column, nested, lists)
        elif isinstance(value, dict):
            yield from _flat(value, column, nested, lists)
        elif isinstance(value, list):
            if any(isinstance(entry, dict) for entry in value):
                lists.add(column)
        elif isinstance(value, bool):
            yield column, "true" if value else "false"
        else:
            yield column, value


def _parquet(file: BinaryIO, name: str) -> Look:
    file.seek(0)
    try:
        rows = pq.ParquetFile(file)
        batch = next(rows.iter_batches(batch_size=SAMPLE_ROWS), None)
    except (pa.ArrowInvalid, OSError) as error:
        raise unreadable(name, "its Parquet footer cannot be read") from error
    if batch is None:
        raise unreadable(name, "it holds no rows")
    columns = {
        column: [_text(value) for value in batch.column(column).to_pylist()]
        for column in batch.schema.names
    }
    return Look(name, "parquet", columns)


_PLAIN: Final = re.compile(r"^(\d{4}-\d{2}-\d{2}) (\d{2}:.*)$")


def _text(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list, bytes)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return _PLAIN.sub(r"\1T\2", str(value))
