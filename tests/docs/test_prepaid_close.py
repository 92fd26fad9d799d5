"""The month of a prepaid account, walked as its guide says, and the sheet beside it, added up anew.

What the sheet holds and what it misses is computed from the rows of the simulator in whole units
and fractions; nothing of it comes from Tieout, whose own figures are then held against it.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

import simulator
from simulator.credits import credit_of
from simulator.history import BLOCK, Row
from simulator.truth import Truth
from tests.docs.prepaid_walk import Reader, Step, steps

pytestmark = pytest.mark.slow
GUIDE: Final = "docs/guide/prepaid-close.md"
OPENS, CLOSES = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) for month in (10, 11))
HALF_AN_HOUR: Final = 1800


@dataclass(frozen=True)
class Walk:
    """What the guide left behind."""

    page: str
    steps: list[Step]
    folder: Path
    truth: Truth
    report: dict[str, Any]
    journal: dict[str, Any]

    def usd(self, rows: list[Row]) -> Fraction:
        """What those rows state, in dollars: 500,000 units are one."""
        return Fraction(sum(row.quota for row in rows), 500_000)

    def rows(self, first: int, last: int, *types: int) -> list[Row]:
        """The rows of those types written in ``[first, last)``."""
        return [row for row in self.truth.rows if first <= row.at < last and row.type in types]

    def table(self, head: str) -> dict[str, str]:
        """The rows of a table of the page: first cell to second."""
        text = self.page.partition(head)[2].partition("\n\n")[0]
        rows = re.findall(r"^\| (.*?) +\| +([\d.-]+) \|", text, flags=re.MULTILINE)
        return dict(rows)

    def movement(self, kind: str, funding: str = "wallet") -> dict[str, Any]:
        """The movements of a kind in the period, as Tieout states them."""
        (found,) = (
            one
            for one in self.report["credits"]["movements"]
            if (one["window"], one["kind"], one["funding"]) == ("period", kind, funding)
        )
        return dict(found)


@pytest.fixture(scope="module")
def walk(
    repo_root: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Walk:
    """Every command of the guide, in one folder, in its order."""
    folder = tmp_path_factory.mktemp("prepaid-close")
    page = (repo_root / GUIDE).read_text(encoding="utf-8")
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    walked = list(steps(page))
    with pytest.MonkeyPatch.context() as patch, simulator.serve(
        "prepaid", start=date(2026, 9, 21), days=43, rows_per_day=20,
        authority=folder / "simulator-authority.pem",
    ) as up:  # fmt: skip
        patch.chdir(folder)
        patch.setenv("COLUMNS", "100")
        reader = Reader(up, repo_root, patch, lambda: "".join(capture.read_global_capture()))
        for step in walked:
            reader.does(step)
        told = simulator.truth(up.world)
        patch.chdir(folder / "acme")
        journal = reader.json("credits", "journal", "--period", "2026-10")
    newest = max((folder / "acme").rglob("report.json"), key=lambda one: one.stat().st_mtime_ns)
    return Walk(page, walked, folder, told, json.loads(newest.read_bytes()), journal)


def test_every_command_of_the_guide_ends_and_says_as_the_guide_says(walk: Walk) -> None:
    codes = [step.code for step in walk.steps if step.line.startswith("tieout run")]
    assert codes == [9, 9, 0]
    others = [step for step in walk.steps if not step.line.startswith("tieout run")]
    assert [(step.line, step.said) for step in others if step.code] == []
    assert [(step.line, step.missing()) for step in walk.steps if step.missing()] == []
    assert sum(len(step.shown) > 3 for step in walk.steps) >= 10


def test_the_sheet_of_the_guide_is_what_the_console_says(walk: Walk) -> None:
    with (walk.folder / "sheet.csv").open(encoding="utf-8", newline="") as file:
        cells = {row["what"]: row["USD"] for row in csv.DictReader(file)}
    days = [amount for what, amount in cells.items() if re.fullmatch(r"2026-10-\d\d", what)]
    assert len(days) == 31
    shown = walk.table("| row of the sheet | USD |")
    assert shown["opening balance"] == cells["opening balance"]
    assert shown["balance in the console"] == cells["balance in the console"]
    assert shown["top-ups by receipts"] == cells["top-ups by receipts"]
    # By the rows of the log: 2 is a call, whoever paid it.
    total = walk.usd(walk.rows(OPENS, CLOSES, 2))
    assert Fraction(shown["daily totals, 31 rows"]) == total == sum(map(Fraction, days))
    closing = Fraction(shown["opening balance"]) + Fraction(shown["top-ups by receipts"]) - total
    assert Fraction(shown["closing by formula"]) == closing
    difference = Fraction(shown["balance in the console"]) - closing
    assert Fraction(shown["difference"]) == difference != 0


def test_what_the_sheet_cannot_say_adds_up_to_its_difference(walk: Walk) -> None:
    credited = {
        kind: Fraction(
            sum(
                one.usd - one.paid
                for row in walk.rows(OPENS, CLOSES, 1, 3, 4)
                if (one := credit_of(row.n // BLOCK)) is not None
                and (one.kind, bool(one.paid)) == kind
            )
        )
        for kind in (("top_up", True), ("top_up", False), ("manage", False))
    }
    calls = walk.rows(OPENS, CLOSES, 2)
    wanted: dict[str, Fraction] = {
        "bonus": credited["top_up", True],
        "two redeemed codes": credited["top_up", False],
        "six changes": credited["manage", False],
        "returned": walk.usd(walk.rows(OPENS, CLOSES, 6)),
        "paid by a subscription": walk.usd([one for one in calls if "subscription" in one.role]),
        "a call written": walk.usd(walk.rows(OPENS, OPENS + HALF_AN_HOUR, 2)),
        "a task of": -walk.usd(walk.rows(CLOSES, CLOSES + HALF_AN_HOUR, 2)),
    }
    shown = walk.table("| what the sheet cannot say | USD |")
    found = {
        start: Fraction(amount)
        for start in wanted
        for what, amount in shown.items()
        if what.startswith(start)
    }
    assert found == wanted
    assert Fraction(shown["the difference"]) == sum(wanted.values())
    assert shown["the difference"] == walk.table("| row of the sheet | USD |")["difference"]


def test_tieout_finds_each_of_them_in_units(walk: Walk) -> None:
    proof = walk.report["credits"]
    assert (proof["state"], proof["unexplained_units"]) == ("proved", "0")
    found = {
        "55,000,000 units": walk.movement("top_up")["units"],
        "3,000,000 units": walk.movement("bonus")["units"],
        "15,500,000 units": walk.movement("adjustment")["units"],
        "8,000,000 units": walk.movement("refund")["units"],
        "68,185 units": walk.movement("consumption", "subscription")["charged_units"].strip("-"),
        "rolled to 111,876,848": proof["opening"]["units"],
        "rolled to 173,157,107": proof["closing"]["units"],
    }
    said = walk.page.partition("| what the sheet cannot say | USD |")[2].partition("\n\n")[0]
    for words, units in found.items():
        assert words in said, words
        assert re.sub(r"\D", "", words) == units
    # By the rows: 500,000 units a dollar, and what a subscription paid takes nothing.
    paid = walk.usd([one for one in walk.rows(OPENS, CLOSES, 2) if "subscription" in one.role])
    assert paid * 500_000 == 68_185
    (across,) = proof["tasks_across"]
    assert (across["taken_units"], across["taken_at"][:10]) == ("-1920000", "2026-10-24")
    assert "A task of 24 October, 3.84," in walk.page


def test_the_expense_of_the_guide_is_the_use_at_the_cost_of_the_pool(walk: Walk) -> None:
    # 203.41 and 100.00 net of tax for what was there and what came, bonuses and codes included.
    pool = 111_876_848 + 55_000_000 + 3_000_000 + 15_500_000
    calls = [one for one in walk.rows(OPENS, CLOSES, 2) if "subscription" not in one.role]
    used = (walk.usd(calls) - walk.usd(walk.rows(OPENS, CLOSES, 6))) * 500_000
    assert used == 12_219_741
    expense = round(Fraction("303.41") * used / pool, 2)
    assert (expense, Fraction("303.41") - expense) == (Fraction(20), Fraction("283.41"))
    assert "cost 303.41 for 185,376,848 units, so the use of October is 20.00" in walk.page
    assert walk.journal["is_certified"] is True
    said = json.dumps(walk.journal)
    assert '"20.00"' in said
    assert '"283.41"' in said
    # Six seconds more than reserved, 0.32 each: the console's hours do not hold them.
    more = [one for one in walk.rows(OPENS, CLOSES, 2) if one.role == "difference"]
    assert (len(more), walk.usd(more)) == (6, Fraction("1.92"))


def test_a_workspace_that_rehearses_holds_the_same_rows(walk: Walk) -> None:
    (fetched,) = (step for step in walk.steps if step.line.startswith("tieout usage fetch"))
    first, last = (int(datetime(2026, *at, tzinfo=UTC).timestamp()) for at in ((9, 21), (11, 3)))
    assert len(walk.truth.between(first, last - 1)) == 860
    assert "860 rows recorded" in fetched.said
