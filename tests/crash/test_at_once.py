"""Commands at the same time: each is done whole or told to repeat; none is lost or doubled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.crash.commands import words_of
from tests.crash.forked import Server
from tests.crash.invariants import Before, Ending, broken
from tieout.actions.evidence import verify_evidence
from tieout.workspace.layout import Workspace

pytestmark = [pytest.mark.crash, pytest.mark.slow]

CONFLICT = 6


@pytest.fixture
def root(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared / "small", tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture(scope="module")
def servers() -> Iterator[list[Server]]:
    """Three that fork, so that three commands begin at the same moment."""
    with Server() as one, Server() as two, Server() as three:
        yield [one, two, three]


def at_once(servers: list[Server], root: Path, *commands: tuple[str, ...]) -> list[int]:
    """Start them all, each repeated as long as it is told to; how each ended in the end."""

    def done(server: Server, words: tuple[str, ...]) -> int:
        codes = [server.run(root, words).code]
        while codes[-1] == CONFLICT and len(codes) < 20:
            codes.append(server.run(root, words).code)
        return codes[-1]

    with ThreadPoolExecutor(max_workers=len(servers)) as beside:
        return list(beside.map(done, servers, commands))


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


def test_imports_at_once_are_all_recorded_once(
    servers: list[Server], root: Path, prepared: Path
) -> None:
    one, two = price_file(root.parent, 1), price_file(root.parent, 2)
    # The first one twice: the same file at the same time is one capture.
    assert at_once(servers, root, one, two, one) == [0, 0, 0]
    assert [kind for kind, _ in new_bodies(root, prepared)] == ["capture"] * 2
    assert len({name for _, name in new_bodies(root, prepared)}) == 2
    assert broken(root, Before.of(prepared / "small"), Ending(0), 2) == []


def test_an_import_beside_a_verification_disturbs_neither(
    servers: list[Server], root: Path, prepared: Path
) -> None:
    verify = ("verify", "--store-only")
    words = words_of("ledger import", prepared)
    assert at_once(servers, root, words, verify, verify) == [0] * 3
    assert new_bodies(root, prepared) == [("import", "ledger")]


def test_an_approval_beside_a_run_is_kept_and_the_run_is_whole(
    servers: list[Server], root: Path, prepared: Path
) -> None:
    codes = at_once(servers, root, words_of("run", prepared), words_of("prices approve", prepared))
    assert codes[0] in (0, 1, 9)
    assert codes[1] == 0
    assert [kind for kind, _ in new_bodies(root, prepared)] == ["approval", "run"]
    assert verify_evidence(Workspace.open(root)).agrees
    assert broken(root, Before.of(prepared / "small"), Ending(0), 2) == []


def test_two_runs_at_once_are_two_runs_or_one(
    servers: list[Server], root: Path, prepared: Path
) -> None:
    codes = at_once(servers, root, words_of("run", prepared), words_of("run", prepared))
    assert set(codes) <= {0, 1, 9}
    new = len(new_bodies(root, prepared))
    assert new in (1, 2)
    assert len(list(root.glob("runs/2026-08/[0-9a-f]*"))) == 1 + new
    assert broken(root, Before.of(prepared / "small"), Ending(0), new) == []


def test_sweeping_beside_an_import_takes_nothing_that_is_being_written(
    servers: list[Server], root: Path, prepared: Path
) -> None:
    sweep = ("doctor", "--sweep")
    assert at_once(servers, root, words_of("ledger import", prepared), sweep, sweep) == [0] * 3
    assert new_bodies(root, prepared) == [("import", "ledger")]
    assert broken(root, Before.of(prepared / "small"), Ending(0), 1) == []
