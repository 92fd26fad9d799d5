"""The price book on the command line: two times, declared ends, second names, roll-back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import AS_OF, Commands
from tests.signers import founded
from tieout.errors import ExitCode
from tieout.workspace.layout import Workspace

MISREAD = "model,in,out\nalpha,20,8\n"


def prices(folder: Path, text: str, accessed: str, *more: str) -> tuple[str | Path, ...]:
    file = folder / f"prices-{accessed[:10]}.csv"
    file.write_text(text, encoding="utf-8")
    return (
        *("prices", "import", file, "--source", "list", "--format", "price-list"),
        *("--accessed-at", accessed, "--url", "https://example.com/prices", "--by", "AB"),
        *more,
    )


def run(commands: Commands) -> dict[str, Any]:
    found: dict[str, Any] = commands.json(
        "run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB"
    )
    return found


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "letter.txt"
    file.write_text("It was wrong that day.\n", encoding="utf-8")
    return file


def test_a_roll_back_is_an_entry_and_both_runs_still_verify(
    filled: Commands, tmp_path: Path, letter: Path
) -> None:
    first = prices(tmp_path, MISREAD, "2026-08-02T06:00:00Z", "--approved-by", "CD")
    (misread,) = filled.json(*first)["captures"]
    wrong = run(filled)
    # r1: 1,000 x 20 + 500 x 8 per million = 0.024; r2: 2,000 x 20 per million = 0.04.
    assert wrong["totals"]["USD"]["expected"] == "0.064"
    sources = filled.json("prices", "list")["captures"]
    good = next(one for one in sources if one["capture_id"] != misread["capture_id"])
    words = ("prices", "rollback", "--to", good["capture_id"], "--reason", "misread")
    done = filled.json(*words, "--evidence", letter, "--by", "CD")
    assert done["captures_set_aside"] == [misread["capture_id"]]
    right = run(filled)
    # 0.006 + 0.004 by hand, as in the price list of before.
    assert right["totals"]["USD"]["expected"] == "0.01"
    assert right["supersedes"] == wrong["run_id"]
    assert filled("verify", wrong["run_id"]) == ExitCode.APPROVE
    assert filled("verify", right["run_id"]) == ExitCode.APPROVE
    assert filled(*words, "--evidence", letter, "--by", "CD") == 2, "nothing is later any more"
    assert "ROLLBACK_TARGET" in filled.err
    filled.json("prices", "approve", misread["capture_id"], "--by", "EF")
    assert run(filled)["totals"]["USD"]["expected"] == "0.064"


def test_a_roll_back_to_an_instant_needs_one_that_is_past(filled: Commands, letter: Path) -> None:
    words = ("prices", "rollback", "--reason", "why", "--evidence", letter, "--by", "CD", "--to")
    assert filled(*words, "yesterday") == 2
    assert filled(*words, "2099-01-01T00:00:00Z") == 2
    done = filled.json(*words, "2026-01-01T00:00:00+08:00")
    assert done["target"] == "2025-12-31T16:00:00Z"
    assert len(done["captures_set_aside"]) == 1


def test_a_price_is_asked_for_at_two_instants(filled: Commands, tmp_path: Path) -> None:
    filled(*prices(tmp_path, MISREAD, "2026-08-12T06:00:00Z"))
    asked = ("prices", "show", "alpha", "--at", "2026-08-20T09:00:00+08:00")
    found = filled.json(*asked)
    assert (found["at"], found["standing"]) == ("2026-08-20T01:00:00Z", "in force")
    (one,) = found["price_sets"]
    assert [line["price_text"] for line in one["lines"]] == ["2", "8"]
    assert len(found["waiting"]) == 1, "the newer price is not approved"
    filled("prices", "approve", found["waiting"][0], "--by", "CD")
    found = filled.json(*asked)
    assert [line["price_text"] for line in found["price_sets"][0]["lines"]] == ["20", "8"]
    between = filled.json("prices", "show", "alpha", "--at", "2026-08-05T00:00:00Z")
    assert between["unseen_change"]["seen_old"] == "2026-07-31T06:00:00Z"
    assert between["unseen_change"]["seen_new"] == "2026-08-12T06:00:00Z"
    before = filled.json("prices", "show", "alpha", "--at", "2026-07-01T00:00:00Z")
    assert (before["standing"], before["price_sets"]) == ("unknown", [])
    assert filled(*asked, "--known-at", "2020-01-01T00:00:00Z") == 2, "nothing was known then"
    assert filled(*asked) == 0
    assert "one price is in force" in filled.out


@pytest.mark.parametrize(
    "words", [(), ("alpha", "--known-at", AS_OF), ("--capture", "x"), ("alpha", "--locator", "/a")]
)
def test_half_a_question_is_refused(filled: Commands, words: tuple[str, ...]) -> None:
    assert filled("prices", "show", *words) == 2
    assert "COMMAND_LINE" in filled.err


def test_a_second_name_lets_a_declared_price_carry(filled: Commands, letter: Path) -> None:
    (one,) = filled.json("prices", "list")["captures"]
    said = filled.json(
        *("prices", "declare", one["capture_id"], "--from", "2026-07-01T09:00:00+08:00"),
        *("--model", "alpha", "--reason", "a letter", "--evidence", letter, "--by", "AB"),
    )
    assert said["models"] == ["alpha"]
    words = ("prices", "show", "alpha", "--at", "2026-07-10T00:00:00Z")
    (price,) = filled.json(*words)["price_sets"]
    assert (price["grade"], price["declared"], price["needs_name"]) == ("D", True, True)
    assert filled("prices", "approve", said["declaration_id"], "--by", "ab") == 2, "the same person"
    filled.json("prices", "approve", said["declaration_id"], "--by", "CD")
    (price,) = filled.json(*words)["price_sets"]
    assert price["needs_name"] is False
    assert filled("prices", "list") == 0
    assert "AB, CD: a letter" in " ".join(filled.out.split())


def test_once_people_are_enrolled_a_declaration_is_signed_and_not_named(
    filled: Commands, letter: Path
) -> None:
    (one,) = filled.json("prices", "list")["captures"]
    words: tuple[str | Path, ...] = (
        *("prices", "declare", one["capture_id"], "--from", "2026-07-01T09:00:00+08:00"),
        *("--reason", "a letter", "--evidence", letter, "--by", "AB"),
    )
    name = filled.json(*words)["declaration_id"]
    assert filled(*words) == 0
    assert f"tieout prices approve {name} --by NAME" in filled.out
    founded(Workspace.open(filled.root))
    assert filled(*words) == 0
    assert "tieout prices approve" not in filled.out
    assert f"tieout estimate approve {name} --method TEXT" in filled.out


def test_an_end_before_its_start_is_refused(filled: Commands, letter: Path) -> None:
    (one,) = filled.json("prices", "list")["captures"]
    words = ("--from", "2026-07-02T00:00:00Z", "--until", "2026-07-01T00:00:00Z", "--reason", "x")
    declared = ("prices", "declare", one["capture_id"], *words, "--evidence", letter, "--by", "AB")
    assert filled(*declared) == 2
    assert "PRICE_EFFECTIVE" in filled.err


def test_a_grade_other_than_b_needs_its_evidence(
    filled: Commands, tmp_path: Path, letter: Path
) -> None:
    words = prices(tmp_path, "model,in,out\nalpha,1,8\n", "2026-08-01T06:00:00Z", "--grade", "D")
    assert filled(*words) == 2
    assert "PRICE_GRADE" in filled.err
    (one,) = filled.json(*words, "--evidence", letter, "--approved-by", "CD")["captures"]
    (record,) = [
        c for c in filled.json("prices", "list")["captures"] if c["capture_id"] == one["capture_id"]
    ]
    assert (record["grade"], len(record["evidence_object"])) == ("D", 64)
    assert filled("doctor") in (0, 1), "its evidence is an object that the log leads to"


def test_what_was_not_rated_has_no_price_line(closed: Commands) -> None:
    assert closed("prices", "used", "--request", "r3") == 2
    assert "NO_RATED_ROW" in closed.err
    found = closed.json("prices", "used", "--request", "r1")
    # 1,000 x 2 + 500 x 8 per million = 0.002 + 0.004.
    assert [one["expected"] for one in found["prices"]] == ["0.004", "0.002"]
    assert found["usage_rows"] == 1
