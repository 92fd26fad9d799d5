"""Commands at the same time: each is done whole or told to repeat; none is lost or doubled."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.commands import WORDS, prepare
from tests.crash.invariants import Before, Ending, broken
from tieout.actions.evidence import verify_evidence
from tieout.workspace.layout import Workspace

pytestmark = [pytest.mark.crash, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
CONFLICT = 6


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("at-once") / "prepared").parent


@pytest.fixture
def root(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared / "small", tmp_path / "small")
    return tmp_path / "small"


def start(root: Path, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tieout", "--workspace", str(root), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )


def at_once(root: Path, *commands: tuple[str, ...]) -> list[int]:
    """Start them all, then repeat whoever was told to; how each of them ended in the end."""
    codes = []
    for words, started in [(words, start(root, words)) for words in commands]:
        code = started.wait()
        for _ in range(5):
            if code != CONFLICT:
                break
            code = start(root, words).wait()
        codes.append(code)
    return codes


def new_bodies(root: Path, prepared: Path) -> list[tuple[str, str]]:
    """What was added: kinds, and what tells one record from another."""
    before = len(Workspace.open(prepared / "small").log.entries())
    names = {"capture": "sha256", "approval": "approved_by", "import": "leg", "run": "as_of"}
    return sorted(
        (entry.kind, str(entry.body[names[entry.kind]]))
        for entry in Workspace.open(root).log.entries()[before:]
    )


def price_file(folder: Path, number: int) -> tuple[str, ...]:
    file = folder / f"list-{number}.csv"
    file.write_text(f"model,in,out\nalpha,2,{number}\n")
    return (
        *("prices", "import", str(file), "--source", "list", "--format", "price-list"),
        *("--accessed-at", f"2026-08-1{number}T06:00:00Z", "--by", "AB"),
    )


def test_four_imports_at_once_are_all_recorded_once(root: Path, prepared: Path) -> None:
    commands = [price_file(root.parent, number) for number in range(3)]
    commands.append(WORDS["usage import"](prepared))
    # The first one twice: the same file at the same time is one capture.
    assert at_once(root, *commands, commands[0]) == [0] * 5
    assert [kind for kind, _ in new_bodies(root, prepared)] == ["capture"] * 3 + ["import"]
    assert len({name for _, name in new_bodies(root, prepared)}) == 4
    assert broken(root, Before.of(prepared / "small"), Ending(0), 4) == []


def test_an_import_beside_a_verification_disturbs_neither(root: Path, prepared: Path) -> None:
    verify = ("verify", "--store-only")
    words = WORDS["ledger import"](prepared)
    assert at_once(root, words, verify, verify, verify) == [0] * 4
    assert new_bodies(root, prepared) == [("import", "ledger")]


def test_an_approval_beside_a_run_is_kept_and_the_run_is_whole(root: Path, prepared: Path) -> None:
    codes = at_once(root, WORDS["run"](prepared), WORDS["prices approve"](prepared))
    assert codes[0] in (0, 1, 9)
    assert codes[1] == 0
    assert [kind for kind, _ in new_bodies(root, prepared)] == ["approval", "run"]
    assert verify_evidence(Workspace.open(root)).agrees
    assert broken(root, Before.of(prepared / "small"), Ending(0), 2) == []


def test_two_runs_at_once_are_two_runs_or_one(root: Path, prepared: Path) -> None:
    codes = at_once(root, WORDS["run"](prepared), WORDS["run"](prepared))
    assert set(codes) <= {0, 1, 9}
    new = len(new_bodies(root, prepared))
    assert new in (1, 2)
    assert len(list(root.glob("runs/2026-08/[0-9a-f]*"))) == 1 + new
    assert broken(root, Before.of(prepared / "small"), Ending(0), new) == []


def test_sweeping_beside_an_import_takes_nothing_that_is_being_written(
    root: Path, prepared: Path
) -> None:
    sweep = ("doctor", "--sweep")
    assert at_once(root, WORDS["ledger import"](prepared), sweep, sweep) == [0] * 3
    assert new_bodies(root, prepared) == [("import", "ledger")]
    assert broken(root, Before.of(prepared / "small"), Ending(0), 1) == []
