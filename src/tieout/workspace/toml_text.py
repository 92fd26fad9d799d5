"""Text for TOML: names and comments taken from files that others wrote, made harmless."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# A line that only a person can settle begins so.
QUESTION: Final = "# UNSURE: "


def toml_text(text: str) -> str:
    """The text as a TOML basic string: quotes, control characters and line ends escaped."""
    return '"' + "".join(_character(one) for one in text) + '"'


def toml_table(pairs: Mapping[str, object]) -> str:
    """An inline table of texts and flags, keys quoted where they are not bare."""
    inner = ", ".join(f"{toml_key(key)} = {_value(value)}" for key, value in pairs.items())
    return f"{{ {inner} }}"


def toml_key(key: str) -> str:
    """The key bare where TOML allows it, else quoted."""
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else toml_text(key)


def comment(text: str) -> str:
    """The text as one comment line; it cannot end the line and become a setting."""
    return "# " + " ".join("".join(c if c.isprintable() else " " for c in text).split())


def question(text: str) -> str:
    """A comment line that asks a person; the proposal counts these."""
    return comment(f"UNSURE: {text}")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return toml_table(value)
    return toml_text(str(value))


def _character(one: str) -> str:
    if one in '"\\':
        return f"\\{one}"
    if one.isprintable():
        return one
    # TOML cannot spell half a surrogate pair; such a name matches no column anyway.
    return "?" if 0xD800 <= ord(one) <= 0xDFFF else f"\\U{ord(one):08X}"
