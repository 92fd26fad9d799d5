"""The commands of a review, as a person types them: keys, letters, and what comes next."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.review.books import Books, key_file, month, only_group
from tieout.cli import main
from tieout.workspace.layout import Workspace


class Typed:
    """Commands given to the books of a month, and what they answered."""

    def __init__(self, books: Books, group: str, capsys: pytest.CaptureFixture[str]) -> None:
        """Nothing was said yet."""
        self.books, self.group, self._capsys = books, group, capsys
        self.out = self.err = ""

    def __call__(self, *words: str | Path) -> int:
        """The exit code of a command in the workspace."""
        code = main(["--workspace", str(self.books.workspace.root), *map(str, words)])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str | Path) -> Any:
        """The answer of a command as JSON."""
        assert self(*words, "--json") == 0, self.out
        return json.loads(self.out)

    def key(self, name: str) -> tuple[str | Path, ...]:
        """The options that sign as somebody."""
        passphrase = self.books.folder / f"{name}.txt"
        passphrase.write_text(f"passphrase of {name}\n", encoding="utf-8")
        passphrase.chmod(0o600)
        key = self.books.folder / f"{name}.key"
        key.write_bytes(key_file(name)[1])
        return ("--key", key, "--passphrase-file", passphrase)

    @property
    def why(self) -> tuple[str | Path, ...]:
        """A reason with its evidence."""
        return ("--reason", "seen before", "--evidence", self.books.file("mail.txt", "the mail"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Books, str]:
    """A month with one group, and its id."""
    books = month(
        tmp_path_factory.mktemp("commands"),
        policy='acceptance = { most = "1", max_days = 366, max_gross = "1" }',
    )
    return books, str(only_group(books.run("2026-08"))["group_id"])


@pytest.fixture
def typed(made: tuple[Books, str], capsys: pytest.CaptureFixture[str]) -> Typed:
    capsys.readouterr()
    return Typed(*made, capsys)


def test_a_settled_group_that_is_nobodys_is_assigned_next(
    made: tuple[Books, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # In a copy: a run is not signed while a group has no owner, and the commands below give it one.
    books, group = made
    shutil.copytree(books.workspace.root, tmp_path / "copy")
    copied = copy.copy(books)
    copied.workspace = Workspace.open(tmp_path / "copy")
    typed = Typed(copied, group, capsys)
    settle = ("variance", "resolve", group, "--as", "accepted", *typed.why)
    assert typed(*settle) == 0
    assert "next  sign it" in typed.out
    assert typed(*settle, *typed.key("AB")) == 0
    assert f"next  tieout variance assign {group} --owner NAME --key FILE" in typed.out
    assert typed("variance", "assign", group, "--owner", "EF", *typed.key("AB")) == 0
    assert typed.json(*settle, *typed.key("AB"))["without_owner"] == []


def test_without_a_key_a_decision_is_shown_and_nothing_is_written(typed: Typed) -> None:
    before = typed.books.workspace.log.checkpoint().size
    assert typed("variance", "resolve", typed.group, "--as", "accepted", *typed.why) == 0
    assert "checked, and not signed: nothing was written" in typed.out
    assert "0.0001 net, 0.0001 gross USD" in typed.out
    assert typed.books.workspace.log.checkpoint().size == before


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("g-00000000",), 2, "VARIANCE_UNKNOWN"),
        (("GROUP", "--cap", "2", "--expires", "2026-12-31"), 8, "DISPOSE_CAP"),
        (("GROUP", "--cap", "0.5"), 8, "DISPOSE_CAP"),
        (("GROUP", "--period", "2026-07"), 2, "RUN_UNKNOWN"),
    ],
)
def test_a_decision_that_cannot_stand_is_a_letter(
    typed: Typed, words: tuple[str, ...], exit_code: int, code: str
) -> None:
    named = [typed.group if word == "GROUP" else word for word in words]
    asked = ("variance", "resolve", *named, "--as", "accepted", *typed.why, *typed.key("AB"))
    assert typed(*asked) == exit_code
    assert typed.err.startswith(code)


def test_evidence_that_is_empty_or_missing_is_a_letter(typed: Typed) -> None:
    empty = typed.books.file("empty.txt", "")
    for file, code in ((empty, "DISPOSE_EVIDENCE"), (Path("missing.txt"), "FILE_UNREADABLE")):
        words = ("variance", "resolve", typed.group, "--as", "accepted", "--reason", "r")
        assert typed(*words, "--evidence", file, *typed.key("AB")) != 0
        assert typed.err.startswith(code)
    words = ("variance", "resolve", typed.group, "--as", "accepted", "--reason", " ")
    assert typed(*words, "--evidence", typed.why[3], *typed.key("AB")) == 2
    assert typed.err.startswith("DISPOSE_REASON")


def test_an_auditor_decides_nothing(typed: Typed) -> None:
    words = ("variance", "resolve", typed.group, "--as", "accepted", *typed.why)
    assert typed(*words, *typed.key("GH")) == 8
    assert typed.err.startswith("SOD_ROLE")
    # Remarks are anybody's.
    remark = ("variance", "comment", typed.group, "--text", "asked\x1b[31m the vendor")
    assert typed(*remark, *typed.key("GH")) == 0
    assert typed("variance", "show", typed.group) == 0
    assert "asked\\x1b[31m the vendor" in typed.out


def test_an_owner_and_a_day_are_shown_with_the_group(typed: Typed) -> None:
    assign = ("variance", "assign", typed.group, "--owner", "EF", "--due")
    assert typed(*assign, "30.9.2026", *typed.key("AB")) == 2
    assert typed.err.startswith("ASSIGN_FORM")
    assert typed(*assign, "2026-09-30", *typed.key("AB")) == 0
    (group,) = typed.json("variance", "list", "--open")["groups"]
    assert (group["owner"], group["due"]) == ("EF", "2026-09-30")


def test_a_decision_shows_at_once_and_an_adjustment_waits_for_the_checker(typed: Typed) -> None:
    adjust = (
        "adjust", "--period", "2026-08", "--currency", "USD", "--owner", "AB", *typed.why,
        "--group", typed.group,
    )  # fmt: skip
    assert typed(*adjust, "--amount", "0", *typed.key("AB")) == 8
    assert typed.err.startswith("ADJUST_RULE")
    found = typed.json(*adjust, "--amount", "-0.0001", *typed.key("AB"))
    assert (found["in_force"], found["needs"]) == (False, "checker")
    assert typed(*adjust, "--amount", "-0.0001", *typed.key("AB")) == 0
    assert "tieout sign " in typed.out
    typed.books.checked(found["ruling_id"])
    shown = typed.json("variance", "show", typed.group)
    assert (shown["group"]["status"], shown["group"]["left"]) == ("corrected", "0")
    assert shown["said"]["adjustments"][0]["by"] == ["AB", "CD"]
    assert typed.json("variance", "list", "--open")["groups"] == []


def test_a_report_that_was_changed_by_hand_decides_nothing(typed: Typed) -> None:
    """What is signed comes from the store, whatever stands in the folder of the run."""
    (report,) = typed.books.workspace.root.glob("runs/*/*/report.json")
    written = report.read_bytes()
    report.write_bytes(written.replace(b'"gross": "0.0001"', b'"gross": "0.9001"'))
    words = ("variance", "resolve", typed.group, "--as", "escalated", *typed.why)
    assert typed.json(*words)["money"] == {"USD": {"net": "0.0001", "gross": "0.0001"}}
    report.write_bytes(written)
