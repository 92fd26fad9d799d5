"""Mapping rows count when they are signed: by one person, a merge by finance and engineering."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.run_case import AS_OF
from tests.mapping.conftest import Small, findings, homes
from tests.signers import Signers, key_of
from tieout.actions.closing import verify
from tieout.actions.mapping_approval import SignedMapping, approve_mapping
from tieout.close.on_record import inputs_on_record
from tieout.close.stored import read_witnesses
from tieout.errors import ApprovalRefused, ConfigurationRefused, InputRefused, Refusal
from tieout.people.record import record_ruling
from tieout.people.ruling import MappingApproval, MappingRow

START = "2026-07-01T00:00:00Z"
OURS = f"our-a,aster-1,1M tokens,{START},,CD\n"
CHAIN = f"our-a,our-b,1M tokens,{START},,\nour-b,aster-1,1M tokens,{START},,\n"
MERGE = f"beryl-1,aster-1,1M tokens,{START},,CD\n"


def signed(people: Signers, name: str = "AB", *, merge: bool = False) -> SignedMapping:
    """What is not signed yet, signed."""
    return approve_mapping(people.workspace, people[name], reason="checked", merge=merge, at=AS_OF)


def file_of(tmp_path: Path, rows: str) -> Path:
    """A file of rows."""
    path = tmp_path / "rows.csv"
    header = "internal_model_alias,source_model_id,pricing_unit,effective_from,effective_to"
    path.write_text(f"{header},approved_by\n{rows}", encoding="utf-8")
    return path


def expected(report: dict[str, Any]) -> Decimal:
    """The expected amount."""
    return Decimal(report["summary"]["totals"]["USD"]["expected"])


def test_while_nobody_is_enrolled_a_name_is_enough(small: Small) -> None:
    small.map(OURS)
    report = small.run()
    assert homes(report) == {"rated": 2, "unmapped": 1, "unrated": 1}
    assert findings(report, "MAP_APPROVAL") == []
    (row,) = report["mapping"]["rows"]
    assert (row["approved_by"], row["signed"], row["ruling"]) == ("CD", False, None)
    with pytest.raises(ApprovalRefused, match="PEOPLE_NONE"):
        approve_mapping(small.workspace, key_of("XY")[0], reason="x", at=AS_OF)


def test_a_row_that_nobody_signed_maps_nothing_once_people_are_enrolled(small: Small) -> None:
    small.map(OURS)
    small.found()
    report = small.run()
    # By hand: only r3 is rated, 100,000 at 2 a million; r2 has no price then, r1 and r4 no id.
    assert homes(report) == {"rated": 1, "unmapped": 2, "unrated": 1}
    assert expected(report) == Decimal("0.2")
    (said,) = findings(report, "MAP_APPROVAL")
    assert said.startswith("open ")
    assert "tieout mapping approve --key FILE" in said
    assert "mapping.csv, line 2: 'our-a' to 'aster-1'; nobody signed it" in said
    assert report["mapping"]["rows"] == []
    assert report["mapping"]["waiting"][0]["code"] == "MAP_APPROVAL"


def test_a_signed_row_counts_and_the_artifact_says_who_signed_on_what(
    small: Small, tmp_path: Path
) -> None:
    small.map(OURS)
    people = small.found()
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("deployment our-a is aster-1")
    done = approve_mapping(
        small.workspace, people["CD"], reason="the deployment", evidence=[ticket], at=AS_OF
    )
    assert done.ruling.is_in_force
    report = small.run(verified=True)
    assert homes(report) == {"rated": 2, "unmapped": 1, "unrated": 1}
    assert expected(report) == Decimal("0.4")
    (row,) = report["mapping"]["rows"]
    assert (row["signed"], row["approved_by"], row["line"]) == (True, "CD", 2)
    assert row["ruling"]["ruling_id"] == done.ruling.ruling_id
    assert [one["name"] for one in row["ruling"]["signers"]] == ["CD"]
    (shown,) = row["ruling"]["evidence"]
    assert shown["name"] == "ticket.txt"
    assert small.workspace.store.get(shown["sha256"]) == ticket.read_bytes()


def test_a_signed_row_counts_without_standing_in_the_file(small: Small, tmp_path: Path) -> None:
    people = small.found()
    file = file_of(tmp_path, OURS.replace("CD", ""))
    approve_mapping(small.workspace, people["AB"], reason="checked", file=file, at=AS_OF)
    report = small.run()
    assert homes(report) == {"rated": 2, "unmapped": 1, "unrated": 1}
    (row,) = report["mapping"]["rows"]
    assert (row["line"], row["approved_by"]) == (None, "AB")


def test_what_is_signed_is_not_signed_again(small: Small) -> None:
    small.map(OURS)
    people = small.found()
    assert len(signed(people).rows) == 1
    with pytest.raises(ConfigurationRefused, match="MAP_NOTHING"):
        signed(people)


def test_a_change_after_signing_waits_and_what_was_signed_counts(small: Small) -> None:
    small.map(OURS)
    people = small.found()
    signed(people)
    small.map(OURS.replace("aster-1", "beryl-1"))
    report = small.run()
    assert expected(report) == Decimal("0.4")
    (said,) = findings(report, "MAP_CHANGED")
    assert "'our-a' to 'beryl-1'; signed is 'aster-1'" in said
    with pytest.raises(ConfigurationRefused, match="MAP_AMBIGUOUS"):
        signed(people)


def test_a_row_is_replaced_by_ending_it(small: Small) -> None:
    small.map(OURS)
    people = small.found()
    signed(people)
    noon = "2026-07-15T12:00:00Z"
    ended = OURS.replace(f"{START},,", f"{START},{noon},")
    small.map(ended + f"our-a,beryl-1,1M tokens,{noon},,CD\n")
    assert len(signed(people).rows) == 2
    rows = small.run()["mapping"]["rows"]
    assert [(row["source_model_id"], row["effective_to"]) for row in rows] == [
        ("aster-1", "2026-07-15T12:00:00+00:00"), ("beryl-1", None),
    ]  # fmt: skip


def test_a_row_that_ends_where_it_begins_is_withdrawn(small: Small) -> None:
    small.map(OURS)
    people = small.found()
    signed(people)
    small.map(OURS.replace(f"{START},,", f"{START},{START},"))
    signed(people)
    report = small.run()
    assert homes(report) == {"rated": 1, "unmapped": 2, "unrated": 1}
    assert findings(report, "MAP_CHANGED") == []


def test_a_merge_among_ordinary_rows_is_refused(small: Small) -> None:
    small.map(OURS + MERGE)
    people = small.found()
    with pytest.raises(ApprovalRefused, match="MAP_MERGE") as refused:
        signed(people)
    assert "'beryl-1' to 'aster-1'" in refused.value.letter()
    assert refused.value.exit_code == 8
    assert small.run()["mapping"]["rows"] == []


def test_a_merge_with_one_signature_merges_nothing(small: Small) -> None:
    small.map(OURS + MERGE)
    people = small.found()
    done = signed(people, merge=True)
    assert (len(done.rows), done.left) == (1, 1)
    assert done.ruling.lacking == (("engineering",),)
    report = small.run(verified=True)
    # r2 names an id without a price at that time; r1 waits for its own signature.
    assert homes(report) == {"rated": 1, "unmapped": 2, "unrated": 1}
    (said,) = findings(report, "MAP_MERGE")
    assert "open" in said
    assert "signed by AB, waits for engineering" in said


def test_a_merge_signed_by_finance_and_engineering_merges(small: Small) -> None:
    small.map(MERGE)
    people = small.found()
    done = signed(people, merge=True)
    assert people.countersign(done.ruling, "CD", AS_OF).is_in_force
    report = small.run(verified=True)
    assert homes(report) == {"rated": 2, "unmapped": 2}
    assert expected(report) == Decimal("0.4")
    (said,) = findings(report, "MAP_MERGE")
    assert said.startswith("note")
    assert "finance and engineering signed it. line 2: beryl-1 to aster-1" in said


@pytest.mark.parametrize(("name", "code"), [("AB", "SOD_SELF"), ("EF", "SOD_ROLE")])
def test_a_merge_takes_two_people_of_two_roles(small: Small, name: str, code: str) -> None:
    small.map(MERGE)
    people = small.found()
    done = signed(people, merge=True)
    with pytest.raises(ApprovalRefused, match=code):
        people.countersign(done.ruling, name, AS_OF)


def test_nobody_but_finance_and_engineering_begins_a_merge(small: Small) -> None:
    small.map(MERGE)
    people = small.found()
    with pytest.raises(ApprovalRefused, match="SOD_ROLE"):
        signed(people, "EF", merge=True)


def test_a_merge_hidden_in_a_ruling_written_around_the_command_merges_nothing(
    small: Small,
) -> None:
    people = small.found()
    hidden = MappingApproval((MappingRow("beryl-1", "aster-1", "1M tokens", START),), "quietly")
    record_ruling(small.workspace.log, hidden, people["AB"], AS_OF)
    report = small.run()
    assert homes(report) == {"rated": 1, "unmapped": 2, "unrated": 1}
    (said,) = findings(report, "MAP_MERGE")
    assert "signed as no merge" in said


def test_a_merge_is_ended_by_those_who_merge_alone(small: Small, tmp_path: Path) -> None:
    small.map(MERGE)
    people = small.found()
    people.countersign(signed(people, merge=True).ruling, "CD", AS_OF)
    row = MappingRow("beryl-1", "aster-1", "1M tokens", START, "2026-07-05T00:00:00Z")
    record_ruling(small.workspace.log, MappingApproval((row,), "end it"), people["AB"], AS_OF)
    report = small.run()
    assert homes(report) == {"rated": 2, "unmapped": 2}
    file = file_of(tmp_path, MERGE.replace(f"{START},,", f"{START},2026-07-05T00:00:00Z,"))
    done = approve_mapping(
        small.workspace, people["AB"], reason="it ended", file=file, merge=True, at=AS_OF
    )
    people.countersign(done.ruling, "CD", AS_OF)
    assert homes(small.run()) == {"rated": 1, "unmapped": 2, "unrated": 1}


def test_of_two_rulings_that_contradict_the_first_in_force_counts(small: Small) -> None:
    people = small.found()
    for target in ("aster-1", "beryl-1"):
        row = MappingRow("our-a", target, "1M tokens", START)
        record_ruling(small.workspace.log, MappingApproval((row,), target), people["AB"], AS_OF)
    report = small.run(verified=True)
    assert [row["source_model_id"] for row in report["mapping"]["rows"]] == ["aster-1"]
    (said,) = findings(report, "MAP_AMBIGUOUS")
    assert "'our-a' to 'beryl-1'" in said


def test_a_merge_that_waits_does_not_stand_in_the_way_of_other_rows(small: Small) -> None:
    small.map(OURS + MERGE)
    people = small.found()
    signed(people, merge=True)
    done = signed(people)
    assert [row.internal_model_alias for row in done.rows] == ["our-a"]


def test_a_run_of_before_is_what_it_was_after_more_is_signed(small: Small) -> None:
    small.map(OURS)
    people = small.found()
    first = small.run()
    signed(people)
    second = small.run()
    assert first["summary"]["result_digest"] != second["summary"]["result_digest"]
    # What the first run rests on ends where it began.
    assert verify(small.workspace, first["summary"]["run_id"], threads=1).agrees


@pytest.mark.parametrize(
    ("rows", "error", "code"),
    [
        ("our-*,aster-1,1M tokens,2026-07-01T00:00:00Z,,\n", ConfigurationRefused, "MAP_PATTERN"),
        ("our-a,aster-1,1 shovel,2026-07-01T00:00:00Z,,\n", ConfigurationRefused, "MAP_UNIT"),
        ("our-a,aster-1,1M tokens,yesterday,,\n", ConfigurationRefused, "CFG_INSTANT"),
        (CHAIN, ConfigurationRefused, "MAP_CYCLE"),
        ("our-a,,1M tokens,2026-07-01T00:00:00Z,,\n", ConfigurationRefused, "MAP_NOTHING"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_meant_are_not_signed(
    small: Small, tmp_path: Path, rows: str, error: type[Refusal], code: str
) -> None:
    people = small.found()
    with pytest.raises(error, match=code):
        approve_mapping(
            small.workspace, people["AB"], reason="x", file=file_of(tmp_path, rows), at=AS_OF
        )


def test_a_ruling_needs_a_reason_and_evidence_that_shows_something(
    small: Small, tmp_path: Path
) -> None:
    small.map(OURS)
    people = small.found()
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    with pytest.raises(InputRefused, match="RECORD_FIELD"):
        approve_mapping(small.workspace, people["AB"], reason=" ", at=AS_OF)
    with pytest.raises(InputRefused, match="EVIDENCE_EMPTY"):
        approve_mapping(small.workspace, people["AB"], reason="x", evidence=[empty], at=AS_OF)


def test_what_was_signed_later_is_not_known_before(small: Small) -> None:
    small.map(OURS)
    people = small.found()
    later = AS_OF + timedelta(hours=1)
    approve_mapping(small.workspace, people["AB"], reason="checked", at=later)
    for known_at, rows in ((AS_OF, 0), (later, 1)):
        stored = inputs_on_record(small.workspace, known_at)
        assert len(read_witnesses(small.workspace.store, stored).aliases) == rows
