"""The face: one object as JSON, colour only where it is wanted, progress only on a terminal."""

from __future__ import annotations

import io
import json

import pytest

from tests.cli.conftest import AS_OF, Commands
from tieout.cli.face import Face, ProgressLine, json_text


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_in_a_pipe_says_nothing() -> None:
    pipe = io.StringIO()
    line = ProgressLine(pipe)
    line("usage_record", 10)
    line.close()
    assert pipe.getvalue() == ""


def test_progress_on_a_terminal_is_one_line_that_goes_away() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)
    line("usage_record", 1234)
    line.close()
    said = terminal.getvalue()
    assert "usage_record  1,234 rows" in said
    assert "\n" not in said
    assert said.endswith("\r\x1b[2K")


def test_progress_rests_between_two_redraws() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)
    for _ in range(1000):
        line("usage_record", 1)
    assert terminal.getvalue().count("usage_record") < 1000


def test_colour_obeys_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    face = Face(None, as_json=False)
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert face.color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not face.color
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not face.color


def test_a_run_on_a_terminal_is_coloured_and_elsewhere_it_is_not(
    filled: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled("run", "--period", "2026-08", "--as-of", AS_OF)
    assert "\x1b" not in filled.out
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout", terminal)
    filled("run", "--period", "2026-08", "--as-of", AS_OF)
    assert "\x1b[1;31mHOLD\x1b[0m" in terminal.getvalue()


def test_json_needs_no_encoding_and_keeps_its_order() -> None:
    text = json_text({"b": "\u2603", "a": None})
    assert text.isascii()
    assert list(json.loads(text).items()) == [("b", "\u2603"), ("a", None)]


@pytest.mark.parametrize(
    "words",
    [("prices", "list"), ("usage", "check"), ("ledger", "check"), ("mapping", "check"),
     ("variance", "list"), ("report",), ("verify",), ("prices", "show", "alpha")],
)  # fmt: skip
def test_every_answer_is_also_one_json_object(words: tuple[str, ...], closed: Commands) -> None:
    assert isinstance(closed.json(*words), dict)
