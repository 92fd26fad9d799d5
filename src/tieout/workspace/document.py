"""The settings document: from bytes to a checked tree of values, before anything is believed.

TOML only, UTF-8 only, small and shallow. A number with a point keeps its text and never becomes a
binary float; a key that nobody reads is refused with the nearest one that is read.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any, Final

import msgspec

from tieout.errors import ConfigurationRefused

LARGEST: Final = 1024 * 1024
DEEPEST: Final = 20

_SECRET_KEYS: Final = frozenset(
    {
        "apikey", "apitoken", "accesstoken", "auth", "authorization", "bearer", "credential",
        "credentials", "password", "passwd", "privatekey", "secret", "secretkey", "token",
    }
)  # fmt: skip
_SECRET_TEXT: Final = re.compile(
    r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}|\bBearer\s+\S{16,}|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@]+:[^/\s@]+@"
)
_AMBIGUOUS: Final = re.compile(
    r"=\s*(?:0[0-9]+|[0-9]+:[0-9]|[0-9._]*_\D|no\b|yes\b|on\b|off\b)", re.IGNORECASE
)
_YAML: Final = re.compile(r"\s*(?:---\s*$|%YAML|- |[&*!]|[\"']?[\w -]+[\"']?\s*:(?:\s|$))")
# Settings of text that hold a decimal; elsewhere a bare number is no text.
_DECIMAL_TEXTS: Final = frozenset({"unit_value"})
# More parts in one dotted key than levels are allowed.
_LONG_KEY: Final = re.compile(
    rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{2 * DEEPEST}}}"""
)
# More digits than the interpreter turns into a number; the parser would not survive them.
_LONG_NUMBER: Final = re.compile(r"(?<![0-9A-Fa-f_])[0-9][0-9A-Fa-f_xo]{3999}")
_DUPLICATE: Final = ("Cannot overwrite a value", "Cannot declare", "Cannot mutate", "Duplicate")


class DecimalText(str):
    """The text of a number with a point or an exponent, written without quotes."""

    __slots__ = ()


def refused(code: str, what: str, setting: str, remedy: str) -> ConfigurationRefused:
    """A refusal that names the setting it is about."""
    return ConfigurationRefused(code, what, where=(setting,) if setting else (), remedy=remedy)


def read_document(content: bytes, name: str) -> dict[str, Any]:
    """The tree of a settings file; decimals are still text.

    Raises:
        ConfigurationRefused: ``CFG_TOO_LARGE``, ``CFG_ENCODING``, ``CFG_DUPLICATE_KEY``,
            ``CFG_AMBIGUOUS_SCALAR``, ``CFG_SYNTAX`` or ``CFG_INLINE_SECRET``.
    """
    if len(content) > LARGEST:
        raise refused(
            "CFG_TOO_LARGE", f"{name} is larger than 1 MiB.", name, "Keep settings, not records."
        )
    text = _text(content, name)
    if _LONG_KEY.search(text):
        # Before it is parsed: the parser's work grows with the square of a key's parts.
        raise _too_deep(name)
    if _LONG_NUMBER.search(text):
        raise refused(
            "CFG_SYNTAX", f"{name} holds a number of thousands of digits.", name, "Correct it."
        )
    try:
        tree = tomllib.loads(text, parse_float=_decimal_text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(str(error), text, name) from error
    except RecursionError as error:
        raise _too_deep(name) from error
    _check_tree(tree, name, 1)
    return tree


def refuse_unknown_keys(tree: Mapping[str, Any], shape: type, path: str = "") -> None:
    """Refuse the first key that the shape does not have, and name the nearest that it has.

    Raises:
        ConfigurationRefused: ``CFG_UNKNOWN_KEY``, ``CFG_INLINE_SECRET``, or
            ``CFG_AMBIGUOUS_SCALAR`` for a bare number or date where a text is meant.
    """
    _walk(tree, msgspec.inspect.type_info(shape), path)


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy that offers the nearest known word, or lists what is known."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(words) or 'nothing'}."


def _text(content: bytes, name: str) -> str:
    # A byte order mark changes nothing in what follows it; editors put it there unasked.
    body = content.removeprefix(b"\xef\xbb\xbf")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            "CFG_ENCODING", f"{name} is not UTF-8.", f"{name}, byte {error.start}",
            "Save the file as UTF-8.",
        ) from error  # fmt: skip
    if re.search(r"\r(?!\n)", text):
        raise refused(
            "CFG_ENCODING", f"{name} has carriage returns that end no line.", name,
            "Save the file with LF or CRLF line ends.",
        )  # fmt: skip
    return text


