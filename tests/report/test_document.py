"""The report's object: read strictly or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.report.samples import document, raw, reloaded
from tieout.errors import ExitCode, IntegrityRefused
from tieout.report.document import load


def refused(content: dict[str, Any]) -> IntegrityRefused:
    with pytest.raises(IntegrityRefused) as caught:
        reloaded(content)
    assert caught.value.code == "REPORT_FORM"
    return caught.value


def test_field_nobody_declared_is_refused() -> None:
    content = raw("full")
    content["lines"][0]["surprise"] = 1
    assert "surprise" in refused(content).where[0]


def test_missing_field_is_refused() -> None:
    content = raw("full")
    del content["summary"]["totals"]["USD"]["low"]
    assert "low" in refused(content).where[0]


@pytest.mark.parametrize(
    "amount", [1.5, 2, "", "NaN", "1e3", "1,5", "+1", "1.", ".5", "01", "1\n", " 1", "Infinity"]
)
def test_amount_that_is_not_plain_decimal_text_is_refused(amount: object) -> None:
    content = raw("full")
    content["summary"]["totals"]["USD"]["expected"] = amount
    refused(content)


@pytest.mark.parametrize("schema", ["tieout-report/2", ""])
def test_report_of_another_schema_is_refused(schema: str) -> None:
    content = raw("full")
    content["schema"] = schema
    refused(content)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema": "\xff"}'])
def test_bytes_that_are_no_report_are_refused_with_the_code_for_integrity(content: bytes) -> None:
    with pytest.raises(IntegrityRefused) as caught:
        load(content, "runs/r/report.json")
    assert caught.value.exit_code is ExitCode.INTEGRITY
    assert caught.value.where[0].startswith("runs/r/report.json: ")


def test_null_stays_null_and_amounts_keep_their_digits() -> None:
    assert document("near_empty").summary.totals["USD"].expected is None
    assert document("full").summary.totals["USD"].expected == "18216.4912345678"


def test_currency_of_a_row_is_never_guessed_among_several() -> None:
    content = raw("full")
    assert document("full").currency_of(None) == "USD"
    content["summary"]["totals"]["EUR"] = content["summary"]["totals"]["USD"]
    both = reloaded(content)
    assert both.currency_of(None) == ""
    assert both.currency_of("EUR") == "EUR"


def test_sample_is_a_report_that_reads_back_as_itself() -> None:
    assert load(json.dumps(raw("full")).encode()) == document("full")
