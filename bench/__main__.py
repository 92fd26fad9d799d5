"""Speed and memory of this machine, in one run: prints figures and judges nothing.

``python -m bench``; ``--part pricing`` (or csv, jsonl, json, daily, explaining, verify) measures
one part alone. Each part has a process of its own, so that no part's memory is another's.
``--part explaining --rows 10000000`` explains in a period of as many usage rows.
Processor seconds depend less on what else the machine does than seconds on the clock do.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from bench import bombs, daily, explaining, importing, pricing, verifying

Part = tuple[str, Callable[[Path], Iterator[str]]]

PRICED_ROWS = 1_000_000
CSV_ROWS = 400_000
JSON_ROWS = 150_000
REPEATS = 5
DAILY_ROWS = 100_000
VERIFIED_MIB = 512
LOG_ENTRIES = 10_000
EXPLAINED_ROWS = 100_000

PARTS: dict[str, Part] = {
    "pricing": (
        f"Pricing alone, {PRICED_ROWS:,} typed rows",
        lambda _: pricing.measure(PRICED_ROWS),
    ),
    "csv": ("CSV import", lambda folder: importing.measure(folder, "csv", CSV_ROWS, REPEATS)),
    "jsonl": (
        "JSONL import",
        lambda folder: importing.measure(folder, "jsonl", JSON_ROWS, REPEATS),
    ),
    "json": (
        "JSON import, one list",
        lambda folder: importing.measure(folder, "json", JSON_ROWS, REPEATS),
    ),
    "bombs": ("Bombs, each refused by name", bombs.measure),
    "daily": (
        "Daily run, a new process",
        lambda folder: daily.measure(folder, DAILY_ROWS, repeats=3),
    ),
    "explaining": (
        "Explaining a thousand faulty entries",
        lambda folder: explaining.measure(folder, EXPLAINED_ROWS),
    ),
    "verify": (
        "Verifying the evidence, one core",
        lambda folder: verifying.measure(folder, VERIFIED_MIB, LOG_ENTRIES, repeats=5),
    ),
}


def machine() -> str:
    """What the figures were measured on."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"machine: {os.cpu_count()} cores, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}, duckdb {duckdb.__version__},"
        f" pyarrow {pa.__version__}, load {load}"
    )


def main() -> int:
    """Measure one part here, or every part in a process of its own."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--part", choices=sorted(PARTS))
    asked.add_argument("--rows", type=int, help="usage rows of --part explaining")
    chosen = asked.parse_args()
    part: str | None = chosen.part
    if chosen.rows is not None and part != "explaining":
        asked.error("--rows goes with --part explaining")
    if part is not None:
        title, measure = PARTS[part]
        if chosen.rows is not None:
            measure = partial(explaining.measure, rows=chosen.rows)
        # As the command line does it.
        pa.set_memory_pool(pa.system_memory_pool())
        print(title)
        with tempfile.TemporaryDirectory(prefix="tieout-bench-") as folder:
            for line in measure(Path(folder)):
                print(line, flush=True)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"  peak memory of measuring    {own / 1024:>12,.0f} MiB")
        return 0
    print(machine(), flush=True)
    for name in PARTS:
        print(flush=True)
        done = subprocess.run([sys.executable, "-m", "bench", "--part", name], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
