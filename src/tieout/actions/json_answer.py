"""An answer of an API, read strictly: JSON without guesses, success said, rows counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.errors import CaptureRefused, InputRefused
from tieout.pricebook.json_text import Json, NumberText, read_json

# Nobody prices or counts in numbers this large; a reader with floats makes them infinite.
_EXPONENT: Final = re.compile(rb"[0-9][eE][+-]?[0-9]{3}")
_LARGE: Final = re.compile(r".*[eE][+-]?0*[1-9][0-9]{2,}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around the rows of an answer; places are keys with points between them.

    Attributes:
        success: the flag that must be true; or empty.
        rows: where the rows stand, at least one; or empty.
        total: where their number stands, if it does; or empty.
        may_be_empty: whether an answer without rows is one.
    """

    success: str = ""
    rows: str = ""
    total: str = ""
    may_be_empty: bool = False


def read_answer(content: bytes, envelope: Envelope) -> Json:
    """The document of an answer, after checking what stands around its rows.

    Raises:
        CaptureRefused: ``JSON_STRICT``, ``API_NOT_SUCCESS``, ``API_EMPTY`` or ``API_COUNT``.
    """
    document = _strict(content)
    if envelope.success and _at(document, envelope.success) is not True:
        raise _refused("API_NOT_SUCCESS", "The answer does not say that it succeeded.")
    if envelope.rows:
        rows = _at(document, envelope.rows)
        if not isinstance(rows, list) or not (rows or envelope.may_be_empty):
            raise _refused("API_EMPTY", "The answer holds no rows.")
        total = _at(document, envelope.total) if envelope.total else None
        if total is not None and (not isinstance(total, NumberText) or total != str(len(rows))):
            raise _refused(
                "API_COUNT", f"The answer states {str(total)[:40]!a} rows and holds {len(rows)}."
            )
    return document


def _strict(content: bytes) -> Json:
    try:
        document = read_json(content)
    except InputRefused as error:
        raise _refused("JSON_STRICT", error.what, error.code, *error.where) from error
    if _EXPONENT.search(content):
        for text in _numbers(document):
            if _LARGE.fullmatch(text):
                raise _refused("JSON_STRICT", "A number is too large to mean anything.", text[:64])
    return document


def _numbers(document: Json) -> Iterator[NumberText]:
    pending = [document]
    while pending:
        one = pending.pop()
        if isinstance(one, NumberText):
            yield one
        elif isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)


def _at(document: Json, place: str) -> Json:
    value = document
    for key in place.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _refused(code: str, what: str, *where: str) -> CaptureRefused:
    return CaptureRefused(
        code,
        what,
        where=where,
        remedy="Read what came in the record of the failed capture; fetch again later.",
    )
