"""A corrected file beside the old one: said on import, and left out of the run when it is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import AS_OF, LEDGER, Commands
from tieout.close.on_record import latest_imports
from tieout.evidence.documents import Import
from tieout.evidence.records import imports
from tieout.workspace.layout import Workspace

CORRECTED = LEDGER.replace("0.005", "0.004")
FEED = "[ledger.books]\n"


def import_id(commands: Commands, leg: str = "ledger") -> str:
    """The id of the newest import of a leg."""
    found: str = commands.json(leg, "check")["imports"][-1]["import_id"]
    return found


def used(commands: Commands) -> list[str]:
    """The ledger files that a run reads."""
    return [one["file"] for one in commands.json("ledger", "check")["imports"]]


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    path = tmp_path / "corrected.csv"
    path.write_text(CORRECTED, encoding="utf-8")
    return path


def change_feed(commands: Commands, old: str = 'cost_center = "team"\n', new: str = "") -> None:
    """Another line in the ledger feed of the settings."""
    path = commands.root / "tieout.toml"
    before, feed, after = path.read_text("utf-8").partition(FEED)
    assert old in after
    path.write_text(before + feed + after.replace(old, new, 1), encoding="utf-8")


def test_a_file_with_ids_already_on_record_is_imported_with_a_warning(
    filled: Commands, corrected: Path
) -> None:
    old = import_id(filled)
    wanted = (
        f"3 of 3 request ids already stand in import {old} (ledger.csv); if this file corrects that"
        f" one, import it again with --replaces {old}"
    )
    assert filled("ledger", "import", corrected, "--by", "AB") == 0
    assert wanted in " ".join(filled.err.split())
    assert "already stand in" not in filled.out
    assert filled.json("ledger", "import", corrected, "--by", "AB")["warnings"] == [wanted]


def test_a_file_of_other_ids_brings_no_warning(filled: Commands, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(LEDGER.replace("r1,", "s1,").replace("r2,", "s2,").replace("r3,", "s3,"))
    assert filled.json("ledger", "import", other, "--by", "AB")["warnings"] == []


def test_entry_ids_are_looked_at_before_request_ids(tieout: Commands, tmp_path: Path) -> None:
    change_feed(tieout, new='ledger_entry_id = "entry"\n')
    head = "entry,id,at,model,cost,team\n"
    row = "{},{},2026-08-03T10:00:00Z,alpha,1,search\n"
    (tmp_path / "one.csv").write_text(head + row.format("e1", "r1") + row.format("e2", "r1"))
    (tmp_path / "two.csv").write_text(head + row.format("e2", "r8") + row.format("e3", "r1"))
    assert tieout("ledger", "import", tmp_path / "one.csv", "--by", "AB") == 0
    (said,) = tieout.json("ledger", "import", tmp_path / "two.csv", "--by", "AB")["warnings"]
    assert said.startswith("1 of 2 entry ids already stand")


def test_files_without_ids_are_compared_row_by_row(tieout: Commands, tmp_path: Path) -> None:
    change_feed(tieout, 'request_id = "id"\n')
    rows = LEDGER.splitlines(keepends=True)
    (tmp_path / "one.csv").write_text("".join(rows))
    (tmp_path / "two.csv").write_text("".join([*rows[:3], rows[3].replace("0.1", "0.2")]))
    assert tieout("ledger", "import", tmp_path / "one.csv", "--by", "AB") == 0
    (said,) = tieout.json("ledger", "import", tmp_path / "two.csv", "--by", "AB")["warnings"]
    assert said.startswith("2 of 3 rows already stand")


@pytest.mark.parametrize("already_imported", [False, True])
def test_a_replaced_import_is_left_out_of_the_run_and_stays_on_record(
    filled: Commands, corrected: Path, already_imported: bool
) -> None:
    old = import_id(filled)
    if already_imported:
        assert filled("ledger", "import", corrected, "--by", "AB") == 0
        assert used(filled) == ["ledger.csv", "corrected.csv"]
    words = ("ledger", "import", corrected, "--by", "AB", "--replaces", old)
    said = filled.json(*words)
    assert said["warnings"] == []
    assert said["imports"][0]["replaces"] == old
    assert said["imports"][0]["is_new"] is True
    assert used(filled) == ["corrected.csv"]
    on_record = {one.import_id for one in imports(Workspace.open(filled.root).log)}
    assert old in on_record
    again = filled.json(*words)["imports"][0]
    assert (again["is_new"], again["import_id"]) == (False, said["imports"][0]["import_id"])
    assert filled("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB") == 9
    summary = filled.json("report")["summary"]
    assert summary["ledger_rows"]["received"] == 3
    assert filled("verify") == 0


def test_the_start_of_an_id_is_enough(filled: Commands, corrected: Path) -> None:
    old = import_id(filled)
    words = ("ledger", "import", corrected, "--by", "AB", "--replaces", old[:5])
    assert filled.json(*words)["imports"][0]["replaces"] == old
    assert filled(*words) == 0
    assert "replaces import " + old in filled.out or "there already" in filled.out


def test_what_is_replaced_must_be_an_import_of_the_leg_that_counts(
    filled: Commands, corrected: Path, tmp_path: Path
) -> None:
    old, usage = import_id(filled), import_id(filled, "usage")
    words = ("ledger", "import", corrected, "--by", "AB", "--replaces")
    for unknown in ("000000000000", usage, ""):
        assert filled(*words, unknown) == 2
        assert filled.err.startswith("IMPORT_UNKNOWN")
        assert old in filled.err
    assert filled(*words, old) == 0
    newest = import_id(filled)
    third = tmp_path / "third.csv"
    third.write_text(CORRECTED.replace("0.1", "0.2"), encoding="utf-8")
    assert filled("ledger", "import", third, "--by", "AB", "--replaces", old) == 2
    assert filled.err.startswith("IMPORT_REPLACED")
    assert newest in filled.err


def test_one_file_at_a_time_replaces(filled: Commands, corrected: Path, tmp_path: Path) -> None:
    words = (corrected, tmp_path / "usage.csv", "--by", "AB", "--replaces", import_id(filled))
    assert filled("ledger", "import", *words) == 2
    assert filled.err.startswith("IMPORT_SEVERAL")
    assert used(filled) == ["ledger.csv"]


def test_a_usage_file_is_replaced_likewise(filled: Commands, tmp_path: Path) -> None:
    old = import_id(filled, "usage")
    text = (tmp_path / "usage.csv").read_text("utf-8").replace("many", "7")
    (tmp_path / "again.csv").write_text(text, encoding="utf-8")
    words = ("usage", "import", tmp_path / "again.csv", "--by", "AB")
    (said,) = filled.json(*words)["warnings"]
    assert said.startswith(f"4 of 4 request ids already stand in import {old}")
    filled.json(*words, "--replaces", old)
    assert filled.json("usage", "check")["records"] == 4


def test_the_same_file_through_a_changed_feed_replaces_its_first_reading(
    filled: Commands, tmp_path: Path
) -> None:
    old = import_id(filled)
    words = ("ledger", "import", tmp_path / "ledger.csv", "--by", "AB")
    change_feed(filled)
    assert filled(*words) == 0
    assert f"replaces import {old}" in " ".join(filled.out.split())
    assert filled.err == ""
    second = import_id(filled)
    assert second != old
    assert filled.json(*words)["imports"][0]["is_new"] is False


def test_a_feed_that_is_changed_back_is_in_force_again(filled: Commands, tmp_path: Path) -> None:
    first = (filled.root / "tieout.toml").read_text("utf-8")
    words = ("ledger", "import", tmp_path / "ledger.csv", "--by", "AB")
    change_feed(filled)
    filled.json(*words)
    (filled.root / "tieout.toml").write_text(first, encoding="utf-8")
    (back,) = filled.json(*words)["imports"]
    assert back["is_new"] is True
    (used_now,) = latest_imports(
        tuple(o for o in imports(Workspace.open(filled.root).log) if o.leg == "ledger")
    )
    assert used_now.import_id == back["import_id"]
    assert used_now.feed["cost_center"] == "team"
    assert filled.json("ledger", "check")["warnings"] == []


@pytest.mark.parametrize("leg", ["ledger", "usage"])
def test_a_feed_changed_since_the_import_is_said_by_check_and_run(
    leg: str, filled: Commands
) -> None:
    found = import_id(filled, leg)
    path = filled.root / "tieout.toml"
    before, feed, after = path.read_text("utf-8").partition(f"[{leg}.")
    path.write_text(before + feed + after.replace('cost_center = "team"\n', "", 1))
    name = {"ledger": "ledger.books", "usage": "usage.gateway"}[leg]
    wanted = f"feed {name} has changed since import {found}; import the file again to use it"
    assert filled.json(leg, "check")["warnings"] == [wanted]
    assert filled(leg, "check") == 0
    assert wanted in filled.err
    other = {"ledger": "usage", "usage": "ledger"}[leg]
    assert filled.json(other, "check")["warnings"] == []
    assert filled("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB", "--json") == 9
    assert wanted in filled.err
    assert "warnings" not in filled.out


def test_a_feed_that_is_gone_from_the_settings_is_said_too(filled: Commands) -> None:
    path = filled.root / "tieout.toml"
    path.write_text(path.read_text("utf-8").replace("[ledger.books]", "[ledger.other]"))
    (said,) = filled.json("ledger", "check")["warnings"]
    assert said.startswith("feed ledger.books is no longer in tieout.toml")


def document(number: int, **facts: Any) -> Import:
    """An import on record, of which only its identity matters."""
    plain: dict[str, Any] = {
        "import_id": f"i{number}", "leg": "ledger", "feed_name": "books", "feed": {},
        "sha256": f"s{number}", "size": 1, "original_name": "x", "records_object": "",
        "quarantine_object": "", "records_framed": 0, "records_recounted": 0, "quarantined": 0,
        "operator": "AB",
    }  # fmt: skip
    return Import(**(plain | facts))


def test_a_chain_of_corrections_leaves_its_last_link() -> None:
    chain = (document(1), document(2, replaces="i1"), document(3, replaces="i2"), document(4))
    assert [one.import_id for one in latest_imports(chain)] == ["i3", "i4"]


def test_a_corrected_file_does_not_come_back_through_a_changed_feed(
    filled: Commands, corrected: Path, tmp_path: Path
) -> None:
    old = import_id(filled)
    assert filled("ledger", "import", corrected, "--replaces", old, "--by", "AB") == 0
    change_feed(filled)
    assert filled("ledger", "import", tmp_path / "ledger.csv", "--by", "AB") == 2
    assert filled.err.startswith("IMPORT_REPLACED")
    assert used(filled) == ["corrected.csv"]
    named = import_id(filled)
    again = ("ledger", "import", tmp_path / "ledger.csv", "--replaces", named, "--by", "AB")
    assert filled(*again) == 0
    assert used(filled) == ["ledger.csv"]
