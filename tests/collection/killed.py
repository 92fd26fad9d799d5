"""A day of the simulated log, collected by a program that is killed again and again.

``python -m tests.collection.killed --rows 250000 --kills 20``: each kill is a SIGKILL at a random
moment of a running ``tieout usage fetch``; then one fetch runs to its end. Every row of the day
must be on record once, and the vendor's own sums must agree or say which trap it is.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq

import simulator
from simulator.facts import invented
from tests.collection.conftest import TOKEN_VARIABLE, rehearsal
from tieout.actions.fetched_windows import fetched_windows, gaps_between
from tieout.close.on_record import latest_imports
from tieout.evidence.records import imports
from tieout.evidence.verify import verify_store
from tieout.workspace.layout import Workspace

Identity = tuple[str, str, str, str]
Child = subprocess.Popen[Any]
Wait = Callable[[Child, Random], None]


def identities(workspace: Workspace) -> Counter[Identity]:
    """The rows in force: second, type, units, and request or task."""
    found: Counter[Identity] = Counter()
    names = ("created_at", "type", "quota", "request_id", "other.task_id")
    for one in latest_imports(imports(workspace.log)):
        stored = workspace.store.get(one.records_object)
        table = pq.read_table(io.BytesIO(stored), columns=list(names))
        for at, kind, quota, request, task in zip(
            *(table.column(name).to_pylist() for name in names), strict=True
        ):
            found[str(at), str(kind), str(quota), str(request or task)] += 1
    return found


def truth_of(up: simulator.Running, first: int, last: int) -> Counter[Identity]:
    """The same of what the simulator really holds."""
    told = simulator.truth(up.world)
    found: Counter[Identity] = Counter()
    for row, printed in zip(told.rows, told.printed, strict=True):
        if first <= row.at <= last:
            other = json.loads(printed["other"]) if printed.get("other") else {}
            named = printed.get("request_id") or other.get("task_id")
            found[str(row.at), str(row.type), str(row.quota), str(named)] += 1
    return found


def command(workspace: Workspace, day: str, until: str) -> list[str]:
    """The command line of one fetch."""
    words = ["usage", "fetch", "--by", "AB", "--from", day, "--until", until, "--json"]
    return [sys.executable, "-m", "tieout", "--workspace", str(workspace.root), *words]


def so_many_seconds(most: float) -> Wait:
    """A fetch lives for a random time."""

    def wait(child: Child, draw: Random) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(draw.uniform(0.8, most))

    return wait


def so_many_pages(up: simulator.Running, most: int) -> Wait:
    """A fetch lives until it was answered a random number of pages, however slow the machine is."""

    def wait(child: Child, draw: Random) -> None:
        until = len(up.world.served) + draw.randint(1, most)
        while child.poll() is None and len(up.world.served) < until:
            time.sleep(0.005)

    return wait


def collect_killed(
    up: simulator.Running, workspace: Workspace, kills: int, wait: Wait, seed: int
) -> tuple[int, dict[str, Any]]:
    """Kill fetches at random moments, then let one end; gives the kills that hit, its answer.

    Args:
        up: the simulator.
        workspace: where it is collected.
        kills: how many fetches are started and killed.
        wait: how long a fetch lives.
        seed: of the moments.
    """
    draw = Random(seed)  # noqa: S311 - moments that can be repeated
    start = up.world.span.start + timedelta(days=1)
    words = command(workspace, start.isoformat(), (start + timedelta(days=1)).isoformat())
    token = invented().account["access_token"]
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, TOKEN_VARIABLE: token, "PYTHONPATH": paths}
    hits = 0
    for _ in range(kills):
        child = subprocess.Popen(
            words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait(child, draw)
        if child.poll() is None:
            child.kill()
            hits += 1
        child.wait()
    done = subprocess.run(words, env=environment, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return hits, json.loads(done.stdout)


def judge(up: simulator.Running, workspace: Workspace) -> Counter[Identity]:
    """Require every row once, no gap, and a store that verifies; gives the rows."""
    first = up.world.span.opens + 86_400
    found = identities(workspace)
    expected = truth_of(up, first, first + 86_399)
    assert found == expected, (
        f"{(found - expected).total()} too many, {(expected - found).total()} lost"
    )
    assert not gaps_between(fetched_windows(workspace))
    verify_store(workspace.store, workspace.log)
    return found


def main() -> int:
    """Collect one day and say what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=250_000)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--batch-rows", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--scenario", default="plain")
    given = asked.parse_args()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        simulator.serve(given.scenario, rows_per_day=given.rows, days=2) as up,
    ):
        workspace = rehearsal(Path(folder) / "books", up, batch_rows=given.batch_rows)
        lives = so_many_seconds(given.seconds)
        hits, told = collect_killed(up, workspace, given.kills, lives, given.seed)
        spent = time.monotonic() - began
        rows = judge(up, workspace)
        record = imports(workspace.log)
        (counted,) = told["counted"]
        sys.stdout.write(
            f"{rows.total():,} rows once each, {hits} of {given.kills} fetches killed,"
            f" {spent:.0f} s\n"
            f"{len(record)} imports, {len(workspace.log.entries())} entries of the log\n"
            f"vendor count: {counted['agreed']:,} hours of a model agree,"
            f" {counted['explained']:,} differ by a known trap, {counted['open']:,} are open\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
