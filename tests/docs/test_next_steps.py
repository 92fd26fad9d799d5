"""What a letter or a next step tells somebody to type can be typed: command, options, arguments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cyclopts import CycloptsError

from tests.docs.step_texts import commands, texts
from tests.docs.test_help import LEAVES
from tests.tidy.repository import PACKAGE, files_under, name_of
from tieout.cli.app import app

FEWEST = 120


def told() -> Iterator[tuple[str, list[str]]]:
    """Every command that a text of the package names, with its place."""
    for path in files_under(PACKAGE, ".py"):
        for line, text in texts(path.read_text(encoding="utf-8")):
            for words in commands(text, LEAVES):
                yield f"{name_of(path)}, line {line}", words


def fault(words: list[str]) -> str:
    """Why the program would not take a command; empty where it would."""
    if not words:
        return "there is no such command"
    if tuple(words) in {leaf[: len(words)] for leaf in LEAVES} or words[-1] == "--help":
        return ""  # the name alone: what it needs, it says itself
    try:
        app.parse_args(words)
    except CycloptsError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def test_every_command_that_is_named_is_taken_with_its_arguments() -> None:
    found = list(told())
    assert len(found) > FEWEST
    wrong = [
        f"{place}: tieout {' '.join(words)}: {why}"
        for place, words in found
        if (why := fault(words))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Next: tieout mapping approve --key FILE --reason TEXT --why TEXT", "--why"),
        ("tieout close PERIOD", "--key"),
        ("tieout sign RUN --as witnessed", "witnessed"),
        ("tieout checklist answer NAME yes --detail TEXT --key FILE", "int"),
        ("tieout people found NAME, and so on", "--person"),
        ("tieout burn FILE", "no such command"),
    ],
)
def test_a_planted_command_that_cannot_be_typed_is_found(text: str, why: str) -> None:
    (words,) = commands(text, LEAVES)
    assert why in fault(words)


def test_a_command_ends_where_the_prose_goes_on() -> None:
    def read(code: str) -> list[list[str]]:
        return [words for _, text in texts(f"x = {code}") for words in commands(text, LEAVES)]

    assert read('"List: tieout prices list."') == [["prices", "list"]]
    assert read('"tieout init DIR, or name another"') == [["init", "DIR"]]
    assert read('"tieout verify RUN calculates it again"') == [["verify", "RUN"]]
    assert read('f"tieout run --period {month}, once it is over"') == [["run", "--period", "3"]]
    assert read('"say: tieout variance export FILE) and tieout doctor"') == [
        ["variance", "export", "FILE"], ["doctor"],
    ]  # fmt: skip
    assert list(texts('"""tieout verify in a docstring"""')) == []


def test_the_steps_of_a_close_are_among_them() -> None:
    named = {words[0] for _, words in told()}
    assert named >= {
        "people", "policy", "sign", "checklist", "reopen", "adjust", "variance", "mapping",
        "exclusions", "estimate", "pack", "prices", "contract", "key",
    }  # fmt: skip
