"""The totals that a footer states, against the records above it: a cut export shows here."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pyarrow as pa

from tieout.intake.csv_record import Scanner
from tieout.intake.csv_state import CsvState
from tieout.intake.records import Note, Place, shown
from tieout.money import plain

_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def footer_notes(scanner: Scanner, state: CsvState, records: pa.Table) -> list[Note]:
    """What the last record of a file states as totals, where it is a footer of full width.

    Args:
        scanner: cuts the footer out of the source again; nothing of it was kept.
        state: the framing of the file.
        records: the sound records as columns of the file.
    """
    last = [one.place for one in state.damaged if one.reason_code == "CSV_FOOTER"]
    if len(last) != 1 or last[0].ordinal != state.ordinal:
        return []
    stated = _stated(scanner, state, last[0])
    sums = {column: _sum(records[column]) for column in stated}
    equal = [column for column, total in stated.items() if sums[column] == Fraction(total)]
    notes = []
    if equal:
        names = ", ".join(map(shown, equal))
        said = f"The footer states the total of {names}, and the records add up to it."
        notes.append(Note("CSV_TOTAL_AGREES", records.num_rows, said))
    for column, total in stated.items():
        if sums[column] not in (None, Fraction(total)):
            said = f"The footer states {plain(total)} as the total of {shown(column)}; the readable"
            said += " records do not add up to it, so some may be missing."
            notes.append(Note("CSV_TOTAL_DIFFERS", records.num_rows, said))
    return notes


def _stated(scanner: Scanner, state: CsvState, place: Place) -> dict[str, Decimal]:
    fields = scanner.record(place.byte_offset, place.ordinal, place.line).fields
    if len(fields) != state.layout.width:
        return {}
    texts = {
        column: fields[state.layout.physical[column]].decode("utf-8", "replace").strip()
        for column in scanner.source.feed.number_columns()
        if column in state.layout.physical
    }
    return {name: Decimal(text) for name, text in texts.items() if _NUMBER.fullmatch(text)}


def _sum(texts: pa.ChunkedArray) -> Fraction | None:
    """The exact sum of a column; none where some text is no plain number."""
    total = Fraction(0)
    for text in texts.to_pylist():
        if text and not _NUMBER.fullmatch(text):
            return None
        total += Fraction(text or 0)
    return total
