"""The walk of the demo month from hold to a signed close, as ``make demo-close`` takes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


class Walked:
    """What the script left behind, and how it ended."""

    def __init__(self, folder: Path) -> None:
        """Run the script over a small month."""
        self.root = folder / "month"
        self.keys = folder / "month-keys"
        self.environment = {
            **os.environ,
            "TIEOUT": f"{sys.executable} -m tieout",
            "PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT / "src"),
            "COLUMNS": "100",
        }
        self.done = subprocess.run(
            [str(ROOT / "examples" / "closing" / "run.sh"), str(self.root), "12000"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def say(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One more command in the same workspace."""
        return subprocess.run(
            [sys.executable, "-m", "tieout", "--json", *words],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def state(self) -> dict[str, Any]:
        """Who signed the newest run, and what stands."""
        run_id = json.loads(self.say("variance", "list").stdout)["run_id"]
        found: dict[str, Any] = json.loads(self.say("sign", run_id).stdout)
        return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    found = Walked(tmp_path_factory.mktemp("demo-close"))
    assert found.done.returncode == 0, found.done.stdout[-3000:] + found.done.stderr[-3000:]
    return found


def test_the_month_is_closed_with_two_signatures_that_stand(walked: Walked) -> None:
    state = walked.state()
    assert (state["decision"], state["period_state"]) == ("approve", "closed")
    signed = {one["signed_as"]: (one["by"], one["stands"]) for one in state["signatures"]}
    assert signed == {"prepared": (["AB"], True), "checked": (["CD"], True)}


def test_recorded_stays_what_it_is_and_the_adjustment_stands_beside_it(walked: Walked) -> None:
    run_id = walked.state()["run_id"]
    (path,) = walked.root.glob(f"runs/2026-08/{run_id}/report.json")
    (money,) = json.loads(path.read_bytes())["summary"]["totals"].values()
    assert Decimal(money["adjustments"]) == Decimal(-9990)
    after = Decimal(money["recorded"]) - 9990
    assert Decimal(money["recorded_after_adjustments"]) == after
    assert money["withheld"] == "0"
    assert money["approved"] == money["recorded"]


def test_a_closed_month_is_not_run_again(walked: Walked) -> None:
    refused = walked.say("run", "--period", "2026-08", "--by", "AB")
    assert json.loads(refused.stdout)["refused"] == "PERIOD_CLOSED"


def test_the_verifier_of_the_pack_says_ok_and_names_a_changed_file(walked: Walked) -> None:
    assert "ok     sign_offs   prepared by AB, checked by CD" in walked.done.stdout
    pack = walked.keys / "2026-08.zip"
    with zipfile.ZipFile(pack) as opened:
        place = opened.getinfo("manifest.json").header_offset + 200
    content = bytearray(pack.read_bytes())
    content[place] ^= 1
    bad = walked.keys / "bad.zip"
    bad.write_bytes(content)
    verifier = walked.keys / "pack" / "verify_pack.py"
    done = subprocess.run(
        [sys.executable, str(verifier), str(bad)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "manifest.json" in done.stdout + done.stderr


def test_no_key_and_no_passphrase_is_in_workspace_or_pack(walked: Walked) -> None:
    private = (walked.keys / "ab.key").read_text("utf-8").splitlines()[1]
    kept = [path for path in walked.root.rglob("*") if path.is_file()]
    kept.append(walked.keys / "2026-08.zip")
    assert len(kept) > 100
    assert not [path for path in kept if private.encode() in path.read_bytes()]
