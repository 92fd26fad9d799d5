"""The second counter: how many records a file holds, counted by code that framing does not use.

It only counts. Two counters that disagree mean that one of them lost or invented a record, and then
nothing of the file may be used.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tieout.intake.feed import Feed

_BOM: Final = b"\xef\xbb\xbf"
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\],:]', re.DOTALL)


def recount(content: bytes, feed: Feed) -> int:
    """Records in a file, header and blank lines not counted."""
    if feed.format == "parquet":
        return int(pq.read_metadata(pa.BufferReader(content)).num_rows)
    body = content.removeprefix(_BOM)
    if feed.format == "csv":
        return _count_csv(body, feed.delimiter)
    if feed.format == "jsonl":
        return sum(1 for line in io.BytesIO(body) if not line.isspace())
    try:
        return _count_list(body, feed.records_at)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Several documents, or a damaged record: every bracket and comma is looked at.
        return _count_elements(body, feed.records_at)


def _count_list(body: bytes, paths: tuple[str, ...]) -> int:
    """Elements of the first array that stands at one of the paths of one sound document.

    Raises:
        msgspec.DecodeError: it is not one document of JSON.
    """
    msgspec.json.decode(body, type=msgspec.Raw)
    for path in paths:
        found = msgspec.Raw(body)
        try:
            for key in path.split(".") if path else ():
                found = msgspec.json.decode(found, type=dict[str, msgspec.Raw])[key]
            return len(msgspec.json.decode(found, type=list[msgspec.Raw]))
        except (msgspec.ValidationError, KeyError):
            continue
    return 0


def _count_csv(body: bytes, delimiter: str) -> int:
    if b'"' not in body:
        lines = sum(1 for line in io.BytesIO(body) if line not in {b"\n", b"\r\n"})
        return lines - 1
    # The reader may hold a whole file in one field; our own limit on a record is checked elsewhere.
    csv.field_size_limit(sys.maxsize)
    text = io.TextIOWrapper(io.BytesIO(body), encoding="latin-1", newline="")
    return sum(1 for row in csv.reader(text, delimiter=delimiter) if row) - 1


class _Open:
    """A container that is open while an array document is scanned."""

    def __init__(self, start: int, path: str | None, *, array: bool) -> None:
        self.start = start
        self.path = path
        self.array = array
        self.key = ""
        self.commas = 0


def _count_elements(body: bytes, paths: tuple[str, ...]) -> int:
    """Elements of the first array that stands at one of the paths, summed over all documents."""
    total = 0
    found: dict[str, int] = {}
    stack: list[_Open] = []
    text = b""
    for token in _TOKEN.finditer(body):
        mark = token[0]
        if mark == b"{" or mark == b"[":  # noqa: PLR1714 - twice as fast as a set
            stack.append(_Open(token.end(), _path(stack), array=mark == b"["))
        elif mark == b"," and stack:
            stack[-1].commas += 1
        elif mark == b":":
            # Inside a record no list of records can stand, so its keys need not be read.
            if stack and stack[-1].path is not None:
                stack[-1].key = _key(text)
        elif mark == b"}" or mark == b"]":  # noqa: PLR1714 - as above
            closed = stack.pop() if stack else _Open(0, None, array=False)
            if closed.array and closed.path in paths:
                empty = not closed.commas and not body[closed.start : token.start()].strip()
                found[closed.path or ""] = 0 if empty else closed.commas + 1
            if not stack:
                total += next((found[path] for path in paths if path in found), 0)
                found.clear()
        else:
            text = mark
    return total


def _path(stack: list[_Open]) -> str | None:
    """Path of a container that opens now; None inside an array."""
    if not stack:
        return ""
    outer = stack[-1]
    # A key that is empty or holds a dot is no step of a path, though joined it would look like one.
    if outer.array or outer.path is None or not outer.key or "." in outer.key:
        return None
    return f"{outer.path}.{outer.key}" if outer.path else outer.key


def _key(quoted: bytes) -> str:
    if b"\\" in quoted:
        return str(json.loads(quoted.decode("utf-8", "replace")))
    return quoted[1:-1].decode("utf-8", "replace")
