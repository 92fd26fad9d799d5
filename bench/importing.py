"""Importing: framing, the second count and the grammar, beside a bare read of the same file.

An import reads the records to count and to show them, without payload digests; a run reads the
stored records again and makes those, so that reading is measured apart. The command itself is
measured whole: hashing the file, the child, its walls, Parquet, the evidence store and the log.

The bare read stands for what an engine does with the file when nobody asks for places, digests, a
second count or exact numbers.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import duckdb

from bench.generator import SETTINGS, usage_csv, usage_json, usage_jsonl
from tieout.actions.records import import_files
from tieout.intake.feed import Feed
from tieout.intake.framing import FramedFile, frame
from tieout.intake.payload import Hasher, md5_texts
from tieout.metering.reading import read_usage
from tieout.workspace.layout import Workspace
from tieout.workspace.settings import read_settings

T = TypeVar("T")

_CONTENT: Final[dict[str, Callable[[int], bytes]]] = {
    "csv": usage_csv,
    "jsonl": usage_jsonl,
    "json": usage_json,
}
_BARE: Final = {
    "csv": "read_csv('{file}', all_varchar = true)",
    "jsonl": "read_json('{file}', format = 'newline_delimited')",
    "json": "read_json('{file}', format = 'array')",
}


_COMMAND: Final = "usage import, recorded"


class Seconds(NamedTuple):
    """What a step took, by the clock and by the processor."""

    clock: float
    processor: float

    def __add__(self, other: tuple[Any, ...]) -> Seconds:
        """Two steps one after the other."""
        return Seconds(self.clock + other[0], self.processor + other[1])


def measure(folder: Path, form: str, rows: int, repeats: int) -> Iterator[str]:
    """Rows per second of each step for one file: each step once in turn, several times over."""
    content = _CONTENT[form](rows)
    file = folder / f"usage.{form}"
    file.write_bytes(content)
    feed: Feed = read_settings(SETTINGS.replace("FORMAT", form).encode()).usage["gateway"]
    bare = f"FROM {_BARE[form]}".format(file=file)
    steps: dict[str, list[Seconds]] = {}
    for number in range(repeats):
        framed, framing = _timed(partial(_framed, content, feed, file.name))
        _, grammar = _timed(partial(_read, framed, feed, rows))
        _, digested = _timed(partial(_read, framed, feed, rows, md5_texts))
        workspace = Workspace.create(folder / f"{form}-{number}", SETTINGS.replace("FORMAT", form))
        _, whole = _timed(partial(_imported, workspace, file))
        _, plain = _timed(partial(duckdb.sql, f"CREATE OR REPLACE TABLE bare_{form} AS {bare}"))
        for name, spent in (
            ("framing, two counters", framing),
            ("grammar to typed rows", grammar),
            ("import, both", framing + grammar),
            ("rows with digests (run)", digested),
            ("both, with digests", framing + digested),
            (_COMMAND, whole),
            (f"bare DuckDB {_BARE[form].partition('(')[0]}", plain),
        ):
            steps.setdefault(name, []).append(spent)
    size = len(content) / 1_000_000
    yield f"  {rows:,} rows, {size:.0f} MB, {repeats} runs; rows/s"
    yield "                               best    median     worst   per processor second, median"
    for name, spans in steps.items():
        clock = [rows / spent.clock for spent in spans]
        figures = [max(clock), statistics.median(clock), min(clock)]
        if name != _COMMAND:
            figures.append(statistics.median(rows / spent.processor for spent in spans))
        yield f"  {name:<24}" + "".join(f"{figure:>10,.0f}" for figure in figures)
    yield "  import, both: places, digests of records, two counts, typed rows; no payload digests"
    yield "  usage import: that in its child (its processor not counted here), checked and stored"


def _framed(content: bytes, feed: Feed, name: str) -> FramedFile:
    return frame(content, feed, leg="usage", import_id="bench", name=name)


def _read(framed: FramedFile, feed: Feed, rows: int, hasher: Hasher | None = None) -> None:
    reading = read_usage(framed.records, feed, import_id="bench", first_row_id=0, hasher=hasher)
    assert framed.records_framed == framed.records_recounted == reading.rows.num_rows == rows


def _imported(workspace: Workspace, file: Path) -> None:
    (done,) = import_files(workspace, "usage", [file], operator="bench")
    assert done.is_new


def _timed(work: Callable[[], T]) -> tuple[T, Seconds]:
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, Seconds(time.perf_counter() - clock, time.process_time() - processor)
