"""Credits from the command line to the decision: what moved, what was read, what holds a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.small_close import AS_OF, LEDGER, PERIOD, PRICES, QUOTA_SETTINGS, entry
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.cli import main
from tieout.workspace.layout import Workspace

SETTINGS = QUOTA_SETTINGS.replace(
    "\n[ledger",
    """
row_type = "kind"
row_kinds = { call = "consumption", words = "not_usage" }
movement_text = "said"

[ledger""",
)
USAGE = """id,at,model,team,env,status,input,output,quota,kind,said
r1,2026-08-03T10:00:00Z,aster-1,search,production,200,100000,10000,150000,call,a prompt
,2026-08-03T12:00:00Z,,,,,,,,words,Topped up $2.000000
"""
RECEIPT = "time,kind,units,cash,currency,tax,fee,exchange_rate,reference,record,note\n"


class Credits:
    """A workspace with one call of 150,000 units and one row about the account."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], settings: str = SETTINGS
    ) -> None:
        """Import what there is of it."""
        self.folder = folder
        self.capsys = capsys
        self.workspace = Workspace.create(folder / "books", settings)
        import_prices(
            self.workspace, self.file("prices.csv", PRICES), source_name="list",
            source_format="price-list", origin=Origin("https://prices.example", AS_OF, "AB"),
            approved_by="CD", at=AS_OF,
        )  # fmt: skip
        usage = self.file("usage.csv", USAGE)
        (taken,) = import_files(
            self.workspace, "usage", [usage], operator="AB", feed_name="gateway", at=AS_OF
        )
        self.import_id = taken.record.import_id
        books = self.file("ledger.csv", LEDGER + entry("r1"))
        list(import_files(self.workspace, "ledger", [books], operator="AB", at=AS_OF))
        self.file("shot.txt", "the balance")

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def say(self, *words: str) -> tuple[int, dict[str, Any]]:
        code = main(["--workspace", str(self.workspace.root), "--json", "credits", *words])
        told = self.capsys.readouterr()
        return code, json.loads(told.out or told.err)

    def balance(self, at: str, units: int) -> None:
        shown = ("--source", "console", "--evidence", str(self.folder / "shot.txt"))
        code, _ = self.say("balance", "--at", at, "--units", str(units), *shown, "--by", "AB")
        assert code == 0

    def run(self) -> dict[str, Any]:
        words = ("run", "--period", PERIOD, "--as-of", "2026-08-05T09:00:00Z", "--by", "job")
        main(["--workspace", str(self.workspace.root), *words])
        self.capsys.readouterr()
        folder = max(
            (self.workspace.root / "runs").rglob("report.json"), key=lambda p: p.stat().st_mtime_ns
        )
        found: dict[str, Any] = json.loads(folder.read_bytes())
        return found


@pytest.fixture
def account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Credits:
    return Credits(tmp_path, capsys)


def test_a_row_about_the_account_is_proposed_confirmed_and_proved(account: Credits) -> None:
    out = account.folder / "movements.csv"
    _, told = account.say("propose", "--out", str(out))
    (proposal,) = told["proposals"]
    record = f"{account.import_id}:2"
    # No sentence of a vendor is known for this feed: the kind and the units are left open.
    assert (proposal["record"], proposal["units"], proposal["text"]) == (
        record, None, "Topped up $2.000000",
    )  # fmt: skip
    completed = account.file(
        "done.csv", f"{RECEIPT}2026-08-03T12:00:00Z,top_up,1000000,2.00,USD,,,,R-1,{record},\n"
    )
    code, taken = account.say("import", str(completed), "--by", "AB")
    assert (code, taken["units"], taken["is_new"]) == (0, 1_000_000, True)
    assert account.say("propose")[1]["proposals"] == []
    # Again changes nothing.
    assert account.say("import", str(completed), "--by", "AB")[1]["is_new"] is False
    account.balance("2026-08-03T00:00:00Z", 5_000)
    account.balance("2026-08-05T00:00:00Z", 855_000)
    report = account.run()
    found = report["credits"]
    assert (found["state"], found["unexplained_units"], found["moved_units"]) == (
        "proved", "0", "850000",
    )  # fmt: skip
    assert (found["closing"]["units"], found["unconfirmed_of"], found["doubts"]) == (
        "855000",
        0,
        [],
    )
    assert not any(one["code"] == "BALANCE_UNEXPLAINED" for one in report["findings"])


def test_an_unexplained_unit_holds_the_run(account: Credits) -> None:
    account.balance("2026-08-03T00:00:00Z", 1_000_000)
    account.balance("2026-08-05T00:00:00Z", 849_999)
    report = account.run()
    assert report["summary"]["decision"] == "hold"
    assert report["credits"]["unexplained_units"] == "-1"
    assert any("1 unit " in reason and "went" in reason for reason in report["reasons"])
    codes = {one["code"] for one in report["findings"]}
    assert {"BALANCE_UNEXPLAINED", "MOVEMENT_UNCONFIRMED"} <= codes


