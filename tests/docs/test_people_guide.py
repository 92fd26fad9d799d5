"""The page on people and keys, walked command by command; what it shows is what is said.

Keys, ids and times are others at every walk: the page's are taken for the ones that came instead,
and the page is held to using them alike from there on.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.people.test_matrix import LETTERS, table
from tieout.actions.start import create_workspace
from tieout.cli import main, signing_key

_ANY = re.compile(r"[0-9a-f]{64}|[0-9a-f]{12}\b|[A-Za-z0-9+/]{43}=|\d{4}-\d\d-\d\d \d\d:\d\dZ")
BLOCK = re.compile(r"^```text\n\$ (tieout (?:.*\\\n)*.*)\n((?:.*\n)*?)^```$", flags=re.MULTILINE)
PREPARED = ["key new ../cd.key", "key new ../ef.key"]


class Reader:
    """Somebody who follows the page, with other keys than those it shows."""

    def __init__(self, said: pytest.CaptureFixture[str]) -> None:
        """Nothing was learned yet."""
        self.said = said
        self.instead: dict[str, str] = {}

    def gives(self, command: str) -> list[str]:
        """What a command says, the page's keys and ids replaced by those that came instead."""
        words = shlex.split(_ANY.sub(lambda one: self.known(one[0]), command))
        assert main(words[1:]) == 0, command
        return self.said.readouterr().out.split("\n")

    def known(self, shown: str) -> str:
        """What came instead of something the page shows."""
        longer = (whole for whole in self.instead if whole.startswith(shown))
        found = next(longer, "")
        return self.instead[found][: len(shown)] if found else shown

    def learns(self, shown: str, said: str) -> None:
        """Take the varying words of a line of the page for those that were said in their place."""
        for one, other in zip(_ANY.findall(shown), _ANY.findall(said), strict=True):
            if one[4:5] != "-":
                assert self.instead.setdefault(one, other) == other, one


def form(line: str) -> str:
    """A line with the varying words taken out."""
    return " ".join(_ANY.sub("*", line).split())


def test_the_page_shows_what_the_commands_say(
    repo_root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (repo_root / "docs" / "guide" / "people-and-keys.md").read_text(encoding="utf-8")
    root = create_workspace(tmp_path / "acme-ai").workspace.root
    monkeypatch.chdir(root)
    monkeypatch.setenv(signing_key.VARIABLE, "a horse of twelve")
    monkeypatch.setenv("COLUMNS", "100")
    reader = Reader(capsys)
    public = dict(
        re.findall(r'"?(\w\w)(?:=[a-z,]+:| --roles preparer --public-key )(\S{44})', page)
    )
    for command in PREPARED:
        said = "\n".join(reader.gives(f"tieout {command}"))
        name = command[-6:-4].upper()
        (key,) = re.findall(r"public  (\S+)", said)
        (key_id,) = re.findall(r"id      (\S+)", said)
        reader.instead[public[name]] = key
        for shown in re.findall(r"revoke (\w{12})", page) if name == "EF" else ():
            reader.instead[shown] = key_id[:12]
    walked = 0
    for command, shown in BLOCK.findall(page):
        if "policy approve" in command:
            settings = (root / "tieout.toml").read_text()
            changed = settings.replace('version = "p1"', 'version = "p2"')
            (root / "tieout.toml").write_text(
                changed.replace('materiality = "0"', 'materiality = "5"')
            )
        said_lines = reader.gives(command.replace("\\\n", " "))
        lines = shown.rstrip("\n").split("\n")
        cut = lines.index("    ...") if "    ..." in lines else len(lines)
        if cut == len(lines):
            assert len(lines) == len(said_lines) - 1, command
        for one, other in zip(lines[:cut], said_lines, strict=False):
            assert form(one) == form(other), command
            reader.learns(one, other)
        walked += 1
    assert walked == 13


# The table of the page, by the name of the duty; the other words are the roles themselves.
ROWS = {
    "somebody is enrolled": "enrolment", "a key is revoked": "revocation",
    "the policy changes": "policy", "a difference is accepted": "disposition",
    "an adjustment": "adjustment", "a mapping": "mapping", "a merge": "merge",
    "an exclusion": "exclusion", "an entry on a name alone": "endorsement",
    "an estimate": "estimate", "a calculation": "calculation",
    "a period is closed": "closing", "a period is reopened": "reopening",
}  # fmt: skip


def test_the_table_of_the_page_is_the_one_that_is_tested(repo_root: Path) -> None:
    page = (repo_root / "docs" / "guide" / "people-and-keys.md").read_text(encoding="utf-8")
    everybody = set(LETTERS.values())
    rest = {
        "anybody of another role": everybody - {"administrator"},
        "anybody but auditor and administrator": everybody - {"auditor", "administrator"},
    }
    for start, name in ROWS.items():
        (row,) = re.findall(rf"^\| {start}.*\|$", page, flags=re.MULTILINE)
        cells = [cell.strip() for cell in row.strip("|").split("|")[1:]]
        places = [
            rest.get(cell, {role for role in everybody if role in cell}) for cell in cells if cell
        ]
        assert places == table()[name], name
