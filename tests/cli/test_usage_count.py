"""A vendor's counts from the command line to the checklist: recorded once, compared, verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.small_close import (
    AS_OF,
    LEDGER,
    PERIOD,
    PRICES,
    SETTINGS,
    USAGE,
    entry,
    row,
)
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.cli import main
from tieout.evidence.records import count_lists
from tieout.report.document import load
from tieout.report.text import render
from tieout.workspace.layout import Workspace

HEAD = "day,model,meter,quantity\n"
RIGHT = f"{HEAD}2026-08-03,aster-1,rows,2\n2026-08-04,*,rows,0\n"
WRONG = RIGHT.replace(",2\n", ",3\n")


class Counting:
    """A workspace with two calls of one day, and a period of two days."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Import what there is of it."""
        self.folder, self.capsys = folder, capsys
        folder.mkdir(exist_ok=True)
        self.workspace = Workspace.create(folder / "books", SETTINGS)
        import_prices(
            self.workspace, self.file("prices.csv", PRICES), source_name="list",
            source_format="price-list", origin=Origin("https://prices.example", AS_OF, "AB"),
            approved_by="CD", at=AS_OF,
        )  # fmt: skip
        usage = [self.file("usage.csv", USAGE + row("r1") + row("r2"))]
        list(import_files(self.workspace, "usage", usage, operator="AB", at=AS_OF))
        books = self.file("ledger.csv", LEDGER + entry("r1") + entry("r2"))
        list(import_files(self.workspace, "ledger", [books], operator="AB", at=AS_OF))

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def say(self, *words: str) -> tuple[int, dict[str, Any]]:
        code = main(["--workspace", str(self.workspace.root), "--json", *words])
        told = self.capsys.readouterr()
        return code, json.loads(told.out or told.err)

    def count(self, text: str, *words: str) -> tuple[int, dict[str, Any]]:
        file = self.file("counts.csv", text)
        return self.say("usage", "count", str(file), "--zone", "UTC", "--by", "AB", *words)

    def run(self) -> dict[str, Any]:
        code, told = self.say("run", "--period", PERIOD, "--as-of", "2099-08-05T09:00:00Z")
        assert code in (1, 9), told
        report: dict[str, Any] = json.loads(
            (self.workspace.root / told["artifacts"] / "report.json").read_bytes()
        )
        return report


def covered(report: dict[str, Any]) -> tuple[str, str]:
    (item,) = (one for one in report["checklist"] if one["number"] == 4)
    return item["answer"], item["detail"]


@pytest.fixture
def books(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Counting:
    return Counting(tmp_path / "a", capsys)


def test_a_count_that_agrees_answers_for_the_days_it_names_and_for_no_other(
    books: Counting,
) -> None:
    shown = books.file("shot.txt", "2 calls")
    _, told = books.count(f"{HEAD}2026-08-03,aster-1,rows,2\n")
    assert covered(books.run())[0] == "unanswered", "4 August has no row, and nobody counted it"
    more = ("--evidence", str(shown), "--replaces", told["list_id"])
    code, told = books.count(RIGHT, *more)
    assert (code, told["counts"], told["days"], told["is_new"]) == (0, 2, 2, True)
    # Again changes nothing.
    assert books.count(RIGHT)[1]["is_new"] is False
    assert len(count_lists(books.workspace.log)) == 1
    report = books.run()
    answer, detail = covered(report)
    assert answer == "yes"
    assert told["list_id"] in detail
    assert books.say("verify")[0] == 0
    (source,) = report["completeness"]["counts"]["sources"]
    assert (source["stated_by"], source["evidence"]) == ("AB", ["shot.txt"])


def test_a_count_that_differs_fails_by_day_and_model(books: Counting) -> None:
    books.count(WRONG)
    report = books.run()
    answer, detail = covered(report)
    assert answer == "no"
    assert "2026-08-03, aster-1, rows: ours 2, the vendor's 3" in detail
    (finding,) = (one for one in report["findings"] if one["code"] == "COUNT_DIFFERS")
    assert (finding["severity"], finding["owner"]) == ("open", "platform owner")
    screen = " ".join(render(load(json.dumps(report).encode()), 100).split())
    assert "2 counts of the vendor (rows): 1 equal, 1 DIFFER: 2026-08-03 aster-1, rows" in screen
    assert "ours 2, the vendor's 3" in screen


def test_a_correction_of_a_list_nobody_knows_is_refused(books: Counting) -> None:
    code, told = books.count(RIGHT, "--replaces", "0123456789ab")
    assert (code, told["refused"]) == (2, "COUNT_UNKNOWN")
    assert count_lists(books.workspace.log) == ()


def test_a_wrong_line_or_zone_records_nothing(books: Counting) -> None:
    code, told = books.count(RIGHT.replace(",2\n", ",two\n"))
    assert (code, told["refused"]) == (3, "COUNT_LINE")
    code, told = books.say(
        "usage", "count", str(books.file("c.csv", RIGHT)), "--zone", "CST", "--by", "AB"
    )
    assert (code, told["refused"]) == (2, "CFG_ZONE")
    assert count_lists(books.workspace.log) == ()
