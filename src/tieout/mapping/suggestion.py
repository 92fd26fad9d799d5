"""Suggestions for unmapped names: ids a name may mean, with a reason; none is applied (M2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tieout.intake.lookalike import plain_reading

_SUGGESTED: Final = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An id that an unmapped name may mean, and why it is thought of.

    Attributes:
        name: the unmapped name.
        source_model_id: the id it may mean.
        reason: why.
        row: where it is the only such id, a row for the mapping table without its approver; a
            person who agrees fills that in.
    """

    name: str
    source_model_id: str
    reason: str
    row: str | None = None


def suggestions(names: Iterable[str], ids: list[str]) -> Iterator[Suggestion]:
    """The ids that each name may mean, the most plausible last."""
    folded: dict[str, list[str]] = {}
    for one in ids:
        folded.setdefault(one.casefold(), []).append(one)
    for name in names:
        found = [
            (target, reason)
            for text, reason in _readings(name)
            for target in folded.get(text.casefold(), [])
        ]
        if not found:
            ends = [one for one in ids if one.rpartition("/")[2] == name]
            found = [(one, "the id without what stands before its last /") for one in ends]
        for target, reason in list(dict(reversed(found)).items())[-_SUGGESTED:]:
            yield Suggestion(name, target, reason)


def _readings(name: str) -> Iterator[tuple[str, str]]:
    """The texts a name may stand for, each with its reason, the nearest first."""
    yield name, "the same but for capital letters"
    looks_like = plain_reading(name)
    if looks_like is not None:
        yield looks_like, "looks the same, with letters of another alphabet"
    if "/" in name:
        yield name.partition("/")[2], "the name without its first part"
        yield name.rpartition("/")[2], "the last part of the name"
    if ":" in name:
        yield name.partition(":")[0], "the name without what follows the colon"
