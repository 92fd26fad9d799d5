"""A decimal comma that is declared is read exactly; every other comma or dot still waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import PRICES, SETTINGS, Commands, Words

COMMA = 'decimal = ","\n'
LEDGER = (
    "id;at;model;cost;team\n"
    "r1;2026-08-03T10:00:00Z;alpha;0,006;search\n"
    "r2;2026-08-03T11:00:00Z;alpha;{};search\n"
)


@pytest.fixture
def comma(tieout: Commands) -> Commands:
    """The small workspace, with a decimal comma declared in the ledger and the price list."""
    text = SETTINGS.replace("[ledger.books]\n", f'[ledger.books]\ndelimiter = ";"\n{COMMA}')
    text = text.replace("[prices.list]\n", f'[prices.list]\ndelimiter = ";"\n{COMMA}')
    (tieout.root / "tieout.toml").write_text(text, encoding="utf-8")
    return tieout


def ledger(folder: Path, amount: str) -> Path:
    path = folder / "comma.csv"
    path.write_text(LEDGER.format(amount), encoding="utf-8")
    return path


# By hand: the text, and the amount it says, or the reason why it is not read.
@pytest.mark.parametrize(
    ("text", "said"),
    [("0,005", "0.005"), ("-12,5", "-12.5"), ("7", "7"), ("1234,50", "1234.5"),
     ("0.005", "NUM_LOCALE"), ("1.234,50", "NUM_LOCALE"), ("1.234", "NUM_LOCALE"),
     ("1 234,50", "NUM_LOCALE"), ("1,234,567", "NUM_LOCALE"), ("0,00,5", "NUM_FORM"),
     (",5", "NUM_FORM"), ("5,", "NUM_FORM")],
)  # fmt: skip
def test_an_amount_has_exactly_one_comma_as_its_decimal_sign(
    text: str, said: str, comma: Commands, tmp_path: Path
) -> None:
    (found,) = comma.json("ledger", "check", ledger(tmp_path, text))["files"]
    assert found["sample"][0]["recorded_cost"] == "0.006"
    if said.startswith("NUM_"):
        assert [one["reason_code"] for one in found["waiting"]] == [said]
        assert [one["column_name"] for one in found["waiting"]] == ["cost"]
    else:
        assert found["waiting"] == []
        assert found["sample"][1]["recorded_cost"] == said


def test_a_quantity_with_a_thousands_comma_is_not_read_as_tokens(
    tieout: Commands, tmp_path: Path
) -> None:
    text = SETTINGS.replace("[usage.gateway]\n", f"[usage.gateway]\n{COMMA}")
    (tieout.root / "tieout.toml").write_text(text, encoding="utf-8")
    rows = (tmp_path / "usage.csv").read_text("utf-8").replace("many", '"1,234"')
    (tmp_path / "usage.csv").write_text(rows, encoding="utf-8")
    (found,) = tieout.json("usage", "check", tmp_path / "usage.csv")["files"]
    assert [one["reason_code"] for one in found["waiting"]] == ["NUM_FRACTION"]


def test_a_price_list_with_decimal_commas_is_priced_as_written(
    comma: Commands, tmp_path: Path, price_words: Words
) -> None:
    text = PRICES.replace(",", ";").replace("2;8", "2,5;0,08")
    (tmp_path / "prices.csv").write_text(text + "beta;1.5;1\n", encoding="utf-8")
    (found,) = comma.json(*price_words)["captures"]
    assert found["not_read"] == {"NUM_LOCALE": 1}
    (prices,) = comma.json("prices", "show", "alpha")["price_sets"]
    rates = {line["meter"]: (line["price_text"], line["unit_rate"]) for line in prices["lines"]}
    # 2.5 and 0.08 by a million.
    assert rates == {
        "input_tokens": ("2,5", "0.0000025"),
        "output_tokens": ("0,08", "0.00000008"),
    }


def test_only_a_csv_feed_has_a_decimal_comma(comma: Commands, tmp_path: Path) -> None:
    path = comma.root / "tieout.toml"
    text = path.read_text("utf-8")
    before, feed, after = text.partition("[ledger.books]")
    path.write_text(before + feed + after.replace('"csv"', '"jsonl"', 1), encoding="utf-8")
    assert comma("ledger", "check", ledger(tmp_path, "1")) == 2
    assert comma.err.startswith("CFG_DECIMAL_SIGN")


def test_a_proposal_declares_the_comma_and_marks_it_unsure(
    tieout: Commands, tmp_path: Path
) -> None:
    prices = tmp_path / "list.csv"
    prices.write_text("model;input_per_1m_usd;output_per_1m_usd\nalpha;2,5;8\n", encoding="utf-8")
    new = tmp_path / "new"
    assert tieout.bare("init", new, "--from", ledger(tmp_path, "1,5"), prices) == 0
    lines = (new / "tieout.toml").read_text("utf-8").splitlines()
    places = [number for number, line in enumerate(lines) if line == 'decimal = ","']
    assert len(places) == 2
    for number in places:
        above = "\n".join(lines[number - 2 : number])
        assert "UNSURE" in above
        assert "decimal sign" in above


def test_a_proposal_for_points_says_nothing_of_commas(tieout: Commands, tmp_path: Path) -> None:
    new = tmp_path / "new"
    assert tieout.bare("init", new, "--from", tmp_path / "ledger.csv", tmp_path / "prices.csv") == 0
    assert "decimal =" not in (new / "tieout.toml").read_text("utf-8")
