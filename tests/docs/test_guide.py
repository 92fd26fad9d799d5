"""The example of the guide, run as a reader runs it, against arithmetic done by hand."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.docs.walk import Walk
from tieout.actions.guarded import looked_at
from tieout.errors import ExitCode
from tieout.workspace.proposal import propose

HOLD = ExitCode.HOLD

# What a person changes in the proposal; the guide's table names the same lines.
SETTLED = {
    "confirmed = true",
    'workspace = "acme-ai"',
    'zone = "Europe/Berlin"',
    'time = { column = "Called at", form = "local", zone = "Europe/Berlin" }',
    'time = { column = "Day", form = "date", zone = "Europe/Berlin" }',
    (
        'outcome = { column = "Result",'
        ' values = { done = "completed", broke = "failed", slow = "timed_out" } }'
    ),
    'request_id = "Call"',
}

# By hand, from prices.csv (per 1K tokens) and the three sizes of call in usage.csv:
#   atlas-4        150K x 0.002  + 40K x 0.008  = 0.30 + 0.32 = 0.62     20 calls
#   borealis-mini  250K x 0.0004 + 50K x 0.0016 = 0.10 + 0.08 = 0.18     16 calls
#   chat-default    80K x 0.0004 + 25K x 0.0016 = 0.032 + 0.04 = 0.072   10 calls
# 12.40 + 2.88 + 0.72 = 16.00. Two failed atlas-4 calls of 150K in and one timed-out borealis-mini
# call of 250K in, all without output, may add 0.30 + 0.30 + 0.10 = 0.70.
EXPECTED = Decimal("16.00")
HIGH = Decimal("16.70")

# The five mistakes in ledger.csv, by the call they are about.
CAUSES = {
    "c-017": ("source", Decimal("619.38")),  # 620.00 booked for 0.62
    "c-022": ("usage", Decimal("0.66")),  # 40K x 0.002 + 150K x 0.008 = 1.28 booked for 0.62
    "c-023": ("usage", Decimal("0.18")),  # booked twice
    "c-027": ("usage", Decimal("-0.072")),  # not booked
    "c-035": ("unknown", Decimal("0.05")),  # 0.67 booked for 0.62
}
PLUS = Decimal("620.27")  # 619.38 + 0.66 + 0.18 + 0.05
MINUS = Decimal("-0.072")


def report(walk: Walk) -> dict[str, Any]:
    """The report of the one run."""
    (path,) = walk.workspace.glob("runs/2026-06/*/report.json")
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


@pytest.fixture(scope="module")
def example(repo_root: Path) -> Path:
    return repo_root / "examples" / "own-export"


@pytest.fixture(scope="module")
def walk(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return Walk(example, tmp_path_factory.mktemp("guide"))


@pytest.mark.slow
def test_six_commands_end_in_a_hold(walk: Walk) -> None:
    assert walk.code == HOLD, walk.errors
    assert walk.output.count("\n$ tieout ") == 6
    assert report(walk)["summary"]["decision"] == "hold"


@pytest.mark.slow
def test_totals_are_those_worked_out_by_hand(walk: Walk) -> None:
    totals = report(walk)["summary"]["totals"]
    assert list(totals) == ["USD"]
    found = {name: Decimal(text) for name, text in totals["USD"].items() if text is not None}
    assert found["expected"] == found["low"] == EXPECTED
    assert found["high"] == HIGH
    assert found["variance_plus"] == PLUS
    assert found["variance_minus"] == MINUS
    assert found["variance"] == PLUS + MINUS
    assert found["recorded"] == found["withheld"] == EXPECTED + PLUS + MINUS
    assert found["approved"] == 0


@pytest.mark.slow
def test_each_mistake_of_the_books_is_found_with_its_amount(walk: Walk) -> None:
    lines = {line["line_key"].removeprefix("id:"): line for line in report(walk)["lines"]}
    found = {
        key: (line["bucket"], Decimal(line["variance"]))
        for key, line in lines.items()
        if line["variance"] is not None and Decimal(line["variance"])
    }
    assert found == CAUSES


@pytest.mark.slow
def test_every_row_of_the_export_has_its_place(walk: Walk) -> None:
    summary = report(walk)["summary"]
    assert summary["rows"] == {
        "received": 50, "quarantined": 0, "excluded": 1, "unmapped": 0,
        "not_reconcilable": 0, "unrated": 0, "rated": 49,
    }  # fmt: skip
    assert summary["ledger_rows"]["received"] == summary["ledger_rows"]["matched"] == 46


def test_example_settings_are_the_proposal_with_its_questions_settled(example: Path) -> None:
    files = [example / name for name in ("usage.csv", "ledger.csv", "prices.csv")]
    proposal = propose([looked_at(file) for file in files], "acme-ai")
    kept = (example / "tieout.toml").read_text().split("\n")
    changed = [line for line in kept if line not in proposal.text.split("\n")]
    assert set(changed) == SETTLED - {'workspace = "acme-ai"'}
    assert proposal.unsure == 10


@pytest.mark.slow
def test_the_guide_shows_what_the_commands_say(walk: Walk, repo_root: Path) -> None:
    said = walk.output + (walk.workspace / "mapping.csv").read_text()
    said += walk.say("variance", "show", "id:c-017")
    folder = str(walk.workspace.parent) + "/"
    known = {_plain(line, folder) for line in said.split("\n")}
    page = (repo_root / "docs" / "guide" / "first-decision.md").read_text()
    blocks = re.findall(r"^```text\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 7
    shown = [
        line
        for block in blocks
        for line in re.sub(r"^\$ (?:.*\\\n)*.*\n", "", block).split("\n")
        if line.strip() not in ("", "...")
    ]
    assert [line for line in shown if _plain(line, folder) not in known] == []


def test_the_starter_policy_and_books_of_page_and_example_are_what_init_writes(
    repo_root: Path,
) -> None:
    example = repo_root / "examples" / "own-export"
    files = [example / name for name in ("usage.csv", "ledger.csv", "prices.csv")]
    proposal = propose([looked_at(path) for path in files], "acme-ai").text
    page = (repo_root / "docs" / "guide" / "first-decision.md").read_text()
    (block,) = re.findall(r"^```toml\n(# What .*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    written = proposal.split("\n")
    assert [one for one in block.split("\n") if one not in {*written, "..."}] == []
    kept = (example / "tieout.toml").read_text()
    books = "# Prepaid credits in the books"
    assert kept.partition(books)[1:] == proposal.partition(books)[1:]


def _plain(line: str, folder: str) -> str:
    """A line without the folder and the ids of run and import, which are not what it is about."""
    plain = re.sub(r"\brun [0-9a-f]{8}\b", "run ID", line.replace(folder, ""))
    return re.sub(r"\bimport [0-9a-f]{12}\b", "import ID", plain).rstrip()
