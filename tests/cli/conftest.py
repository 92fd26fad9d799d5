"""A workspace small enough to work out by hand, and a way to give commands to it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tieout.cli import main

SETTINGS = """
workspace = "small"

[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
outcome = { column = "status", values = { "200" = "completed", "500" = "failed" } }
meters = { input_tokens = "tokens_in", output_tokens = "tokens_out" }
cost_center = "team"

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }

[prices.list]
model = "model"
meters = { input_tokens = "in", output_tokens = "out" }
fixed_unit = "1M tokens"
currency = "USD"
"""

PRICES = "model,in,out\nalpha,2,8\n"

# By hand: r1 = 1,000 x 2 + 500 x 8 per million = 0.006; r2 = 2,000 x 2 per million = 0.004.
# r3 names a model that no price source knows. The last row says nothing readable about its tokens.
USAGE = (
    "id,at,model,status,tokens_in,tokens_out,team\n"
    "r1,2026-08-03T10:00:00Z,alpha,200,1000,500,search\n"
    "r2,2026-08-03T11:00:00Z,house-alpha,200,2000,0,search\n"
    "r3,2026-08-05T12:00:00Z,Alpha,200,10,10,search\n"
    "r4,2026-08-05T13:00:00Z,alpha,200,many,10,search\n"
)
LEDGER = (
    "id,at,model,cost,team\n"
    "r1,2026-08-03T10:00:00Z,alpha,0.006,search\n"
    "r2,2026-08-03T11:00:00Z,alpha,0.005,search\n"
    "r3,2026-08-05T12:00:00Z,Alpha,0.1,search\n"
)
MAPPING = (
    "internal_model_alias,source_model_id,pricing_unit,effective_from,approved_by\n"
    "house-alpha,alpha,1M tokens,2026-01-01T00:00:00Z,CD\n"
)

# After every entry these tests make: a run knows only the prices that were on record then (D23).
AS_OF = "2099-09-02T09:00:00Z"


Words = tuple[str | Path, ...]


class Commands:
    """Gives command lines to the program and keeps what it said."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Nothing was said yet."""
        self.root = root
        self._capsys = capsys
        self.out = ""
        self.err = ""

    def __call__(self, *words: str | Path) -> int:
        """The exit code of a command in the workspace."""
        return self.bare("--workspace", str(self.root), *words)

    def bare(self, *words: str | Path) -> int:
        """The exit code of a command as it is written."""
        code = main([str(word) for word in words])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str | Path) -> Any:
        """The JSON answer of a command that does not refuse."""
        code = self(*words, "--json")
        document = json.loads(self.out)
        assert "refused" not in document, (code, document)
        assert not self.err
        return document


def price_command(folder: Path) -> tuple[str | Path, ...]:
    """The command that records the price list of a folder, approved."""
    return (
        *("prices", "import", folder / "prices.csv", "--source", "list"),
        *("--format", "price-list", "--accessed-at", "2026-07-31T06:00:00Z"),
        *("--url", "https://example.com/prices", "--by", "AB", "--approved-by", "CD"),
    )


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One workspace at three stages, made once: started, filled, closed by a run of August."""
    folder = tmp_path_factory.mktemp("stages")
    for name, text in (("prices.csv", PRICES), ("usage.csv", USAGE), ("ledger.csv", LEDGER)):
        (folder / name).write_text(text, encoding="utf-8")
    root = folder / "small"

    def command(*words: str | Path) -> int:
        return main(["--workspace", str(root), *(str(word) for word in words)])

    def kept(stage: str) -> Path:
        copy = folder / stage
        shutil.copytree(root, copy)
        return copy

    assert main(["init", str(root)]) == 0
    (root / "tieout.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "mapping.csv").write_text(MAPPING, encoding="utf-8")
    found = {"started": kept("started")}
    assert command(*price_command(folder)) == 0
    assert command("usage", "import", folder / "usage.csv", "--by", "AB") == 0
    assert command("ledger", "import", folder / "ledger.csv", "--by", "AB") == 0
    found["filled"] = kept("filled")
    assert command("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB") == 9
    found["closed"] = kept("closed")
    return found


def at_stage(
    stage: str, stages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Commands:
    """Commands to a copy of the workspace at a stage, with the files beside it."""
    for name in ("prices.csv", "usage.csv", "ledger.csv"):
        shutil.copy(stages[stage].parent / name, tmp_path / name)
    shutil.copytree(stages[stage], tmp_path / "small")
    capsys.readouterr()
    return Commands(tmp_path / "small", capsys)


@pytest.fixture
def tieout(stages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands to a workspace that has settings and files beside it, and nothing recorded."""
    return at_stage("started", stages, tmp_path, capsys)


@pytest.fixture
def filled(stages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands to a workspace with prices, usage and books on record."""
    return at_stage("filled", stages, tmp_path, capsys)


@pytest.fixture
def closed(stages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands to a workspace with one run of August."""
    return at_stage("closed", stages, tmp_path, capsys)


@pytest.fixture
def price_words(tmp_path: Path) -> tuple[str | Path, ...]:
    """The command that records the price list, approved."""
    return price_command(tmp_path)
