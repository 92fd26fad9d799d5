"""Many files as one leg: parts, files that come twice, and one that is a bomb."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieout.actions.records import ImportedFile, import_files
from tieout.errors import InputRefused
from tieout.evidence.records import imports
from tieout.workspace.layout import Workspace

SETTINGS = """
workspace = "parts"
confirmed = true

[ledger.books]
format = "FORMAT"
time = { column = "at", form = "rfc3339" }
model = "model"
recorded = { column = "cost", currency = "USD" }
"""
HEADER = "at,model,cost\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def workspace(folder: Path, form: str = "csv") -> Workspace:
    return Workspace.create(folder / "home", SETTINGS.replace("FORMAT", form))


def imported(home: Workspace, *files: Path) -> list[ImportedFile]:
    return list(import_files(home, "ledger", files, operator="AB"))


def part(folder: Path, name: str, *, second: int = 0) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    row = f"2026-08-01T00:00:{second:02d}Z,alpha,0.5\n"
    path.write_text(HEADER + row, encoding="utf-8")
    return path


def refused(home: Workspace, *files: Path) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        imported(home, *files)
    return caught.value


def test_all_parts_of_a_split_export_are_read_and_a_late_copy_finds_the_rest_on_record(
    folder: Path,
) -> None:
    home = workspace(folder)
    parts = [part(folder, f"b-part-{n}-of-3.csv", second=n) for n in (1, 2, 3)]
    assert [one.is_new for one in imported(home, *parts)] == [True, True, True]
    assert [one.is_new for one in imported(home, parts[1])] == [False]


def test_one_file_twice_in_one_command_is_one_import(folder: Path) -> None:
    home = workspace(folder)
    path = part(folder, "books.csv")
    assert [one.is_new for one in imported(home, path, path)] == [True, False]
    assert len(imports(home.log)) == 1


def test_one_name_with_other_bytes_is_kept_beside_the_first_and_said(folder: Path) -> None:
    home = workspace(folder)
    first, second = part(folder, "books.csv"), part(folder / "later", "books.csv", second=9)
    before, after = imported(home, first, second)
    assert before.warnings == ()
    assert after.is_new
    known = before.record.import_id
    said = f"books.csv is on record with other bytes too, as import {known} (1 records, here 1)"
    way = f"; both count, unless this file is imported with --replaces {known}"
    assert after.warnings == (said + way,)


def test_two_files_that_share_rows_are_kept_and_said(folder: Path) -> None:
    home = workspace(folder)
    first = part(folder, "one.csv")
    second = folder / "two.csv"
    second.write_text(first.read_text("utf-8") + "2026-08-02T00:00:00Z,beta,1\n", encoding="utf-8")
    said = imported(home, first, second)[1].warnings
    assert "1 of 2 rows already stand in import" in said[0]


def test_parquet_files_of_one_command_must_have_one_type_a_column(folder: Path) -> None:
    home = workspace(folder, "parquet")
    files = []
    for name, cost in (("one", pa.array(["0.5"])), ("two", pa.array([0.5]))):
        files.append(folder / f"{name}.parquet")
        rows = {"at": ["2026-08-01T00:00:00Z"], "model": [name], "cost": cost}
        pq.write_table(pa.table(rows), files[-1])
    letter = refused(home, *files)
    assert letter.code == "SCHEMA_DRIFT"
    assert letter.where == ("one.parquet: 'string'", "two.parquet: 'double'")
    assert [one.original_name for one in imports(home.log)] == ["one.parquet"]


def test_a_bomb_among_files_is_named_and_nothing_of_it_is_recorded(folder: Path) -> None:
    home = workspace(folder)
    bomb = folder / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(HEADER.encode() + bytes(64 << 20)))
    letter = refused(home, part(folder, "good.csv"), bomb)
    assert (letter.code, letter.exit_code) == ("BOMB", 3)
    assert letter.where[0].startswith("bomb.csv.gz: ")
    assert [one.original_name for one in imports(home.log)] == ["good.csv"]
