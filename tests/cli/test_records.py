"""Usage and ledger files on the command line: what is imported, what waits, what is complete."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import USAGE, Commands
from tieout.workspace.layout import MAPPING_HEADER


def test_a_file_imported_twice_changes_nothing(filled: Commands, tmp_path: Path) -> None:
    words = ("usage", "import", tmp_path / "usage.csv", "--by", "AB")
    (again,) = filled.json(*words)["imports"]
    assert again["is_new"] is False
    assert filled.json("usage", "check")["records"] == 4


def test_records_that_wait_are_named_with_their_place(tieout: Commands, tmp_path: Path) -> None:
    words = ("usage", "import", tmp_path / "usage.csv", "--by", "AB")
    (found,) = tieout.json(*words)["imports"]
    assert (found["records"], found["readable"], found["quarantined"]) == (4, 3, 1)
    (waiting,) = found["waiting"]
    assert waiting["reason_code"] == "NUM_FORM"
    assert waiting["column_name"] == "tokens_in"
    assert waiting["places"] == [f"record 4, line 5, byte {USAGE.index('r4,')}"]
    assert found["first"] == "2026-08-03T10:00:00Z"
    assert found["last"] == "2026-08-05T12:00:00Z"


def test_a_check_shows_the_first_rows_and_records_nothing(tieout: Commands, tmp_path: Path) -> None:
    (found,) = tieout.json("usage", "check", tmp_path / "usage.csv")["files"]
    assert found["quarantined"] == 1
    first = found["sample"][0]
    assert first["request_id"] == "r1"
    assert first["occurred_at"] == "2026-08-03T10:00:00Z"
    assert (first["input_tokens"], first["output_tokens"]) == ("1000", "500")
    assert tieout.json("usage", "check")["imports"] == []


def test_what_is_on_record_shows_days_gaps_and_models(filled: Commands) -> None:
    found = filled.json("usage", "check")
    assert found["days"] == [
        {"day": "2026-08-03", "rows": 2, "not_completed": 0},
        {"day": "2026-08-05", "rows": 1, "not_completed": 0},
    ]
    assert found["gaps"] == ["2026-08-04"]
    assert found["quarantined"] == 1
    names = {one["name"]: one["rows"] for one in found["models"]}
    assert names == {"alpha": 1, "house-alpha": 1, "Alpha": 1}


def test_days_are_those_of_the_reporting_zone(tieout: Commands, tmp_path: Path) -> None:
    settings = tieout.root / "tieout.toml"
    text = settings.read_text("utf-8").replace(
        'workspace = "small"', 'workspace = "small"\nzone = "Asia/Shanghai"'
    )
    settings.write_text(text, encoding="utf-8")
    late = tmp_path / "late.csv"
    late.write_text(
        "id,at,model,cost,team\nr1,2026-08-03T18:00:00Z,alpha,1,search\n", encoding="utf-8"
    )
    assert tieout("ledger", "import", late, "--by", "AB") == 0
    assert [day["day"] for day in tieout.json("ledger", "check")["days"]] == ["2026-08-04"]


def test_with_several_feeds_one_must_be_named(tieout: Commands, tmp_path: Path) -> None:
    settings = tieout.root / "tieout.toml"
    text = settings.read_text("utf-8")
    start, end = text.index("[ledger.books]"), text.index("[prices.list]")
    second = text[start:end].replace("[ledger.books]", "[ledger.other]")
    settings.write_text(text + second, encoding="utf-8")
    words = ("ledger", "import", tmp_path / "ledger.csv", "--by", "AB")
    assert tieout(*words) == 2
    assert tieout.err.startswith("CFG_FEED")
    assert "books, other" in tieout.err
    assert tieout(*words, "--feed", "other") == 0
    assert tieout(*words, "--feed", "third") == 2


def test_a_file_in_another_form_is_refused_and_not_recorded(
    tieout: Commands, tmp_path: Path
) -> None:
    page = tmp_path / "usage.html"
    page.write_text("<html><body>sign in</body></html>", encoding="utf-8")
    assert tieout("usage", "import", page, "--by", "AB") == 3
    assert tieout.err.startswith("FILE_MAGIC")
    assert tieout.json("usage", "check")["imports"] == []


def test_names_are_exact_alias_or_unmapped_with_their_rows(filled: Commands) -> None:
    found = filled.json("mapping", "check")
    usage = {
        one["name"]: (one["standing"], one["source_model_id"], one["rows"])
        for one in found["names"]
        if one["leg"] == "usage"
    }
    assert usage == {
        "alpha": ("exact", "alpha", 1),
        "house-alpha": ("alias", "alpha", 1),
        "Alpha": ("unmapped", None, 1),
    }


def test_a_suggestion_carries_its_reason_and_maps_nothing(filled: Commands) -> None:
    (suggestion,) = filled.json("mapping", "check")["suggestions"]
    assert (suggestion["name"], suggestion["source_model_id"]) == ("Alpha", "alpha")
    assert "capital" in suggestion["reason"]
    before = filled.json("mapping", "check")["names"]
    assert ("Alpha", "unmapped") in {(one["name"], one["standing"]) for one in before}


def test_a_mapping_that_cannot_be_meant_is_refused(filled: Commands) -> None:
    mapping = filled.root / "mapping.csv"
    mapping.write_text(
        mapping.read_text("utf-8") + "house-alpha,beta,1M tokens,2026-02-01T00:00:00Z,CD\n",
        encoding="utf-8",
    )
    assert filled("mapping", "check") == 2
    assert filled.err.startswith("MAP_AMBIGUOUS")


def test_a_model_is_named_once_for_both_legs_with_the_rows_of_each(filled: Commands) -> None:
    assert filled("mapping", "check") == 0
    table = filled.out.partition("suggestions")[0]
    assert len([line for line in table.splitlines() if line.split()[:1] == ["alpha"]]) == 1
    (line,) = (line for line in table.splitlines() if line.split()[:1] == ["alpha"])
    # alpha stands in one row of usage (r1; r4 waits) and in two of the ledger (r1, r2).
    assert line.split() == ["alpha", "exact", "alpha", "1", "2"]


def test_one_plausible_id_comes_as_a_row_to_paste(filled: Commands) -> None:
    (suggestion,) = filled.json("mapping", "check")["suggestions"]
    row = suggestion["row"]
    # Alpha is first seen on 2026-08-05 12:00Z; the approver is a person, so that cell waits.
    assert row == "Alpha,alpha,1M tokens,2026-08-05T12:00:00Z,"
    assert filled("mapping", "check") == 0
    shown = filled.out.splitlines()
    assert f"    # {suggestion['reason']}; a suggestion, fill in approved_by" in shown
    assert f"    {row}" in shown


def test_a_row_to_paste_has_the_columns_of_the_file_it_goes_to(filled: Commands) -> None:
    (filled.root / "mapping.csv").write_text(MAPPING_HEADER, encoding="utf-8")
    rows = {one["name"]: one["row"] for one in filled.json("mapping", "check")["suggestions"]}
    assert rows["Alpha"] == "Alpha,alpha,1M tokens,2026-08-05T12:00:00Z,,,,,,,,,"


def test_the_row_to_paste_maps_the_name_once_somebody_approves(filled: Commands) -> None:
    (suggestion,) = filled.json("mapping", "check")["suggestions"]
    path = filled.root / "mapping.csv"
    path.write_text(path.read_text("utf-8") + suggestion["row"] + "CD\n", encoding="utf-8")
    found = filled.json("mapping", "check")
    standings = {one["name"]: one["standing"] for one in found["names"]}
    assert standings["Alpha"] == "alias"
    assert found["suggestions"] == []


def test_of_two_plausible_ids_none_comes_as_a_row(
    filled: Commands, tmp_path: Path, price_words: tuple[str | Path, ...]
) -> None:
    text = (tmp_path / "prices.csv").read_text("utf-8") + "ALPHA,1,1\n"
    (tmp_path / "more.csv").write_text(text, encoding="utf-8")
    words = [str(word).replace("prices.csv", "more.csv") for word in price_words]
    words[words.index("2026-07-31T06:00:00Z")] = "2026-07-31T07:00:00Z"
    assert filled(*words) == 0
    found = filled.json("mapping", "check")["suggestions"]
    assert {one["source_model_id"] for one in found} == {"alpha", "ALPHA"}
    assert {one["row"] for one in found} == {None}


def test_an_alias_of_an_id_without_any_price_is_not_called_an_alias(filled: Commands) -> None:
    mapping = filled.root / "mapping.csv"
    mapping.write_text(
        mapping.read_text("utf-8") + "Alpha,omega,1M tokens,2026-01-01T00:00:00Z,CD\n",
        encoding="utf-8",
    )
    found = filled.json("mapping", "check")["names"]
    standings = {one["name"]: one["standing"] for one in found}
    assert standings["Alpha"] == "mapped to an id without a price"
    assert standings["house-alpha"] == "alias"


def test_a_mapping_to_a_model_nobody_prices_is_pointed_out(filled: Commands) -> None:
    mapping = filled.root / "mapping.csv"
    mapping.write_text(
        mapping.read_text("utf-8") + "Alpha,omega,1M tokens,2026-01-01T00:00:00Z,CD\n",
        encoding="utf-8",
    )
    (row,) = filled.json("mapping", "check")["without_price"]
    assert row == {"line": 3, "source_model_id": "omega"}
