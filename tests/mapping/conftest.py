"""A workspace with two captures: beryl-1 has a price from 20 July on, aster-1 from 1 July on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.run_case import AS_OF, LEDGER, MAPPING, SETTINGS, USAGE
from tests.signers import Signers, founded
from tieout.actions.closing import run, verify
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.workspace.layout import Workspace

# Four calls of 100,000 tokens on 10 July: by the name of a team, by two ids, by an unknown name.
NAMES = ("our-a", "beryl-1", "aster-1", "other")
PERIOD = "2026-07-10"


@dataclass(frozen=True, slots=True)
class Small:
    """The workspace, and what a run of it says."""

    workspace: Workspace

    def map(self, rows: str) -> None:
        """Write the mapping table."""
        self.workspace.mapping_path.write_text(MAPPING + rows, encoding="utf-8")

    def found(self) -> Signers:
        """Found the people of the workspace."""
        return founded(self.workspace, AS_OF)

    def run(self, *, verified: bool = False) -> dict[str, Any]:
        """Run the period, calculate it again where that is asked for; the answer is its report."""
        result = run(self.workspace, PERIOD, operator="AB", as_of=AS_OF, threads=1)
        if verified:
            assert verify(self.workspace, result.run_id, threads=1).agrees
        report: dict[str, Any] = json.loads(result.document)
        report["mapping"] = json.loads((result.folder / "model_mapping.json").read_bytes())
        return report


def homes(report: dict[str, Any]) -> dict[str, int]:
    """The homes of the usage rows that are not empty."""
    rows = report["summary"]["rows"].items()
    return {name: count for name, count in rows if count and name != "received"}


def findings(report: dict[str, Any], code: str) -> list[str]:
    """The findings of a code: severity, message and places."""
    return [
        " ".join([one["severity"], one["message"], *one["where"]])
        for one in report["findings"]
        if one["code"] == code
    ]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return make_small(tmp_path)


@pytest.fixture
def make() -> Callable[[Path], Small]:
    return make_small


def make_small(folder: Path, names: Sequence[str] = NAMES) -> Small:
    """The workspace in a folder, its files beside it; a call and an entry of each name."""
    numbered = list(enumerate(names, start=1))
    calls = "".join(f"r{n},2026-07-10T09:00:00Z,{name},200,100000\n" for n, name in numbered)
    entries = "".join(f"e{n},r{n},2026-07-10T09:00:00Z,{name},0.2\n" for n, name in numbered)
    folder.mkdir(parents=True, exist_ok=True)
    workspace = Workspace.create(folder / "workspace", SETTINGS)
    small = Small(workspace)
    small.map("")
    for day, text in ((1, "model,input\naster-1,2\n"), (20, "model,input\naster-1,2\nberyl-1,4\n")):
        file = folder / f"prices-{day}.csv"
        file.write_text(text, encoding="utf-8")
        origin = Origin("https://prices.example/list", datetime(2026, 7, day, tzinfo=UTC), "AB")
        import_prices(
            workspace, file, source_name="list", source_format="price-list", origin=origin,
            approved_by="finance", at=AS_OF,
        )  # fmt: skip
    for leg, text in (("usage", USAGE.decode() + calls), ("ledger", LEDGER.decode() + entries)):
        file = folder / f"{leg}.csv"
        file.write_text(text, encoding="utf-8")
        list(import_files(workspace, leg, [file], operator="AB", at=AS_OF))  # type: ignore[arg-type]
    return small
