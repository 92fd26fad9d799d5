"""The lines of a CSV price list, each cell with the line and column it stands in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.errors import InputRefused, IntegrityRefused
from tieout.pricebook.json_text import BOM, SIZE_LIMIT

_PLACE: Final = re.compile(r"line ([1-9][0-9]{0,8}), column (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CsvLine:
    """One record: the first physical line it stands on, and its cells; none when they misfit."""

    number: int
    cells: dict[str, str] | None

    def place(self, column: str) -> str:
        """The locator of a cell."""
        return f"line {self.number}, column {column}"


def read_lines(content: bytes, delimiter: str, needed: tuple[str, ...]) -> Iterator[CsvLine]:
    """Read records below a header that must hold every needed column.

    Raises:
        InputRefused: ``SIZE_LIMIT``, ``ENC_INVALID_UTF8``, ``CSV_HEADER``, ``CSV_COLUMN`` or
            ``CSV_SYNTAX``.
    """
    if len(content) > SIZE_LIMIT:
        raise _refused("SIZE_LIMIT", f"The file has {len(content)} bytes, over {SIZE_LIMIT}.")
    try:
        text = content.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused("ENC_INVALID_UTF8", f"Byte {error.start} is not valid UTF-8.") from error
    if "\0" in text:
        raise _refused("CSV_SYNTAX", "The file holds NUL characters.")
    records = _records(text, delimiter)
    _, header = next(records, (1, []))
    if not header or len(set(header)) != len(header):
        raise _refused("CSV_HEADER", "The header is empty or names one column twice.")
    if missing := [name for name in needed if name not in header]:
        named = ", ".join(ascii(name) for name in missing)
        raise _refused("CSV_COLUMN", f"The price list has no column {named}.")
    for number, cells in records:
        fits = len(cells) == len(header)
        yield CsvLine(number, dict(zip(header, cells, strict=True)) if fits else None)


def cell_at(content: bytes, place: str, delimiter: str) -> str:
    """The text of the cell a locator names.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when the file holds no such cell.
    """
    found = _PLACE.fullmatch(place)
    for line in read_lines(content, delimiter, ()) if found else ():
        if found and line.number == int(found[1]) and line.cells and found[2] in line.cells:
            return line.cells[found[2]]
    raise IntegrityRefused(
        "PRICE_LOCATOR",
        "The captured bytes hold no value at the recorded place.",
        where=(ascii(place),),
        remedy="The capture and the price line do not belong together; capture it again.",
    )


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with its first physical line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _refused("CSV_SYNTAX", f"Not CSV: {error}.", f"line {first}") from error
        if cells is None:
            return
        if cells:
            yield first, cells


def _refused(code: str, sentence: str, place: str = "") -> InputRefused:
    return InputRefused(
        code,
        sentence,
        where=(place,) if place else (),
        remedy="Save the price list as UTF-8 CSV with one header line.",
    )
