"""A month closed through the actions a person would take, and its lines read from the artifacts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq

from tests.recipes.month import (
    PERIOD,
    Month,
    day_ledger_csv,
    price_csv,
    request_ledger_csv,
    usage_csv,
)
from tieout.actions.closing import run
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.workspace.layout import Workspace

Grain = Literal["day", "request"]
AS_OF = datetime(2026, 10, 5, tzinfo=UTC)
CAPTURED = {
    "old.csv": datetime(2025, 11, 29, tzinfo=UTC),
    "new.csv": datetime(2026, 7, 2, tzinfo=UTC),
}
_USAGE = """workspace = "recipe"

[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
project = "project"
key_name = "key"
cost_center = { value = "shared" }
environment = { value = "production" }
outcome = { column = "status", values = { "200" = "completed", "500" = "failed" } }
meters = { input_tokens = "input", output_tokens = "output" }

[prices.list]
model = "model"
meters = { input_tokens = "input", output_tokens = "output" }
fixed_unit = "1M tokens"
currency = "USD"

[matching]
keys = ["day", "source_model_id", "project"]

[policy]
price_max_age_days = 120

[ledger.books]
format = "csv"
model = "model"
project = "project"
cost_center = { value = "shared" }
recorded = { column = "cost", currency = "USD" }
"""
_LEDGER: dict[Grain, str] = {
    "day": 'time = { column = "day", form = "date", zone = "UTC" }\n',
    "request": 'time = { column = "at", form = "rfc3339" }\nrequest_id = "id"\n',
}


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed month.

    Attributes:
        report: the report.
        flagged: every line that does not tie out: its key, bucket and variance.
        causes: the causes of those lines.
    """

    report: dict[str, Any]
    flagged: dict[str, tuple[str, Decimal]]
    causes: frozenset[str]

    @property
    def summary(self) -> dict[str, Any]:
        """The summary of the run."""
        found: dict[str, Any] = self.report["summary"]
        return found


def prepare(folder: Path, month: Month, grain: Grain, terms: str = "") -> Workspace:
    """A workspace with both price lists, the usage and the books of a month."""
    ledger = request_ledger_csv if grain == "request" else day_ledger_csv
    texts = {
        "old.csv": price_csv(month.old_price),
        "new.csv": price_csv(month.price),
        "usage.csv": usage_csv(month.usage),
        "ledger.csv": ledger(month.entries),
    }
    files = folder / "files"
    files.mkdir(parents=True)
    for name, text in texts.items():
        (files / name).write_text(text, encoding="utf-8")
    workspace = Workspace.create(folder / "workspace", _USAGE + _LEDGER[grain] + terms)
    for name, accessed_at in CAPTURED.items():
        import_prices(
            workspace,
            files / name,
            source_name="list",
            source_format="price-list",
            origin=Origin("https://prices.example/list", accessed_at, "recipe"),
            approved_by="finance",
            at=AS_OF,
        )
    list(import_files(workspace, "usage", [files / "usage.csv"], operator="recipe", at=AS_OF))
    list(import_files(workspace, "ledger", [files / "ledger.csv"], operator="recipe", at=AS_OF))
    return workspace


def close(workspace: Workspace, threads: int | None = None) -> Closed:
    """Run the month and read what was published."""
    result = run(workspace, PERIOD, operator="recipe", as_of=AS_OF, threads=threads)
    lines = pq.read_table(
        result.folder / "variance_lines.parquet",
        columns=["line_key", "line_state", "bucket", "cause", "variance"],
    ).to_pylist()
    flagged = [line for line in lines if line["line_state"] != "ties_out"]
    return Closed(
        json.loads(result.document),
        {line["line_key"]: (line["bucket"], line["variance"]) for line in flagged},
        frozenset(line["cause"] for line in flagged),
    )
