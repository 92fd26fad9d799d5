"""A rehearsal is shown as one wherever it goes, and never passes for the vendor's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fetching.loopback import answer, serving
from tests.fetching.rehearsed import (
    AT,
    FEEDS,
    LEDGER,
    USAGE,
    catalog,
    hurried,
    register,
    workspace_for,
)
from tieout.actions.capturing import capture_prices
from tieout.cli import main
from tieout.review.decision import Verdict, rehearsed


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """Exit code and JSON answer of a command in the current folder."""
    capsys.readouterr()
    code = main(["--json", *words])
    return code, json.loads(capsys.readouterr().out)


def test_what_a_rehearsal_captured_prices_nothing_outside_of_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([answer(catalog("0.5"))]) as seen:
        workspace = workspace_for(seen, tmp_path, f"rehearsal = true\n{FEEDS}")
        done = capture_prices(
            workspace, "catalog", operator="job", at=AT, register=register(), adjust=hurried
        )
    monkeypatch.chdir(tmp_path)
    for name, text in (("usage", USAGE), ("ledger", LEDGER)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        assert answered(capsys, name, "import", f"{name}.csv", "--by", "AB")[0] == 0
    approve = ("prices", "approve", done.capture.capture_id, "--by", "CD")
    assert answered(capsys, *approve)[0] == 0

    _, told = answered(capsys, "run", "--period", "2026-11-21")
    assert told["totals"]["USD"]["expected"] == "0.5"
    assert told["decision"] != "approve"
    (report,) = (tmp_path / "runs").glob("*/*/report.html")
    assert "This workspace rehearses" in report.read_text(encoding="utf-8")

    settings = tmp_path / "tieout.toml"
    plain = settings.read_text(encoding="utf-8").replace("rehearsal = true", "rehearsal = false")
    settings.write_text(plain, encoding="utf-8")
    code, refused = answered(capsys, *approve)
    assert (code, refused["refused"]) == (2, "CAPTURE_REHEARSED")
    code, refused = answered(capsys, "run", "--period", "2026-11-21")
    assert (code, refused["refused"]) == (2, "NOTHING_IMPORTED")
    assert "an approved price source" in json.dumps(refused)


def test_a_rehearsal_never_ends_in_an_approval() -> None:
    tied = rehearsed(Verdict("approve", ("All 3 slices tie out.",)))
    assert tied.decision == "investigate"
    assert tied.reasons[0].startswith("This workspace rehearses")
    assert rehearsed(Verdict("hold", ("x",))).decision == "hold"
    later = rehearsed(Verdict("approve", ("All 3 slices tie out.",)), by_setting=False)
    assert (later.decision, later.reasons[0][:17]) == ("investigate", "A log of this run")
