"""Prices compared and settled on the command line: who may, on what, and until when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import AS_OF, Commands

ROLES = """
[cross_check]
primary = ["list"]
check = ["page"]

[prices.page]
model = "model"
meters = { input_tokens = "in", output_tokens = "out" }
fixed_unit = "1M tokens"
currency = "USD"
"""


class Desk:
    """A filled workspace with a page beside the price list, and short words for the commands."""

    def __init__(self, tieout: Commands, folder: Path) -> None:
        """Declare the roles."""
        self.tieout, self.folder = tieout, folder
        settings = tieout.root / "tieout.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + ROLES, encoding="utf-8")
        (self.listed,) = (one["capture_id"] for one in self.captures())
        self.letter = folder / "letter.txt"
        self.letter.write_text("alpha costs what the list says", encoding="utf-8")

    def captures(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tieout.json("prices", "list")["captures"]
        return found

    def capture(self, source: str, text: str, at: str, by: str = "AB") -> str:
        file = self.folder / f"{source}-{at[:10]}.csv"
        file.write_text(f"model,in,out\n{text}\n", encoding="utf-8")
        (done,) = self.tieout.json(
            *("prices", "import", file, "--source", source, "--format", "price-list"),
            *("--accessed-at", at, "--by", by, "--approved-by", "CD"),
        )["captures"]
        return str(done["capture_id"])

    def settle(self, one: str, other: str, keep: str, *more: str, by: str = "EF") -> int:
        return self.tieout(
            *("prices", "resolve", one, other, "--keep", keep, "--evidence", self.letter),
            *("--by", by, "--reason", "a letter says so", *more),
        )

    def run(self) -> dict[str, Any]:
        self.tieout("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB")
        found: dict[str, Any] = self.tieout.json("report")
        return found


@pytest.fixture
def desk(filled: Commands, tmp_path: Path) -> Desk:
    return Desk(filled, tmp_path)


def test_a_conflict_waits_is_settled_and_opens_again_with_another_price(desk: Desk) -> None:
    page = desk.capture("page", "alpha,3,8", "2026-08-01T06:00:00Z")
    waiting = desk.run()["cross_check"]
    # r1 and r2: 1,000 + 2,000 tokens in, 500 out; 0.006 + 0.004 at 2, 0.007 + 0.006 at 3.
    assert [(w["source_model_id"], w["expected"], w["high"]) for w in waiting["waiting"]] == [
        ("alpha", "0.01", "0.013")
    ]
    assert desk.settle(desk.listed, page, desk.listed) == 0
    settled = desk.run()
    assert settled["cross_check"]["waiting"] == []
    assert {one["status"] for one in settled["cross_check"]["conflicts"]} == {"resolved"}
    assert {one["resolved_by"] for one in settled["cross_check"]["conflicts"]} == {"EF"}
    (item,) = (one for one in settled["checklist"] if one["number"] == 2)
    assert item["answer"] == "yes"
    # The same price captured again stays settled; another one does not.
    desk.capture("page", "alpha,3.00,8", "2026-08-02T06:00:00Z")
    assert desk.run()["cross_check"]["waiting"] == []
    desk.capture("page", "alpha,3.5,8", "2026-08-02T18:00:00Z")
    again = desk.run()
    assert [w["source_model_id"] for w in again["cross_check"]["waiting"]] == ["alpha"]
    (finding,) = (one for one in again["findings"] if one["code"] == "SOURCE_CONFLICT")
    assert "An earlier resolution was about other prices." in finding["message"]
    assert desk.tieout("verify") == 0


def test_a_later_resolution_of_the_same_prices_takes_the_place_of_the_earlier(desk: Desk) -> None:
    page = desk.capture("page", "alpha,3,8", "2026-08-01T06:00:00Z")
    assert desk.settle(desk.listed, page, desk.listed) == 0
    assert desk.run()["summary"]["totals"]["USD"]["expected"] == "0.01"
    assert desk.settle(desk.listed, page, page) == 0
    report = desk.run()
    # Now at 3: 0.007 + 0.006.
    assert report["summary"]["totals"]["USD"]["expected"] == "0.013"
    assert report["cross_check"]["waiting"] == []
    assert desk.tieout("verify") == 0


@pytest.mark.parametrize(
    ("words", "by", "code"),
    [
        (("listed", "page", "neither"), "EF", "RESOLVE_KEEP"),
        (("listed", "listed", "listed"), "EF", "RESOLVE_KEEP"),
        (("listed", "0123456789ab", "listed"), "EF", "CAPTURE_UNKNOWN"),
        (("listed", "page", "listed"), "ab", "CFG_SOD"),
        (("listed", "page", "listed"), " ", "RECORD_FIELD"),
    ],
    ids=["keeps a third", "one capture twice", "an unknown one", "by the reader", "by nobody"],
)
def test_a_resolution_that_does_not_say_enough_is_refused(
    desk: Desk, words: tuple[str, str, str], by: str, code: str
) -> None:
    known = {
        "listed": desk.listed,
        "page": desk.capture("page", "alpha,3,8", "2026-08-01T06:00:00Z"),
    }
    one, other, keep = (known.get(word, word) for word in words)
    assert desk.settle(one, other, keep, by=by) in (2, 3)
    assert code in desk.tieout.err


def test_what_does_not_differ_cannot_be_settled(desk: Desk) -> None:
    page = desk.capture("page", "alpha,2.0,8", "2026-08-01T06:00:00Z")
    assert desk.settle(desk.listed, page, page) == 2
    assert "RESOLVE_NOTHING" in desk.tieout.err
    other = desk.capture("page", "alpha,3,8\nbeta,1,1", "2026-08-02T06:00:00Z")
    assert desk.settle(desk.listed, other, other, "--model", "beta") == 2
    assert "RESOLVE_NOTHING" in desk.tieout.err


def test_the_difference_of_two_captures_is_said_by_class(desk: Desk) -> None:
    first = desk.capture("page", "alpha,3,8\nbeta,1,1\ngone,1,1", "2026-08-01T06:00:00Z")
    second = desk.capture("page", "alpha,30,8.0\nbeta,2,1\nnew,1,1", "2026-08-02T06:00:00Z")
    found = desk.tieout.json("prices", "diff", first, second)
    assert [(one["change"], one["source_model_id"]) for one in found["differences"]] == [
        ("unit_slip", "alpha"),
        ("price_change", "beta"),
        ("model_removed", "gone"),
        ("model_added", "new"),
        ("cosmetic", "alpha"),
    ]
    assert (found["to_approve"], found["unchanged"]) == (4, 1)
    assert desk.tieout.json("prices", "diff", "--source", "page") == found
    assert desk.tieout("prices", "diff", first, second) == 0
    assert "4 differences want an approval" in desk.tieout.out


def test_a_file_is_compared_with_the_last_capture_of_its_source(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "tomorrow.csv"
    file.write_text("model,in,out\nalpha,2,9\n", encoding="utf-8")
    found = desk.tieout.json("prices", "diff", file, "--source", "list")
    assert [(one["change"], one["meter"]) for one in found["differences"]] == [
        ("price_change", "output_tokens")
    ]
    assert len(desk.captures()) == 1


@pytest.mark.parametrize("words", [(), ("one",), ("--source", "list"), ("a", "b", "c")])
def test_without_two_snapshots_there_is_nothing_to_compare(
    desk: Desk, words: tuple[str, ...]
) -> None:
    assert desk.tieout("prices", "diff", *words) == 2
    assert "DIFF_NOTHING" in desk.tieout.err
