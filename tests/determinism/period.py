"""One busy period in files: as logged or shuffled, in one file or in seven; and a run of a cell."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.determinism.cells import Cell
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.workspace.layout import Workspace

ROOT: Final = Path(__file__).resolve().parents[2]
AS_OF: Final = datetime(2026, 9, 2, tzinfo=UTC)
MODELS: Final = {"alpha": (3, 15), "beta": (1, 4), "gamma/Large": (10, 30)}
TEAMS: Final = ("search", "support", "")

SETTINGS: Final = """workspace = "cells"
zone = "Europe/Berlin"

[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
outcome = { column = "status", values = { "200" = "completed", "500" = "failed" } }
meters = { input_tokens = "input", output_tokens = "output" }

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }

[prices.list]
model = "model"
meters = { input_tokens = "input", output_tokens = "output" }
fixed_unit = "1M tokens"
currency = "USD"
"""


@dataclass(frozen=True, slots=True)
class Files:
    """The rows of both legs without their headers, as logged."""

    usage: tuple[str, ...]
    ledger: tuple[str, ...]


def busy_period(calls: int = 420) -> Files:
    """A month with rows of every kind: failed, repeated, unreadable, unmapped, wrong, twice."""
    dice = random.Random(20260801)  # noqa: S311 - repeatable, not unguessable
    usage, ledger = [], []
    for number in range(calls):
        model = dice.choice(sorted(MODELS))
        team = dice.choice(TEAMS)
        given, taken = dice.randrange(1, 9000), dice.randrange(1, 900)
        at = f"2026-08-{1 + number * 30 // calls:02d}T{number % 24:02d}:{number % 60:02d}:00Z"
        status = "500" if number % 23 == 0 else "200"
        logged = "alpha-old" if number % 57 == 3 else model
        tokens = "many" if number % 101 == 5 else str(given)
        row = f"r{number},{at},{logged},{team},{status},{tokens},{taken}"
        usage += [row] * (2 if number % 71 == 9 else 1)
        if number % 31 == 4:
            continue
        price_in, price_out = MODELS[model]
        micro = given * price_in + taken * price_out
        if number % 41 == 6:
            micro = given * price_out + taken * price_in
        if number % 67 == 8:
            micro *= 1000
        entry = f"r{number},{at},{model},{team},{micro // 10**6}.{micro % 10**6:06d}"
        ledger += [entry] * (2 if number % 83 == 11 else 1)
    return Files(tuple(usage), tuple(ledger))


def prepared(folder: Path, order: str, parts: int) -> Workspace:
    """A workspace with the period imported in that order and that many files."""
    files = busy_period()
    legs = {"usage": list(files.usage), "ledger": list(files.ledger)}
    if order == "shuffled":
        dice = random.Random(7)  # noqa: S311 - repeatable, not unguessable
        for rows in legs.values():
            dice.shuffle(rows)
    heads = {"usage": "id,at,model,team,status,input,output", "ledger": "id,at,model,team,cost"}
    workspace = Workspace.create(folder / "workspace", SETTINGS)
    prices = "model,input,output\n" + "".join(f"{m},{p},{q}\n" for m, (p, q) in MODELS.items())
    (folder / "prices.csv").write_text(prices)
    import_prices(
        workspace,
        folder / "prices.csv",
        source_name="list",
        source_format="price-list",
        origin=Origin("https://prices.example/list", datetime(2026, 7, 1, tzinfo=UTC), "cells"),
        approved_by="CD",
        at=AS_OF,
    )
    for leg, rows in legs.items():
        paths = []
        for part in range(parts):
            paths.append(folder / f"{leg}-{part}.csv")
            paths[-1].write_text("\n".join([heads[leg], *rows[part::parts]]) + "\n")
        assert leg in {"usage", "ledger"}
        list(import_files(workspace, "usage" if leg == "usage" else "ledger", paths,
                          operator="cells", at=AS_OF))  # fmt: skip
    return workspace


def run_cell(workspace: Workspace, cell: Cell) -> dict[str, object]:
    """What a new process on the cell's machine says of the period."""
    words = f"run --period 2026-08 --as-of 2026-09-02T00:00:00Z --by cells --threads {cell.threads}"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tieout", "--workspace", str(workspace.root), "--json"),
            *(*words.split(), "--engine", cell.engine),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **cell.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 9, (cell.name, done.stderr)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer
