"""From stored bytes to a rate by another way than the readers go: place, text, exact fraction.

The readers parse a whole source into objects. Here one place is looked up in the raw text, its
characters are read as a fraction, divided by the block that the unit names and multiplied by the
factor beside it. Nothing of the readers takes part, so that a fault of theirs shows (L1, P2).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from json.decoder import scanstring  # type: ignore[attr-defined]  # the typeshed leaves it out
from math import prod
from typing import Final

from tieout.errors import IntegrityRefused

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_CELL: Final = re.compile(r"line ([1-9][0-9]{0,8}), column (.+)", re.DOTALL)
_BLOCK: Final = re.compile(r"([0-9]+)([KM]?) .+")
_THOUSANDS: Final = {"": 1, "K": 1_000, "M": 1_000_000}
_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text at its place in a capture.

    Attributes:
        value: the text, without the quotes around it.
        offset: its first byte in the capture.
        raw: its bytes as they stand there.
        around: the lines or the stretch it stands in, for a person.
    """

    value: str
    offset: int
    raw: str
    around: str


def text_at(content: bytes, locator: str, delimiter: str = ",") -> FoundText:
    """The text at a JSON pointer or in a CSV cell.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when nothing of that kind stands there.
    """
    try:
        text = content.decode("utf-8")
        if locator.startswith("/"):
            return _in_json(text, locator)
        return _in_csv(text, locator, delimiter)
    except (ValueError, LookupError, csv.Error) as error:
        raise IntegrityRefused(
            "PRICE_LOCATOR",
            "The captured bytes hold no value at the recorded place.",
            where=(ascii(locator),),
            remedy="The capture and the price line do not belong together; capture it again.",
        ) from error


def _in_json(text: str, locator: str) -> FoundText:
    place = _blank(text, 1 if text.startswith("\ufeff") else 0)
    for step in locator.split("/")[1:]:
        inside = dict(_values(text, place))
        place = inside[step.replace("~1", "/").replace("~0", "~")]
    value, end = _DECODER.raw_decode(text, place)
    if not isinstance(value, str):
        raise LookupError(locator)  # noqa: TRY004 - the place is wrong, not the argument
    around = text[max(0, place - 120) : end + 80]
    return FoundText(value, len(text[:place].encode()), text[place:end], around)


def _values(text: str, place: int) -> Iterator[tuple[str, int]]:
    """The keys, or positions, of what stands at a place, each with where its value begins."""
    closing = {"{": "}", "[": "]"}[text[place]]
    keyed, place, position = text[place] == "{", _blank(text, place + 1), 0
    while text[place] != closing:
        key = str(position)
        if keyed:
            key, place = scanstring(text, place + 1)
            place = _blank(text, _blank(text, place) + 1)
        yield key, place
        _, place = _DECODER.raw_decode(text, place)
        place, position = _blank(text, place), position + 1
        if text[place] == ",":
            place = _blank(text, place + 1)


def _blank(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _in_csv(text: str, locator: str, delimiter: str) -> FoundText:
    found = _CELL.fullmatch(locator)
    if found is None:
        raise LookupError(locator)
    start = 1 if text.startswith("\ufeff") else 0
    lines = list(io.StringIO(text[start:], newline=""))
    headers = (cells for cells in csv.reader(lines, delimiter=delimiter, strict=True) if cells)
    header = next(headers, [])
    first = int(found[1]) - 1
    record = csv.reader(lines[first:], delimiter=delimiter, strict=True)
    cells = next(record, [])
    if not cells or len(cells) != len(header):
        raise LookupError(locator)
    raw = "".join(lines[first : first + record.line_num])
    offset = len(text[:start].encode()) + len("".join(lines[:first]).encode())
    around = "".join(lines[:1]) + raw if first else raw
    return FoundText(cells[header.index(found[2])], offset, raw, around)


def sibling(locator: str, name: str) -> str:
    """The place of another key, or another column, beside a place."""
    if locator.startswith("/"):
        escaped = name.replace("~", "~0").replace("/", "~1")
        return f"{locator.rpartition('/')[0]}/{escaped}"
    return f"{locator.partition(', column ')[0]}, column {name}"


def beside_ratio(content: bytes, locator: str, group: str) -> Fraction:
    """The product of the other ratios of a gateway's table that multiply one of them.

    Args:
        content: the captured bytes.
        locator: the place of the one: ``/data/3/cache_ratio`` in rows, ``/cache_ratio/some-model``
            in a table by model.
        group: the group whose ratio is paid; empty for none.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when one of them does not stand there.
    """
    first, _, rest = locator[1:].partition("/")
    rows, _, last = rest.rpartition("/")
    in_rows = first == "data"
    own = last if in_rows else first
    others = {"model_ratio": [], "model_price": []}.get(own, ["model_ratio"])
    others += ["audio_ratio"] if own == "audio_completion_ratio" else []
    places = [f"/data/{rows}/{name}" if in_rows else f"/{name}/{rest}" for name in others]
    if group:
        places.append(sibling("/group_ratio/", group))
    return prod((Fraction(text_at(content, place).value) for place in places), start=Fraction(1))


def has_value(content: bytes, locator: str, delimiter: str = ",") -> bool:
    """Whether a number or text, and no null, stands at a place."""
    try:
        return bool(text_at(content, locator, delimiter).value)
    except IntegrityRefused:
        return False


def block(pricing_unit: str) -> int:
    """How many units a pricing unit names: a million for ``1M tokens``, one for ``request``."""
    found = _BLOCK.fullmatch(pricing_unit)
    return int(found[1]) * _THOUSANDS[found[2]] if found else 1


def rate(price_text: str, pricing_unit: str, multiplier: str | None) -> Fraction:
    """The price of one unit, exactly.

    Raises:
        ValueError: a text that is no number.
    """
    factor = Fraction(1) if multiplier is None else Fraction(multiplier)
    return Fraction(price_text) * factor / block(pricing_unit)
