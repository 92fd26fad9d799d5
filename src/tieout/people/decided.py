"""What every ruling has in common, whatever it decides: its form, and what its texts may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from tieout.errors import ApprovalRefused

LONGEST_TEXT: Final = 10_000
MOST_BYTES: Final = 1_000_000


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    """What every ruling has: it is frozen, refuses unknown fields, and names its kind."""


def require_texts(document: Decided) -> None:
    """Refuse a ruling whose texts nobody would read, or that are not there where they must be.

    Raises:
        ApprovalRefused: ``RULING_TEXT``: a text is too long; ``RULING_REASON``: there is no reason.
    """
    for name, text in _texts("", msgspec.to_builtins(document)):
        if len(text) > LONGEST_TEXT:
            raise ApprovalRefused(
                "RULING_TEXT",
                f"A text of a ruling is longer than {LONGEST_TEXT:,} characters.",
                where=(ascii(name[:100]),),
                remedy="Say it in short, and keep the long text as evidence.",
            )
    # A reason with a default may be left out; where there is none, it is what the ruling says.
    required = {one.name for one in msgspec.structs.fields(document) if one.required}
    for name in {"reason", "text", "detail", "method"} & required:
        if not str(getattr(document, name)).strip():
            raise ApprovalRefused(
                "RULING_REASON",
                f"The ruling has no {name}.",
                remedy="Say why; whoever reads it next year was not there.",
            )


def _texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield name, str(key)
            yield from _texts(str(key), item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(name, item)
