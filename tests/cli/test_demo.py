"""The demo: every planted fault is found with its money, and the decision is a hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tieout.actions.demo_month import run_demo
from tieout.cli import main
from tieout.cli.demo import faults_text

SMALL = ["--requests", "12000"]


@pytest.mark.slow
def test_the_demo_finds_every_planted_fault_and_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--keep", str(tmp_path / "demo"), *SMALL]) == 9
    said = capsys.readouterr().out
    truth = json.loads((tmp_path / "demo" / "demo-files" / "truth.json").read_text("utf-8"))
    planted = [fault["fault_id"] for fault in truth["faults"]]
    assert len(planted) >= 16
    assert all(f"\n  {fault_id}  " in said for fault_id in planted)
    assert "DIFFERS" not in said
    assert f"{len(planted)} of {len(planted)} planted faults agree" in said
    assert main(["--workspace", str(tmp_path / "demo"), "verify"]) == 0


@pytest.mark.slow
def test_the_totals_of_the_demo_are_those_of_its_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--keep", str(tmp_path / "demo"), "--json", *SMALL]) == 9
    found = json.loads(capsys.readouterr().out)
    truth = json.loads((tmp_path / "demo" / "demo-files" / "truth.json").read_text("utf-8"))
    totals = found["totals"]["USD"]
    names = ("expected", "charged", "recorded", "variance", "booking", "billing")
    assert {name: totals[name] for name in names} == {n: truth["totals"][n] for n in names}
    assert found["rows"]["unmapped"] == truth["rows"]["unmapped"]
    assert found["period"]["label"] == truth["period"]
    assert {name: one["net"] for name, one in found["buckets"].items()} == {
        name: one["net"] for name, one in truth["buckets"].items()
    }


@pytest.mark.slow
def test_a_fault_that_moved_is_said_to_differ(tmp_path: Path) -> None:
    found = run_demo(tmp_path / "demo", seed=3, requests=12_000)
    assert all(fault.agrees for fault in found.faults)
    moved = type(found.faults[0])(
        **{
            name: getattr(found.faults[0], name)
            for name in found.faults[0].__slots__
            if name != "agrees"
        },
        agrees=False,
    )
    text = faults_text((moved, *found.faults[1:]), 100)
    assert f"{len(found.faults) - 1} of {len(found.faults)} planted faults agree" in text
    assert text.count("DIFFERS") == 1


def test_a_demo_overwrites_no_folder_that_holds_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert main(["demo", "--keep", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("DEMO_FOLDER")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_demo_too_small_for_its_faults_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--keep", str(tmp_path / "demo"), "--requests", "10"]) == 2
    assert capsys.readouterr().err.startswith("DEMO_TOO_SMALL")


def test_real_data_that_is_not_there_is_refused_with_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--real", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("DEMO_DATA")
    assert "aider-usage-ledger" in said
