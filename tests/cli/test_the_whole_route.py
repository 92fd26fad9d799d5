"""From own files to a decision and back; every figure is worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import AS_OF, Commands

BUCKETS = {"source", "usage", "contract", "timing", "rounding", "unknown"}


def test_a_run_with_an_unmapped_model_holds_and_exits_nine(filled: Commands) -> None:
    assert filled("run", "--period", "2026-08", "--as-of", AS_OF) == 9
    assert filled.out.split()[0] == "HOLD"
    assert filled.err == ""


def test_the_object_of_a_run_holds_what_was_worked_out_by_hand(filled: Commands) -> None:
    found = filled.json("run", "--period", "2026-08", "--as-of", AS_OF)
    totals = found["totals"]["USD"]
    assert totals["expected"] == "0.01"
    assert totals["recorded"] == "0.111"
    assert totals["variance"] == "0.101"
    assert totals["charged"] is None
    assert totals["high"] is None, "an unmapped model leaves the range open"
    assert found["rows"] == {
        "received": 4,
        "quarantined": 1,
        "excluded": 0,
        "unmapped": 1,
        "not_reconcilable": 0,
        "unrated": 0,
        "rated": 2,
    }
    assert set(found["buckets"]) == BUCKETS
    assert found["decision"] == "hold"
    assert found["as_of"] == AS_OF
    assert (filled.root / found["artifacts"] / "report.html").is_file()


def test_the_open_groups_lead_to_their_line_and_its_bytes(closed: Commands) -> None:
    groups = closed.json("variance", "list", "--open")["groups"]
    assert [(group["net"], group["lines"]) for group in groups] == [("0.001", 1)]
    shown = closed.json("variance", "show", groups[0]["group_id"])
    (line,) = shown["lines"]
    assert line["line_key"] == "id:r2"
    assert [rate["price_text"] for rate in line["rates"] if rate["quantity"] != "0"] == ["2"]
    (row,) = line["usage_refs"]
    usage = (closed.root.parent / "usage.csv").read_bytes()
    assert usage[row["byte_offset"] :].startswith(b"r2,2026-08-03")
    assert closed("variance", "show", "r2") == 0
    assert "+0.001" in closed.out


def test_a_name_that_is_neither_group_nor_line_is_refused(closed: Commands) -> None:
    assert closed("variance", "show", "g-00000000") == 2
    assert closed.err.startswith("VARIANCE_UNKNOWN")


def test_a_report_is_written_anew_and_never_over_another_file(
    closed: Commands, tmp_path: Path
) -> None:
    page = tmp_path / "august.html"
    assert closed("report", "--out", page) == 0
    (run_page,) = closed.root.glob("runs/*/*/report.html")
    assert page.read_bytes() == run_page.read_bytes()
    page.write_text("mine", encoding="utf-8")
    assert closed("report", "--out", page) == 6
    assert page.read_text(encoding="utf-8") == "mine"


def test_a_verified_run_exits_zero_and_a_changed_file_exits_four(closed: Commands) -> None:
    assert closed("verify", "--threads", "1") == 0
    (report,) = closed.root.glob("runs/*/*/report.json")
    report.write_bytes(report.read_bytes().replace(b'"0.111"', b'"0.112"'))
    assert closed("verify") == 4
    assert "DIFFERS" in closed.out


def test_a_second_run_supersedes_the_first_and_both_stay(closed: Commands) -> None:
    first = closed.json("report")["summary"]
    second = closed.json("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB")
    assert second["supersedes"] == first["run_id"]
    assert second["result_digest"] == first["result_digest"]
    assert closed.json("report", "--run", first["run_id"][:8])["summary"] == first


def test_a_run_without_witnesses_is_refused_and_names_them(tieout: Commands) -> None:
    assert tieout("run", "--period", "2026-08") == 2
    assert tieout.err.startswith("NOTHING_IMPORTED")
    assert not (tieout.root / "runs").exists()


def test_settings_nobody_confirmed_import_nothing(tieout: Commands, tmp_path: Path) -> None:
    settings = tieout.root / "tieout.toml"
    settings.write_text("confirmed = false\n" + settings.read_text("utf-8"), encoding="utf-8")
    assert tieout("usage", "import", tmp_path / "usage.csv", "--by", "AB") == 2
    assert tieout.err.startswith("CFG_UNCONFIRMED")
    assert tieout("usage", "check", tmp_path / "usage.csv") == 0


def test_init_proposes_settings_that_wait_for_a_person(tieout: Commands, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("usage.csv", "ledger.csv", "prices.csv")]
    assert tieout.bare("init", tmp_path / "new", "--from", *files, "--json") == 0
    found = json.loads(tieout.out)
    assert found["confirmed"] is False
    assert found["unsure"] > 0
    assert found["files"]["usage.csv"] == "usage"
    assert found["files"]["ledger.csv"] == "ledger"
    assert tieout.bare("init", tmp_path / "new") == 2
    assert tieout.err.startswith("CFG_EXISTS")
