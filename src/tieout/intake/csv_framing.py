"""CSV framing: every record gets a number, a line, an offset and a digest, or the file is refused.

Blocks without quotes, zero bytes and mixed line ends are cut by vectorised kernels; every other
block, and every odd line of a fast one, goes through the record scanner. Both give equal results.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import pyarrow as pa

from tieout.errors import ConfigurationRefused
from tieout.intake.csv_block import frame_block
from tieout.intake.csv_header import extra_notes, read_layout
from tieout.intake.csv_record import Scanner, judge
from tieout.intake.csv_state import CsvState
from tieout.intake.nested import expand
from tieout.intake.records import Framing, Note, Place, Source, batch_of, is_text, place_of

BLOCK: Final = 8 << 20
SHIFT_RUN: Final = 100
SHIFT_FLOOR: Final = 20
_FLUSH: Final = 1 << 15


def frame_csv(source: Source, *, careful: bool = False) -> Framing:
    """The records of a CSV file.

    Args:
        source: the unpacked file.
        careful: scan every record one by one; slower, with equal results.

    Raises:
        InputRefused: the file cannot be read without guessing; see the codes of the CSV cases.
        ConfigurationRefused: ``CFG_DELIMITER``.
    """
    delimiter = source.feed.delimiter
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        raise ConfigurationRefused(
            "CFG_DELIMITER",
            f"{delimiter!r} cannot separate fields.",
            remedy="Set delimiter to one ASCII character that is no quote and no line end.",
        )
    scanner = Scanner.of(source)
    state = _read_header(source, scanner)
    scanner = Scanner.of(source, state.layout.width)
    end = len(source.content)
    while state.position < end:
        limit = source.content.rfind(b"\n", state.position, state.position + BLOCK) + 1
        if limit <= state.position:
            limit = source.content.find(b"\n", state.position) + 1 or end
        if careful or not frame_block(scanner, state, limit):
            _frame_records(scanner, state, limit)
        _check_shift(source, state)
    return _finish(source, state)


def _read_header(source: Source, scanner: Scanner) -> CsvState:
    position, line, blanks = source.start, 1, 0
    while True:
        record = scanner.record(position, 0, line)
        if record.raw:
            break
        blanks += 1
        line += 1
        position = record.after
    if not is_text(record.raw):
        raise source.refused(
            "ENC_INVALID_UTF8",
            "The header is not UTF-8.",
            line=line,
            offset=position,
            remedy="Save the file as UTF-8.",
        )
    header = tuple(field.decode() for field in record.fields)
    layout = read_layout(source, header, line, position)
    state = CsvState(layout, record.after, line + record.lines)
    state.blanks = blanks
    state.count_newline(record.newline)
    state.finished = bool(record.newline)
    return state


def _frame_records(scanner: Scanner, state: CsvState, limit: int) -> None:
    places: list[Place] = []
    rows: list[tuple[str, ...]] = []
    kept = tuple(state.layout.physical.values())
    while state.position < limit:
        start, line = state.position, state.line
        record = scanner.record(start, state.ordinal + 1, line)
        state.position = record.after
        state.line += record.lines
        state.count_newline(record.newline)
        if not record.raw:
            state.blanks += 1
            continue
        state.ordinal += 1
        place = place_of(state.ordinal, line, start, record.raw)
        fault = judge(record, state.layout, scanner.delimiter)
        if not record.newline:
            state.finished = False
            if fault is not None and len(record.fields) < state.layout.width:
                _check_cut(scanner.source, fault.reason_code, place)
        if fault is not None:
            state.damage(place, fault)
            continue
        places.append(place)
        rows.append(tuple(record.fields[index].decode() for index in kept))
        if len(places) >= _FLUSH:
            state.batches.append(batch_of(places, rows, state.schema))
            places, rows = [], []
    state.batches.append(batch_of(places, rows, state.schema))


def _check_cut(source: Source, code: str, place: Place) -> None:
    if code in {"CSV_WIDTH", "ENC_INVALID_UTF8"}:
        raise source.refused(
            "EOF_TRUNCATED",
            "The last record is cut: it has fewer fields than the header and no line end.",
            record=place.ordinal,
            line=place.line,
            offset=place.byte_offset,
            remedy="Export or copy the file again; its end is missing.",
        )


def _check_shift(source: Source, state: CsvState) -> None:
    wrong = state.wrong_width
    if len(wrong) < SHIFT_FLOOR:
        return
    at_end = state.position >= len(source.content)
    run = longest = 1
    for before, after in pairwise(place.ordinal for place in wrong):
        run = run + 1 if after == before + 1 else 1
        longest = max(longest, run)
    if longest >= SHIFT_RUN or (at_end and len(wrong) * 100 > state.ordinal):
        first = wrong[0]
        raise source.refused(
            "CSV_WIDTH_SHIFT",
            f"{len(wrong)} of {state.ordinal} records have another number of fields than the "
            f"header ({state.layout.width}), the first one here.",
            record=first.ordinal,
            line=first.line,
            offset=first.byte_offset,
            remedy="Files of two layouts were joined; split the file where the layout changes.",
        )


def _finish(source: Source, state: CsvState) -> Framing:
    physical = pa.concat_tables([state.schema.empty_table(), *state.batches])
    notes: list[Note] = []
    records, inner = expand(physical.combine_chunks(), state.layout.wanted, source.feed, notes)
    if state.crlf and state.lf:
        fewer = min(state.crlf, state.lf)
        notes.append(Note("EOL_MIXED", fewer, "Line ends are LF and CRLF in one file."))
    if not state.finished:
        notes.append(Note("EOF_NO_NEWLINE", 1, "The last record has no line end; it is whole."))
    if state.blanks:
        notes.append(Note("CSV_BLANK", state.blanks, "Blank lines are no records."))
    if not state.ordinal:
        notes.append(Note("FILE_NO_ROWS", 0, "The file holds a header and no records."))
    notes.extend(extra_notes(state.layout, state.ordinal))
    return Framing(records, [*state.damaged, *inner], notes)
