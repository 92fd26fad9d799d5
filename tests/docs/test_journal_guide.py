"""The guide to the journal shows what the command says, and settings that are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.controls.office import PERIOD
from tests.credits.prepaid_office import certified
from tieout.cli import main
from tieout.workspace.settings import read_settings


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    fenced = re.findall(r"^```([a-z]*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [text for name, text in fenced if name == language]


def test_the_guide_shows_what_the_command_says(
    repo_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (repo_root / "docs" / "guide" / "journal.md").read_text(encoding="utf-8")
    (shown,) = (one for one in blocks(page, "") if "journal of" in one)
    workspace = certified(tmp_path)
    main(["--workspace", str(workspace.root), "credits", "journal", "--period", PERIOD])
    said = capsys.readouterr().out.split("\n")
    anywhere = re.compile(r"run [0-9a-f]{12}")
    for line in filter(None, shown.split("\n")):
        assert anywhere.sub("run", line) in [anywhere.sub("run", one) for one in said]


def test_the_settings_of_the_guide_are_read(repo_root: Path) -> None:
    page = (repo_root / "docs" / "guide" / "journal.md").read_text(encoding="utf-8")
    (shown,) = blocks(page, "toml")
    books = read_settings(f'workspace = "acme"\n{shown}'.encode()).books
    books.require()
    assert (books.account("expense", "search"), books.account("fee")) == ("6410", "6855")
