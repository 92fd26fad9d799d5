"""Small closes for what only a run shows: a few rows of which each is one case of the catalogue.

The one price: aster-1 at 2 a million input tokens and 10 a million output tokens, so that a row of
100,000 and 10,000 tokens costs 0.2 + 0.1 = 0.3. The header of the usage is 41 bytes; a row as
:func:`row` writes it with nothing said is 68 bytes with its line end.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tieout.actions.closing import run
from tieout.actions.names import check_mapping
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import ImportedFile, import_files
from tieout.workspace.layout import Workspace

SETTINGS = """
workspace = "catalogue"

[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
environment = "env"
outcome = { column = "status", values = { "200" = "completed" } }
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
CHARGED = 'charged = { column = "quota", currency = "USD", unit_value = "0.000002" }'
QUOTA_SETTINGS = SETTINGS.replace("\n[ledger", f"{CHARGED}\n\n[ledger")
USAGE = "id,at,model,team,env,status,input,output\n"
LEDGER = "id,at,model,team,cost\n"
RULES = "rule_name,field,equals,reason,approved_by\n"
PRICES = "model,input,output\naster-1,2,10\n"
AS_OF = datetime(2026, 8, 5, 9, tzinfo=UTC)
PERIOD = "2026-08-03/2026-08-05"


def row(number: str, at: str = "2026-08-03T10:00:00Z", **fields: str) -> str:
    """A usage row, some of its fields replaced."""
    good = {
        "model": "aster-1", "team": "search", "env": "production", "status": "200",
        "input": "100000", "output": "10000",
    }  # fmt: skip
    return ",".join([number, at, *{**good, **fields}.values()]) + "\n"


def entry(number: str, cost: str = "0.3", model: str = "aster-1") -> str:
    """A ledger entry of 3 August."""
    return f"{number},2026-08-03T10:00:00Z,{model},search,{cost}\n"


@dataclass(frozen=True, slots=True)
class World:
    """What is imported before a run: usage files in order, entries, exclusions, settings."""

    usage: tuple[tuple[str, str], ...]
    ledger: str
    rules: str = ""
    settings: str = SETTINGS


@dataclass(frozen=True, slots=True)
class Closed:
    """A run and what was said before it."""

    imported: tuple[ImportedFile, ...]
    report: dict[str, Any]
    usage: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    suggested: list[tuple[str, str, str]]
    page: str
    variances: str
    findings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def close(world: World, folder: Path) -> Closed:
    """Import a world into a new workspace, run its period, and read the published files."""
    workspace = Workspace.create(folder / "workspace", world.settings)
    workspace.exclusions_path.write_text(RULES + world.rules, encoding="utf-8")
    import_prices(
        workspace,
        _written(folder, "prices.csv", PRICES),
        source_name="list",
        source_format="price-list",
        origin=Origin("https://prices.example/list", datetime(2026, 7, 20, tzinfo=UTC), "AB"),
        approved_by="CD",
        at=AS_OF,
    )
    imported = [
        one
        for place, (name, text) in enumerate(world.usage)
        for one in import_files(
            workspace,
            "usage",
            [_written(folder / str(place), name, text)],
            operator="AB",
            at=AS_OF,
        )
    ]
    books = _written(folder, "ledger.csv", LEDGER + world.ledger)
    list(import_files(workspace, "ledger", [books], operator="AB", at=AS_OF))
    result = run(workspace, PERIOD, operator="AB", as_of=AS_OF)
    files = {path.name: path.read_bytes() for path in result.folder.iterdir()}
    report = json.loads(result.document)
    findings: dict[str, list[dict[str, Any]]] = {}
    for one in report["findings"]:
        findings.setdefault(one["code"], []).append(one)
    return Closed(
        imported=tuple(imported),
        report=report,
        usage=_rows(files["usage_export.parquet"]),
        quarantine=_rows(files["quarantine.parquet"]),
        suggested=[
            (one.name, one.source_model_id, one.reason)
            for one in check_mapping(workspace).suggestions
        ],
        page=files["report.html"].decode(),
        variances=files["variances.csv"].decode(),
        findings=findings,
    )


def _written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def _rows(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return found
