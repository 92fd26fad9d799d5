"""Collecting goes on after any end: kills, a full disk, an interruption."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

import simulator
from simulator.facts import invented
from tests.collection.conftest import TOKEN_VARIABLE, Rehearse
from tests.collection.killed import collect_killed, command, judge, so_many_pages
from tests.collection.test_fetching_usage import (
    DAY,
    SETTINGS,
    Log,
    expected,
    fetch,
    log_of,
    on_record,
)
from tieout.actions.fetched_windows import fetched_windows, windows_on_record
from tieout.errors import EnvironmentRefused
from tieout.evidence import durable
from tieout.evidence.verify import verify_store
from tieout.workspace.layout import Workspace


class Killed(BaseException):
    """What a kill looks like from inside: nothing is tidied up after it."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "books", SETTINGS)


def dying(points: list[int], step: Callable[..., Any]) -> Callable[..., Any]:
    """The step, which kills at the calls of those numbers."""
    calls = 0

    def one(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if points and calls == points[0]:
            del points[0]
            raise Killed
        return step(*given, **named)

    return one


@pytest.mark.crash
def test_twenty_kills_at_any_page_or_write_lose_and_repeat_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(400)
    draw = Random(11)  # noqa: S311 - moments that can be repeated
    pages = sorted(draw.sample(range(1, 400), 12))
    writes = sorted(draw.sample(range(1, 40), 8))
    monkeypatch.setattr(Log, "page", dying(pages, Log.page))
    monkeypatch.setattr(durable, "_sync_handle", dying(writes, durable._sync_handle))
    kills = 0
    while True:
        try:
            fetch(workspace, log)
            break
        except Killed:
            kills += 1
    assert kills >= 15, (kills, pages, writes)
    assert on_record(workspace) == expected(log)
    assert windows_on_record(fetched_windows(workspace)) == (DAY,)
    verify_store(workspace.store, workspace.log)


def test_a_full_disk_ends_it_and_the_next_fetch_goes_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(300)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(durable, "_link", full)
        with pytest.raises(EnvironmentRefused):
            fetch(workspace, log)
    fetch(workspace, log)
    assert on_record(workspace) == expected(log)


@pytest.mark.slow
@pytest.mark.crash
def test_a_program_killed_at_random_moments_has_every_row_once(rehearse: Rehearse) -> None:
    with simulator.serve("shifting", rows_per_day=1_500, days=2) as up:
        workspace = rehearse(up, batch_rows=200)
        hits, told = collect_killed(up, workspace, 2, so_many_pages(up, 10), seed=5)
        assert hits == 2
        judge(up, workspace)
        assert [one["open"] for one in told["counted"]] == [0]


def _heeds_the_key() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_an_interruption_from_the_keyboard_says_how_to_go_on(rehearse: Rehearse) -> None:
    with simulator.serve(rows_per_day=4_000, days=2) as up:
        workspace = rehearse(up, batch_rows=100_000)
        words = command(workspace, "2026-09-02", "2026-09-03")
        token = invented().account["access_token"]
        paths = os.pathsep.join(path for path in sys.path if path)
        child = subprocess.Popen(
            words,
            env={**os.environ, TOKEN_VARIABLE: token, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # A job in the background of a shell ignores the key, and so would its children.
            preexec_fn=_heeds_the_key,  # noqa: PLW1509 - it touches nothing but the signal
        )
        so_many_pages(up, 20)(child, Random(1))  # noqa: S311 - a moment that can be repeated
        # As a terminal does: to the whole group, the child that reads included.
        os.killpg(child.pid, signal.SIGINT)
        told, said = child.communicate(timeout=60)
        assert child.returncode == 130, (told, said)
        assert "goes on behind what is recorded" in said
        assert json.loads(told)["asked"]
        assert token not in told + said
        assert "Traceback" not in said
