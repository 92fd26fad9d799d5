"""A model name taken apart: its words, and what people add to a name without meaning another model.

Dates, environments, regions and words of deployment are told from the words that make the model.
Only suggestions read names this way; what prices money compares byte for byte (M2).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Final

from tieout.intake.lookalike import plain_reading

_PARTS: Final = re.compile(r"[a-z]+|[0-9]+|[^\W\d_]+")
_WORDS: Final = re.compile(r"[^\s._:@/\\|,;()\[\]+~-]+")
_DATE: Final = re.compile(
    r"(?<![0-9])(?:(20[0-9]{2})([-._ ]?)(0[1-9]|1[0-2])\2(0[1-9]|[12][0-9]|3[01])"
    r"|(0[1-9]|1[0-2])[-_ ](0[1-9]|[12][0-9]|3[01])(?:[-_ ](20[0-9]{2}))?"
    r"|(20[2-9][0-9])-?(0[1-9]|1[0-2])"
    r"|(2[0-9])(0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])?"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01]))(?![0-9])"
)
_REVISION: Final = re.compile(
    r"[-_@ ]?v[0-9]+:[0-9]+(?![0-9a-z])|[-_]?[0-9]?:[0-9](?![0-9a-z])|@[0-9]{3}$"
)
_VARIANT: Final = re.compile(r":([a-z]+)(?![a-z0-9.])")
_SPLIT_REGION: Final = re.compile(
    r"(?<![a-z0-9])(us|eu|ap|ca|sa|me|af|asia|europe|northamerica|southamerica|australia)[-_]"
    r"(?:gov[-_])?((?:north|south|east|west|central)(?:east|west|north|south)?)[-_]?([0-9]?)"
    r"(?![a-z0-9])"
)
_DOTTED: Final = re.compile(r"((?:[a-z][a-z-]*\.)+)(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name.

    Attributes:
        words: the words that make the model, in order; numbers side by side are one.
        dates: the dates in it, as digits.
        added: what was added: its kind (environment, region, deployment, latest, revision, variant
            or path) and its text.
    """

    words: tuple[str, ...]
    dates: tuple[str, ...] = ()
    added: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """What stands before the model, as a gateway or a publisher writes it."""
        return tuple(text for kind, text in self.added if kind == "path")


def readings(name: str) -> Iterator[Reading]:
    """The ways to read a name, the nearest to how it is written first."""
    text = (plain_reading(name) or name).casefold().strip()
    seen = set()
    for before, rest in _cuts(text):
        reading = _read(rest, before)
        if reading.words and reading not in seen:
            seen.add(reading)
            yield reading


def _cuts(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The text after its path, each other part of the path, and all of it."""
    parts = [part for part in text.split("/") if part]
    for place in (*range(len(parts) - 1, -1, -1),):
        others = tuple(parts[:place] + parts[place + 1 :])
        dotted = _DOTTED.match(parts[place])
        if dotted is not None:
            before = tuple(part for part in dotted.group(1).split(".") if part)
            yield (*others, *before), parts[place][dotted.end() :]
        yield others, parts[place]
    if len(parts) > 1:
        yield (), text


def _read(text: str, path: tuple[str, ...]) -> Reading:
    added = [("path", one) for one in path]
    head, colon, rest = text.partition(":")
    if colon and head.isalpha() and len(rest) > len(head):
        text, added = rest, [*added, ("path", head)]
    added += [("variant", found) for found in _VARIANT.findall(text)]
    text = _VARIANT.sub(" ", text)
    for form, kind in ((_REVISION, "revision"), (_SPLIT_REGION, "region")):
        added += [(kind, found.group().strip("-_@:")) for found in form.finditer(text)]
        text = form.sub(" ", text)
    dates = tuple("".join(filter(str.isdigit, found.group())) for found in _DATE.finditer(text))
    words: list[str] = []
    for word in _WORDS.findall(_DATE.sub(" ", text)):
        kind = _kind(word)
        if kind:
            added.append((kind, word))
        else:
            words += _PARTS.findall(word)
    if not words:
        # A name of nothing but such words means them.
        words = _PARTS.findall(text)
        added = [one for one in added if one[0] == "path"]
    return Reading(_numbers_joined(words), dates, tuple(added))


def _numbers_joined(words: list[str]) -> tuple[str, ...]:
    """Digits side by side as one number, so that 3.5, 3-5 and 35 are alike."""
    return tuple(
        text
        for is_digit, group in groupby(words, lambda word: len(word) == 1 and word.isdigit())
        for text in (["".join(group)] if is_digit else group)
    )


@cache
def _kinds() -> dict[str, re.Pattern[str]]:
    text = resources.files("tieout.mapping").joinpath("name_words.toml").read_text("utf-8")
    return {kind: re.compile(pattern) for kind, pattern in tomllib.loads(text).items()}


def _kind(word: str) -> str:
    for kind, pattern in _kinds().items():
        if pattern.fullmatch(word):
            return kind
    return ""
