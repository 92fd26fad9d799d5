"""JSON lines: one object a line, each with its place; a line that is no object is quarantined."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Final

import pyarrow as pa

from tieout.intake.json_pick import Picker, Row
from tieout.intake.json_template import Templates
from tieout.intake.records import (
    Fault,
    Framing,
    Note,
    Place,
    Places,
    Source,
    check_bytes,
    is_text,
)
from tieout.intake.strict_json import StrictJson, skip_space, too_deep

BLOCK: Final = 4 << 20
_LONE_RETURN: Final = re.compile(rb"\r(?!\n)")
_LOOK_AHEAD: Final = 1 << 20
_SYNTAX: Final = Fault(
    "JSON_SYNTAX", "The line is not one JSON object; export it whole, alone on its line."
)


def frame_jsonl(source: Source, *, careful: bool = False) -> Framing:
    """The records of a JSON lines file.

    Args:
        source: the unpacked file.
        careful: read every line one by one; slower, with equal results.

    Raises:
        InputRefused: ``JSON_ARRAY``, ``JSON_MULTILINE``, ``EOL_CR`` or ``EOF_TRUNCATED``.
    """
    _check_whole(source)
    lines = _Lines(source)
    end = len(source.content)
    while lines.position < end:
        limit = source.content.rfind(b"\n", lines.position, lines.position + BLOCK) + 1
        if limit <= lines.position:
            limit = source.content.find(b"\n", lines.position) + 1 or end
        lines.read_block(limit, careful=careful)
    return _finish(source, lines.picker, lines.blanks)


class _Lines:
    """How far the framing of a JSON lines file has come.

    Attributes:
        position: where the next line starts.
        blanks: blank lines so far.
        picker: the records so far.
    """

    def __init__(self, source: Source) -> None:
        """Start at the first line."""
        self.position = source.start
        self.blanks = 0
        self.picker = Picker(source.feed)
        self._source = source
        self._strict = StrictJson()
        self._templates = Templates(self.picker)
        self._line = 1
        self._ordinal = 0
        self._suspect = True

    def read_block(self, limit: int, *, careful: bool) -> None:
        """Frame the lines up to ``limit``."""
        block = self._source.content[self.position : limit]
        raws = block.removesuffix(b"\n").split(b"\n")
        starts = list(accumulate((len(raw) + 1 for raw in raws), initial=self.position))
        filled = [row for row, raw in enumerate(raws) if raw and not raw.isspace()]
        records = [raws[row].removesuffix(b"\r") for row in filled]
        lines = [self._line + row for row in filled]
        places = Places(self._ordinal, lines, [starts[row] for row in filled], records)

        def read(row: int) -> bool:
            finished = filled[row] + 1 < len(raws) or block.endswith(b"\n")
            return self._read(records[row], places.at(row), finished=finished)

        if careful or not is_text(block):
            for row in range(len(records)):
                read(row)
        else:
            texts = pa.array(records, pa.string())
            fitting = self._templates.sort_out(texts, read)
            self._templates.take(places.columns(), texts, fitting)
        self.position = limit
        self.blanks += len(raws) - len(filled)
        self._line += len(raws)
        self._ordinal += len(records)

    def _read(self, raw: bytes, place: Place, *, finished: bool) -> bool:
        """Read one line by itself; whether it is sound."""
        row = _row(raw, self._strict, self.picker)
        if row is _SYNTAX and not finished:
            raise self._source.refused(
                "EOF_TRUNCATED",
                "The last line is cut: it is no whole JSON object and has no line end.",
                record=place.ordinal,
                line=place.line,
                offset=place.byte_offset,
                remedy="Export or copy the file again; its end is missing.",
            )
        if row is _SYNTAX and self._suspect:
            self._suspect = False
            _check_multiline(self._source, place.ordinal, place.line, place.byte_offset)
        self.picker.keep(place, row)
        return not isinstance(row, Fault)


def _finish(source: Source, picker: Picker, blanks: int) -> Framing:
    table = picker.table()
    notes: list[Note] = []
    pairs = source.content.count(b"\r\n")
    lone = source.content.count(b"\n") - pairs
    if pairs and lone:
        notes.append(Note("EOL_MIXED", min(pairs, lone), "Line ends are LF and CRLF in one file."))
    if not source.content.endswith(b"\n"):
        notes.append(Note("EOF_NO_NEWLINE", 1, "The last record has no line end; it is whole."))
    if blanks:
        notes.append(Note("JSON_BLANK", blanks, "Blank lines are no records."))
    return Framing(table, picker.damaged, [*notes, *picker.notes(table)])


def _row(raw: bytes, strict: StrictJson, picker: Picker) -> Row | Fault:
    fault = check_bytes(raw)
    if fault is not None:
        return fault
    text = raw.decode()
    if too_deep(text):
        return Fault("DEPTH_LIMIT", "The JSON nests too deep.")
    try:
        value, end, fault = strict.read(text, 0 if text[0] == "{" else skip_space(text, 0))
    except (json.JSONDecodeError, RecursionError):
        return _SYNTAX
    if end != len(text) and (end := skip_space(text, end)) != len(text):
        return (
            Fault("JSON_CONCAT", "Two objects stand on one line; write one object a line.")
            if text[end] == "{"
            else _SYNTAX
        )
    return fault if fault is not None else picker.pick(value)


def _check_whole(source: Source) -> None:
    lone = _LONE_RETURN.search(source.content)
    if lone is not None:
        raise source.refused(
            "EOL_CR",
            "A line ends in a carriage return alone.",
            line=source.content.count(b"\n", 0, lone.start()) + 1,
            offset=lone.start(),
            remedy="Export with LF or CRLF line ends.",
        )
    if source.content[source.start : source.start + _LOOK_AHEAD].lstrip()[:1] == b"[":
        raise source.refused(
            "JSON_ARRAY",
            "The whole file is one JSON array, the feed says one object a line.",
            remedy='Set format = "json" in the feed.',
        )


def _check_multiline(source: Source, ordinal: int, line: int, start: int) -> None:
    """Refuse the file when the object that does not end in its line ends in a later one."""
    ahead = source.content[start : start + _LOOK_AHEAD].decode("utf-8", "replace")
    try:
        _, end, _ = StrictJson().read(ahead, skip_space(ahead, 0))
    except (json.JSONDecodeError, RecursionError):
        return
    if "\n" in ahead[:end].strip():
        raise source.refused(
            "JSON_MULTILINE",
            "An object goes on over several lines, the feed says one object a line.",
            record=ordinal,
            line=line,
            offset=start,
            remedy='Export without indentation, or set format = "json" for a list of objects.',
        )
