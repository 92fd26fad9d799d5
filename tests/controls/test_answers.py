"""Answers of people: where the machine cannot say, bound to what it did say, never over it (A1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.controls.office import (
    AS_OF,
    PERIOD,
    USAGE_HEADER,
    approved,
    bring,
    key_of,
    ran,
    ready,
    written,
)
from tieout.actions.checklist import answer_item, show_checklist
from tieout.errors import Refusal
from tieout.people.record import record_ruling
from tieout.people.ruling import Adjustment, ChecklistAnswer
from tieout.workspace.layout import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """A day that has run once; item 3 is the only one without an answer."""
    return ready(tmp_path)


def answered(workspace: Workspace, item: int = 3) -> tuple[str, str]:
    """The answer of an item in the newest run, and by whom."""
    found = next(one for one in show_checklist(workspace).items if one.number == item)
    return found.answer, found.answered_by


def test_a_day_that_ties_out_lacks_only_the_answer_of_a_person(office: Workspace) -> None:
    found = show_checklist(office)
    assert len(found.items) == 13
    assert [one.number for one in found.items if one.answer != "yes"] == [3]
    assert found.state.facts.record.decision == "investigate"


def test_an_answer_is_taken_by_the_next_run_with_the_name_of_its_author(
    office: Workspace, tmp_path: Path
) -> None:
    shown = written(tmp_path, "docs.html", "the documentation")
    answer_item(office, 3, "yes", detail="read it", key=key_of("AB"), evidence=[shown], at=AS_OF)
    assert answered(office) == ("unanswered", "contract register")
    assert ran(office, 1).summary["decision"] == "approve"
    assert answered(office) == ("yes", "AB")
    (found,) = (one for one in show_checklist(office).items if one.number == 3)
    assert "read it" in found.detail
    assert "docs.html" in found.detail


def test_the_newest_answer_counts_and_a_no_of_a_person_holds_back_the_approval(
    tmp_path: Path,
) -> None:
    office = approved(tmp_path)
    answer_item(office, 3, "no", detail="read it again", key=key_of("EF"), at=AS_OF)
    assert ran(office, 2).summary["decision"] == "investigate"
    assert answered(office) == ("no", "EF")


def test_nobody_answers_an_item_over_that_the_machine_answered(office: Workspace) -> None:
    for item in sorted({*range(1, 14)} - {3}):
        with pytest.raises(Refusal) as refused:
            answer_item(office, item, "no", detail="I think not", key=key_of("AB"), at=AS_OF)
        assert refused.value.code == "CHECKLIST_ANSWERED"


def test_an_answer_written_around_the_command_does_not_override_a_machine(
    office: Workspace,
) -> None:
    said = next(one for one in show_checklist(office).items if one.number == 8)
    record_ruling(
        office.log, ChecklistAnswer(PERIOD, 8, "no", "so", said.machine_digest), key_of("AB"), AS_OF
    )
    ran(office, 1)
    assert answered(office, 8) == ("yes", "coverage")


def test_an_answer_is_stale_once_the_machine_says_something_else(
    office: Workspace, tmp_path: Path
) -> None:
    """Rows without an environment: the answer was about two of them, and now there are three."""
    bare = "r{0},2026-08-03T1{0}:30:00Z,aster-1,200,0,0,search,\n"
    bring(office, "usage", USAGE_HEADER + bare.format(3) + bare.format(4), tmp_path, "bare")
    ran(office, 1)
    assert answered(office, 5)[0] == "unanswered"
    answer_item(office, 5, "yes", detail="both are production", key=key_of("AB"), at=AS_OF)
    ran(office, 2)
    assert answered(office, 5) == ("yes", "AB")
    bring(office, "usage", USAGE_HEADER + bare.format(5), tmp_path, "another")
    ran(office, 3)
    assert answered(office, 5)[0] == "unanswered"
    (found,) = (one for one in show_checklist(office).items if one.number == 5)
    assert "AB answered yes to another state of things" in found.detail


def test_an_answer_of_one_period_says_nothing_of_another(office: Workspace) -> None:
    answer_item(office, 3, "yes", detail="read it", key=key_of("AB"), at=AS_OF)
    ran(office, 1, "2026-08-02/2026-08-04")
    assert answered(office)[0] == "unanswered"


def test_an_item_that_does_not_exist_is_refused(office: Workspace) -> None:
    with pytest.raises(Refusal) as refused:
        answer_item(office, 14, "yes", detail="so", key=key_of("AB"), at=AS_OF)
    assert refused.value.code == "CHECKLIST_ITEM"


def test_an_answer_without_words_is_refused(office: Workspace) -> None:
    with pytest.raises(Refusal) as refused:
        answer_item(office, 3, "yes", detail=" ", key=key_of("AB"), at=AS_OF)
    assert refused.value.code == "RECORD_FIELD"


def test_an_auditor_answers_nothing(office: Workspace) -> None:
    with pytest.raises(Refusal) as refused:
        answer_item(office, 3, "yes", detail="read it", key=key_of("IJ"), at=AS_OF)
    assert refused.value.code == "SOD_ROLE"


def test_item_12_waits_for_the_second_signature_of_an_adjustment(office: Workspace) -> None:
    shown = office.store.put(b"a mail of finance")
    record_ruling(
        office.log,
        Adjustment(PERIOD, "-0.1", "USD", "AB", "booked twice", (shown,), ("mail.txt",)),
        key_of("AB"),
        AS_OF,
    )
    ran(office, 1)
    assert answered(office, 12) == ("unanswered", "evidence log")


def test_each_item_that_a_query_answered_names_its_statement_and_rows(office: Workspace) -> None:
    found = {one.number: (one.statement, one.rows) for one in show_checklist(office).items}
    assert found[7] == ("review/coverage.sql", 1)
    assert found[4] == ("review/completeness_day.sql", 1)
    assert found[6] == ("review/usage_export.sql", 2)
    assert found[3] == ("", None)
