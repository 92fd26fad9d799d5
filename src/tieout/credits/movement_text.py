"""What a row about the account says in words: proposed for a movement list, never a movement (B1).

The sentences are vendor data, each with what it means; a sentence nobody knows is proposed with its
units left open, so that a person reads it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec

LONGEST: Final = 500


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence: the type of row that says it, what it means, and where its amounts stand.

    Attributes:
        row_type: the vendor's own type of the row.
        kind: the kind of movement.
        pattern: a regular expression; its groups are amounts in money: ``added``, ``taken``,
            ``before`` and ``after``, ``paid``.
    """

    row_type: str
    kind: str
    pattern: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A row about the account, as the log has it."""

    record: str
    row_type: str
    at: datetime
    text: str
    currency: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line for a movement list; units are None where nothing could be read."""

    row: AccountRow
    kind: str
    units: int | None
    paid: Decimal | None = None


def read_sentences(content: bytes) -> tuple[Sentence, ...]:
    """The sentences of a vendor."""
    return msgspec.toml.decode(content, type=_File).text


def proposed(row: AccountRow, sentences: Sequence[Sentence], unit_value: Decimal) -> Proposal:
    """What a row seems to say; the first sentence that fits counts.

    Args:
        row: the row.
        sentences: the sentences of its vendor.
        unit_value: what one unit is worth in the currency of the charge.
    """
    # Words of the vendor's are hostile input: a sentence is short, and no pattern meets a long one.
    if len(row.text) > LONGEST:
        return Proposal(row, "", None)
    for sentence in sentences:
        found = sentence.row_type == row.row_type and re.search(sentence.pattern, row.text)
        if found:
            said = {name: _amount(text) for name, text in found.groupdict().items()}
            units = _units(said, unit_value)
            return Proposal(row, sentence.kind, units, said.get("paid"))
    return Proposal(row, "", None)


def _amount(text: str | None) -> Decimal | None:
    if text is None or re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,18})?", text.rstrip(".")) is None:
        return None
    return Decimal(text.rstrip("."))


def _units(said: dict[str, Decimal | None], unit_value: Decimal) -> int | None:
    """Whole units added to the balance; None where they are not whole, or not said."""
    added, taken = said.get("added"), said.get("taken")
    before, after = said.get("before"), said.get("after")
    if added is not None:
        moved = added
    elif taken is not None:
        moved = -taken
    elif before is not None and after is not None:
        moved = after - before
    else:
        return None
    units = Fraction(moved) / Fraction(unit_value)
    return int(units) if units.denominator == 1 and units else None
