"""How a command can end: the exit codes, the letter, its JSON, and what is never caught."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Commands
from tests.tidy.repository import PACKAGE
from tieout.cli import app as command_line
from tieout.cli import main, variance
from tieout.errors import ExitCode

# A program of its own, which finds the package whether or not it is installed.
ALONE = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the list of variances fail in a chosen way."""

    def failing(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(variance, "list_variances", failing)


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["run"], ["run", "--period"], ["run", "--period", "2026-08", "--thread", "2"],
     ["run", "--period", "2026-08", "--threads", "0"], ["prices", "import", "--format", "xml"]],
)  # fmt: skip
def test_a_command_line_that_cannot_be_understood_exits_two(
    words: list[str], tieout: Commands
) -> None:
    assert tieout(*words) == 2
    assert tieout.err.startswith("COMMAND_LINE")
    assert tieout.out == ""


def test_with_json_a_refusal_is_one_object_on_standard_output(tieout: Commands) -> None:
    assert tieout("report", "--json") == 2
    found = json.loads(tieout.out)
    assert found["refused"] == "RUN_UNKNOWN"
    assert found["exit_code"] == 2
    assert found["next"]
    assert tieout.err == ""


def test_json_may_stand_before_the_command(tieout: Commands) -> None:
    assert tieout("--json", "nonsense") == 2
    assert json.loads(tieout.out)["refused"] == "COMMAND_LINE"


def test_an_unreadable_file_exits_three_with_its_name(tieout: Commands, tmp_path: Path) -> None:
    assert tieout("usage", "check", tmp_path / "absent.csv") == 3
    assert tieout.err.startswith("FILE_UNREADABLE")
    assert "absent.csv" in tieout.err


def test_no_workspace_exits_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["prices", "list"]) == 2


def test_the_workspace_is_found_from_a_folder_inside_it(
    tieout: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tieout.root / "notes" / "august"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert tieout.bare("prices", "list") == 0


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), MemoryError()])
def test_a_failing_machine_exits_five(
    error: Exception, tieout: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(error, monkeypatch)
    assert tieout("variance", "list") == 5
    assert tieout.err.startswith("MACHINE")


def test_an_interrupted_command_exits_one_hundred_and_thirty(
    tieout: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(KeyboardInterrupt(), monkeypatch)
    assert tieout("variance", "list") == 130


def test_a_bug_is_never_caught(tieout: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(ZeroDivisionError("a bug"), monkeypatch)
    with pytest.raises(ZeroDivisionError):
        tieout("variance", "list")


def test_a_crash_exits_with_no_code_of_a_decision(tmp_path: Path) -> None:
    program = (
        "import sys, tieout.cli.app as app\n"
        "def failing(*_): raise ZeroDivisionError('a bug')\n"
        "app.app = type('Broken', (), {'meta': staticmethod(failing)})\n"
        "sys.exit(app.main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=ALONE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ZeroDivisionError: a bug" in done.stderr
    decisions = {ExitCode.APPROVE, ExitCode.INVESTIGATE, ExitCode.HOLD}
    assert done.returncode not in decisions


def test_a_reader_who_leaves_ends_the_command_without_a_trace(closed: Commands) -> None:
    program = "import sys; from tieout.cli import main; sys.exit(main())"
    words = ["--workspace", str(closed.root), "report", "--json"]
    with subprocess.Popen(
        [sys.executable, "-c", program, *words],
        env=ALONE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
    assert b"Traceback" not in said
    assert started.returncode == ExitCode.ENVIRONMENT


def test_text_of_a_file_cannot_move_the_cursor_of_a_letter(
    tieout: Commands, tmp_path: Path
) -> None:
    evil = tmp_path / "evil\x1b[2Jname.csv"
    assert tieout("usage", "check", evil) == 3
    assert "\x1b" not in tieout.err
    assert "\\x1b[2Jname.csv" in tieout.err


def test_starting_loads_neither_engine_nor_tables() -> None:
    program = (
        "import sys\nfrom tieout.cli import main\nmain(['--version'])\n"
        "print(sorted({'duckdb', 'pyarrow', 'jinja2', 'msgspec'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=ALONE,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_each_command_has_a_place_of_its_own() -> None:
    places = [place for _, place, _ in command_line.COMMANDS]
    assert len(set(places)) == len(places) > 0
