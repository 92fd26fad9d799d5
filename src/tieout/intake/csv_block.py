"""The fast path of CSV framing: a block of plain lines, cut by vectorised kernels."""

from __future__ import annotations

import re
from array import array
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from operator import itemgetter
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from tieout.intake.csv_header import Layout
from tieout.intake.csv_record import FOOTER_WORDS, Record, Scanner, judge
from tieout.intake.csv_state import CsvState
from tieout.intake.records import RECORD_LIMIT, hex_texts, is_text, place_of

_SPECIAL: Final = re.compile(r'["\r\n]')
_BOM: Final = b"\xef\xbb\xbf"
# How a line of totals may begin, beside an empty first field.
_FOOTER_STARTS: Final = frozenset(b" \tGgSsTt")


def frame_block(scanner: Scanner, state: CsvState, limit: int) -> bool:
    """Frame the block up to ``limit`` when it is plain; False leaves the state untouched."""
    block = scanner.source.content[state.position : limit]
    newline = _newline_of(block)
    if newline is None or not is_text(block):
        return False
    raws = block[: -len(newline)].split(newline)
    sizes = pa.array(array("q", map(len, raws)))
    if pc.max(sizes).as_py() > RECORD_LIMIT:
        # The scanner does not make a million fields of it; for one such line that is worth it.
        return False
    steps = pc.add(sizes, len(newline))
    offsets = pc.add(pc.subtract(pc.cumulative_sum(steps), steps), state.position)
    with ThreadPoolExecutor(1) as beside:
        # The library's reader lets go of the interpreter, which makes the digests meanwhile.
        cut = beside.submit(_sound_cells, block, raws, state.layout, scanner.delimiter)
        digests = hex_texts([sha256(raw).digest() for raw in raws])
        cells = cut.result()
    places = [pa.arange(state.line, state.line + len(raws)), offsets, sizes, digests]
    if cells is None:
        blanks = _frame_lines(scanner, state, raws, newline, places)
    else:
        blanks = 0
        ordinals = _ordinals(len(raws), set(), state.ordinal)
        state.batches.append(pa.table([ordinals, *places, *cells], schema=state.schema))
    state.position = limit
    state.line += len(raws)
    state.ordinal += len(raws) - blanks
    state.blanks += blanks
    if newline == b"\n":
        state.lf += len(raws)
    else:
        state.crlf += len(raws)
    return True


def _frame_lines(
    scanner: Scanner,
    state: CsvState,
    raws: list[bytes],
    newline: bytes,
    places: list[pa.Array],
) -> int:
    """Frame a block in which some lines may be odd; how many of them are blank."""
    offsets = places[1]
    lines = pa.array(raws, pa.string())
    fields = pc.split_pattern(lines, pattern=scanner.delimiter.decode())
    odd = _odd_lines(lines, fields, state.layout, scanner.delimiter.decode())
    blanks: set[int] = set()
    lost: list[int] = []
    for row in pc.indices_nonzero(odd).to_pylist():
        if not raws[row]:
            blanks.add(row)
            lost.append(row)
    ordinals = _ordinals(len(raws), blanks, state.ordinal)
    for row in pc.indices_nonzero(odd).to_pylist():
        if row in blanks:
            continue
        raw = raws[row]
        record = Record(raw, raw.split(scanner.delimiter), 0, newline, junk=False, lines=1)
        fault = judge(record, state.layout, scanner.delimiter)
        if fault is not None:
            offset = offsets[row].as_py()
            state.damage(place_of(ordinals[row].as_py(), state.line + row, offset, raw), fault)
            lost.append(row)
    state.batches.append(_batch([ordinals, *places], fields, lost, state))
    return len(blanks)


def _sound_cells(
    block: bytes, raws: list[bytes], layout: Layout, delimiter: bytes
) -> list[pa.Array] | None:
    """The cells of a block in which every line is a record; None where one may not be.

    The library's reader skips blank lines, refuses another number of fields, and takes a byte order
    mark away where a block happens to start with one; what is left to tell are a footer and the
    header again.
    """
    try:
        starts = set(map(itemgetter(0), raws))
    except IndexError:
        # A blank line starts with nothing.
        return None
    if starts & {delimiter[0], *_FOOTER_STARTS}:
        lines = pa.array(raws, pa.string())
        if pc.any(_footers(lines, delimiter.decode())).as_py():
            return None
    if block.startswith(_BOM) or delimiter.join(layout.header_bytes) in block:
        return None
    names = [str(index) for index in range(layout.width)]
    kept = [str(index) for index in layout.physical.values()]
    try:
        cells = pa_csv.read_csv(
            pa.BufferReader(block),
            pa_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            pa_csv.ParseOptions(delimiter=delimiter.decode(), quote_char=False),
            pa_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=kept,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return cells.columns if cells.num_rows == len(raws) else None


def _newline_of(block: bytes) -> bytes | None:
    """The one line end of a plain block, or None for a block that needs the scanner."""
    if b'"' in block or b"\0" in block or not block.endswith(b"\n"):
        return None
    returns = block.count(b"\r")
    if not returns:
        return b"\n"
    pairs = block.count(b"\r\n")
    return b"\r\n" if returns == pairs == block.count(b"\n") else None


def _odd_lines(lines: pa.Array, fields: pa.Array, layout: Layout, delimiter: str) -> pa.Array:
    """Which lines the scanner must judge: wrong width, blank, too long, footer, header again."""
    odd = pc.not_equal(pc.list_value_length(fields), layout.width)
    odd = pc.or_(odd, pc.greater(pc.binary_length(lines), RECORD_LIMIT))
    odd = pc.or_(odd, pc.equal(lines, ""))
    odd = pc.or_(odd, _footers(lines, delimiter))
    if not any(_SPECIAL.search(name) or delimiter in name for name in layout.header):
        odd = pc.or_(odd, pc.equal(lines, delimiter.join(layout.header)))
    return odd


def _footers(lines: pa.Array, delimiter: str) -> pa.Array:
    """Which lines may be a line of totals."""
    mark = re.escape(delimiter)
    footer = rf"(?i)^(?:{mark}|[ \t])*(?:{FOOTER_WORDS})[ \t]*:?[ \t]*(?:{mark}|$)"
    return pc.match_substring_regex(lines, pattern=footer)


def _ordinals(count: int, blanks: set[int], last: int) -> pa.Array:
    if not blanks:
        return pa.arange(last + 1, last + 1 + count)
    steps = pa.array([0 if row in blanks else 1 for row in range(count)], pa.int64())
    return pc.add(pc.cumulative_sum(steps), last)


def _batch(places: list[pa.Array], fields: pa.Array, lost: list[int], state: CsvState) -> pa.Table:
    if lost:
        rows = pa.arange(0, len(fields))
        sound = pc.invert(pc.is_in(rows, value_set=pa.array(lost, pa.int64())))
        places = [column.filter(sound) for column in places]
        fields = fields.filter(sound)
    cells = [pc.list_element(fields, index) for index in state.layout.physical.values()]
    return pa.table([*places, *cells], schema=state.schema)
