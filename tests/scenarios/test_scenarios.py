"""Every story comes out as its author worked it out by hand, to the last decimal."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.scenarios.storyteller import (
    REQUIRED,
    STORIES,
    expectation,
    outcome,
    referenced_files,
    story_folders,
    tell,
)

FEWEST = 20

each_story = pytest.mark.parametrize("story", story_folders(), ids=lambda path: path.name)


def test_there_are_stories_to_tell() -> None:
    assert len(story_folders()) >= FEWEST


@pytest.mark.scenario
@each_story
def test_the_story_comes_out_as_worked_out_by_hand(story: Path, tmp_path: Path) -> None:
    expected = expectation(story)
    told = outcome(tell(story, tmp_path / "workspace"))
    assert told.keys() == expected.keys()
    for part, value in expected.items():
        assert told[part] == value, part


@each_story
def test_a_story_has_its_files_and_no_stray_one(story: Path) -> None:
    there = {path.name for path in story.iterdir()}
    assert sorted(set(REQUIRED) - there) == [], "missing"
    assert sorted(referenced_files(story) - there) == [], "named in imports.toml and missing"
    assert sorted(there - referenced_files(story)) == [], "read by nothing"


@each_story
def test_a_story_says_why_in_three_lines(story: Path) -> None:
    lines = (story / "story.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert all(line.strip().endswith(".") for line in lines)


@each_story
def test_the_figures_worked_out_by_hand_agree_with_one_another(story: Path) -> None:
    expected = expectation(story)
    rows = dict(expected["rows"])
    assert rows.pop("received") == sum(rows.values())
    entries = dict(expected["ledger_rows"])
    assert entries.pop("received") == sum(entries.values())
    for total in expected["totals"].values():
        money = {name: Decimal(text) for name, text in total.items() if text is not None}
        assert money["recorded"] - money["expected"] == money["variance"]
        assert money["approved"] + money["withheld"] == money["recorded"]
        if "charged" in money:
            assert money["booking"] + money["billing"] == money["variance"]
    if len(expected["totals"]) == 1:
        (total,) = expected["totals"].values()
        nets = [Decimal(bucket["net"]) for bucket in expected["buckets"].values()]
        assert sum(nets) == Decimal(total["variance"])


def test_nothing_but_stories_lies_beside_them() -> None:
    there = {path.name for path in STORIES.iterdir() if path.is_file()}
    assert there == {"storyteller.py", "test_scenarios.py"}


# --- the harness can fail --------------------------------------------------------------------


def test_a_missing_expectation_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        expectation(tmp_path)


def test_a_file_that_nothing_reads_is_seen(tmp_path: Path) -> None:
    (tmp_path / "imports.toml").write_text('[[usage]]\nfile = "a.csv"\n', encoding="utf-8")
    assert "stray.csv" not in referenced_files(tmp_path)
    assert referenced_files(tmp_path) == {*REQUIRED, "a.csv"}
