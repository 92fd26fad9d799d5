"""JSON documents: the list of records inside one document, or in each of several saved pages.

Records that follow one another alike are cut together; every other one is read by the strict
reader, which also says where it ends. Both give equal results.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tieout.errors import InputRefused
from tieout.intake.json_pick import Picker, Row
from tieout.intake.json_run import Run, Runs
from tieout.intake.json_template import Templates
from tieout.intake.records import RECORD_LIMIT, Fault, Framing, Source, is_text, too_long
from tieout.intake.strict_json import StrictJson, skip_space, too_deep

_Path = tuple[str, ...]


def frame_json(source: Source, *, careful: bool = False) -> Framing:
    """The records of a JSON file: elements of the first list that stands at ``feed.records_at``.

    Args:
        source: the unpacked file.
        careful: read every record one by one; slower, with equal results.

    Raises:
        InputRefused: ``JSON_SYNTAX``, ``EOF_TRUNCATED``, ``DEPTH_LIMIT``, ``JSON_SHAPE``,
            ``JSON_DUP_KEY`` or ``API_NOT_SUCCESS``.
    """
    walker = _Walker(source, careful=careful)
    offset, line, before = source.start, 1, 0
    index = walker.skip(0)
    while index < len(walker.text):
        for run in walker.document(index):
            skipped = walker.bytes_of(before, run.start)
            line += skipped.count(b"\n")
            offset += len(skipped)
            run.keep(walker.picker, walker.templates, last=walker.seen, line=line, offset=offset)
            covered = walker.bytes_of(run.start, run.end)
            line += covered.count(b"\n")
            offset += len(covered)
            walker.seen += len(run.texts)
            before = run.end
        index = walker.skip(walker.end)
    table = walker.picker.table()
    return Framing(table, walker.picker.damaged, walker.picker.notes(table))


class _Walker:
    """Walks documents to their lists of records without building the documents."""

    def __init__(self, source: Source, *, careful: bool) -> None:
        self.source = source
        # Bytes that are no UTF-8 survive as escapes, so that they damage one record, not the file.
        self.text = source.content[source.start :].decode("utf-8", "surrogateescape")
        self.picker = Picker(source.feed)
        self.seen = 0
        self.end = 0
        self._strict = StrictJson()
        self._paths = [tuple(p.split(".")) if p else () for p in source.feed.records_at]
        self._found: dict[_Path, list[Run]] = {}
        self.templates = Templates(self.picker)
        plain = not careful and is_text(source.content)
        self._runs = Runs(self.text, self.templates, self._read) if plain else None

    def skip(self, index: int) -> int:
        """The first index from there on that is no white space."""
        return skip_space(self.text, index)

    def bytes_of(self, start: int, end: int) -> bytes:
        """The bytes of a stretch of the text."""
        return self.text[start:end].encode("utf-8", "surrogateescape")

    def document(self, index: int) -> list[Run]:
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
        runs: list[Run] = []
        self._found[path] = runs
        index = self.skip(index + 1)
        if self.text.startswith("]", index):
            return index + 1
        while True:
            end, pick = self._read(index)
            runs.append(Run(index, [self.text[index:end]], "", {0: pick()}))
            index = self.skip(end)
            if self.text.startswith("]", index):
                return index + 1
            index = self._next(index)
            run = None if self._runs is None else self._runs.ahead(index, self.text[end:index])
            if run is not None:
                runs.append(run)
                # Behind a run there is always another record; that is how its last one was told.
                index = self._next(self.skip(run.end))

    def _next(self, index: int) -> int:
        """The start of the record behind the comma that must stand there."""
        self._expect(",", index)
        return self.skip(index + 1)

    def _read(self, index: int) -> tuple[int, Callable[[], Row | Fault]]:
        """Where the record that starts there ends, and how to pick its values."""
        value, end, fault = self._strict.read(self.text, index)

        def pick() -> Row | Fault:
            if end - index > RECORD_LIMIT:
                # A million keys take seconds to pick from; that it is too long is known already.
                return too_long()
            if too_deep(self.text[index:end]):
                return Fault("DEPTH_LIMIT", "The JSON nests too deep.")
            return fault if fault is not None else self.picker.pick(value)

        return end, pick

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
        elements = sum(len(run.texts) for found in self._found.values() for run in found)
        return self.source.refused(
            code,
            what,
            record=self.seen + elements + 1,
            line=before.count(b"\n") + 1,
            offset=self.source.start + len(before),
            remedy="Save the page or export again; everything after this place is undecidable.",
        )
