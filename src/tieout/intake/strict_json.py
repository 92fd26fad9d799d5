"""JSON read strictly: numbers keep their text, a duplicate key or NaN is a fault and not a guess.

Faults do not end the parse, so that the end of a damaged record is still known.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from tieout.intake.records import Fault

DEPTH_LIMIT: Final = 64
_SURROGATE_OR_NUL: Final = re.compile("[\x00\ud800-\udfff]")
_STRUCTURE: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)
WHITESPACE: Final = " \t\r\n"


class StrictJson:
    """A decoder that collects the faults of the value it reads last."""

    def __init__(self) -> None:
        """Bind the hooks; number texts pass through as they are written."""
        self._faults: list[Fault] = []
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=str,
            parse_int=str,
            parse_constant=self._constant,
        )
        self._decode = decoder.raw_decode

    def read(self, text: str, index: int = 0) -> tuple[Any, int, Fault | None]:
        """The value at ``index``, where it ends, and its first fault.

        Numbers come back as their text, like strings.

        Raises:
            json.JSONDecodeError: the text there is not JSON.
            RecursionError: the value is nested deeper than the interpreter can follow.
        """
        self._faults.clear()
        value, end = self._decode(text, index)
        if text.find("\\u", index, end) >= 0 and _holds_bad_text(value):
            self._faults.append(
                Fault("JSON_TEXT", "A string holds a zero or half of a surrogate pair.")
            )
        return value, end, self._faults[0] if self._faults else None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self._faults.append(Fault("JSON_DUP_KEY", "An object names one key twice."))
        return found

    def _constant(self, _text: str) -> None:
        self._faults.append(Fault("JSON_NONFINITE", "NaN and Infinity are no JSON numbers."))


def too_deep(text: str) -> bool:
    """Whether brackets nest deeper than the limit; strings are skipped."""
    if text.count("{") + text.count("[") <= DEPTH_LIMIT:
        return False
    depth = deepest = 0
    for token in _STRUCTURE.finditer(text):
        mark = token.group()
        if mark in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "}]":
            depth -= 1
    return deepest > DEPTH_LIMIT


def skip_space(text: str, index: int) -> int:
    """The first index from ``index`` on that is no JSON white space."""
    size = len(text)
    while index < size and text[index] in WHITESPACE:
        index += 1
    return index


def _holds_bad_text(value: object) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if _SURROGATE_OR_NUL.search(item):
                return True
        elif isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return False
