"""JSON documents: the list of records inside one document, or in each of several saved pages."""

from __future__ import annotations

import json
from typing import NamedTuple

from tieout.errors import InputRefused
from tieout.intake.json_pick import Picker, Row
from tieout.intake.records import (
    RECORD_LIMIT,
    Fault,
    Framing,
    Source,
    check_bytes,
    place_of,
    too_long,
)
from tieout.intake.strict_json import StrictJson, skip_space, too_deep

_Path = tuple[str, ...]


class _Element(NamedTuple):
    start: int
    end: int
    row: Row | Fault


def frame_json(source: Source) -> Framing:
    """The records of a JSON file: elements of the first list that stands at ``feed.records_at``.

    Raises:
        InputRefused: ``JSON_SYNTAX``, ``EOF_TRUNCATED``, ``DEPTH_LIMIT``, ``JSON_SHAPE``,
            ``JSON_DUP_KEY`` or ``API_NOT_SUCCESS``.
    """
    walker = _Walker(source)
    picker = walker.picker
    ordinal = line = 0
    offset = source.start
    index = walker.skip(0)
    before = 0
    line = 1
    while index < len(walker.text):
        for element in walker.document(index):
            gap = walker.bytes_of(before, element.start)
            line += gap.count(b"\n")
            offset += len(gap)
            raw = walker.bytes_of(element.start, element.end)
            ordinal += 1
            fault = check_bytes(raw)
            picker.keep(
                place_of(ordinal, line, offset, raw), element.row if fault is None else fault
            )
            line += raw.count(b"\n")
            offset += len(raw)
            before = element.end
        walker.seen = ordinal
        index = walker.skip(walker.end)
    table = picker.table()
    return Framing(table, picker.damaged, picker.notes(table))


class _Walker:
    """Walks documents to their lists of records without building the documents."""

    def __init__(self, source: Source) -> None:
        self.source = source
        # Bytes that are no UTF-8 survive as escapes, so that they damage one record, not the file.
        self.text = source.content[source.start :].decode("utf-8", "surrogateescape")
        self.picker = Picker(source.feed)
        self.seen = 0
        self.end = 0
        self._strict = StrictJson()
        self._paths = [tuple(p.split(".")) if p else () for p in source.feed.records_at]
        self._found: dict[_Path, list[_Element]] = {}

    def skip(self, index: int) -> int:
        """The first index from there on that is no white space."""
        return skip_space(self.text, index)

    def bytes_of(self, start: int, end: int) -> bytes:
        """The bytes of a stretch of the text."""
        return self.text[start:end].encode("utf-8", "surrogateescape")

    def document(self, index: int) -> list[_Element]:
        """The elements of the document that starts there; ``end`` is then where it ends."""
        self._found = {}
        try:
            self.end = self._value(index, ())
        except json.JSONDecodeError as error:
            raise self._broken(error) from error
        except RecursionError as error:
            raise self._refused("DEPTH_LIMIT", "The JSON nests too deep.", index) from error
        for path in self._paths:
            if path in self._found:
                return self._found[path]
        places = ", ".join(repr(p) for p in self.source.feed.records_at)
        raise self._refused("JSON_SHAPE", f"No list of records stands at {places}.", index)

    def _value(self, index: int, path: _Path) -> int:
        mark = self.text[index : index + 1]
        if mark == "[" and path in self._paths:
            return self._array(index, path)
        towards = any(p[: len(path)] == path and len(p) > len(path) for p in self._paths)
        if mark == "{" and (towards or not path):
            return self._object(index, path)
        return self._strict.read(self.text, index)[1]

    def _object(self, index: int, path: _Path) -> int:
        keys: set[str] = set()
        index = self.skip(index + 1)
        if self.text.startswith("}", index):
            return index + 1
        while True:
            self._expect('"', index)
            key, after, _ = self._strict.read(self.text, index)
            if key in keys:
                raise self._refused("JSON_DUP_KEY", "The document names one key twice.", index)
            keys.add(key)
            index = self.skip(after)
            self._expect(":", index)
            index = self.skip(index + 1)
            if key == "success" and not path and self.text.startswith("false", index):
                raise self._refused("API_NOT_SUCCESS", "The page says that it failed.", index)
            index = self.skip(self._value(index, (*path, key)))
            if self.text.startswith("}", index):
                return index + 1
            self._expect(",", index)
            index = self.skip(index + 1)

    def _array(self, index: int, path: _Path) -> int:
        elements: list[_Element] = []
        self._found[path] = elements
        index = self.skip(index + 1)
        if self.text.startswith("]", index):
            return index + 1
        while True:
            value, end, fault = self._strict.read(self.text, index)
            row: Row | Fault | None = fault
            if end - index > RECORD_LIMIT:
                # A million keys take seconds to pick from; that it is too long is known already.
                row = too_long()
            elif too_deep(self.text[index:end]):
                row = Fault("DEPTH_LIMIT", "The JSON nests too deep.")
            row = self.picker.pick(value) if row is None else row
            elements.append(_Element(index, end, row))
            index = self.skip(end)
            if self.text.startswith("]", index):
                return index + 1
            self._expect(",", index)
            index = self.skip(index + 1)

    def _expect(self, mark: str, index: int) -> None:
        if not self.text.startswith(mark, index):
            raise json.JSONDecodeError(f"Expecting {mark}", self.text, index)

    def _broken(self, error: json.JSONDecodeError) -> InputRefused:
        cut = error.pos >= len(self.text.rstrip()) or error.msg.startswith("Unterminated string")
        if cut:
            return self._refused(
                "EOF_TRUNCATED", "The file ends inside a document.", len(self.text)
            )
        return self._refused("JSON_SYNTAX", "The document is no JSON from here on.", error.pos)

    def _refused(self, code: str, what: str, index: int) -> InputRefused:
        before = self.bytes_of(0, index)
        elements = sum(len(found) for found in self._found.values())
        return self.source.refused(
            code,
            what,
            record=self.seen + elements + 1,
            line=before.count(b"\n") + 1,
            offset=self.source.start + len(before),
            remedy="Save the page or export again; everything after this place is undecidable.",
        )
