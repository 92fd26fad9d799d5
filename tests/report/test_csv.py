"""The CSV: complete, typed, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.report.samples import document, hostile, raw, reloaded
from tieout.report.csv import COLUMNS, variances_csv

# What each becomes stands beside it where more than its first sign is led.
FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example";"y")', "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "@import", "\x00=1+1",
    "=", "+", "-", "@", '="a,b"', " =1+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(1)",
    "\u200b=1+1", "\ttab", "\rreturn",
]  # fmt: skip
INSIDE = {
    "\t=1+1": "'\t'=1+1", "\r=1+1": "'\r'=1+1", "\n=1+1": "'\n'=1+1", "=1\r\n=2": "'=1\r\n'=2",
    "a;=1+1": "a;'=1+1", "a\t -1+1": "a\t' -1+1", 'a;"=1+1"': "a;'\"=1+1\"",
    "a, -1": "a, -1", "a-b; c=d": "a-b; c=d",
}  # fmt: skip
NUMBERS = {
    "lines", "expected", "charged", "recorded", "variance", "gross", "booking", "billing",
}  # fmt: skip


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    ("formula", "led"), [*((one, f"'{one}") for one in FORMULAS), *INSIDE.items()], ids=ascii
)
def test_formula_is_led_by_an_apostrophe(formula: str, led: str) -> None:
    changed = raw("full")
    for field in ("title", "owner", "explanation", "cost_center"):
        changed["summary"]["groups"][0][field] = formula
    found = rows(variances_csv(reloaded(changed)))[0]
    for field in ("title", "owner", "explanation", "cost_center"):
        assert found[field] == led


def test_no_cell_of_a_hostile_report_can_run() -> None:
    for row in rows(variances_csv(hostile())):
        for name, cell in row.items():
            if name in NUMBERS:
                assert re.fullmatch(r"|unknown|-?\d+(\.\d+)?", cell)
            else:
                assert cell[:1] not in set("=+-@\t\r\x00")


def test_negative_amount_stays_a_number() -> None:
    timing = next(
        row for row in rows(variances_csv(document("full"))) if row["group_id"] == "g-3c4d5e6f"
    )
    assert timing["variance"] == "-8.32"
    assert timing["gross"] == "8.32"


def test_plain_text_is_left_as_it_is() -> None:
    first = rows(variances_csv(document("full")))[0]
    assert first["title"] == "ledger posted twice, 3 August"
    assert first["owner"] == "platform owner"


def test_unknown_amount_is_a_word_and_no_empty_cell() -> None:
    unmapped = next(
        row for row in rows(variances_csv(document("full"))) if row["line_key"] == "id:req-um01"
    )
    assert unmapped["expected"] == unmapped["variance"] == "unknown"
    assert unmapped["recorded"] == "0.31"
    assert unmapped["group_id"] == ""


def test_open_groups_and_lines_are_there_once_and_settled_ones_are_not() -> None:
    found = rows(variances_csv(document("full")))
    assert [(row["record"], row["group_id"], row["line_key"]) for row in found] == [
        ("group", "g-2b3c4d5e", ""),
        ("line", "g-2b3c4d5e", "group:2026-08-03|atlas-4|search"),
        ("group", "g-1a2b3c4d", ""),
        ("line", "g-1a2b3c4d", "id:req-3f20"),
        ("group", "g-unknown01", ""),
        ("line", "g-unknown01", "id:req-7c1a"),
        ("group", "g-3c4d5e6f", ""),
        ("line", "g-3c4d5e6f", "id:req-e811"),
        ("line", "", "id:req-um01"),
    ]


def test_file_has_the_form_of_rfc_4180() -> None:
    text = variances_csv(document("near_empty"))
    assert text == ",".join(COLUMNS) + "\r\n"
    assert variances_csv(document("full")).count("\r\n") == 10
