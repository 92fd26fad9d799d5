"""The help: every command explains itself with one worked example that the program understands."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from tests.tidy.repository import PACKAGE, ROOT, files_under, name_of
from tieout.cli.app import COMMANDS, app
from tieout.cli.app import main as tieout_main

# In small letters it is the program and what follows is its command; only Python imports from it.
_MENTION = re.compile(r"(?<!from )(?<!tieout-)\btieout ((?:[a-z]+)(?: [a-z]+)?)")
_NOUNS = {name for name, _, _ in COMMANDS}


def leaves(found: App = app, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], App]]:
    """Every command that does something, with the words that call it."""
    for name in found:
        if not name.startswith("-"):
            inner = found[name]
            if inner.default_command is not None:
                yield (*path, name), inner
            yield from leaves(inner, (*path, name))


LEAVES = dict(leaves())


def examples(help_text: str) -> list[str]:
    """The worked examples of a help page, each as one command line."""
    after = help_text.partition("Example:")[2]
    joined = after.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip().startswith("tieout ")]


def test_there_is_a_command_for_every_place() -> None:
    assert {path[0] for path in LEAVES} == _NOUNS
    assert len(LEAVES) > len(_NOUNS)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_has_one_worked_example_that_is_understood(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tieout_main([*path, "--help"]) == 0
    page = capsys.readouterr().out
    assert page.count("Example:") == 1
    (first, *_) = examples(page)
    words = shlex.split(first)
    assert words[1 : 1 + len(path)] == list(path)
    command, _, _ = app.parse_args(words[1:])
    assert command is LEAVES[path].default_command


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_option_is_explained(path: tuple[str, ...]) -> None:
    command = LEAVES[path].default_command
    assert command is not None
    said = (inspect.getdoc(command) or "").partition("Args:\n")[2]
    explained = re.findall(r"^    (\w+): \S", said, flags=re.MULTILINE)
    assert explained == list(inspect.signature(command).parameters)


def mentioned(text: str) -> set[str]:
    """The commands a text speaks of: the word after ``tieout``, and the word after that."""
    return {*_MENTION.findall(text)}


def exists(words: str) -> bool:
    """Whether a mention is a command, a noun alone, or a verb followed by another word."""
    noun, _, verb = words.partition(" ")
    return (noun,) in LEAVES or (noun in _NOUNS and not verb) or (noun, verb) in LEAVES


def pages() -> list[Path]:
    """The pages people read."""
    return [path for path in files_under(ROOT, ".md") if path.parent != ROOT / "docs" / "adr"]


def test_every_command_the_code_speaks_of_exists() -> None:
    places = {PACKAGE: (".py", ".j2", ".sql", ".toml"), ROOT / "vendors": (".toml",)}
    places |= {ROOT / name: (".md", ".sh", ".toml", ".csv") for name in ("docs", "examples")}
    texts = [
        path for place, ends in places.items() for end in ends for path in files_under(place, end)
    ]
    texts += [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    assert {path.suffix for path in texts} >= {".py", ".toml", ".md", ".sh"}
    wrong = {
        (name_of(path), words)
        for path in texts
        for words in mentioned(path.read_text(encoding="utf-8"))
        if not exists(words)
    }
    assert wrong == set()


def test_every_command_line_on_a_page_is_understood() -> None:
    """Fenced command lines of README and guides parse, whatever files they name."""
    wrong = []
    for path in pages():
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in re.findall(r"^(?:\$ )?tieout .*$", text, flags=re.MULTILINE):
            words = shlex.split(line.removeprefix("$ "), comments=True)[1:]
            try:
                app.meta.parse_args(words)
                app.parse_args([word for word in words if word != "--json"])
            except Exception as error:  # noqa: BLE001 - whatever it is, the page is wrong
                wrong.append(f"{name_of(path)}: {line}: {error}")
    assert wrong == []


def test_a_planted_command_that_does_not_exist_is_found() -> None:
    assert not exists("prices burn")
    assert not exists("contract burn")
    assert exists("contract list")
    assert not exists("pay")
    assert exists("prices")
    assert mentioned("from tieout import tables") == set()
    assert mentioned("run `tieout prices burn x` now") == {"prices burn"}
    assert exists("prices import")
    assert exists("run the")
