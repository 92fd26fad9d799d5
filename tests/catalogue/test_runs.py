"""Catalogue ST and FV where a run decides: home, reason, finding, note, decision and place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest

from tests.catalogue import cases_field_values, cases_parquet, cases_structure
from tests.catalogue.cases_runs import CASES, SCRIPT, WORLDS, Case
from tests.catalogue.small_close import Closed, close

Told = Callable[[str], Closed]
HOME = ("row_state", "state_reason", "ordinal", "line", "byte_offset")
WAITS = ("leg", "reason_code", "ordinal", "line", "byte_offset", "column_name")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Each small close, told once."""
    known: dict[str, Closed] = {}

    def of(world: str) -> Closed:
        if world not in known:
            known[world] = close(WORLDS[world], tmp_path_factory.mktemp(world))
        return known[world]

    return of


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_run_has_the_outcome_code_and_place(case: Case, told: Told) -> None:
    closed = told(case.world)
    rows = closed.report["summary"]["rows"]
    homes = {name: count for name, count in rows.items() if name != "received"}
    assert rows["received"] == sum(homes.values()) == len(closed.usage) + len(closed.quarantine)
    assert case.rows is None or {k: v for k, v in rows.items() if v} == {
        k: v for k, v in case.rows.items() if v
    }
    if case.request and case.state is not None:
        found = [row for row in closed.usage if row["request_id"] == case.request]
        home = (case.state, case.reason or case.code, case.record, case.line, case.offset)
        assert {tuple(row[key] for key in HOME) for row in found} == {home}
    elif case.request:
        waits = ("usage", case.code, case.record, case.line, case.offset, "at")
        assert [tuple(row[key] for key in WAITS) for row in closed.quarantine] == [waits]
        assert case.request not in {row["request_id"] for row in closed.usage}
    if case.finding is not None:
        code, count = case.finding
        assert {one["rows"] for one in closed.findings[code]} == {count}
    if case.note is not None:
        number, count = case.note
        notes = {note.code: note.rows for note in closed.imported[number].reading.notes}
        assert notes[case.code] == count
    assert case.decision in ("", closed.report["summary"]["decision"])
    assert case.suggests is None or case.suggests in closed.suggested


def test_both_units_are_named_each_with_its_lines(told: Told) -> None:
    found = told("units").findings["UNIT_SUSPECT"]
    assert sorted(re.findall(r"exactly ([0-9,]+)", str(found))) == ["100", "500,000"]
    assert sorted(tuple(one["where"]) for one in found) == [("id:r1",), ("id:r2",)]


def test_the_missing_part_is_named(told: Told) -> None:
    (found,) = told("gap").findings["FILE_PART_MISSING"]
    assert found["where"] == ["feed gateway, u-*.csv: part 2"]
    assert "FILE_PART_MISSING" not in told("conflict").findings


def test_a_changed_file_says_what_differs_and_stays_beside_the_first(told: Told) -> None:
    closed = told("again")
    assert [one.is_new for one in closed.imported] == [True, False, True]
    (note,) = [n for n in closed.imported[2].reading.notes if n.code == "FILE_CHANGED"]
    assert "1 record in both, 1 only in this one, 0 only in that one" in note.message
    assert "1 of 2 request ids already stand in import" in closed.imported[2].warnings[0]


def test_no_page_and_no_table_acts_on_a_name(told: Told) -> None:
    closed = told("days")
    assert SCRIPT not in closed.page
    assert "&lt;script&gt;alert(1)" in closed.page
    cells = [cell for line in csv.reader(io.StringIO(closed.variances)) for cell in line]
    number = re.compile(r"-?[0-9]+(\.[0-9]+)?")
    assert not [c for c in cells if c[:1] in set("=+-@") and number.fullmatch(c) is None]
    assert "'=2+3" in cells


def test_every_case_of_both_sections_is_there_once() -> None:
    tables = (cases_structure.CASES, cases_parquet.CASES, cases_field_values.CASES, CASES)
    ids = [case.id for table in tables for case in table]
    assert len(set(ids)) == len(ids)
    numbers = {re.sub(r"(?<=[0-9])[a-z]$", "", number) for number in ids}
    assert numbers == {
        *(f"ST{number:02}" for number in range(1, 63)),
        *(f"FV{number:02}" for number in range(1, 49)),
    }
