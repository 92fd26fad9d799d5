"""The demo on real data: its classes are those that the data's own description states.

The description counts with a program of its own; the mapping that is shipped is worked out here
again from the look-up rule it states.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tieout.cli import main
from tieout.vendors_path import vendors_folder

BEGINNING = "2024-08-01T00:00:00Z"
END = datetime(2025, 4, 1, tzinfo=UTC)
IN_NO_SNAPSHOT = "openrouter/google/gemini-2.5-pro-exp-03-25:free"


def usage_file(datasets: Path) -> Path:
    (found,) = (datasets / "aider-usage-ledger").glob("*.csv.gz")
    return found


def snapshots(datasets: Path, until: datetime = END) -> list[tuple[datetime, set[str]]]:
    """Every price snapshot up to a time: when it was known, and which models it names."""
    folder = datasets / "litellm-price-history"
    found = []
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest):
            with gzip.open(folder / row["file"]) as packed:
                names = set(json.load(packed))
            found.append((datetime.fromisoformat(row["committed_at"]).astimezone(UTC), names))
    return sorted((when, names) for when, names in found if when < until)


def answer(name: str, known: set[str]) -> str | None:
    """The look-up rule: the name, else without its first path part, else its last path part."""
    texts = (name, name.partition("/")[2] or name, name.rpartition("/")[2])
    return next((text for text in texts if text in known), None)


def dated_rows(name: str, history: list[tuple[datetime, set[str]]]) -> list[tuple[str, str, str]]:
    """Target, start and end of the mapping rows of a name."""
    changes: list[tuple[str, str | None]] = []
    for when, known in history:
        found = answer(name, known)
        if not changes or changes[-1][1] != found:
            changes.append((when.isoformat().replace("+00:00", "Z"), found))
    if changes[0][1] is None:
        changes = changes[1:]
    if not changes:
        return []
    starts = [BEGINNING, *(when for when, _ in changes[1:])]
    ends = [*(when for when, _ in changes[1:]), ""]
    return [
        (target, start, end)
        for (_, target), start, end in zip(changes, starts, ends, strict=True)
        if target is not None and target != name
    ]


@pytest.mark.datasets
def test_the_shipped_mapping_is_what_the_look_up_rule_gives(datasets: Path) -> None:
    with gzip.open(usage_file(datasets), "rt", encoding="utf-8", newline="") as file:
        names = {row["main_model"] for row in csv.DictReader(file)}
    history = snapshots(datasets)
    wanted = {(name, *row) for name in names for row in dated_rows(name, history)}
    wanted.add((IN_NO_SNAPSHOT, IN_NO_SNAPSHOT, BEGINNING, ""))
    shipped = vendors_folder() / "aider" / "mapping.csv"
    with shipped.open(encoding="utf-8", newline="") as file:
        rows = {
            (
                row["internal_model_alias"],
                row["source_model_id"],
                row["effective_from"],
                row["effective_to"],
            )
            for row in csv.DictReader(file)
        }
    assert rows == wanted


@pytest.mark.datasets
@pytest.mark.slow
def test_the_classes_are_those_the_description_of_the_data_states(
    datasets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--real", str(datasets), "--keep", str(tmp_path / "real")]) == 9
    said = capsys.readouterr().out
    source = (datasets / "aider-usage-ledger" / "SOURCE.md").read_text(encoding="utf-8")
    stated = re.findall(r"^\| [^|]+ \| ([0-9,]+) \| ([0-9.]+) \|$", source, flags=re.MULTILINE)
    assert len(stated) == 6
    printed = [line.split() for line in said.splitlines() if line.endswith("agrees")]
    found = [(words[-4], words[-2]) for words in printed]
    assert [(rows, Decimal(money)) for rows, money in found[:6]] == [
        (rows, Decimal(money)) for rows, money in stated
    ]
    assert "DIFFERS" not in said
    assert "0 rows lost" in said


@pytest.mark.datasets
@pytest.mark.slow
def test_the_recorded_total_is_that_of_the_file_and_its_differences_have_their_causes(
    datasets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with gzip.open(usage_file(datasets), "rt", encoding="utf-8", newline="") as file:
        costs = [Decimal(row["cost_usd"]) for row in csv.DictReader(file)]
    words = ["demo", "--real", str(datasets), "--keep", str(tmp_path / "real"), "--json"]
    assert main(words) == 9
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert Decimal(found["totals"]["USD"]["recorded"]) == sum(costs, Decimal(0))
    assert found["rows"]["received"] == len(costs) == 4446
    assert found["rows"]["quarantined"] == 0
    # The 33 true differences: trials of a cache that the export does not record, cached tokens that
    # were added to the prompt, and one that stands alone under its id.
    lines: Counter[str] = Counter()
    for group in found["groups"]:
        lines[group["cause"]] += group["lines"]
    assert lines == {"within_meter_range": 21, "unrecorded_part_added": 11, "unknown": 1}
    _learned_later(datasets, tmp_path / "real")


def _learned_later(datasets: Path, workspace: Path) -> None:
    """Each call without a price is told the day on which the list first names its model.

    Of these lines 273 tie out at that price: with the one that no list of the period names, the 274
    of the guide, which a walk to the close declares.
    """
    (report,) = (workspace / "runs").glob("*/*/report.json")
    doubts = [
        one
        for one in json.loads(report.read_bytes())["doubts"]
        if one["reason"] == "unrated:PRICE_NOT_IN_FORCE"
    ]
    history = snapshots(datasets, until=datetime.max.replace(tzinfo=UTC))
    for one in doubts:
        first = next(when for when, names in history if one["source_model_id"] in names)
        assert f"learned the model later, on {first:%Y-%m-%d %H:%M}Z," in one["what"]
        assert f" and {one['rows']} call" in one["what"]
    assert sum(one["rows"] for one in doubts) == 329
    fitting = [re.search(r"at that price ([0-9]+) of ", one["what"]) for one in doubts]
    assert sum(int(found[1]) for found in fitting if found) == 273
