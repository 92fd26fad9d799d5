"""The page on evidence: what it shows of verify and doctor is what they say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.catalogue.small_workspace import filled
from tests.crash.commands import AS_OF
from tieout.cli import main


def form(line: str) -> str:
    """A line without figures, digests and the spaces that align them."""
    return re.sub(
        r"[0-9,]+", "N", re.sub(r"[0-9a-f]{64}|-[0-9a-f]{8}\b", "", " ".join(line.split()))
    )


@pytest.fixture
def said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, str]:
    """What each command of the page says, in a workspace called as the page calls it."""
    root = filled(tmp_path).rename(tmp_path / "acme-ai")
    run = ("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB")
    assert main(["--workspace", str(root), *run]) in (0, 1, 9)
    shutil.copy(root / "witness" / "checkpoint", tmp_path / "august.checkpoint")
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    answers = {}
    for line in (
        "verify --checkpoint august.checkpoint",
        "verify --part 2/7",
        "verify --store-only",
        "doctor",
        "doctor --sweep",
    ):
        assert main(["--workspace", str(root), *line.split()]) == 0
        answers[line] = capsys.readouterr().out
    return answers


def test_the_page_shows_what_the_commands_say(repo_root: Path, said: dict[str, str]) -> None:
    page = (repo_root / "docs" / "guide" / "evidence.md").read_text()
    blocks = re.findall(r"^```text\n\$ tieout (.*)\n((?:.*\n)*?)^```$", page, flags=re.MULTILINE)
    assert [command for command, _ in blocks] == [
        "verify --checkpoint august.checkpoint", "verify --part 2/7", "doctor", "doctor --sweep",
    ]  # fmt: skip
    for command, shown in blocks:
        known = {form(line).replace("small", "acme-ai") for line in said[command].split("\n")}
        wrong = [line for line in shown.split("\n") if form(line) not in known]
        assert wrong == [], command
    assert "no run is calculated again" in said["verify --store-only"]
