"""A child that reads a hostile file: what it cannot reach, and that its death is only a letter."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from tieout.errors import InputRefused
from tieout.intake.child import AVAILABLE, ChildServer, Results
from tieout.intake.child_limits import Limits, limits_for

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="this system cannot fork")

HERE = Path(__file__).parent
SMALL = Limits(memory=256 << 20, cpu_seconds=1, wall_seconds=20, result_bytes=3 << 20)
LOOSE = limits_for(1000, packed=False)

Act = Callable[..., tuple[str, Results]]


@pytest.fixture(scope="module")
def server() -> Iterator[ChildServer]:
    one = ChildServer("hostile_programs", (HERE,))
    yield one
    one.close()


@pytest.fixture
def act(server: ChildServer, tmp_path: Path) -> Iterator[Act]:
    path = tmp_path / "export.csv"
    path.write_bytes(b"a,b\n")
    with ExitStack() as files:

        def acted(word: str, limits: Limits = LOOSE) -> tuple[str, Results]:
            with path.open("rb") as file:
                results = server.ask(file, word.encode(), limits, path.name, files)
            results.answer.seek(0)
            return results.answer.read().decode(), results

        yield acted


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("segfault", "INPUT_CRASH", "Segmentation fault"),
        ("abort", "INPUT_CRASH", "Aborted"),
        ("killed", "INPUT_CRASH", "Killed"),
        ("exit 7", "INPUT_CRASH", "status 7"),
        ("memory", "INPUT_CRASH", "status 33"),
        ("spin", "INPUT_LIMIT", "processor time (1 seconds)"),
    ],
)
def test_whatever_a_child_dies_of_is_a_letter_and_the_next_one_lives(
    act: Act, word: str, code: str, said: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        act(word, SMALL)
    assert refused.value.code == code
    assert said in refused.value.what
    assert refused.value.where == ("export.csv",)
    assert refused.value.exit_code == 3
    assert json.loads(act("look around")[0])["core"] == [0, 0]


def test_a_child_that_hangs_is_ended(act: Act) -> None:
    with pytest.raises(InputRefused, match="time on the clock \\(1 seconds\\)") as refused:
        act("sleep", msgspec.structs.replace(LOOSE, wall_seconds=1))
    assert refused.value.code == "INPUT_LIMIT"


@pytest.mark.parametrize("word", ["connect", "unpickle", "run a program", "fork", "write a file"])
def test_the_guard_stops_what_reading_never_needs(act: Act, word: str) -> None:
    assert act(word)[0].startswith("Guarded: not allowed while a file is read")


def test_a_child_opens_no_more_files_than_it_may(act: Act) -> None:
    assert act("open many files")[0].startswith("OSError: [Errno 24]")


def test_a_child_writes_no_more_than_it_may(act: Act) -> None:
    assert int(act("write much", SMALL)[0]) == SMALL.result_bytes


def test_a_child_inherits_no_secret_no_folder_and_no_open_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROVIDER_API_KEY", "a-secret-of-the-operator")
    path = tmp_path / "export.csv"
    path.write_bytes(b"a\n")
    server = ChildServer("hostile_programs", (HERE,))
    try:
        with ExitStack() as files, path.open("rb") as file:
            results = server.ask(file, b"look around", LOOSE, path.name, files)
            results.answer.seek(0)
            seen = json.loads(results.answer.read())
    finally:
        server.close()
    assert seen["variables"] == ["ARROW_DEFAULT_MEMORY_POOL", "LC_ALL", "TZ"]
    assert seen["folder"] == "/"
    assert str(Path.cwd()) not in seen["path"]
    # Three standard ones, the five it was given, the pipe that tells its end, and the listing.
    assert len(seen["files"]) == 10
    if results.ending.network == "wall":
        assert seen["interfaces"] == ["lo"]


def test_a_server_that_died_is_started_again(act: Act, server: ChildServer) -> None:
    act("look around")
    assert server._process is not None
    server._process.kill()
    server._process.wait()
    assert act("look around")[0]


def test_an_interrupted_wait_ends_the_child_and_the_next_one_is_heard(
    act: Act, server: ChildServer
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    act("look around")
    process = server._process
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(KeyboardInterrupt):
            act("sleep")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # It went by itself, which it only does after its child.
    assert process is not None
    assert process.returncode == 0
    assert json.loads(act("look around")[0])["folder"] == "/"


def test_the_growth_of_a_child_is_measured(act: Act) -> None:
    growth = act("hold 40 MiB")[1].ending.peak_growth
    assert 40 << 20 <= growth <= 60 << 20


def test_a_second_file_costs_a_fork_and_not_a_start(act: Act) -> None:
    act("look around")
    before = time.monotonic()
    for _ in range(5):
        act("look around")
    # Measured at 5 milliseconds; a start of Python with its libraries costs 300 and more.
    assert time.monotonic() - before < 2


def test_limits_grow_with_the_file_and_stay_on_the_machine() -> None:
    small, large = limits_for(1000, packed=False), limits_for(1 << 30, packed=False)
    assert small.cpu_seconds < large.cpu_seconds
    assert small.memory < large.memory <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    # 1 MiB packed may become 200 MiB: 20 seconds to start with and one for each of them.
    assert limits_for(1 << 20, packed=True).cpu_seconds == 220
