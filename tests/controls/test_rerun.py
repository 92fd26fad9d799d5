"""A corrected rerun beside the run it supersedes: the lines that moved, by cause, exactly (K1)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.controls.office import LEDGER_HEADER, bring, ran, ready
from tieout.actions.rerun import compare_runs
from tieout.cli import main
from tieout.errors import Refusal

pytestmark = pytest.mark.slow


def test_a_rerun_shows_each_line_that_moved_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: r1 is booked 0.1 more, from a variance of 0 to 0.1; r3 is new, booked at 0.7."""
    office = ready(tmp_path)
    with pytest.raises(Refusal) as refused:
        compare_runs(office, None)
    assert refused.value.code == "RUN_FIRST"
    first = compare_runs(office, *[_newest(office.root)] * 2)
    assert (first.lines, first.result_is_same) == (0, True)
    more = (
        "r1,2026-08-03T10:00:00Z,aster-1,search,0.1\n"
        "r3,2026-08-03T12:00:00Z,aster-1,search,0.7\n"
    )  # fmt: skip
    bring(office, "ledger", LEDGER_HEADER + more, tmp_path, "more")
    second = ran(office, 1)
    found = compare_runs(office, None)
    assert (found.lines, found.new.record.run_id) == (2, second.run_id)
    assert not found.result_is_same
    moved = {row["line_key"]: row for row in found.shown}
    assert {key: row["change"] for key, row in moved.items()} == {
        "id:r1": "changed",
        "id:r3": "new",
    }
    first_line = moved["id:r1"]
    assert (first_line["old_recorded_cost"], first_line["new_recorded_cost"]) == (
        Decimal("0.3"), Decimal("0.4"),
    )  # fmt: skip
    assert (first_line["old_variance"], first_line["new_variance"]) == (0, Decimal("0.1"))
    assert (moved["id:r3"]["old_variance"], moved["id:r3"]["new_variance"]) == (
        None, Decimal("0.7"),
    )  # fmt: skip
    assert sum(row["variance_change"] for row in found.totals) == Decimal("0.8")
    assert sum(row["lines"] for row in found.totals) == 2
    capsys.readouterr()
    assert main(["--workspace", str(office.root), "--json", "variance", "diff"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["lines"], said["largest"][0]["new_variance"]) == (2, "0.7")
    assert main(["--workspace", str(office.root), "variance", "diff"]) == 0
    assert "2 lines changed" in capsys.readouterr().out


def test_a_run_folder_that_was_changed_is_not_compared(tmp_path: Path) -> None:
    office = ready(tmp_path)
    ran(office, 1)
    (path,) = (office.root / "runs").glob(f"*/{compare_runs(office, None).old.record.run_id}")
    table = path / "variance_lines.parquet"
    content = bytearray(table.read_bytes())
    content[40] ^= 1
    table.chmod(0o600)
    table.write_bytes(bytes(content))
    with pytest.raises(Refusal) as refused:
        compare_runs(office, None)
    assert refused.value.code == "RUN_FILE"


def _newest(root: Path) -> str:
    return max((root / "runs").glob("*/*"), key=lambda path: path.stat().st_mtime_ns).name
