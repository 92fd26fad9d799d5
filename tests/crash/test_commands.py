"""Real commands in processes of their own: killed and failed by lot; the power cut by lot.

Every point of every command: ``make nightly-crash``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.commands import COMMANDS, place_of, words_of
from tests.crash.cutting import compound, cut
from tests.crash.forked import Server
from tests.crash.sweep import sweep

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def server(rehearsed: Path) -> Iterator[Server]:
    """The process that forks, started when the vendor and the token of the rehearsal are there."""
    assert rehearsed.is_dir()
    with Server() as started:
        yield started


# Steps that meet the parts of a command in turn, and are few enough for every change.
@pytest.mark.parametrize(
    ("name", "kinds", "step"),
    [
        ("prices approve", ("kill -9",), 4),
        ("prices approve", ("EIO once", "ENOSPC for ever"), 9),
        ("prices import", ("kill -9",), 11),
        ("doctor --sweep", ("kill -9", "EIO once"), 4),
        ("usage import", ("ENOSPC for ever",), 19),
        ("run", ("kill -9",), 83),
        ("run", ("EIO once",), 83),
        ("init", ("kill -9", "EIO once"), 19),
        ("contract verify", ("EIO for ever",), 13),
        ("prices key", ("kill -9",), 29),
        ("prices capture", ("kill -9", "EIO once"), 17),
        ("usage fetch", ("kill -9",), 34),
        ("report --out", ("kill -9", "ENOSPC once"), 3),
        ("close", ("kill -9",), 9),
        ("escalate", ("EIO once",), 9),
    ],
)
def test_a_command_survives_faults_by_lot(
    server: Server, rehearsed: Path, tmp_path: Path, name: str, kinds: tuple[str, ...], step: int
) -> None:
    found = sweep(server, rehearsed, tmp_path, name, kinds=kinds, step=step)
    assert found.tried >= 3
    assert found.points >= 8
    if "kill -9" in kinds:
        assert found.endings["kill -9: -9"] > 1
    assert found.broken == []


@pytest.mark.parametrize(
    ("name", "step"),
    [("prices import", 1), ("ledger import", 3), ("init", 2), ("prices capture", 3), ("run", 150)],
)
def test_a_power_cut_leaves_the_old_state_or_the_new(
    rehearsed: Path, tmp_path: Path, name: str, step: int
) -> None:
    words = words_of(name, rehearsed)
    found = cut(place_of(name, rehearsed), tmp_path, words, COMMANDS[name], step=step, repeat=15)
    assert found.images > 80
    assert found.distinct > 8
    assert found.broken == []


def test_a_second_power_cut_while_recovering_changes_nothing(
    prepared: Path, tmp_path: Path
) -> None:
    words = words_of("prices approve", prepared)
    found = compound(prepared / "small", tmp_path, words, COMMANDS["prices approve"], step=6)
    assert found.images > 150
    assert found.broken == []
