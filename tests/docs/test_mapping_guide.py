"""The guide to what is signed, run as a reader runs it: the commands say what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.mapping.conftest import make_small
from tests.signers import PASSPHRASE, founded, key_of
from tieout.cli import main
from tieout.workspace.layout import EXCLUSIONS_HEADER, MAPPING_HEADER, Workspace

NAMES = ("prod-aster-1-eastus", "beryl-1", "aster-1", "BERYL_1")
MERGE = "beryl-1,aster-1,1M tokens,2026-07-01T00:00:00Z,,CD,,,,,,,\n"
RULE = "load test,request_id,r3,a load test,CD\n"


def form(line: str) -> str:
    """A line without the ids of rulings."""
    return re.sub(r"\b[0-9a-f]{12}\b", "RULING", line.rstrip())


def blocks(page: Path) -> list[tuple[str, list[str]]]:
    """The commands of a page with what it shows of their answers."""
    pattern = r"^```text\n\$ tieout ([^\n]*)\n(.*?)^```$"
    found = re.findall(pattern, page.read_text(), re.MULTILINE | re.DOTALL)
    return [(command, [form(line) for line in said.split("\n")]) for command, said in found]


def test_the_page_shows_what_the_commands_say(
    repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    small = make_small(tmp_path, NAMES)
    root = small.workspace.root
    founded(Workspace.open(root))
    (tmp_path / "ab.pem").write_bytes(key_of("AB")[1])
    (tmp_path / "ticket.txt").write_text("the deployment is aster-1")
    (root / "exclusions.csv").write_text(EXCLUSIONS_HEADER + RULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIEOUT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("COLUMNS", "100")
    shown = blocks(repo_root / "docs" / "guide" / "mapping.md")
    assert len(shown) == 5
    for command, wanted in shown:
        if command.startswith("mapping approve proposed"):
            fill_in(tmp_path / "proposed.csv")
        if "--merge" in command:
            (root / "mapping.csv").write_text(MAPPING_HEADER + MERGE)
        assert main(["--workspace", str(root), *shlex.split(command)]) == 0
        said = [form(line) for line in capsys.readouterr().out.split("\n")]
        assert said == wanted, command


def fill_in(proposal: Path) -> None:
    """What a reader does with the file: the id in its column, where the reader agrees."""
    text = proposal.read_text()
    assert "prod-aster-1-eastus,,1M tokens," in text
    proposal.write_text(text.replace("eastus,,", "eastus,aster-1,"))
