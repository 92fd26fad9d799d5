"""The two log profiles read what the vendor sends and what its client prints."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.demo.oracle import Oracle
from tieout.intake.feed import Feed
from tieout.intake.framing import frame
from tieout.metering.reading import UsageReading, read_usage

# As `cometapi logs --json` prints rows: names, types and nulls of cometapi-cli 0.3.10.
CLI_ROW: dict[str, Any] = {
    "request_id": "20260803142233123456789aB3dE6gH",
    "response_id": None,
    "content": None,
    "time": "2026-08-03T14:22:36+00:00",
    "type": "consume",
    "model": "gpt-5",
    "token_name": "search-web",
    "username": "demo",
    "user_id": 4021,
    "ip": None,
    "stream": True,
    "prompt_tokens": 1000,
    "completion_tokens": 500,
    "cache_tokens": 200,
    "cost_usd": 0.00464,
    "quota": 2320,
    "model_ratio": 1,
    "completion_ratio": 4,
    "group_ratio": 0.8,
    "model_price": None,
    "cache_ratio": 0.5,
    "duration_ms": 3000,
    "first_token_ms": 480,
    "endpoint": "/v1/chat/completions",
}
RAW_ROW: dict[str, Any] = {
    "id": 1,
    "created_at": 1785766956,
    "type": 2,
    "content": "",
    "token_name": "search-web",
    "model_name": "gpt-5",
    "quota": 2320,
    "prompt_tokens": 1000,
    "completion_tokens": 500,
    "use_time": 3,
    "is_stream": True,
    "request_id": "20260803142233123456789aB3dE6gH",
    "other": json.dumps(
        {
            "model_ratio": 1,
            "completion_ratio": 4,
            "group_ratio": 0.8,
            "model_price": -1,
            "cache_tokens": 200,
            "cache_ratio": 0.5,
        }
    ),
}


def profile(repo_root: Path, name: str) -> Feed:
    path = repo_root / "vendors" / "cometapi" / name
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Feed)


def read(feed: Feed, document: object) -> UsageReading:
    content = json.dumps(document).encode()
    framed = frame(content, feed, leg="usage", import_id="0" * 12, name="log.json")
    return read_usage(framed.records, feed, import_id="0" * 12, first_row_id=1)


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "data": {"page": 1, "page_size": 100, "items": list(rows)}}


def only(reading: UsageReading) -> dict[str, Any]:
    (row,) = reading.rows.to_pylist()
    found: dict[str, Any] = row
    return found


def test_the_client_and_the_raw_page_read_one_call_alike(repo_root: Path) -> None:
    printed = only(read(profile(repo_root, "log-cli-feed.toml"), [CLI_ROW]))
    raw = only(read(profile(repo_root, "log-feed.toml"), page(RAW_ROW)))
    for row in (printed, raw):
        assert row["request_id"] == "20260803142233123456789aB3dE6gH"
        assert row["entry_kind"] == "consumption"
        assert row["outcome"] == "completed"
        assert row["occurred_at"] == datetime(2026, 8, 3, 14, 22, 33)  # noqa: DTZ001 - naive UTC
        assert row["model_as_logged"] == "gpt-5"
        assert row["input_tokens"] == 1000
        assert row["output_tokens"] == 500
        assert row["cache_read_tokens"] == 200
        assert row["input_includes_parts"] is True
        assert row["charged_units"] == 2320
        assert row["charged_cost"] == Decimal("0.00464")


@pytest.mark.parametrize(
    ("envelope", "shown"),
    [
        ({"data": {"items": [RAW_ROW]}}, "data.items"),
        ({"data": {"data": [RAW_ROW]}}, "data.data"),
        ({"data": [RAW_ROW]}, "data"),
        ([RAW_ROW], "a bare list"),
    ],
)
def test_every_envelope_the_client_accepts_is_read(
    repo_root: Path, envelope: object, shown: str
) -> None:
    reading = read(profile(repo_root, "log-feed.toml"), envelope)
    assert reading.rows.num_rows == 1, shown


def test_a_row_priced_by_an_expression_is_read_and_says_so(repo_root: Path) -> None:
    other = json.loads(RAW_ROW["other"]) | {"billing_mode": "tiered_expr"}
    priced = RAW_ROW | {"other": json.dumps(other)}
    reading = read(profile(repo_root, "log-feed.toml"), page(RAW_ROW, priced))
    assert reading.rows["ordinal"].to_pylist() == [1, 2]
    reasons = {one["frozen_id"]: one["reason"] for one in reading.frozen.to_pylist()}
    assert [reasons[one] for one in reading.charges["frozen_id"].to_pylist()] == [
        None, "PRICE_EXPRESSION",
    ]  # fmt: skip


def test_a_row_of_claude_semantics_excludes_its_cache(repo_root: Path) -> None:
    other = json.loads(RAW_ROW["other"]) | {"usage_semantic": "anthropic"}
    row = only(
        read(profile(repo_root, "log-feed.toml"), page({**RAW_ROW, "other": json.dumps(other)}))
    )
    assert row["input_includes_parts"] is False


def test_cache_writes_that_are_absent_are_zero_and_cache_reads_are_unknown(
    repo_root: Path,
) -> None:
    other = {
        key: value for key, value in json.loads(RAW_ROW["other"]).items() if key != "cache_tokens"
    }
    row = only(
        read(profile(repo_root, "log-feed.toml"), page({**RAW_ROW, "other": json.dumps(other)}))
    )
    assert row["cache_write_tokens"] == 0
    assert row["cache_read_tokens"] is None
    assert row["seconds"] is None


def test_the_types_of_the_log_are_told_apart(repo_root: Path) -> None:
    rows = [{**RAW_ROW, "id": number, "type": number} for number in range(7)]
    reading = read(profile(repo_root, "log-feed.toml"), page(*rows))
    kinds = [(row["row_type"], row["entry_kind"]) for row in reading.rows.to_pylist()]
    assert kinds == [
        ("1", "not_usage"),
        ("2", "consumption"),
        ("3", "not_usage"),
        ("4", "not_usage"),
        ("5", "consumption"),
        ("6", "refund"),
    ]
    assert reading.quarantined.num_rows == 1
    assert [row["outcome"] for row in reading.rows.to_pylist() if row["row_type"] == "5"] == [
        "failed"
    ]
    assert [row["charged_cost"] for row in reading.rows.to_pylist() if row["row_type"] == "6"] == [
        Decimal("-0.00464")
    ]


def test_the_demo_log_is_read_without_a_row_in_quarantine(oracle: Oracle, repo_root: Path) -> None:
    feed = profile(repo_root, "log-feed.toml")
    rows = 0
    for path in oracle.month.usage_files[:3]:
        framed = frame(path.read_bytes(), feed, leg="usage", import_id="0" * 12, name=path.name)
        reading = read_usage(framed.records, feed, import_id="0" * 12, first_row_id=1)
        assert framed.quarantined.num_rows == reading.quarantined.num_rows == 0
        rows += reading.rows.num_rows
    assert rows == sum(len(page["data"]["items"]) for page in oracle.pages[:3])
