"""The next line: each of the six commands names the one that follows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import AS_OF, MAPPING, Commands, Words
from tieout.cli import main


def last_line(text: str) -> str:
    """The last line of an answer, with single spaces."""
    return " ".join(text.rstrip().splitlines()[-1].split())


def test_each_command_of_the_path_names_the_next(
    tieout: Commands, tmp_path: Path, price_words: Words
) -> None:
    assert tieout(*price_words) == 0
    assert last_line(tieout.out) == "next tieout usage import FILE --by NAME"
    assert tieout("usage", "import", tmp_path / "usage.csv", "--by", "AB") == 0
    assert last_line(tieout.out) == "next tieout ledger import FILE --by NAME"
    assert tieout("ledger", "import", tmp_path / "ledger.csv", "--by", "AB") == 0
    assert last_line(tieout.out) == "next tieout mapping check"
    assert tieout("mapping", "check") == 0
    assert last_line(tieout.out) == (
        "next add rows to mapping.csv for the unmapped names, then tieout run --period 2026-08"
    )
    (tieout.root / "mapping.csv").write_text(
        MAPPING + "Alpha,alpha,1M tokens,2026-01-01T00:00:00Z,CD\n", encoding="utf-8"
    )
    assert tieout("mapping", "check") == 0
    assert last_line(tieout.out) == "next tieout run --period 2026-08"
    assert tieout.json("mapping", "check")["next"] == "tieout run --period 2026-08"


def test_the_path_may_be_walked_in_another_order(
    tieout: Commands, tmp_path: Path, price_words: Words
) -> None:
    assert tieout("ledger", "import", tmp_path / "ledger.csv", "--by", "AB") == 0
    assert last_line(tieout.out).startswith("next tieout prices import FILE --source NAME")
    assert tieout(*price_words[:-2]) == 0
    said = last_line(tieout.out)
    capture = tieout.json("prices", "list")["captures"][0]["capture_id"]
    assert said == f"next tieout prices approve {capture} --by NAME"
    assert tieout("prices", "approve", capture, "--by", "CD") == 0
    found = tieout.json("usage", "import", tmp_path / "usage.csv", "--by", "AB")
    assert found["next"] == "tieout mapping check"


@pytest.mark.parametrize("files", [(), ("usage.csv", "prices.csv")])
def test_a_new_workspace_names_the_first_import(
    files: tuple[str, ...], tieout: Commands, tmp_path: Path
) -> None:
    words = ["init", str(tmp_path / "new"), *(["--from"] if files else [])]
    assert tieout.bare(*words, *(tmp_path / name for name in files)) == 0
    assert last_line(tieout.out).startswith("next tieout prices import FILE --source NAME")
    assert "tieout.toml" in tieout.out


def test_without_any_run_the_letter_offers_none_to_choose_from(filled: Commands) -> None:
    assert filled("report") == 2
    assert "There is no run yet." in filled.err
    assert "Name one of these" not in filled.err
    assert "tieout run --period" in filled.err


def test_with_runs_the_letter_lists_them(closed: Commands) -> None:
    assert closed("report", "--run", "ffffffffffff") == 2
    assert "Name one of these" in closed.err
    assert "2026-08  hold" in closed.err
    assert closed("report", "--period", "2026-07") == 2
    assert "2026-08  hold" in closed.err


def test_a_period_that_is_not_over_is_run_with_a_warning(filled: Commands) -> None:
    words = ("run", "--period", "2099-08", "--by", "AB", "--as-of")
    assert filled(*words, "2099-08-20T00:00:00Z", "--json") == 9
    assert filled.err.startswith("  warning: the period 2099-08 ends at 2099-09-01 00:00Z")
    assert filled.err.count("\n") == 1
    assert filled(*words, AS_OF) == 9
    assert filled.err == ""


def test_help_is_as_wide_as_its_page_and_shows_no_empty_flags(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    pages = []
    for words in ([], ["init"], ["prices", "import"], ["usage", "import"], ["usage", "check"]):
        assert main([*words, "--help"]) == 0
        pages.append(capsys.readouterr().out)
    assert max(len(line) for page in pages for line in page.splitlines()) == 100
    for page in pages:
        assert "--empty" not in page
        assert "default: ()" not in page
