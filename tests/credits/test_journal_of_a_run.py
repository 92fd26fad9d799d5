"""The journal on the command line: draft, certified, allocated, posted, stale, carried on."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.controls.office import AS_OF, LEDGER_HEADER, PERIOD, bring, key_of, ran, written
from tests.credits.prepaid_office import (
    MOVEMENTS,
    PREPAID,
    certified,
    drafted,
    prepaid,
    sign_off,
)
from tieout.actions.credits import import_movements
from tieout.actions.pool_records import approve_allocation
from tieout.cli import main
from tieout.evidence.records import movement_lists
from tieout.people.record import countersign, record_ruling, rulings_of
from tieout.people.ruling import Endorsement
from tieout.workspace.layout import Workspace


class Office:
    """A prepaid workspace, and somebody who types commands in it."""

    def __init__(self, workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
        """Keep both."""
        self.workspace = workspace
        self.capsys = capsys

    def say(self, *words: str) -> tuple[int, dict[str, Any]]:
        """What a command ends with, and its JSON."""
        code = main(["--workspace", str(self.workspace.root), "--json", "credits", *words])
        told = self.capsys.readouterr()
        return code, json.loads(told.out or told.err)

    def screen(self, *words: str) -> str:
        """What a person sees."""
        main(["--workspace", str(self.workspace.root), "credits", *words])
        return self.capsys.readouterr().out

    def journal(self) -> dict[str, Any]:
        """The journal of the day, which is not refused."""
        code, told = self.say("journal", "--period", PERIOD)
        assert code == 0, told
        return told

    def file(self, name: str, text: str) -> str:
        """A file beside the workspace."""
        return str(written(self.workspace.root.parent, name, text))

    def posted(self, *more: str) -> tuple[int, dict[str, Any]]:
        """The journal of the day, posted under a number."""
        number = "JE-7"
        shown = self.file("posting.txt", number)
        return self.say(
            *("posted", "--period", PERIOD, "--entry", number),
            *("--file", shown, "--by", "AB", *more),
        )


@pytest.fixture
def draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(drafted(tmp_path), capsys)


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(certified(tmp_path), capsys)


def use_lines(told: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    (use,) = (one for one in told["journal"]["entries"] if one["kind"] == "use")
    return [
        (one["account"], one["cost_center"], one["debit"], one["credit"], one["note"])
        for one in use["lines"]
    ]


def test_a_day_is_booked_to_the_cent(draft: Office) -> None:
    told = draft.journal()
    assert told["is_certified"] is False
    # 150, 50 and 100 of 550 cents-of-a-dollar: 27.27, 9.09 and 18.18; 54.55 in all.
    assert use_lines(told) == [
        ("6400", "", "0.18", "0.00", "unallocated"),
        ("6400", "ops", "0.09", "0.00", ""),
        ("6410", "search", "0.28", "0.00", ""),
        ("1480", "", "0.00", "0.55", ""),
    ]
    purchase = told["journal"]["entries"][0]
    assert [(one["account"], one["debit"], one["credit"]) for one in purchase["lines"]] == [
        ("1480", "1000.00", "0.00"),
        ("1576", "190.00", "0.00"),
        ("1200", "0.00", "1190.00"),
    ]
    assert (purchase["reference"], purchase["text"]) == ("R-77", "top-up: 1190 USD")
    assert told["journal"]["prepaid_booked"] == "999.45"
    assert told["journal"]["pool"]["unit_cost"] == "1/550000"
    assert told["journal"]["pool"]["closing_units"] == "549700000"
    assert told["off_units"] == "0"
    assert [one["holds"] for one in told["proofs"]] == [True, True, True]
    assert "DRAFT" in draft.screen("journal", "--period", PERIOD)


def test_a_rule_waits_for_the_certified_run_and_then_has_lines_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(prepaid(tmp_path), capsys)
    _, rule = office.say(
        *("allocate", "--period", PERIOD, "--driver", "labelled_units"),
        *("--reason", "shared gateway", "--by", "AB"),
    )
    ran(office.workspace)
    before = office.journal()
    assert before["rule"]["rule_id"] == rule["rule_id"]
    assert (before["is_allocated"], use_lines(before)[0][-1]) == (False, "unallocated")
    assert "applied once the run is certified" in office.screen("journal", "--period", PERIOD)
    sign_off(office.workspace)
    after = office.journal()
    assert (after["is_certified"], after["is_allocated"]) == (True, True)
    # 100 of 550 in shares of 150 and 50: search bears 13.64 cents, ops 4.55.
    note = f"allocated by rule {rule['rule_id']}"
    assert use_lines(after) == [
        ("6400", "ops", "0.09", "0.00", ""),
        ("6400", "ops", "0.05", "0.00", note),
        ("6410", "search", "0.27", "0.00", ""),
        ("6410", "search", "0.14", "0.00", note),
        ("1480", "", "0.00", "0.55", ""),
    ]
    # The certified run is as it was: use without a label is still use without a label.
    assert [one["cost_center"] for one in _report(office)["credits"]["use"]] == [
        "ops", "search", None,
    ]  # fmt: skip


def _report(office: Office) -> dict[str, Any]:
    main(["--workspace", str(office.workspace.root), "--json", "report"])
    found: dict[str, Any] = json.loads(office.capsys.readouterr().out)
    return found


def test_a_rule_on_a_name_alone_waits_for_two_who_endorse_it(office: Office) -> None:
    workspace = office.workspace
    rule, _ = approve_allocation(
        workspace, PERIOD, driver="fixed", parts={"lab": 1}, reason="all of it", by="AB", at=AS_OF
    )
    told = office.journal()
    assert (told["rule"], told["is_allocated"]) == (None, False)
    assert told["waiting_rule"]["rule_id"] == rule.rule_id
    (entry,) = [one.entry for one in rulings_of(workspace.log).unsigned if one.kind == "allocation"]
    assert f"tieout sign {entry[:12]}" in office.screen("journal", "--period", PERIOD)
    ruling = record_ruling(workspace.log, Endorsement((entry,), "agreed"), key_of("AB"), AS_OF)
    assert office.journal()["is_allocated"] is False
    countersign(workspace.log, ruling.ruling_id, key_of("CD"), AS_OF)
    told = office.journal()
    assert (told["is_certified"], told["is_allocated"], told["waiting_rule"]) == (True, True, None)
    assert ("6400", "lab", "0.18", "0.00", f"allocated by rule {rule.rule_id}") in use_lines(told)


def test_the_newest_rule_counts_and_the_one_before_stays_on_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = prepaid(tmp_path)
    for count, name in enumerate(("lab", "ops")):
        approve_allocation(
            workspace, PERIOD, driver="fixed", parts={name: 1}, reason="x", by="AB",
            at=AS_OF + timedelta(seconds=count),
        )  # fmt: skip
    sign_off(workspace)
    told = Office(workspace, capsys).journal()
    assert told["rule"]["parts"] == {"ops": 1}
    kinds = [one.kind for one in workspace.log.entries()]
    assert kinds.count("allocation") == 2


def test_the_posted_number_comes_back_and_goes_stale_when_the_journal_changes(
    draft: Office,
) -> None:
    code, refused = draft.posted()
    assert (code, refused["refused"]) == (8, "POSTING_DRAFT")
    code, told = draft.posted("--draft")
    digest = draft.journal()["digest"]
    assert (code, [(one["entry"], one["is_stale"]) for one in told["postings"]]) == (
        0, [("JE-7", False)],
    )  # fmt: skip
    assert draft.posted("--draft")[1]["is_new"] is False
    assert "from a draft" in draft.screen("journal", "--period", PERIOD)
    # The receipt is corrected: one dollar less was tax, so that the credits cost more.
    (known,) = movement_lists(draft.workspace.log)
    corrected = written(
        draft.workspace.root.parent, "again.csv", MOVEMENTS.replace("190.00,0", "189.00,0")
    )
    import_movements(draft.workspace, corrected, by="AB", replaces=known.list_id, at=AS_OF)
    assert draft.journal()["digest"] == digest, "a run that is signed or shown is not moved"
    ran(draft.workspace, 5)
    told = draft.journal()
    assert told["digest"] != digest
    assert [(one["entry"], one["is_stale"]) for one in told["postings"]] == [("JE-7", True)]
    assert "STALE" in draft.screen("journal", "--period", PERIOD)
    code, refused = draft.say(
        *("posted", "--period", PERIOD, "--entry", "JE-7", "--journal", digest),
        *("--file", draft.file("p.txt", "JE-7"), "--by", "AB"),
    )
    assert (code, refused["refused"]) == (8, "POSTING_STALE")


def test_what_a_certified_run_books_is_posted_without_a_word_more(office: Office) -> None:
    code, told = office.posted()
    assert (code, told["postings"][0]["from_draft"]) == (0, False)


def test_units_spent_on_a_subscription_are_use_without_a_label(draft: Office) -> None:
    folder = draft.workspace.root.parent
    spent = "2026-08-03T15:00:00Z,subscription,-150000,,,,,,S-1,,\n"
    header = MOVEMENTS.split("\n", 1)[0] + "\n"
    import_movements(
        draft.workspace, written(folder, "plan.csv", header + spent), by="AB", at=AS_OF
    )
    ran(draft.workspace, 3)
    told = draft.journal()
    # 250, 50 and 150 of 550: 45.45, 9.09 and 27.27 cents. The cent that is missing to 82 goes to
    # the first, which lost most. The balance that was read knows nothing of the subscription.
    assert use_lines(told)[0] == ("6400", "", "0.46", "0.00", "unallocated")
    assert told["journal"]["pool"]["used_units"] == "450000"
    assert told["off_units"] == "150000"
    assert "+150,000 units against the pool" in draft.screen("journal", "--period", PERIOD)


def test_a_journal_is_made_again_with_the_same_digest(draft: Office) -> None:
    first = draft.journal()
    ran(draft.workspace, 7)
    second = draft.journal()
    assert second["run_id"] != first["run_id"]
    assert second["digest"] == first["digest"]


def test_the_next_day_begins_with_what_was_posted(draft: Office) -> None:
    usage = "id,at,model,status,input,output,team,env,quota\n"
    more = usage + "n1,2026-08-04T10:00:00Z,aster-1,200,50000,0,ops,production,49970000\n"
    bring(draft.workspace, "usage", more, draft.workspace.root.parent, "next")
    books = LEDGER_HEADER + "n1,2026-08-04T10:00:00Z,aster-1,ops,99.94\n"
    bring(draft.workspace, "ledger", books, draft.workspace.root.parent, "next")
    ran(draft.workspace, 1)
    ran(draft.workspace, 2, "2026-08-04")
    code, refused = draft.say("journal", "--period", "2026-08-04")
    assert (code, refused["refused"]) == (3, "JOURNAL_COST")
    assert "POOL_OPENING" in refused["where"][0]
    draft.posted("--draft")
    code, told = draft.say("journal", "--period", "2026-08-04")
    # 549,700,000 units are carried at 999.45; a part of them is used, at their average.
    used = 49_970_000 * 99_945 / (549_700_000 * 100)
    assert (code, told["opening"]) == (0, f"posted as JE-7 for {PERIOD}")
    assert told["journal"]["pool"]["opening_cost"] == "19989/20"
    assert use_lines(told)[0][:3] == ("6400", "ops", f"{used:.2f}")


def test_an_opening_is_stated_once_with_what_shows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The balance said 5,000 units at the start; somebody has to say what they cost.
    workspace = prepaid(tmp_path, opening=5_000)
    ran(workspace)
    office = Office(workspace, capsys)
    assert office.say("journal", "--period", PERIOD)[1]["refused"] == "JOURNAL_COST"
    shown = office.file("july.txt", "prepaid 12.34")
    said = ("opening", "--period", PERIOD, "--file", shown, "--by", "AB", "--cost", "12.34")
    assert office.say(*said, "--units", "5,000")[0] == 0
    told = office.journal()
    assert (told["opening"], told["journal"]["pool"]["opening_cost"]) == ("said AB", "617/50")
    # Units other than the balance leave the pool unknown.
    assert office.say(*said, "--units", "5001")[0] == 0
    code, refused = office.say("journal", "--period", PERIOD)
    assert (code, refused["refused"]) == (3, "JOURNAL_COST")
    assert refused["where"][0].startswith("POOL_UNITS")
    for wrong in (("--units", "1.5"), ("--units", "-3"), ("--units", "3", "--cost", "1.234")):
        words = [*said[:-2], *wrong] if "--cost" in wrong else [*said, *wrong]
        assert office.say(*words)[1]["refused"] == "POOL_AMOUNT"


def test_the_exports_are_written_once_and_say_the_same(draft: Office, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = draft.say("journal", "--period", PERIOD, "--out", str(out))[1]
    assert sorted(path.name for path in out.iterdir()) == [
        "journal.beancount", "journal.csv", "journal.json", "journal.txt",
    ]  # fmt: skip
    assert json.loads((out / "journal.json").read_bytes()) == told["journal"]
    again, _ = draft.say("journal", "--period", PERIOD, "--out", str(out))
    assert again == 0
    (out / "journal.txt").write_text("changed", encoding="utf-8")
    assert draft.say("journal", "--period", PERIOD, "--out", str(out))[0] == 6


def test_books_without_terms_are_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = prepaid(tmp_path, settings=PREPAID.replace('bank = "1200"\n', ""))
    ran(workspace)
    _, refused = Office(workspace, capsys).say("journal", "--period", PERIOD)
    assert (refused["refused"], refused["where"]) == ("BOOKS_ACCOUNT", ["books.accounts.bank"])


@pytest.mark.parametrize("part", ["ads", "ads=", "ads=-1", "ads=1.5", "ads=²"])
def test_a_part_is_a_name_and_a_whole_number(draft: Office, part: str) -> None:
    code, refused = draft.say(
        *("allocate", "--period", PERIOD, "--driver", "fixed", "--part", part),
        *("--reason", "shared", "--by", "AB"),
    )
    assert (code, refused["refused"]) == (3, "ALLOCATION_RULE")


def test_general_ledger_and_journal_are_tied_by_account_and_cost_center(draft: Office) -> None:
    lines = (
        "account,cost_center,amount,currency\n1480,,999.45,USD\n1576,,190.00,USD\n"
        "1200,,-1190.00,USD\n6400,,0.18,USD\n6400,ops,0.09,USD\n6410,search,0.28,USD\n"
        "9999,,17.00,USD\n"
    )
    gl = draft.file("gl.csv", lines)
    code, told = draft.say("tie", "--period", PERIOD, "--gl", gl)
    assert (code, told["holds"], told["other_lines"]) == (0, True, [8])
    # The cost ledger holds 0.3, 0.1 and 0.2 at list; the pool was bought cheaper.
    assert {one["cost_center"]: one["difference"] for one in told["cost_ledger"]} == {
        "": "-0.02", "ops": "-0.01", "search": "-0.02",
    }  # fmt: skip
    moved = draft.file("moved.csv", lines.replace("6410,search,0.28", "6410,lab,0.28"))
    code, told = draft.say("tie", "--period", PERIOD, "--gl", moved)
    differing = [one for one in told["rows"] if one["difference"] != "0"]
    assert code == 4
    assert [(one["cost_center"], one["difference"]) for one in differing] == [
        ("lab", "0.28"), ("search", "-0.28"),
    ]  # fmt: skip
    seen = draft.screen("tie", "--period", PERIOD, "--gl", moved)
    assert "DO NOT AGREE" in seen
    assert "lab" in seen


def test_one_number_of_a_statement_is_checked_without_its_lines(draft: Office) -> None:
    invoice = draft.file("invoice.txt", "total 0.61")
    said = ("statement", "--period", PERIOD, "--currency", "USD", "--file", invoice, "--by", "AB")
    _, told = draft.say(*said, "--amount", "0.61")
    (one,) = told["statements"]
    # 300,000 units at 0.000002 are 0.6 charged; the books hold 0.3 + 0.1 + 0.2.
    assert (one["charged"], one["less_charged"]) == ("0.6", "0.01")
    assert (one["recorded"], one["less_recorded"]) == ("0.6", "0.01")
    _, told = draft.say(*said[:3], "--currency", "EUR", *said[5:], "--amount", "5")
    assert (told["statements"][0]["charged"], told["statements"][0]["less_charged"]) == (None, None)
    _, told = draft.say("statement", "--period", PERIOD)
    assert [one["amount"] for one in told["statements"]] == ["0.61", "5"]
    assert draft.say("statement", "--period", PERIOD, "--amount", "5")[1]["refused"] == (
        "STATEMENT_FILE"
    )
    assert draft.say(*said[:3], "--currency", "usd", *said[5:], "--amount", "5")[1]["refused"] == (
        "STATEMENT_CURRENCY"
    )
