"""``tieout claim``, as a person types it: from the finding to the credit, and what is refused."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.review.books import founded, key_file
from tests.scenarios.storyteller import OPERATOR, STORIES, tell
from tieout.actions.closing import run, verify
from tieout.actions.records import import_files
from tieout.cli import main
from tieout.evidence.canonical import sha256
from tieout.evidence.records import imports
from tieout.report.document import load
from tieout.report.html import render as page_of
from tieout.workspace.layout import Workspace

STORY = STORIES / "books_follow_a_charge_above_its_price"
PERIOD = "2026-08-03"
AS_OF = datetime.fromisoformat("2026-08-05T09:00:00+00:00")
LATER = datetime.fromisoformat("2026-09-20T09:00:00+00:00")
# Charged 125, and the published price makes 100.
AMOUNT = "25"


class Desk:
    """Commands given in a workspace, and what they answered."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Nothing was said yet."""
        self.root, self.capsys, self.out, self.err = root, capsys, "", ""

    @property
    def workspace(self) -> Workspace:
        return Workspace.open(self.root)

    def __call__(self, *words: str | Path) -> int:
        code = main(["--workspace", str(self.root), *map(str, words)])
        self.out, self.err = self.capsys.readouterr()
        return code

    def json(self, *words: str | Path) -> Any:
        assert self(*words, "--json") == 0, self.out
        return json.loads(self.out)

    def key(self, name: str) -> tuple[str | Path, ...]:
        passphrase = self.root.parent / f"{name}.txt"
        passphrase.write_text(f"passphrase of {name}\n", encoding="utf-8")
        passphrase.chmod(0o600)
        key = self.root.parent / f"{name}.key"
        key.write_bytes(key_file(name)[1])
        return ("--key", key, "--passphrase-file", passphrase)

    def file(self, name: str, text: str) -> Path:
        path = self.root.parent / name
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def claim(self) -> str:
        (one,) = self.json("claim", "list")["claims"]
        return str(one["claim_id"])

    def filed(self) -> str:
        claim = self.claim
        words = ("claim", "filed", claim, "--ticket", "T-4711", "--on", "2026-08-06")
        assert self(*words, *self.key("AB")) == 0, self.err
        return claim

    def replaced(self, usage: str) -> dict[str, Any]:
        """Another export comes in the place of the first, and the period is run again."""
        (before,) = (one for one in imports(self.workspace.log) if one.leg == "usage")
        path = self.file("again.csv", usage)
        list(import_files(self.workspace, "usage", [path], operator=OPERATOR,
                          replaces=before.import_id, at=AS_OF))  # fmt: skip
        result = run(self.workspace, PERIOD, operator=OPERATOR, as_of=LATER)
        report: dict[str, Any] = json.loads(result.document)
        return report


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the story, run once, with its people."""
    root = tmp_path_factory.mktemp("claims") / "workspace"
    tell(STORY, root)
    founded(Workspace.open(root), AS_OF)
    return root


@pytest.fixture
def desk(told: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    root = tmp_path / "workspace"
    shutil.copytree(told, root)
    return Desk(root, capsys)


def test_a_run_finds_the_claim_and_the_list_shows_it_by_age(desk: Desk) -> None:
    assert desk("claim", "list", "--period", PERIOD) == 0
    assert "aster-1: above the published price" in desk.out
    assert "to be filed" in desk.out
    assert "next  tieout claim make c-" in desk.out
    (one,) = desk.json("claim", "list")["claims"]
    assert (one["amount"], one["rows"], one["state"], one["open"]) == (AMOUNT, 1, "found", AMOUNT)
    assert desk("claim", "list", "--period", "2026-07") == 0
    assert "no claim" in desk.out


def test_the_file_of_a_claim_holds_what_a_vendor_needs_and_nothing_of_ours(desk: Desk) -> None:
    claim, out = desk.claim, desk.root.parent / "out"
    assert desk("claim", "make", claim, "--out", out) == 0
    assert sorted(path.name for path in out.iterdir()) == ["claim.json", "claim.md", "rows.csv"]
    whole = json.loads((out / "claim.json").read_bytes())
    assert whole["claim"]["amount"] == AMOUNT
    (row,) = whole["rows"]
    assert (row["request_id"], row["charged_cost"], row["most_cost"]) == ("r1", "125", "100")
    price = next(one for one in whole["prices"] if one["meter"] == "input_tokens")
    assert (price["price_text"], price["pricing_unit"]) == ("2", "1M tokens")
    assert price["capture_sha256"] == sha256((STORY / "prices.csv").read_bytes())
    assert price["locator"]
    assert whole["logs"][0]["sha256"] == sha256((STORY / "usage.csv").read_bytes())
    (listed,) = csv.DictReader((out / "rows.csv").read_text(encoding="utf-8").splitlines())
    assert (listed["request_id"], listed["amount"]) == ("r1", AMOUNT)
    letter = (out / "claim.md").read_text(encoding="utf-8")
    assert "claimed: 25 USD" in letter
    for written in (*(path.read_text(encoding="utf-8") for path in out.iterdir()),):
        # Who bears the cost is nobody's business but ours.
        assert "search" not in written
        assert "cost_center" not in written
    # The same run gives the same bytes, and a changed file is not overwritten.
    assert desk("claim", "make", claim, "--out", out) == 0
    (out / "claim.md").write_text("ours", encoding="utf-8")
    assert desk("claim", "make", claim, "--out", out) == 6


def test_a_claim_is_filed_answered_and_credited_by_named_people(desk: Desk) -> None:
    claim = desk.filed()
    assert "filed" in desk.out
    answer = desk.file("answer.txt", "we accept 20 of it")
    words = ("claim", "answered", claim, "--accepted", "20", "--rejected", "5")
    more = ("--reference", "T-4711", "--on", "2026-08-10", "--evidence", answer)
    assert desk(*words, *more, *desk.key("AB")) == 0, desk.err
    note = desk.file("credit-note.txt", "R-1 and R-2")
    for amount, movement in (("12.5", "R-1"), ("7.5", "R-2")):
        words = ("claim", "credited", claim, "--amount", amount, "--movement", movement)
        assert desk(*words, "--on", "2026-08-12", *desk.key("EF")) == 8
        assert "CLAIM_MOVEMENT" in desk.err
        assert desk(*words, "--on", "2026-08-12", "--evidence", note, *desk.key("EF")) == 0
    one = desk.json("claim", "show", claim)
    assert (one["state"], one["filed"], one["accepted"], one["rejected"]) == (
        "credited", AMOUNT, "20", "5",
    )  # fmt: skip
    assert (one["credited"], one["open"], one["stale"]) == ("20", "0", None)
    assert [(s["step"], s["by"]) for s in one["steps"]] == [
        ("filed", ["AB"]), ("answered", ["AB"]), ("credited", ["EF"]), ("credited", ["EF"]),
    ]  # fmt: skip
    # What was filed is kept, byte for byte, with the filing.
    kept = one["steps"][0]["evidence"][0]
    assert kept["name"] == "claim.json"
    whole = json.loads(desk.workspace.store.get(kept["sha256"]))
    assert whole["claim"]["claim_id"] == claim


def test_a_step_without_a_key_is_checked_and_nothing_is_written(desk: Desk) -> None:
    before = desk.workspace.log.verified()[1].size
    words = ("claim", "filed", desk.claim, "--ticket", "T-1", "--on", "2026-08-06")
    assert desk(*words) == 0
    assert "nothing was written" in desk.out
    assert desk.workspace.log.verified()[1].size == before
    assert desk(*words[:-1], "2999-01-01") == 8
    assert "its day has not come yet" in desk.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("credited", "CLAIM", "--amount", "1", "--movement", "R", "--on", "2026-08-06"), 8,
         "CLAIM_STEP"),
        (("filed", "c-none", "--ticket", "T", "--on", "2026-08-06"), 2, "CLAIM_UNKNOWN"),
        (("filed", "", "--ticket", "T", "--on", "2026-08-06"), 2, "CLAIM_UNKNOWN"),
        (("filed", "CLAIM", "--ticket", " ", "--on", "2026-08-06"), 8, "names no reference"),
        (("credited", "CLAIM", "--amount", "x", "--movement", "R", "--on", "2026-08-06"), 2,
         "CLAIM_AMOUNT"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_a_letter(
    desk: Desk, words: tuple[str, ...], code: int, said: str
) -> None:
    claim = desk.claim
    asked = [claim if one == "CLAIM" else one for one in words]
    assert desk("claim", *asked, *desk.key("AB")) == code
    assert said in desk.err


def test_an_auditor_files_nothing(desk: Desk) -> None:
    words = ("claim", "filed", desk.claim, "--ticket", "T-1", "--on", "2026-08-06")
    assert desk(*words, *desk.key("GH")) == 8
    assert "SOD_ROLE" in desk.err


def test_a_claim_whose_rows_changed_is_stale_and_is_filed_again(desk: Desk) -> None:
    claim = desk.filed()
    usage = (STORY / "usage.csv").read_text(encoding="utf-8")
    report = desk.replaced(usage.replace(",125\n", ",115\n"))
    (one,) = report["claims"]["claims"]
    assert one["stale"] == "25 was filed, and the run finds 15"
    assert "CLAIM_STALE" in [finding["code"] for finding in report["findings"]]
    assert desk("claim", "list") == 0
    assert "filed, stale" in desk.out
    words = ("claim", "filed", claim, "--ticket", "T-4712", "--on", "2026-08-07")
    assert desk(*words, *desk.key("AB")) == 0, desk.err
    one = desk.json("claim", "show", claim)
    assert (one["stale"], one["filed"], one["ticket"]) == (None, "15", "T-4712")


def test_a_claim_that_is_gone_stays_on_record_and_has_no_new_file(desk: Desk) -> None:
    claim = desk.filed()
    usage = (STORY / "usage.csv").read_text(encoding="utf-8")
    report = desk.replaced(usage.replace(",125\n", ",100\n"))
    (one,) = report["claims"]["claims"]
    assert (one["amount"], one["filed"], one["stale"]) == (
        None, AMOUNT, "the run finds no such overcharge any more",
    )  # fmt: skip
    assert desk("claim", "make", claim, "--out", desk.root.parent / "new") == 2
    assert "CLAIM_GONE" in desk.err


def test_the_report_of_a_later_run_holds_the_claim_by_age_and_verifies(desk: Desk) -> None:
    desk.filed()
    result = run(desk.workspace, PERIOD, operator=OPERATOR, as_of=LATER)
    report = json.loads(result.document)
    # Charged on 3 August, looked at on 20 September: 48 days.
    assert report["claims"]["ages"] == [
        {"currency": "USD", "from_days": 31, "to_days": 60, "claims": 1, "not_filed": "0",
         "filed": AMOUNT}
    ]  # fmt: skip
    page = page_of(load(result.document))
    assert "T-4711" in page
    assert 'id="claims-by-age"' in page
    assert desk("report") == 0
    assert "1 claim of 31 to 60 days: 25.00 USD with the vendor" in desk.out
    assert verify(desk.workspace, result.run_id).agrees


def test_a_claim_past_the_day_of_the_policy_is_named(desk: Desk) -> None:
    settings = desk.root / "tieout.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + "\n[policy]\nclaim_days = 30\n", encoding="utf-8"
    )
    result = run(desk.workspace, PERIOD, operator=OPERATOR, as_of=LATER)
    report = json.loads(result.document)
    (one,) = report["claims"]["claims"]
    assert one["file_by"] == "2026-09-02"
    (late,) = (one for one in report["findings"] if one["code"] == "CLAIM_LATE")
    assert late["where"] == [f"{one['claim_id']}, {PERIOD}: by 2026-09-02"]
