"""Importing: framing, the second count and the grammar, beside a bare read of the same file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import duckdb

from bench.generator import SETTINGS, usage_csv, usage_jsonl
from tieout.intake.feed import Feed
from tieout.intake.framing import frame
from tieout.metering.reading import read_usage
from tieout.workspace.settings import read_settings

T = TypeVar("T")


class Seconds(NamedTuple):
    """What a step took, by the clock and by the processor."""

    clock: float
    processor: float


def measure(folder: Path, form: str, rows: int) -> Iterator[str]:
    """Rows per second of each step for one file."""
    content = usage_csv(rows) if form == "csv" else usage_jsonl(rows)
    file = folder / f"usage.{form}"
    file.write_bytes(content)
    feed: Feed = read_settings(SETTINGS.replace("FORMAT", form).encode()).usage["gateway"]
    framed, framing = _timed(
        lambda: frame(content, feed, leg="usage", import_id="bench", name=file.name)
    )
    reading, grammar = _timed(
        lambda: read_usage(framed.records, feed, import_id="bench", first_row_id=0)
    )
    bare = "read_csv" if form == "csv" else "read_json"
    _, plain = _timed(lambda: duckdb.sql(f"CREATE TABLE bare_{form} AS FROM {bare}('{file}')"))
    assert framed.records_framed == framed.records_recounted == reading.rows.num_rows == rows
    whole = Seconds(framing.clock + grammar.clock, framing.processor + grammar.processor)
    yield f"  {rows:,} rows, {len(content) / 1_000_000:.0f} MB    rows/s   per processor second"
    for name, spent in (
        ("framing, two counters", framing),
        ("grammar to typed rows", grammar),
        ("import, both", whole),
        (f"bare DuckDB {bare}", plain),
    ):
        yield f"  {name:<23}{rows / spent.clock:>14,.0f}{rows / spent.processor:>14,.0f}"


def _timed(work: Callable[[], T]) -> tuple[T, Seconds]:
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, Seconds(time.perf_counter() - clock, time.process_time() - processor)
