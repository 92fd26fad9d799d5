"""The page on closing, walked command by command: each ends as the page says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.controls.office import AS_OF, OPENS, key_file, key_of, made
from tieout.cli import main
from tieout.people.record import countersign, rulings_of
from tieout.workspace.layout import Workspace

# Where a command ends otherwise than with 0, in the order of the page.
_EXITS = {"run": [1, 0]}


class Desk:
    """A terminal in the folder of the keys and the evidence."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Lay out the day, three keys and the evidence."""
        self.folder, self.capsys = folder, capsys
        self.root = made(folder).root
        for name in ("AB", "CD", "GH"):
            key_file(folder, name)
        (folder / "docs.html").write_text("the documentation")
        (folder / "mail.txt").write_text("a lost export")

    def json(self, *words: str) -> dict[str, Any]:
        """The JSON answer of a command."""
        self.capsys.readouterr()
        main(["--workspace", str(self.root), "--json", *words])
        found: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return found

    def does(self, line: str) -> tuple[int, str]:
        """A command of the page, with the run and the digest that it speaks of."""
        if "RUN" in line:
            state = self.json("checklist")
            line = line.replace("RUN", state["run_id"])
            line = line.replace("DIGEST", state["signoff_digest"][:12])
        self.capsys.readouterr()
        code = main(["--workspace", str(self.root), *shlex.split(line)])
        return code, self.capsys.readouterr().out


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A day that nobody has run yet."""
    monkeypatch.setenv("TIEOUT_PASSPHRASE", OPENS)
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capsys)


def lines_of(page: str) -> list[str]:
    """The command lines of the page in order."""
    return re.findall(r"^\$ tieout (.*)$", page, flags=re.MULTILINE)


def test_the_page_leads_from_a_run_to_a_closed_period_and_back(repo_root: Path, desk: Desk) -> None:
    page = (repo_root / "docs" / "guide" / "closing.md").read_text()
    states, runs = [], iter(_EXITS["run"])
    said = {}
    for line in lines_of(page):
        code, answer = desk.does(line)
        assert code == (next(runs) if line.startswith("run") else 0), (line, answer)
        said[line.split(" --key")[0]] = answer
        states.append((line.split()[0], desk.json("checklist")["period_state"]))
    assert states == [
        ("run", "open"), ("checklist", "open"), ("checklist", "open"), ("run", "open"),
        ("sign", "open"), ("sign", "in review"), ("sign", "in review"), ("close", "closed"),
        ("reopen", "closed"), ("variance", "closed"), ("calculation", "closed"),
    ]  # fmt: skip
    assert "answered by review/coverage.sql" in said["checklist"]
    assert "0 lines changed" in said["variance diff"]
    assert "the same result" in said["calculation show"]
    workspace = Workspace.open(desk.root)
    (waiting,) = rulings_of(workspace.log).waiting
    countersign(workspace.log, waiting.ruling_id, key_of("CD"), AS_OF)
    assert desk.json("report")["approval"]["period_state"] == "reopened"


def test_a_close_that_is_refused_exits_with_8_and_says_why(desk: Desk) -> None:
    desk.does("run --period 2026-08-03 --by job")
    code, _ = desk.does("close 2026-08-03 --key gh.key")
    assert code == 8
    refused = desk.json("close", "2026-08-03", "--key", "gh.key")
    assert (refused["refused"], refused["exit_code"]) == ("FLOW_ORDER", 8)
    code, _ = desk.does("sign RUN --as prepared --digest DIGEST --key ab.key")
    assert code == 8
    code, _ = desk.does("sign RUN --as prepared --key ab.key")
    assert code == 8
    # Without a key nothing is signed, and what would be is shown.
    code, shown = desk.does("sign RUN")
    assert (code, "checklist item 3 is unanswered" in shown) == (0, True)


def test_every_code_of_the_page_is_registered(repo_root: Path) -> None:
    page = (repo_root / "docs" / "guide" / "closing.md").read_text()
    known = (repo_root / "docs" / "reference" / "codes.md").read_text()
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", page)) - {"TIEOUT_PASSPHRASE"}
    assert len(named) > 7
    assert {code for code in named if f"`{code}`" not in known} == set()
