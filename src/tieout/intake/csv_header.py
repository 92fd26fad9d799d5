"""The header of a CSV file against the feed: which column stands where, and what is wrong."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tieout.errors import InputRefused
from tieout.intake.nested import Wanted, wanted_columns
from tieout.intake.records import Note, Source, notes_on_extras, shown

_PREAMBLE_LINES: Final = 30


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the wanted columns of a CSV file stand.

    Attributes:
        header: the names as written.
        header_bytes: the same as bytes.
        physical: names of the columns that are read, each with its index.
        wanted: how the feed's columns come out of the physical ones.
        time_index: index of the time column, to tell a footer from a row.
    """

    header: tuple[str, ...]
    header_bytes: list[bytes]
    physical: dict[str, int]
    wanted: Wanted
    time_index: int | None

    @property
    def width(self) -> int:
        """Fields a record must have."""
        return len(self.header)


def read_layout(source: Source, header: tuple[str, ...], line: int, offset: int) -> Layout:
    """The layout of a header record.

    Raises:
        InputRefused: ``CSV_HEADER_DUP``, ``CSV_DELIMITER``, ``CSV_PREAMBLE``, ``CSV_HEADER`` or
            ``SCHEMA_MISSING``.
    """
    wanted = wanted_columns(source.feed, header)
    if wanted.missing:
        raise _unfit(source, header, wanted.missing, line, offset)
    _check_duplicates(source, header, line, offset)
    physical = {name: header.index(name) for name in wanted.physical}
    time = source.feed.time.column
    return Layout(header, [name.encode() for name in header], physical, wanted, physical.get(time))


def extra_notes(layout: Layout, rows: int) -> list[Note]:
    """Notes about columns that the feed does not name: they are not kept."""
    extras = [name for name in layout.header if name not in layout.physical]
    return notes_on_extras(extras, rows)


def missing_column(
    source: Source, column: str, header: Sequence[str], line: int, offset: int
) -> InputRefused:
    """The letter for a column that the feed names and the file lacks, with the nearest name."""
    lowered = {name.strip().casefold(): name for name in header}
    close = difflib.get_close_matches(column.casefold(), lowered, n=1, cutoff=0.5)
    nearest = f" The nearest name there is {shown(lowered[close[0]])}." if close else ""
    return source.refused(
        "SCHEMA_MISSING",
        f"Column {shown(column)} is not in the file.{nearest}",
        line=line,
        offset=offset,
        remedy="Correct the column in the feed, or export it with that column.",
    )


def _check_duplicates(source: Source, header: tuple[str, ...], line: int, offset: int) -> None:
    counted = Counter(name.strip().casefold() for name in header)
    twice = [name for name in header if counted[name.strip().casefold()] > 1]
    if twice:
        raise source.refused(
            "CSV_HEADER_DUP",
            f"Columns share a name, but for case or spaces: {', '.join(map(shown, twice[:6]))}.",
            line=line,
            offset=offset,
            remedy="Rename one of them in the export; Tieout does not choose between them.",
        )


def _unfit(
    source: Source, header: tuple[str, ...], missing: tuple[str, ...], line: int, offset: int
) -> InputRefused:
    needed = set(wanted_columns(source.feed, ()).missing)
    other = _other_delimiter(source, header, needed)
    if other is not None:
        return source.refused(
            "CSV_DELIMITER",
            f"The fields are separated by {other!r}, the feed says {source.feed.delimiter!r}.",
            line=line,
            offset=offset,
            remedy=f"Set delimiter = {other!r} in the feed.",
        )
    if len(missing) < len(needed):
        _check_duplicates(source, header, line, offset)
        return missing_column(source, missing[0], header, line, offset)
    later = _later_header(source, needed, line, offset)
    if later is not None:
        return source.refused(
            "CSV_PREAMBLE",
            f"The header stands on line {later}; other lines come before it.",
            line=line,
            offset=offset,
            remedy="Remove the lines before the header, or export without a title block.",
        )
    lowered = {name.strip().casefold() for name in header}
    if any(name.casefold() in lowered for name in needed):
        return missing_column(source, missing[0], header, line, offset)
    return source.refused(
        "CSV_HEADER",
        "The first record is not a header: it holds none of the feed's columns.",
        line=line,
        offset=offset,
        remedy=f"Export with a header line that names {', '.join(sorted(needed)[:6])}.",
    )


def _other_delimiter(source: Source, header: tuple[str, ...], needed: set[str]) -> str | None:
    present = len(needed & set(header))
    joined = source.feed.delimiter.join(header)
    for other in (",", ";", "\t", "|"):
        if other != source.feed.delimiter:
            names = {name.strip('" ') for name in joined.split(other)}
            if len(needed & names) > present:
                return other
    return None


def _later_header(source: Source, needed: set[str], line: int, offset: int) -> int | None:
    for number in range(line, line + _PREAMBLE_LINES):
        end = source.content.find(b"\n", offset)
        if end < 0:
            return None
        text = source.content[offset:end].decode("utf-8", "replace").rstrip("\r")
        if number > line and needed <= {n.strip('"') for n in text.split(source.feed.delimiter)}:
            return number
        offset = end + 1
    return None
