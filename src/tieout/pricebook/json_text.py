"""Strict JSON for prices: numbers keep their text, keys are unique, every value has a pointer.

Python's own reader keeps the last of two equal keys, accepts NaN and turns numbers into binary
floats; each of the three changes money without a word, so here the first two are refused and the
third cannot happen.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Final, NoReturn, TypeAlias

from tieout.errors import InputRefused, IntegrityRefused

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | None"

BOM: Final = b"\xef\xbb\xbf"
SIZE_LIMIT: Final = 64 * 1024 * 1024

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_ODD_ESCAPE: Final = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_ODD_CHARACTER: Final = re.compile("[\x00\ud800-\udfff]")


class NumberText(str):
    """The text of a JSON number, exactly as written; a JSON string is a plain ``str``."""

    __slots__ = ()


class _NotStrictError(ValueError):
    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def read_json(content: bytes) -> Json:
    """Read a JSON document strictly.

    Raises:
        InputRefused: ``SIZE_LIMIT``, ``ENC_INVALID_UTF8``, ``JSON_SYNTAX``, ``JSON_DUP_KEY``,
            ``JSON_NONFINITE``, ``JSON_TEXT`` or ``DEPTH_LIMIT``.
    """
    if len(content) > SIZE_LIMIT:
        raise _refused("SIZE_LIMIT", f"The file has {len(content)} bytes, over {SIZE_LIMIT}.")
    try:
        document: Json = _DECODER.decode(content.removeprefix(BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _refused("ENC_INVALID_UTF8", f"Byte {error.start} is not valid UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _refused("JSON_SYNTAX", f"Not JSON: {error.msg}.", place) from error
    except _NotStrictError as error:
        raise _refused(error.code, str(error)) from error
    except RecursionError as error:
        raise _refused("DEPTH_LIMIT", "The file nests deeper than any price list.") from error
    if _ODD_ESCAPE.search(content):
        _refuse_odd_text(document, "")
    return document


def plain_text(value: Json) -> str:
    """A value in one line, names sorted, numbers as they are written."""
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def pointer(*steps: str | int) -> str:
    """The JSON pointer (RFC 6901) of a path of keys and positions."""
    return "".join(f"/{_escaped(step)}" for step in steps)


def locate(document: Json, place: str) -> Json:
    """The value a JSON pointer names.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when the document holds nothing there.
    """
    value = document
    for step in place.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
            value = value[int(key)]
        else:
            raise IntegrityRefused(
                "PRICE_LOCATOR",
                "The captured bytes hold no value at the recorded place.",
                where=(place,),
                remedy="The capture and the price line do not belong together; capture it again.",
            )
    return value


def _escaped(step: str | int) -> str:
    return step.replace("~", "~0").replace("/", "~1") if isinstance(step, str) else str(step)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Counted once: a million keys, the last of them twice, must not be compared pair by pair.
        counted = Counter(name for name, _ in pairs)
        twice = next(name for name, times in counted.items() if times > 1)
        raise _NotStrictError("JSON_DUP_KEY", f"The key {twice[:64]!r} stands twice in one object.")
    return found


def _nonfinite(text: str) -> NoReturn:
    raise _NotStrictError("JSON_NONFINITE", f"{text} is not a JSON number.")


# Replaces floats and integers by their text, so no digit is lost and none costs time.
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=NumberText,
    parse_int=NumberText,
    parse_constant=_nonfinite,
)


def _refuse_odd_text(value: Json, place: str) -> None:
    """Refuse lone surrogates and NUL, which no later file could hold."""
    if isinstance(value, str) and _ODD_CHARACTER.search(value):
        raise _refused("JSON_TEXT", "A text holds NUL or half a character.", place)
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_odd_text(key, place)
            _refuse_odd_text(inner, place + pointer(key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_odd_text(inner, place + pointer(index))


def _refused(code: str, sentence: str, place: str = "") -> InputRefused:
    return InputRefused(
        code,
        sentence,
        where=(place.encode("ascii", "backslashreplace").decode(),) if place else (),
        remedy="Capture the price source again, as the unchanged JSON the source serves.",
    )
