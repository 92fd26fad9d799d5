"""The facts the demo is made from: quantiles of real traces, published prices, contract items."""

from __future__ import annotations

import csv
import gzip
import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tieout.demo.sampling import Quantiles
from tieout.demo.story import PublishedModel, Trace, load_story

PERCENTS = (0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100)
ITEM_KEYS = {
    "item_id", "area", "claim", "value", "status", "source", "grade", "needed_for", "proves_not",
}  # fmt: skip


MAY_HAVE = {"form", "leans", "owner"}


def trace(name: str) -> Trace:
    return next(found for found in load_story().facts.traces if found.name == name)


def model(model_id: str) -> PublishedModel:
    return next(found for found in load_story().facts.models if found.model_id == model_id)


def nearest_ranks(values: list[int]) -> tuple[int, ...]:
    ordered = sorted(values)
    return tuple(ordered[max(0, -(-percent * len(ordered) // 100) - 1)] for percent in PERCENTS)


def vendor_table(repo_root: Path, name: str) -> dict[str, Any]:
    text = (repo_root / "vendors" / "cometapi" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@pytest.mark.datasets
def test_code_quantiles_are_those_of_the_azure_trace(datasets: Path) -> None:
    path = datasets / "azure-llm-2023-code" / "AzureLLMInferenceTrace_code.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fact = trace("code")
    assert fact.rows == len(rows)
    assert fact.input_tokens == nearest_ranks([int(row["ContextTokens"]) for row in rows])
    assert fact.output_tokens == nearest_ranks([int(row["GeneratedTokens"]) for row in rows])


@pytest.mark.datasets
def test_conversation_quantiles_are_those_of_the_mooncake_trace(datasets: Path) -> None:
    path = datasets / "mooncake-conversation" / "conversation_trace.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    fact = trace("conversation")
    assert fact.rows == len(rows)
    assert fact.input_tokens == nearest_ranks([row["input_length"] for row in rows])
    assert fact.output_tokens == nearest_ranks([row["output_length"] for row in rows])


@pytest.mark.parametrize("name", ["code", "conversation"])
def test_drawn_counts_keep_the_quantiles_of_their_trace(name: str) -> None:
    fact = trace(name)
    draws = Quantiles(fact.percents, fact.input_tokens)
    rng = Random(5)  # noqa: S311 - must be repeatable
    drawn = sorted(draws.draw(rng) for _ in range(20_000))
    assert fact.input_tokens[0] <= drawn[0]
    assert drawn[-1] <= fact.input_tokens[-1]
    for percent, value in zip(fact.percents[1:-1], fact.input_tokens[1:-1], strict=True):
        low = drawn[20_000 * percent // 100 - 200]
        high = drawn[min(20_000 * percent // 100 + 200, 19_999)]
        assert low <= value <= high, percent


def test_every_price_statement_names_a_listed_source() -> None:
    facts = load_story().facts
    for published in facts.models:
        for statement in published.statements:
            assert statement.source_id in facts.sources
            assert statement.captured
            assert statement.basis == "published" or statement.note


def test_the_same_charge_stands_in_june_and_in_august_under_two_meanings() -> None:
    june, august = (model("claude-opus-4-8").statement(key) for key in ("june", "august"))
    assert (june.dialect, august.dialect) == ("discounted", "list_with_ratio")
    assert june.ratio is None
    assert august.per_input is not None
    assert august.ratio is not None
    assert june.per_input == august.per_input * august.ratio == Decimal(4)


def test_every_candidate_contract_item_is_unverified_and_complete(repo_root: Path) -> None:
    items = vendor_table(repo_root, "contract-items.toml")["item"]
    assert items
    for item in items:
        assert set(item) - MAY_HAVE == ITEM_KEYS, item["item_id"]
        assert item["status"] == "unverified"
        assert all(item[key] for key in ITEM_KEYS - {"value"}), item["item_id"]
    names = [item["item_id"] for item in items]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["log-feed.toml", "log-cli-feed.toml"])
def test_a_log_profile_refers_only_to_listed_contract_items(repo_root: Path, name: str) -> None:
    listed = {item["item_id"] for item in vendor_table(repo_root, "contract-items.toml")["item"]}
    text = (repo_root / "vendors" / "cometapi" / name).read_text(encoding="utf-8")
    named = {
        item for group in re.findall(r"\(items? ([a-z, -]+)\)", text) for item in group.split(", ")
    }
    assert named
    assert named <= listed
