"""One canonical text for a document, so that equal documents have equal digests.

Sorted keys, no spaces, UTF-8, decimals and instants as strings. A binary float never enters: it is
a bug of the caller, so it is asserted and not refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from tieout.calendar import instant_text
from tieout.errors import InputRefused
from tieout.money import plain


def canonical(value: object) -> bytes:
    """The canonical JSON of a value of mappings, sequences, texts, integers and decimals.

    Raises:
        AssertionError: a float, or a type that has no canonical text.
        InputRefused: ``TEXT_NOT_UNICODE``: a text that cannot be written as UTF-8.
    """
    text = json.dumps(
        plain_document(value),
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputRefused(
            "TEXT_NOT_UNICODE",
            "A name or note holds bytes that are not text.",
            where=(ascii(text[max(0, error.start - 20) : error.end + 20]),),
            remedy="Give the name or note in UTF-8.",
        ) from error


def sha256(content: bytes) -> str:
    """The SHA-256 of the bytes, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def short_id(value: object) -> str:
    """The id of a record: the first 12 hexadecimal digits of the digest of what makes it itself."""
    return sha256(canonical(value))[:12]


def plain_document(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """The value with decimals and instants as strings, and nothing but JSON types.

    Raises:
        AssertionError: a float, or a type that has no canonical text.
    """
    assert not isinstance(value, float), f"a float has no place in a document: {value!r}"
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        assert value.is_finite(), f"{value} is no amount"
        return plain(value)
    if isinstance(value, datetime):
        assert value.tzinfo is not None, f"{value} has no offset"
        return instant_text(value)
    if isinstance(value, msgspec.Struct):
        return {name: plain_document(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        assert all(isinstance(name, str) for name in value), "the names of a document are texts"
        return {str(name): plain_document(item) for name, item in value.items()}
    assert isinstance(value, Sequence), f"{type(value).__name__} has no canonical text"
    assert not isinstance(value, bytes | bytearray | memoryview), "bytes are stored as an object"
    return [plain_document(item) for item in value]


def parse_document(content: bytes) -> dict[str, Any]:
    """Read one JSON object strictly: no duplicate names, no floats, no byte-order mark.

    Raises:
        ValueError: the bytes are not such an object; the message says why.
    """
    try:
        document = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - the caller reads one kind of error
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the name {name!r} stands twice")
        found[name] = value
    return found


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"the number {text} is not an integer")
