"""Runs: records of a JSON list that follow one another, as many as can be cut in one go."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import pyarrow as pa

from tieout.intake.json_pick import Picker, Row
from tieout.intake.json_template import Templates
from tieout.intake.records import Fault, Places, check_bytes

# Reads the record at an index: where it ends, and a way to pick its values once it is wanted.
Reader = Callable[[int], tuple[int, Callable[[], Row | Fault]]]

_NEAREST: Final = 1 << 13
_FARTHEST: Final = 1 << 22
_FEW: Final = 4
_POOR: Final = 16


@dataclass(frozen=True, slots=True)
class Run:
    """Records with the same gap between any two.

    Attributes:
        start: index of the first one in the text.
        texts: the records as written.
        gap: what stands between two of them.
        singles: values or fault of the records that were read one by one, by row.
        fitting: the number of the template that each of the others fits.
    """

    start: int
    texts: list[str]
    gap: str
    singles: dict[int, Row | Fault]
    fitting: pa.Array | None = None

    @property
    def end(self) -> int:
        """Index behind the last record."""
        return self.start + sum(map(len, self.texts)) + len(self.gap) * (len(self.texts) - 1)

    def keep(
        self, picker: Picker, templates: Templates, *, last: int, line: int, offset: int
    ) -> None:
        """Hand the records to the picker.

        Args:
            picker: takes them.
            templates: what ``fitting`` refers to.
            last: the number of the record before them.
            line: the line of the first one.
            offset: the byte of the first one.
        """
        raws = [text.encode("utf-8", "surrogateescape") for text in self.texts]
        breaks = self.gap.count("\n")
        lines = accumulate((raw.count(b"\n") + breaks for raw in raws), initial=line)
        offsets = accumulate((len(raw) + len(self.gap) for raw in raws), initial=offset)
        places = Places(last, list(lines)[:-1], list(offsets)[:-1], raws)
        for row, found in self.singles.items():
            picker.keep(places.at(row), check_bytes(raws[row]) or found)
        if self.fitting is not None:
            templates.take(places.columns(), pa.array(self.texts, pa.string()), self.fitting)


class Runs:
    """Looks ahead for runs; how far depends on how long the runs were so far."""

    def __init__(self, text: str, templates: Templates, read: Reader) -> None:
        """Take the text of the file and the reader of a single record."""
        self._text = text
        self._templates = templates
        self._read = read
        self._reach = _NEAREST
        self._poor = 0

    def ahead(self, index: int, gap: str) -> Run | None:
        """The run that starts there, if it is worth one.

        The text is split where a record would end and the next begin. The first record starts at
        ``index``; each that fits a template or is read singly to exactly its end proves the start
        of the next one.
        """
        if self._poor >= _POOR or not self._text.startswith("{", index):
            return None
        pieces = self._text[index + 1 : index + self._reach].split(f"}}{gap}{{")[:-1]
        texts = ["{" + piece + "}" for piece in pieces]
        starts = list(accumulate((len(text) + len(gap) for text in texts), initial=index))
        singles: dict[int, Row | Fault] = {}

        def read_odd(row: int) -> bool | None:
            try:
                end, pick = self._read(starts[row])
            except (json.JSONDecodeError, RecursionError):
                return None
            if end != starts[row] + len(texts[row]):
                return None
            singles[row] = pick()
            return not isinstance(singles[row], Fault)

        fitting = self._templates.sort_out(pa.array(texts, pa.string()), read_odd)
        count = len(fitting)
        self._adapt(count, len(texts), starts[count] - index)
        return Run(index, texts[:count], gap, singles, fitting) if count else None

    def _adapt(self, found: int, hoped: int, length: int) -> None:
        if found < _FEW:
            self._poor += 1
        if found == hoped:
            self._reach = min(4 * self._reach, _FARTHEST)
        else:
            self._reach = max(2 * length, _NEAREST)
