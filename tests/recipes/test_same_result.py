"""One result: rerun, shuffled rows, other threads, other zone and locale of the machine (L5)."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.recipes.closing import AS_OF, close, prepare
from tests.recipes.faults import all_at_once
from tests.recipes.month import PERIOD, Month, clean_month
from tieout.workspace.layout import Workspace

MACHINES = (
    {"TZ": "Asia/Kolkata", "LC_ALL": "C"},
    {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"},
)

pytestmark = [pytest.mark.datasets, pytest.mark.slow]


@pytest.fixture(scope="module")
def month(datasets: Path) -> Month:
    """A month with every fault in it, so that every statement has work to do."""
    return all_at_once(clean_month(datasets)).month


@pytest.fixture(scope="module")
def workspace(month: Month, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The month, imported once."""
    return prepare(tmp_path_factory.mktemp("same"), month, "request")


@pytest.fixture(scope="module")
def digest(workspace: Workspace) -> str:
    """The result digest of the first run."""
    found: str = close(workspace).summary["result_digest"]
    return found


def test_a_rerun_has_the_same_digest_and_supersedes(workspace: Workspace, digest: str) -> None:
    again = close(workspace).summary
    assert again["result_digest"] == digest
    assert again["supersedes"] is not None


@pytest.mark.parametrize("threads", [1, 4])
def test_the_number_of_threads_changes_nothing(
    workspace: Workspace, digest: str, threads: int
) -> None:
    assert close(workspace, threads).summary["result_digest"] == digest


def test_shuffled_rows_in_both_files_change_nothing(
    month: Month, digest: str, tmp_path: Path
) -> None:
    order = random.Random(20260901)  # noqa: S311 - repeatable, not unguessable
    usage, entries = list(month.usage), list(month.entries)
    order.shuffle(usage)
    order.shuffle(entries)
    assert usage != list(month.usage)
    shuffled = replace(month, usage=tuple(usage), entries=tuple(entries))
    assert close(prepare(tmp_path, shuffled, "request")).summary["result_digest"] == digest


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine["TZ"])
def test_zone_and_locale_of_the_machine_change_nothing(
    workspace: Workspace, digest: str, machine: dict[str, str], repo_root: Path
) -> None:
    as_of = AS_OF.isoformat().replace("+00:00", "Z")
    run = f"run --period {PERIOD} --as-of {as_of} --by recipe"
    done = subprocess.run(
        [sys.executable, "-m", "tieout", "--workspace", workspace.root, "--json", *run.split()],
        env={**os.environ, "PYTHONPATH": str(repo_root / "src"), **machine},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 9, done.stderr
    assert json.loads(done.stdout)["result_digest"] == digest


def test_one_changed_token_changes_the_digest(month: Month, digest: str, tmp_path: Path) -> None:
    first = replace(month.usage[0], output=month.usage[0].output + 1)
    other = replace(month, usage=(first, *month.usage[1:]))
    assert close(prepare(tmp_path, other, "request")).summary["result_digest"] != digest
