"""Faults: why a record cannot be read, gathered over whole columns, one reason a record.

A record that has a fault waits in quarantine with its place, its column and its reason; the first
fault found is the one it is listed under, so that a record is in exactly one home (D1).
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.tables import QUARANTINE

# What is wrong and what to do, by reason code; never a word of the record itself (D28).
SENTENCES: Final[dict[str, str]] = {
    "CTRL_NUL": "A field holds a NUL character; export the record again without it.",
    "CURRENCY_FORM": "The currency is not a code of three letters; write it like USD.",
    "CURRENCY_MISSING": "An amount stands there without its currency; add the currency.",
    "ID_FORM": (
        "The request id has a space, a control or invisible character or over 512 bytes; export"
        " the id as the vendor gave it."
    ),
    "ID_MANGLED": (
        "The request id was rewritten by a spreadsheet; export the file again and do not open it"
        " in one."
    ),
    "MODEL_WHITESPACE": "The model name has a space before or after it; remove the space.",
    "NUM_CURRENCY_SIGN": (
        "The number has a currency sign or code in it; export the number alone and name the"
        " currency in the feed."
    ),
    "NUM_FORM": "The text is not a number; check that the feed names the right column.",
    "NUM_FRACTION": "A number of tokens is not whole; check that the feed names the right column.",
    "NUM_LOCALE": (
        "The number has a thousands separator, or a comma where the feed declares none; export it"
        ' in digits and a point, or write decimal = "," in the feed if that is its decimal sign.'
    ),
    "NUM_MISSING": "The amount is empty; add it, because an entry without one says nothing.",
    "NUM_NEGATIVE": (
        "The number is below zero in a row that cannot be; check the column, and whether the row"
        " is a refund."
    ),
    "NUM_NONFINITE": "The number is infinite or no number at all; export the amount itself.",
    "NUM_NON_ASCII": (
        "The number has a character that is no plain digit, sign or point; export it in plain"
        " digits."
    ),
    "NUM_RANGE": (
        "The number is too large for its column; check the column and the unit that the feed names."
    ),
    "NUM_SCALE": (
        "The number has more decimals than its column holds; export it without the further digits."
    ),
    "NUM_TOO_LONG": (
        "The text of the number is longer than 64 characters; check that the feed names the right"
        " column."
    ),
    "TEXT_INVISIBLE": (
        "The model name has an invisible character or is not in Unicode normal form C; write the"
        " name anew."
    ),
    "TIME_FOLD": (
        "This local time comes twice, because clocks go back; export it with an offset or in UTC."
    ),
    "TIME_FORM": (
        "The time is not written in the form that the feed declares; correct the form in the feed,"
        " or the text."
    ),
    "TIME_FUTURE": (
        "The call lies more than a day after the instant the run looks from; check the clock and"
        " the unit of the export, or name a later instant with --as-of."
    ),
    "TIME_GAP": (
        "This local time never was, because clocks go forward; check the zone that the feed names."
    ),
    "TIME_MISSING": "The time is empty; add it, because a row without one is in no period.",
    "TIME_NAIVE": (
        'The time has no offset; declare form = "local" with its zone in the feed, or export it'
        " with an offset."
    ),
    "TIME_UNIT": (
        "The number is no time between 2000 and 2100; check whether the feed means seconds or"
        " milliseconds."
    ),
    "TOKENS_INCONSISTENT": (
        "A part of a token count is larger than the count that includes it; check"
        " input_includes_parts and output_includes_parts."
    ),
    "TOKENS_SUM": (
        "The token meters do not add up to the reported total; check the columns and which of them"
        " include others."
    ),
    "TYPE_UNKNOWN": "The row type is not listed; add it to row_kinds of the feed.",
    "VALUE_UNKNOWN": "The text is not listed in values of the field; add it there.",
}
_PLACE: Final = ("ordinal", "line", "byte_offset", "byte_length", "record_digest")


class Faults:
    """The first reason per record, gathered column by column without a loop over rows."""

    def __init__(self, rows: int) -> None:
        """No record has a fault yet."""
        self._codes = pa.nulls(rows, pa.string())
        self._columns = pa.nulls(rows, pa.string())

    def note(self, reasons: pa.Array, column: str | None) -> None:
        """Keep the reasons of the records that have none so far."""
        if reasons.null_count == len(reasons):
            return
        fresh = pc.and_(pc.is_null(self._codes), pc.is_valid(reasons))
        self._columns = pc.if_else(fresh, pa.scalar(column, pa.string()), self._columns)
        self._codes = pc.coalesce(self._codes, reasons)

    def mark(self, wrong: pa.Array, code: str, column: str | None) -> None:
        """Give one reason to the records where ``wrong`` is true; null counts as right."""
        wrong = pc.fill_null(wrong, fill_value=False)
        if pc.any(wrong).as_py():
            nothing = pa.scalar(None, pa.string())
            self.note(pc.if_else(wrong, pa.scalar(code, pa.string()), nothing), column)

    def readable(self, table: pa.Table) -> pa.Table:
        """The rows of a table, aligned with the records, that have no fault."""
        if self._codes.null_count == len(self._codes):
            return table
        return table.filter(pc.is_null(self._codes))

    def quarantined(self, records: pa.Table, *, leg: str, import_id: str) -> pa.Table:
        """The faulty records as QUARANTINE rows: place and reason, nothing of their content."""
        faulty = pc.is_valid(self._codes)
        codes = self._codes.filter(faulty)
        places = records.select(_PLACE).filter(faulty)
        details = [SENTENCES[code] for code in codes.to_pylist()]
        return QUARANTINE.arrow(
            {
                "leg": pa.repeat(leg, len(codes)),
                "import_id": pa.repeat(import_id, len(codes)),
                **{name: places.column(name) for name in _PLACE},
                "column_name": self._columns.filter(faulty),
                "reason_code": codes,
                "detail": pa.array(details, pa.string()),
            }
        )
