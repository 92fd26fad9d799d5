"""A daily run as a person starts it: a new process on a prepared workspace, start-up included."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bench.generator import (
    CAPTURED_AT,
    DAY,
    PERIOD,
    SETTINGS,
    ledger_csv,
    price_csv,
    usage_csv,
)
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.workspace.layout import Workspace

AS_OF = DAY + timedelta(days=2)
DECISIONS = (0, 1, 9)
MIB = 1024


def prepare(folder: Path, rows: int) -> Workspace:
    """A workspace with prices, usage and books of one day."""
    for name, content in (
        ("usage.csv", usage_csv(rows)),
        ("ledger.csv", ledger_csv(rows)),
        ("prices.csv", price_csv()),
    ):
        (folder / name).write_bytes(content)
    workspace = Workspace.create(folder / "workspace", SETTINGS.replace("FORMAT", "csv"))
    import_prices(
        workspace,
        folder / "prices.csv",
        source_name="list",
        source_format="price-list",
        origin=Origin("https://prices.example/list", CAPTURED_AT, "bench"),
        approved_by="finance",
        at=AS_OF,
    )
    for leg in ("usage", "ledger"):
        list(import_files(workspace, leg, [folder / f"{leg}.csv"], operator="bench", at=AS_OF))
    return workspace


def command(workspace: Workspace) -> list[str]:
    """The command a person would type."""
    as_of = AS_OF.isoformat().replace("+00:00", "Z")
    run = f"run --period {PERIOD} --as-of {as_of} --by bench"
    return [
        sys.executable,
        "-m",
        "tieout",
        "--workspace",
        str(workspace.root),
        "--json",
        *run.split(),
    ]


def measure(folder: Path, rows: int, repeats: int) -> Iterator[str]:
    """Seconds and peak memory of the run, the best and the worst of a few."""
    workspace = prepare(folder, rows)
    seconds, busy, peaks = [], [], []
    for _ in range(repeats):
        started = time.perf_counter()
        process = subprocess.Popen(command(workspace), stdout=subprocess.DEVNULL, env=_path())
        _, status, used = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - started)
        busy.append(used.ru_utime + used.ru_stime)
        peaks.append(used.ru_maxrss)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode in DECISIONS, f"the run ended with {process.returncode}"
    yield f"  {rows:,} usage rows against {rows:,} ledger rows, {repeats} runs"
    yield f"  seconds, best               {min(seconds):>12.2f}"
    yield f"  seconds, worst              {max(seconds):>12.2f}"
    yield f"  processor seconds, best     {min(busy):>12.2f}"
    yield f"  peak memory                 {max(peaks) / MIB:>12,.0f} MiB"


def _path() -> dict[str, str]:
    """The environment of a user: modules stay compiled from one command to the next."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