def _syntax(message: str, text: str, name: str) -> ConfigurationRefused:
    found = re.search(r"at line (\d+)", message)
    lines = text.split("\n")
    # Without a number the parser met the end of the text.
    number = int(found[1]) if found else len(lines)
    place, line = f"{name}, line {number}", lines[number - 1]
    if message.startswith(_DUPLICATE):
        return refused(
            "CFG_DUPLICATE_KEY", "A key is written twice.", place, "Keep one of the two."
        )
    if _AMBIGUOUS.search(line):
        return refused(
            "CFG_AMBIGUOUS_SCALAR", "A value reads in more than one way.", place,
            "Put a text in quotes; write a number without leading zeros; write true or false.",
        )  # fmt: skip
    remedy = "Correct that line."
    if _YAML.match(line):
        remedy = "This reads like YAML; settings are TOML: write key = value, tables as [name]."
    return refused("CFG_SYNTAX", f"{name} is not TOML: {message}.", place, remedy)


def _decimal_text(text: str) -> DecimalText:
    # TOML's own grouping: 1_000.50 is one number in one reading, as 1_000 is.
    return DecimalText(text.replace("_", ""))


def _too_deep(name: str) -> ConfigurationRefused:
    return refused(
        "CFG_TOO_LARGE", f"{name} is nested deeper than {DEEPEST} levels.", name,
        "Write the settings as the template shows them.",
    )  # fmt: skip


def _check_tree(value: object, path: str, depth: int) -> None:
    """Depth and secrets, everywhere; the secret itself is never repeated."""
    if depth > DEEPEST:
        raise _too_deep(path.split(":", 1)[0])
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_tree(inner, f"{path}: {key}" if depth == 1 else f"{path}.{key}", depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_tree(inner, path, depth + 1)
    elif isinstance(value, str) and _SECRET_TEXT.search(value):
        raise _secret(path)


def _secret(setting: str) -> ConfigurationRefused:
    return refused(
        "CFG_INLINE_SECRET", "A secret stands in the settings.", setting,
        "Take it out and replace it at its issuer; name an environment variable instead.",
    )  # fmt: skip


def _walk(tree: object, shape: msgspec.inspect.Type, path: str) -> None:
    if isinstance(tree, (DecimalText, date, time)) and isinstance(shape, msgspec.inspect.StrType):
        if not (isinstance(tree, DecimalText) and path.rpartition(".")[2] in _DECIMAL_TEXTS):
            raise refused(
                "CFG_AMBIGUOUS_SCALAR", "A number or a date stands where a text is meant.", path,
                "Put the text in quotes.",
            )  # fmt: skip
    elif isinstance(shape, msgspec.inspect.UnionType):
        for option in _fitting(tree, shape):
            _walk(tree, option, path)
    elif isinstance(tree, dict) and isinstance(
        shape, (msgspec.inspect.StructType, msgspec.inspect.DataclassType)
    ):
        known = {one.encode_name: one.type for one in shape.fields}
        tag = getattr(shape, "tag_field", None)
        for key, inner in tree.items():
            if key == tag:
                continue
            setting = f"{path}.{key}" if path else key
            if key not in known:
                raise _unknown(key, setting, known)
            _walk(inner, known[key], setting)
    else:
        for step, inner, inner_shape in _held(tree, shape):
            _walk(inner, inner_shape, f"{path}{step}")


def _held(
    tree: object, shape: msgspec.inspect.Type
) -> Iterator[tuple[str, object, msgspec.inspect.Type]]:
    """What a table of free names or a list holds, each with the step to it."""
    if isinstance(tree, dict) and isinstance(shape, msgspec.inspect.DictType):
        for key, inner in tree.items():
            yield f".{key}", inner, shape.value_type
    elif isinstance(tree, list) and isinstance(shape, msgspec.inspect.VarTupleType):
        for number, inner in enumerate(tree, 1):
            yield f"[{number}]", inner, shape.item_type


def _is_table(shape: msgspec.inspect.Type) -> bool:
    return isinstance(
        shape,
        (msgspec.inspect.StructType, msgspec.inspect.DataclassType, msgspec.inspect.DictType),
    )


def _fitting(tree: object, shape: msgspec.inspect.UnionType) -> list[msgspec.inspect.Type]:
    """The shapes that a value may have, of several."""
    return [
        option
        for option in shape.types
        if isinstance(tree, dict) == _is_table(option) and _is_tagged_so(tree, option)
    ]


def _is_tagged_so(tree: object, shape: msgspec.inspect.Type) -> bool:
    """Whether a table says that it is of this shape, where the shape has a word for itself."""
    if not isinstance(shape, msgspec.inspect.StructType) or shape.tag_field is None:
        return True
    return isinstance(tree, dict) and tree.get(shape.tag_field) == shape.tag


def _unknown(key: str, setting: str, known: Iterable[str]) -> ConfigurationRefused:
    if key.lower().replace("_", "").replace("-", "") in _SECRET_KEYS:
        return _secret(setting)
    return refused("CFG_UNKNOWN_KEY", f"{key!r} is not a setting.", setting, nearest(key, known))
