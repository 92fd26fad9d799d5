"""Suggestions for unmapped names: ids a name may mean, with a reason; none is applied (M2).

An id is as far from a name as the things that would have to be explained: a date, a region, a word
that only one of them has. The distance ranks, the reason explains, and a person decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tieout.intake.lookalike import plain_reading
from tieout.mapping.name_reading import Reading, readings

MOST: Final = 9
_SUGGESTED: Final = 3
_FARTHEST: Final = 14
# The ids with the most telling words in common are compared; the others cannot be nearer.
_COMPARED: Final = 80
# From how much nearer on the first is the only one that is offered as a row.
CLEARLY: Final = 3

# What has to be explained, and how much it weighs. A number tells models apart, so it weighs most.
_ADDED: Final = {
    "environment": 1, "region": 1, "deployment": 1, "latest": 1, "revision": 1, "path": 1,
    "variant": 3,
}  # fmt: skip
_IN_WORDS: Final = {
    "environment": "an environment", "region": "a region", "deployment": "a word of deployment",
    "latest": "a word for the newest", "revision": "a revision", "path": "a path",
    "variant": "a variant",
}  # fmt: skip
_BEFORE, _AFTER, _NUMBER, _ORDER = 2, 5, 8, 2
_DATE_ADDED, _DATE_LACKING, _DATE_OTHER = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An id that an unmapped name may mean, and why it is thought of.

    Attributes:
        name: the unmapped name.
        source_model_id: the id it may mean.
        reason: why.
        distance: how much had to be explained; 0 where only case or separators differ.
        row: where it is the only such id or clearly the nearest, a row for the mapping table
            without its approver; a person who agrees fills that in. A name that a spreadsheet
            would run, or that does not show as it is, has none.
    """

    name: str
    source_model_id: str
    reason: str
    distance: int = 0
    row: str | None = None


def suggestions(
    names: Iterable[str], ids: Sequence[str], top: int = _SUGGESTED
) -> Iterator[Suggestion]:
    """The ids that each name may mean, the most plausible first.

    Args:
        names: the unmapped names.
        ids: every id that an approved source states.
        top: how many for each name.
    """
    known = _Known.of(ids)
    for name in names:
        yield from known.nearest(name)[:top]


@dataclass(frozen=True, slots=True)
class _Near:
    """How far an id is from a name, and what makes the distance."""

    distance: int
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """The ids by the words in them, so that a name meets only those it shares a telling word with.

    A word tells the more, the fewer ids have it.
    """

    read: dict[str, list[Reading]] = field(default_factory=dict)
    by_word: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, ids: Iterable[str]) -> _Known:
        found = cls()
        for one in dict.fromkeys(ids):
            found.read[one] = list(readings(one))
            for word in _index_words(found.read[one]):
                found.by_word[word].add(one)
        return found

    def nearest(self, name: str) -> list[Suggestion]:
        """The ids within reach, nearest first; of equal ones the newest, then by name."""
        mine = list(readings(name))
        found = []
        for one in self._met(mine):
            near = _nearest(name, mine, one, self.read[one])
            if near is not None and near.distance <= _FARTHEST:
                found.append((near, one))
        found.sort(key=lambda pair: (pair[0].distance, *_newest_first(self.read[pair[1]]), pair[1]))
        return [
            Suggestion(name, one, "; ".join(near.reasons) or "the same but for separators",
                       near.distance)
            for near, one in found
        ]  # fmt: skip

    def _met(self, mine: Sequence[Reading]) -> list[str]:
        """The ids that share the most telling words with a name."""
        shared: Counter[str] = Counter()
        for word in _index_words(mine):
            holders = self.by_word.get(word, set())
            for one in holders:
                shared[one] += 1 + len(self.read) // len(holders)
        return sorted(shared, key=lambda one: (-shared[one], one))[:_COMPARED]


def _index_words(read: Sequence[Reading]) -> set[str]:
    whole = {"".join(reading.words) for reading in read}
    return whole | {w for reading in read for w in reading.words}


def _newest_first(read: Sequence[Reading]) -> tuple[int, int]:
    dates = read[0].dates if read else ()
    return (-int(dates[0][:8].ljust(8, "0")) if dates else 0, len(dates))


def _nearest(name: str, mine: Sequence[Reading], one: str, its: Sequence[Reading]) -> _Near | None:
    if name.casefold() == one.casefold():
        return _Near(0, ("the same but for capital letters",))
    if plain_reading(name) == one:
        return _Near(0, ("looks the same, with letters of another alphabet",))
    near = [
        _Near(found.distance + (place > 0) + (other > 0), found.reasons)
        for place, left in enumerate(mine)
        for other, right in enumerate(its)
        if (found := _compared(left, right)) is not None
    ]
    return min(near, key=lambda found: found.distance, default=None)


def _compared(name: Reading, one: Reading) -> _Near | None:
    """How far a reading of an id is from a reading of a name; none where no word says so."""
    parts: list[tuple[int, str]] = []
    if "".join(name.words) != "".join(one.words):
        common = Counter(name.words) & Counter(one.words)
        if not _says_enough(common, one.words):
            return None
        parts += _words_left(name.words, common, "the name")
        parts += _words_left(one.words, common, "the id")
        if _kept(name.words, common) != _kept(one.words, common):
            parts.append((_ORDER, "the words stand in another order"))
    parts += _dates(name, one)
    parts += _additions(name, one)
    return _Near(sum(weight for weight, _ in parts), tuple(text for _, text in parts))


def _says_enough(common: Counter[str], words: Sequence[str]) -> bool:
    """Whether the words in common are half of the id, and more than numbers and single letters."""
    telling = any(len(word) > 1 and not word.isdigit() for word in common)
    whole = common.total() == len(words) and any(not word.isdigit() for word in common)
    return whole or (telling and 2 * common.total() >= len(words))


def _kept(words: Sequence[str], common: Counter[str]) -> list[str]:
    left, found = Counter(common), []
    for word in words:
        if left[word]:
            left[word] -= 1
            found.append(word)
    return found


def _words_left(
    words: Sequence[str], common: Counter[str], whose: str
) -> Iterator[tuple[int, str]]:
    """The words that only one of the two has; one before all others is most likely a label."""
    left, seen = Counter(common), False
    for word in words:
        if left[word]:
            left[word] -= 1
            seen = True
        elif word.isdigit():
            yield _NUMBER, f"{whose} has the number {word}"
        else:
            place = "begins with" if not seen else "has"
            yield (_AFTER if seen else _BEFORE), f"{whose} {place} the word {word}"


def _dates(name: Reading, one: Reading) -> Iterator[tuple[int, str]]:
    mine = list((Counter(name.dates) - Counter(one.dates)).elements())
    its = list((Counter(one.dates) - Counter(name.dates)).elements())
    if mine and its:
        yield _DATE_OTHER, f"the id has the date {its[0]}, the name {mine[0]}"
    elif mine:
        yield _DATE_ADDED, f"the name without its date {mine[0]}"
    elif its:
        yield _DATE_LACKING, f"the id has the date {its[0]}"


def _additions(name: Reading, one: Reading) -> Iterator[tuple[int, str]]:
    mine, its = Counter(name.added), Counter(one.added)
    for kind, text in (mine - its).elements():
        yield _ADDED[kind], f"the name without {text}, {_IN_WORDS[kind]}"
    for kind, text in (its - mine).elements():
        yield _ADDED[kind], f"the id has {text}, {_IN_WORDS[kind]}"
