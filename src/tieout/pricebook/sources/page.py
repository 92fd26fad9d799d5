"""A saved page as the price reader sees it: its text, its tables, its blocks; HTML or Markdown.

The two forms come to one shape here, so that a profile and its refusals mean the same for both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tieout.errors import InputRefused, IntegrityRefused

# A page is written for people; a single-file copy with its pictures inside stays below this.
PAGE_LIMIT: Final = 16 << 20
_PLACE: Final = re.compile(
    r"((?:css |md line )[^\n]{1,8000}), part ([1-9][0-9]{0,4}), characters ([1-9][0-9]{0,6})"
    r"-([1-9][0-9]{0,6})"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, or one element, that may hold a price.

    Attributes:
        place: where it stands, for a locator.
        parts: its texts between line breaks, white space as one space; none of them is empty.
        trouble: an element in it that changes how it is read (a superscript, say); or empty.
        links: the texts of its links.
        codes: the texts it shows as code.
    """

    place: str
    parts: tuple[str, ...]
    trouble: str = ""
    links: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole text in one line."""
        return " ".join(self.parts)


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the header: its cells, or none where they are not those of the header."""

    place: str
    cells: tuple[Cell, ...]
    fits: bool


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table of a page, with the heading above it."""

    place: str
    heading: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    spans_rows: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: its text for markers, its tables, and what in it would have acted.

    Attributes:
        text: all text that is not script or style, white space as one space.
        language: what an HTML page declares; empty elsewhere.
        tables: its tables in order.
        active: what would run or load if the page were shown, each with its place.
    """

    text: str
    language: str
    tables: tuple[FoundTable, ...]
    active: tuple[tuple[str, str], ...]


def refused(code: str, sentence: str, *places: str, remedy: str = "") -> InputRefused:
    """A refusal of a page as a whole."""
    return InputRefused(
        code,
        sentence,
        where=places,
        remedy=remedy or "Save the page again, as its source serves it, and import that.",
    )


def locator(cell: Cell, part: int, first: int, last: int) -> str:
    """The locator of characters in a part of a cell; parts and characters are counted from 1."""
    return f"{cell.place}, part {part}, characters {first}-{last}"


def characters_at(cell_place: str, cell: Cell | None, place: str) -> str:
    """The characters that a locator names in its cell.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR``.
    """
    found = _PLACE.fullmatch(place)
    if found is not None and cell is not None and found[1] == cell_place:
        part, first, last = (int(found[number]) for number in (2, 3, 4))
        if part <= len(cell.parts) and first <= last <= len(cell.parts[part - 1]):
            return cell.parts[part - 1][first - 1 : last]
    raise nothing_there(place)


def cell_place_of(place: str) -> str:
    """The cell that a locator names.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR``: the locator names no cell.
    """
    found = _PLACE.fullmatch(place)
    if found is None:
        raise nothing_there(place)
    return found[1]


def nothing_there(place: str) -> IntegrityRefused:
    """A locator that leads to nothing."""
    return IntegrityRefused(
        "PRICE_LOCATOR",
        "The captured bytes hold no value at the recorded place.",
        where=(ascii(place)[:300],),
        remedy="The capture and the price line do not belong together; capture it again.",
    )


def page_text(content: bytes, bom: bytes = b"\xef\xbb\xbf") -> str:
    """The text of a page's bytes.

    Raises:
        InputRefused: ``SIZE_LIMIT``, ``ENC_INVALID_UTF8`` or ``PAGE_FORM``.
    """
    if len(content) > PAGE_LIMIT:
        raise refused(
            "SIZE_LIMIT",
            f"The page has {len(content)} bytes, over {PAGE_LIMIT}.",
            remedy="Save the page without its pictures, and import that.",
        )
    try:
        text = content.removeprefix(bom).decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            "ENC_INVALID_UTF8",
            f"Byte {error.start} is not valid UTF-8.",
            remedy="Save the page again as UTF-8, and import that.",
        ) from error
    if "\0" in text:
        raise refused("PAGE_FORM", "The page holds NUL characters.")
    return text
