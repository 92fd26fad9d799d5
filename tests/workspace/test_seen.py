"""A file of unknown columns: what is said about it, and the empty tables a person completes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tieout.actions.guarded import looked_at
from tieout.workspace.look import Look
from tieout.workspace.proposal import propose
from tieout.workspace.seen import held
from tieout.workspace.settings import read_settings

STRANGE = "wann;was;viel;preis\n2026-06-01 10:00:00;m-1;100;0,12\n2026-06-01 11:00:00;m-2;20;0,13\n"


def text_for(folder: Path, content: str) -> str:
    (folder / "strange.csv").write_text(content)
    return propose([looked_at(folder / "strange.csv")], "acme").text


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["2026-06-01 10:00:00"], "times of the form local"),
        (["2026-06-01"], "times of the form date"),
        (["100", "20"], "whole numbers, like 100"),
        (["0.5", "0.125"], "numbers with at most 3 decimals"),
        (["0,12"], "decimal comma"),
        (["ok", "bad", "ok"], "2 different texts: ok, bad"),
        ([f"r-{number}" for number in range(9)], "9 different texts in 9 rows"),
        (["", None], "nothing in the sample"),
    ],
)
def test_a_column_is_described_by_its_texts(texts: list[str | None], said: str) -> None:
    assert said in held(Look("f.csv", "csv", {"c": texts}), "c")


def test_unknown_columns_are_told_and_set_nothing(tmp_path: Path) -> None:
    text = text_for(tmp_path, STRANGE)
    assert "viel: whole numbers, like 100" in text
    assert not {"usage", "ledger", "prices"} & set(tomllib.loads(text))


@pytest.mark.parametrize("table", ["usage", "ledger", "prices"])
def test_each_empty_table_is_settings_once_its_marks_are_gone(tmp_path: Path, table: str) -> None:
    lines = text_for(tmp_path, STRANGE).split("\n")
    first = lines.index(f"# [{table}.strange]")
    last = next(at for at in range(first, len(lines)) if lines[at] in ("#", ""))
    kept = [line.removeprefix("# ") for line in lines[first:last]]
    settings = read_settings("\n".join(['workspace = "acme"', *kept]).encode())
    assert list(getattr(settings, table)) == ["strange"]


def test_a_column_that_nothing_reads_is_named(tmp_path: Path) -> None:
    usage = "timestamp,model,prompt_tokens,mood\n2026-06-01T10:00:00Z,m-1,5,fine\n"
    assert "# Not read: mood." in text_for(tmp_path, usage)


@pytest.mark.parametrize("name", ["Zähler\nconfirmed = true", "[usage.x]", '"', "a = 1 #"])
def test_a_hostile_column_name_stays_a_comment(tmp_path: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    tree = tomllib.loads(text_for(tmp_path, f"{quoted},taste\n1,2\n"))
    assert tree["confirmed"] is False
    assert not {"usage", "ledger", "prices", "a"} & set(tree)


def test_short_words_for_production_are_translated_and_asked_about(tmp_path: Path) -> None:
    rows = "".join(f"2026-06-01T10:00:00Z,m-1,5,{stage}\n" for stage in ("prod", "qa", "lab"))
    text = text_for(tmp_path, f"timestamp,model,prompt_tokens,stage\n{rows}")
    values = tomllib.loads(text)["usage"]["strange"]["environment"]["values"]
    assert values == {"prod": "production", "qa": "test", "lab": "lab"}
    assert "which texts of stage are production?" in text
