"""Words of exports: which column names usually hold what, as data, for proposals only."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

_OTHER: Final = re.compile(r"[^a-z0-9]+")


@cache
def column_words() -> dict[str, dict[str, Any]]:
    """The table of words that comes with Tieout."""
    text = (files("tieout.workspace") / "column_words.toml").read_text("utf-8")
    return tomllib.loads(text)


def plain_name(name: str) -> str:
    """A column name in small letters without accents, every run of other characters one "_"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(each for each in letters if not unicodedata.combining(each))
    return _OTHER.sub("_", bare).strip("_")


def first_column(columns: Iterable[str], words: Iterable[str], taken: set[str]) -> str | None:
    """The column named by the most preferred word; a dotted name may match by its last part."""
    free = [column for column in columns if column not in taken]
    whole = {plain_name(column): column for column in reversed(free)}
    last = {plain_name(column.rsplit(".", 1)[-1]): column for column in reversed(free)}
    for names in (whole, last):
        for word in words:
            if word in names:
                return names[word]
    return None


def word_for(text: str, groups: Mapping[str, Iterable[str]]) -> str | None:
    """The group that lists a text, compared as names are."""
    plain = plain_name(text)
    return next((group for group, words in groups.items() if plain in words), None)
