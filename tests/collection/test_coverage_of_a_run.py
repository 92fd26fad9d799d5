"""What a fetched log says about the completeness of a run (checklist item 4, the windows of D6)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import simulator
from tests.collection.conftest import Rehearse
from tieout.calendar import parse_period
from tieout.cli import main
from tieout.close.fetched_log import FetchedLog, missing_of, seconds_of
from tieout.metering.collection.window import Window
from tieout.review.checklist import ChecklistItem, answer_checklist
from tieout.review.checklist_facts import ChecklistFacts, CountFacts, FetchedFacts

# 2026-11-22 in UTC: 20,779 days after 1970 of 86,400 seconds, and the day after it.
DAY = Window(20_779 * 86_400, 20_780 * 86_400 - 1)
PERIOD = parse_period("2026-11-22", "UTC")
FACTS = ChecklistFacts(
    captures=1,
    captures_without_place=0,
    contract_items=0,
    leaned_items={},
    gap_days=(),
    usage_days=1,
    shared_origin=False,
    rows_without_environment=0,
    test_rows_counted=0,
    unclassified_rows=0,
    outcomes={},
    unmapped_rows=0,
    not_rated_rows=0,
    calculation_version="v1",
    rounding="none",
    open_lines=0,
    unfiled_lines=0,
    statements=1,
)


def covered(**facts: object) -> ChecklistItem:
    return answer_checklist(replace(FACTS, **facts))[3]  # type: ignore[arg-type]


def test_the_seconds_of_a_period_are_those_of_its_day() -> None:
    assert seconds_of(PERIOD) == DAY


@pytest.mark.parametrize(
    ("windows", "by_name", "lacking"),
    [
        ((DAY,), (), ()),
        ((DAY.widened(172_800),), (), ()),
        ((Window(DAY.first, DAY.last - 1),), (), (Window(DAY.last, DAY.last),)),
        # A second that was read by known names alone is not proved.
        ((DAY,), (Window(DAY.first + 5, DAY.first + 5),), (Window(DAY.first + 5, DAY.first + 5),)),
        ((DAY,), (Window(DAY.last + 5, DAY.last + 5),), ()),
    ],
)
def test_what_a_fetched_log_lacks_of_a_period(
    windows: tuple[Window, ...], by_name: tuple[Window, ...], lacking: tuple[Window, ...]
) -> None:
    assert missing_of([FetchedLog("log", windows, by_name)], PERIOD) == lacking


def test_a_log_that_was_not_fetched_whole_answers_no_with_the_stretch() -> None:
    found = covered(fetched=FetchedFacts(("log",), lacking=("one until the other",)))
    assert (found.answer, found.answered_by) == ("no", "usage fetch")
    assert "one until the other" in found.detail


def test_a_log_that_was_fetched_whole_answers_yes_and_proves_empty_days() -> None:
    assert covered(fetched=FetchedFacts(("log",))).answer == "yes"
    found = covered(
        gap_days=["2026-11-21"], fetched=FetchedFacts(("log",), empty_days=("2026-11-21",))
    )
    assert found.answer == "yes"
    assert "1 day without usage" in found.detail


def test_an_empty_day_that_nothing_proves_still_answers_no() -> None:
    found = covered(
        gap_days=["2026-11-20", "2026-11-21"],
        fetched=FetchedFacts(("log",), empty_days=("2026-11-21",)),
    )
    assert found.answer == "no"
    assert "2026-11-20" in found.detail
    assert "2026-11-21" not in found.detail


def test_empty_days_of_an_export_are_for_a_person_to_explain() -> None:
    days = [f"2026-11-{day:02}" for day in range(1, 8)]
    found = covered(gap_days=days)
    assert (found.answer, found.answered_by) == ("unanswered", "completeness_day")
    assert "7 days without usage" in found.detail
    assert "2026-11-05 and 2 more" in found.detail
    assert "independent count" not in found.detail
    assert "independent count" in covered(gap_days=days, shared_origin=True).detail
    assert covered(usage_days=0).answer == "no"


def test_a_count_of_the_whole_period_answers_also_for_legs_of_one_origin_and_empty_days() -> None:
    counted = CountFacts(("list 1",), whole=True, cells=62, explained=2, meters=("rows",))
    found = covered(shared_origin=True, gap_days=["2026-11-20"], counted=counted)
    assert (found.answer, found.answered_by) == ("yes", "count_day")
    assert "62 counts of rows agree with our rows, 2 of them but for" in found.detail
    # It answers nothing about a log that was to be fetched whole, and that is not.
    assert covered(fetched=FetchedFacts(("log",), lacking=("x",)), counted=counted).answer == "no"
    part = replace(counted, whole=False)
    assert covered(shared_origin=True, counted=part).answer == "unanswered"


def test_a_count_that_differs_answers_no_and_names_where() -> None:
    counted = CountFacts(
        ("list 1",), whole=True, cells=9, differing=("3 August, m",), differing_cells=4
    )
    found = covered(counted=counted)
    assert (found.answer, found.answered_by) == ("no", "count_day")
    assert found.detail == "The vendor counts otherwise: 3 August, m; 4 counts in all."


def test_two_legs_of_one_origin_stay_unanswered() -> None:
    assert covered(fetched=FetchedFacts(("log",)), shared_origin=True).answer == "unanswered"


def test_a_run_over_a_fetched_day_says_so_and_names_what_was_not_fetched(
    rehearse: Rehearse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with simulator.serve(rows_per_day=50, days=3) as up:
        workspace = rehearse(up)
        at = ["--workspace", str(workspace.root), "--json"]
        main(["usage", "fetch", "--from", "2026-09-02", "--until", "2026-09-03", "--by", "AB", *at])
        opens = up.world.span.opens + 86_400
        day = simulator.truth(up.world).between(opens, opens + 86_399)
    prices, ledger = tmp_path / "prices.csv", tmp_path / "ledger.csv"
    prices.write_text("model,in,out\nsim-chat-4.5,2,8\n")
    ledger.write_text("at,model,cost,team\n2026-09-02T10:00:00Z,sim-chat-4.5,0.006,search\n")
    words = ["--accessed-at", "2026-09-01T00:00:00Z", "--url", "https://example.com/prices"]
    words += ["--source", "list", "--format", "price-list", "--by", "AB", "--approved-by", "CD"]
    main(["prices", "import", str(prices), *words, *at])
    main(["ledger", "import", str(ledger), "--by", "AB", *at])
    # The workspace no longer rehearses; what it fetched while it did is a stand-in's all the same.
    settings = workspace.root / "tieout.toml"
    kept, _, _ = settings.read_text().partition("\n[fetch]")
    settings.write_text(kept)
    capsys.readouterr()
    main(["run", "--period", "2026-09-02/2026-09-04", "--by", "AB", *at])
    told = json.loads(capsys.readouterr().out)
    report = json.loads((workspace.root / told["artifacts"] / "report.json").read_text())
    item = report["checklist"][3]
    assert item["answer"] == "no"
    assert report["reasons"][0].startswith("A log of this run was fetched in a rehearsal:")
    assert told["decision"] != "approve"
    assert "2026-09-03T00:00:00Z to 2026-09-03T23:59:59Z" in item["detail"]
    assert {
        "name": "log fetched whole, feed log",
        "first": "2026-09-02T00:00:00Z",
        "last": "2026-09-02T23:59:59Z",
    } in report["completeness"]["windows"]
    # The vendor's own hours stand beside the rows of the day, each hour and meter in one state.
    counts = report["completeness"]["counts"]
    assert [one["kind"] for one in counts["sources"]] == ["sums"]
    assert {one["state"] for one in counts["states"]} <= {"equal", "explained"}
    whole = {
        meter: sum(int(one["ours"]) for one in counts["days"] if one["meter"] == meter)
        for meter in ("rows", "charged_units")
    }
    # Errors are rows of ours, which the vendor's hours leave out (types 5 and 2).
    assert whole == {
        "rows": sum(1 for one in day if one.type in (2, 5)),
        "charged_units": sum(one.quota for one in day if one.type == 2),
    }
    assert main(["verify", *at]) == 0
