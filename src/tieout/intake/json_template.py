"""The fast path of JSON: records that are written alike are cut by vectorised kernels.

A template is a record that the strict reader has read, with a gap in place of each value. Whatever
fits it as a whole is one JSON object with the same keys, so its values are known without parsing.
What fits no template (an escape, a list, a damage) goes to the strict reader, with equal results.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.json_pick import Picker
from tieout.intake.records import RECORD_LIMIT, Fault

_MOST: Final = 8
_ATTEMPTS: Final = 256
_LONGEST: Final = 1 << 13

_TEXT: Final = r'[^"\\\x00-\x1f]*'
_BARE: Final = r"(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)"
_BARE_PLACE: Final = re.compile(r"[^\s{}:,]+")
_NOTHING: Final = pa.scalar(None, pa.string())


class _Gap(NamedTuple):
    """Where a value stands among the parts between quotes.

    Attributes:
        part: number of the part; an odd one is the inside of a string.
        before: letters of the part before a bare value, like ``: ``.
        after: letters behind it; 0 for the inside of a string.
    """

    part: int
    before: int = 0
    after: int = 0


class Template(NamedTuple):
    """Records with the same keys in the same order, spaces and kinds of value.

    Attributes:
        pattern: what a record must be, from its first letter to its last.
        gaps: per column of the feed, where its value stands; None where the key is absent.
        extras: keys that the feed does not read.
    """

    pattern: str
    gaps: tuple[_Gap | None, ...]
    extras: tuple[str, ...]

    def fits(self, texts: pa.Array) -> pa.Array:
        """Which texts are records of this template."""
        return pc.match_substring_regex(texts, pattern=self.pattern)

    def cut(self, texts: pa.Array) -> list[pa.Array]:
        """The columns of the feed out of texts that all fit."""
        parts = pc.split_pattern(texts, pattern='"')
        return [_values(parts, gap) for gap in self.gaps]


class Templates:
    """The templates of one file, learned from the records that the strict reader had to read."""

    def __init__(self, picker: Picker) -> None:
        """No template is known yet."""
        self._known: list[Template] = []
        self._picker = picker
        self._attempts = 0

    def sort_out(self, texts: pa.Array, read_odd: Callable[[int], bool | None]) -> pa.Array:
        """The number of the template that each text fits; null for those that were read singly.

        Args:
            texts: the records of a block, in the order of the file.
            read_odd: reads the record of that row; whether a template may be learned from it, or
                None to leave it and all behind it, which are then missing in the answer.
        """
        fitting = self._fitting(texts)
        odd = _nulls(fitting, 0)
        while odd:
            row = odd.popleft()
            sound = read_odd(row)
            if sound is None:
                fitting = fitting[:row]
                break
            if sound and self._may_learn() and self._learn(texts[row].as_py()):
                fitting = pa.concat_arrays([fitting[: row + 1], self._fitting(texts[row + 1 :])])
                odd = _nulls(fitting, row + 1)
        for number, template in enumerate(self._known):
            records = pc.sum(pc.equal(fitting, number)).as_py() or 0
            self._picker.count_extras(template.extras, records)
        return fitting

    def take(self, places: pa.Table, texts: pa.Array, fitting: pa.Array) -> None:
        """Hand the fitting records to the picker, each with its place."""
        for number, template in enumerate(self._known):
            chosen = pc.fill_null(pc.equal(fitting, number), fill_value=False)
            if not pc.any(chosen).as_py():
                continue
            mine, records = (
                (places, texts)
                if pc.all(chosen).as_py()
                else (places.filter(chosen), texts.filter(chosen))
            )
            self._picker.keep_table([*mine.columns, *template.cut(records)])

    def _fitting(self, texts: pa.Array) -> pa.Array:
        found = pa.nulls(len(texts), pa.int8())
        for number, template in enumerate(self._known):
            found = pc.if_else(template.fits(texts), pa.scalar(number, pa.int8()), found)
        fair = pc.less_equal(pc.binary_length(texts), RECORD_LIMIT)
        return pc.if_else(fair, found, pa.scalar(None, pa.int8()))

    def _may_learn(self) -> bool:
        return len(self._known) < _MOST and self._attempts < _ATTEMPTS

    def _learn(self, text: str) -> bool:
        """Make a template of a record that was read without a fault; whether one was made."""
        self._attempts += 1
        plain = "\\" not in text and len(text) <= _LONGEST
        template = _template(text, self._picker) if plain else None
        if template is not None:
            self._known.append(template)
        return template is not None


def _template(text: str, picker: Picker) -> Template | None:
    """The template of a sound record without a backslash, or None where its values are not plain.

    Without escapes, what stands between quotes is in turn outside and inside of strings. Each value
    is replaced by its number, and the picker then says which number belongs in which column.
    """
    parts = text.split('"')
    pattern: list[str] = []
    marked: list[str] = []
    gaps: list[_Gap] = []
    for number, part in enumerate(parts):
        inside = number % 2 == 1
        bare = None if inside else _BARE_PLACE.search(part)
        if not inside and "[" in part:
            return None
        if inside and not parts[number + 1].lstrip().startswith(":"):
            pattern.append(_TEXT)
            marked.append(str(len(gaps)))
            gaps.append(_Gap(number))
        elif bare is not None:
            before, after = part[: bare.start()], part[bare.end() :]
            pattern.append(re.escape(before) + _BARE + re.escape(after))
            marked.append(f'{before}"{len(gaps)}"{after}')
            gaps.append(_Gap(number, len(before), len(after)))
        else:
            pattern.append(re.escape(part))
            marked.append(part)
    row, extras = picker.placed(json.loads('"'.join(marked)))
    if isinstance(row, Fault) or not all(value is None or isinstance(value, str) for value in row):
        return None
    chosen = tuple(None if value is None else gaps[int(value)] for value in row)
    return Template(r"\A" + '"'.join(pattern) + r"\z", chosen, extras)


def _nulls(fitting: pa.Array, start: int) -> deque[int]:
    """The rows from ``start`` on that fit no template."""
    rows = pc.indices_nonzero(pc.is_null(fitting[start:])).to_pylist()
    return deque(start + row for row in rows)


def _values(parts: pa.Array, gap: _Gap | None) -> pa.Array:
    if gap is None:
        return pa.nulls(len(parts), pa.string())
    texts = pc.list_element(parts, gap.part)
    if not gap.after:
        return texts
    texts = pc.utf8_slice_codeunits(texts, gap.before, -gap.after)
    return pc.if_else(pc.equal(texts, "null"), _NOTHING, texts)
