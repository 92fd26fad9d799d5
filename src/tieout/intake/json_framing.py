"""JSON lines: one object a line, each with its place; a line that is no object is quarantined."""

from __future__ import annotations

import json
import re
from typing import Final

from tieout.intake.json_pick import Picker, Row
from tieout.intake.records import (
    Fault,
    Framing,
    Note,
    Source,
    check_bytes,
    place_of,
)
from tieout.intake.strict_json import StrictJson, skip_space, too_deep

_LONE_RETURN: Final = re.compile(rb"\r(?!\n)")
_LOOK_AHEAD: Final = 1 << 20
_SYNTAX: Final = Fault(
    "JSON_SYNTAX", "The line is not one JSON object; export it whole, alone on its line."
)


def frame_jsonl(source: Source) -> Framing:
    """The records of a JSON lines file.

    Raises:
        InputRefused: ``JSON_ARRAY``, ``JSON_MULTILINE``, ``EOL_CR`` or ``EOF_TRUNCATED``.
    """
    content, end = source.content, len(source.content)
    _check_whole(source)
    strict, picker = StrictJson(), Picker(source.feed)
    position, line, ordinal, blanks, suspect = source.start, 0, 0, 0, True
    while position < end:
        line += 1
        start = position
        stop = content.find(b"\n", start)
        finished = stop >= 0
        stop = stop if finished else end
        position = stop + 1
        raw = content[start:stop].removesuffix(b"\r")
        if not raw or raw.isspace():
            blanks += 1
            continue
        ordinal += 1
        row = _row(raw, strict, picker)
        if row is _SYNTAX and not finished:
            raise source.refused(
                "EOF_TRUNCATED",
                "The last line is cut: it is no whole JSON object and has no line end.",
                record=ordinal,
                line=line,
                offset=start,
                remedy="Export or copy the file again; its end is missing.",
            )
        if row is _SYNTAX and suspect:
            suspect = False
            _check_multiline(source, ordinal, line, start)
        picker.keep(place_of(ordinal, line, start, raw), row)
    return _finish(source, picker, blanks)


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