def test_two_logs_are_said_to_be_taken_as_one_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = SETTINGS.replace(
        "[ledger.books]",
        SETTINGS[SETTINGS.index("[usage.gateway]") : SETTINGS.index("[ledger.books]")].replace(
            "gateway", "second"
        )
        + "\n[ledger.books]",
    )
    account = Credits(tmp_path, capsys, two)
    more = account.file("more.csv", USAGE.replace("r1,", "r2,"))
    list(
        import_files(
            account.workspace, "usage", [more], operator="AB", feed_name="second", at=AS_OF
        )
    )
    doubts = account.run()["credits"]["doubts"]
    assert "The rows of 2 feeds are taken as one account: gateway, second." in doubts


def test_without_a_balance_nothing_is_proved_and_nothing_is_held_for_it(account: Credits) -> None:
    report = account.run()
    assert report["credits"]["state"] == "not_read"
    assert not any("balance" in reason for reason in report["reasons"])


def test_one_movement_stands_in_one_list_that_counts(account: Credits) -> None:
    line = "2026-08-03T12:00:00Z,top_up,1000000,2.00,USD,,,,R-1,,\n"
    first = account.file("first.csv", RECEIPT + line)
    second = account.file("second.csv", RECEIPT + line.replace("1000000", "1000001"))
    _, taken = account.say("import", str(first), "--by", "AB")
    code, refused = account.say("import", str(second), "--by", "AB")
    assert (code, refused["refused"]) == (3, "MOVEMENT_TWICE")
    code, _ = account.say("import", str(second), "--by", "AB", "--replaces", taken["list_id"])
    assert code == 0
    _, listed = account.say("list")
    assert [one["file"] for one in listed["lists"]] == ["second.csv"]


def test_the_same_list_counts_once_whoever_brings_it(account: Credits) -> None:
    # Neither a receipt nor a row of the log names the line: nothing but its bytes tells.
    line = "2026-08-03T12:00:00Z,gift,1000000,,,,,,,,\n"
    first = account.file("first.csv", RECEIPT + line)
    _, taken = account.say("import", str(first), "--by", "AB")
    shown = ("--evidence", str(account.folder / "shot.txt"))
    code, again = account.say("import", str(first), "--by", "CD", *shown)
    assert (code, again["is_new"], again["list_id"]) == (0, False, taken["list_id"])
    assert len(account.say("list")[1]["lists"]) == 1
    moved = {one["kind"]: one["units"] for one in account.run()["credits"]["movements"]}
    assert moved["gift"] == "1000000"


def test_a_line_that_names_nothing_stands_in_one_list_by_what_it_says(account: Credits) -> None:
    line = "2026-08-03T12:00:00Z,gift,1000000,,,,,,,,\n"
    account.say("import", str(account.file("first.csv", RECEIPT + line)), "--by", "AB")
    more = account.file("more.csv", RECEIPT + line + line.replace("gift", "bonus"))
    code, refused = account.say("import", str(more), "--by", "AB")
    assert (code, refused["refused"]) == (3, "MOVEMENT_TWICE")


def test_a_list_that_is_refused_leaves_no_object_behind(account: Credits) -> None:
    line = "2026-08-03T12:00:00Z,top_up,1000000,2.00,USD,,,,R-1,,\n"
    account.say("import", str(account.file("first.csv", RECEIPT + line)), "--by", "AB")
    kept = sorted(path.name for path in account.workspace.root.rglob("evidence/**/*"))
    second = account.file("second.csv", RECEIPT + line.replace("1000000", "7"))
    assert account.say("import", str(second), "--by", "AB")[0] == 3
    assert sorted(path.name for path in account.workspace.root.rglob("evidence/**/*")) == kept


@pytest.mark.parametrize("units", ["12,5", "24,589", "12.5", "many", "1e6", "1234567890123"])
def test_a_balance_is_a_whole_number_of_units(account: Credits, units: str) -> None:
    shown = ("--source", "console", "--evidence", str(account.folder / "shot.txt"))
    code, refused = account.say(
        "balance", "--at", "2026-08-03T00:00:00Z", "--units", units, *shown, "--by", "AB"
    )
    assert (code, refused["refused"]) == (3, "BALANCE_UNITS")


def test_the_words_of_a_call_are_not_stored(account: Credits) -> None:
    files = (account.workspace.root / "evidence").rglob("*")
    kept = b"".join(path.read_bytes() for path in files if path.is_file())
    assert b"Topped up $2.000000" in kept
    assert b"a prompt" not in kept
