"""How far the framing of a CSV file has come, and what it has found so far."""

from __future__ import annotations

import pyarrow as pa

from tieout.intake.csv_header import Layout
from tieout.intake.records import Damage, Fault, Place, schema_of


class CsvState:
    """Position, counts, finished batches and damaged records of one file.

    Attributes:
        layout: the header against the feed.
        schema: place columns, then the columns of the file that are read.
        position: where the next record starts.
        line: physical line there.
        ordinal: number of the last record.
        blanks: blank lines so far.
        lf: records that end in LF.
        crlf: records that end in CRLF.
        finished: whether the last record had a line end.
        batches: sound records.
        damaged: the others.
        wrong_width: places of the records with another number of fields than the header.
    """

    def __init__(self, layout: Layout, position: int, line: int) -> None:
        """Start behind the header."""
        self.layout = layout
        self.schema: pa.Schema = schema_of(layout.physical)
        self.position = position
        self.line = line
        self.ordinal = 0
        self.blanks = 0
        self.lf = 0
        self.crlf = 0
        self.finished = True
        self.batches: list[pa.Table] = []
        self.damaged: list[Damage] = []
        self.wrong_width: list[Place] = []

    def count_newline(self, newline: bytes) -> None:
        """Count one line end."""
        if newline == b"\n":
            self.lf += 1
        elif newline:
            self.crlf += 1

    def damage(self, place: Place, fault: Fault) -> None:
        """Keep a damaged record."""
        self.damaged.append(Damage(place, *fault))
        if fault.reason_code == "CSV_WIDTH":
            self.wrong_width.append(place)
