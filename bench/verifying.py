"""Verifying: bytes of a store that one process reads and hashes again in a second.

One large object stands for an import of millions of rows, many small ones for the log. Reading
comes from the page cache, so that the figure is of the program and not of the disk.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tieout.calendar import instant_text
from tieout.evidence.canonical import canonical, sha256
from tieout.evidence.checkpoint import NO_ENTRY, Checkpoint
from tieout.evidence.log import EvidenceLog
from tieout.evidence.part import Part
from tieout.evidence.store import EvidenceStore
from tieout.evidence.verify import verify_store

_MIB: Final = 1 << 20
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)


def measure(folder: Path, large: int, entries: int, repeats: int) -> Iterator[str]:
    """MiB per second over ``large`` MiB of objects; then seconds over a log of many entries."""
    store, log = _made(folder / "large")
    for _ in range(large // 64):
        store.put(os.urandom(64 * _MIB))
    log.append("note", {"large": True}, _START)
    speeds, processor = [], []
    for _ in range(repeats):
        clock, spent = time.perf_counter(), time.process_time()
        read = {one.name: one.count for one in verify_store(store, log)}["bytes of objects"]
        speeds.append(read / _MIB / (time.perf_counter() - clock))
        processor.append(read / _MIB / (time.process_time() - spent))
    yield f"  {large:,} MiB in objects of 64 MiB, {repeats} runs; MiB/s"
    yield "                               best    median     worst   per processor second, median"
    figures = [max(speeds), statistics.median(speeds), min(speeds), statistics.median(processor)]
    yield f"  {'verify, all of it':<24}" + "".join(f"{figure:>10,.0f}" for figure in figures)
    yield from _long_log(folder / "long", entries, repeats)


def _long_log(folder: Path, entries: int, repeats: int) -> Iterator[str]:
    store, log = _made(folder)
    _fill(folder, entries)
    yield f"  a log of {entries:,} entries, {repeats} runs; seconds"
    yield "                               best    median     worst   processor, median"
    for name, work in (
        ("read the log", log.entries),
        ("verify the store", lambda: verify_store(store, log)),
        ("verify part 1/7", lambda: verify_store(store, log, part=Part(1, 7))),
        ("append one entry", lambda: log.append("note", {"more": time.time_ns()}, _START)),
    ):
        spans, processor = [], []
        for _ in range(repeats):
            clock, spent = time.perf_counter(), time.process_time()
            work()
            spans.append(time.perf_counter() - clock)
            processor.append(time.process_time() - spent)
        figures = [min(spans), statistics.median(spans), max(spans), statistics.median(processor)]
        yield f"  {name:<24}" + "".join(f"{figure:>10.2f}" for figure in figures)


def _made(folder: Path) -> tuple[EvidenceStore, EvidenceLog]:
    root, witness = folder / "evidence", folder / "witness"
    return EvidenceStore.create(root, witness, "bench-00000000"), EvidenceLog(root, witness)


def _fill(folder: Path, entries: int) -> None:
    """A log of so many runs, as appending would leave it; making it durably would take hours."""
    previous, lines = NO_ENTRY, []
    for seq in range(1, entries + 1):
        at = instant_text(_START + timedelta(minutes=seq))
        body = {"run_id": f"{seq:012x}", "period": "2026-01", "decision": "approve"}
        entry = {"at": at, "body": body, "kind": "note", "previous": previous, "seq": seq}
        content = canonical(entry)
        previous = sha256(content)
        (folder / "evidence" / "objects" / previous).write_bytes(content)
        newest = Checkpoint(seq, previous, at, "bench-00000000")
        lines.append(newest.witness_line())
    (folder / "evidence" / "checkpoint").write_bytes(newest.text())
    (folder / "witness" / "checkpoint").write_bytes(newest.text())
    (folder / "witness" / "checkpoints.txt").write_bytes(b"".join(lines))
