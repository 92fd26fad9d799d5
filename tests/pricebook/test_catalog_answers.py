"""Catalog answers that are no complete success are refused whole; nothing of them prices."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieout.errors import ConfigurationRefused, InputRefused
from tieout.pricebook import CatalogRules, parse_source, read_catalog_rules

REFUSED = {
    "success false in a good answer": (
        b'{"success": false, "data": [{"id": "m"}]}',
        "API_NOT_SUCCESS",
    ),
    "success as a text": (b'{"success": "true", "data": [{"id": "m"}]}', "API_NOT_SUCCESS"),
    "no success flag": (b'{"data": [{"id": "m"}]}', "API_NOT_SUCCESS"),
    "a bare list": (b'[{"id": "m"}]', "API_NOT_SUCCESS"),
    "rows under another key": (b'{"success": true, "rows": []}', "API_SHAPE"),
    "fewer rows than announced": (
        b'{"success": true, "total": 301, "data": [{"id": "m"}]}',
        "API_COUNT",
    ),
    "no rows": (b'{"success": true, "total": 0, "data": []}', "API_EMPTY"),
    "a page of HTML": (b"<!doctype html><title>Sign in</title>", "JSON_SYNTAX"),
    "an empty body": (b"", "JSON_SYNTAX"),
    "text after the end": (b'{"success": true} {}', "JSON_SYNTAX"),
    "one key twice": (
        b'{"success": true, "data": [{"id": "m", "pricing": {"input": 1, "input": 2}}]}',
        "JSON_DUP_KEY",
    ),
    "a bare NaN": (
        b'{"success": true, "data": [{"id": "m", "pricing": {"input": NaN}}]}',
        "JSON_NONFINITE",
    ),
    "half a character": (b'{"success": true, "data": [{"id": "\\ud800"}]}', "JSON_TEXT"),
    "a NUL in a key": (b'{"success": true, "\\u0000": 1}', "JSON_TEXT"),
    "bytes that are no UTF-8": (b'{"success": true, "data": "\xff"}', "ENC_INVALID_UTF8"),
    "a hundred thousand brackets": (b"[" * 100_000, "DEPTH_LIMIT"),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_an_incomplete_answer_is_refused_with_its_reason(
    content: bytes, code: str, rules: CatalogRules
) -> None:
    with pytest.raises(InputRefused) as refused:
        parse_source(content, "cometapi-catalog", rules)
    assert refused.value.code == code


def test_a_whole_character_written_as_two_escapes_is_read(rules: CatalogRules) -> None:
    content = b'{"success": true, "data": [{"id": "\\ud83d\\ude00", "pricing": {"input": 1}}]}'
    parsed = parse_source(content, "cometapi-catalog", rules)
    assert parsed.prices[0].source_model_id == "\U0001f600"


def test_an_answer_without_a_total_is_read(rules: CatalogRules) -> None:
    content = b'{"success": true, "data": [{"id": "m", "pricing": {"per_second": 1}}]}'
    assert len(parse_source(content, "cometapi-catalog", rules).prices) == 1


def test_a_byte_order_mark_is_noted_and_changes_nothing(rules: CatalogRules) -> None:
    content = b'{"success": true, "data": [{"id": "m", "pricing": {"per_second": 1}}]}'
    marked = parse_source(b"\xef\xbb\xbf" + content, "cometapi-catalog", rules)
    assert marked.prices == parse_source(content, "cometapi-catalog", rules).prices
    assert "ENC_BOM" in {note.code for note in marked.notes}


def test_a_format_without_its_settings_is_refused() -> None:
    with pytest.raises(ConfigurationRefused, match="CFG_PRICE_FORMAT"):
        parse_source(b"{}", "cometapi-catalog", None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('meter = "seconds"', 'meter = "minutes"'),
        ('unit = "second"', 'unit = "fortnight"'),
        ('unit = "second"', 'unit = "request"'),
        ('up_to = "1"', 'up_to = "one"'),
        ('rows_at = "data"', 'rows_in = "data"'),
    ],
)
def test_catalog_rules_that_name_the_unknown_are_refused(
    old: str, new: str, repo_root: Path
) -> None:
    content = (repo_root / "vendors/cometapi/catalog.toml").read_text()
    assert old in content
    with pytest.raises(ConfigurationRefused, match="CFG_CATALOG"):
        read_catalog_rules(content.replace(old, new).encode())
