"""Where the figures of the generated months come from: real traces and price books, or the demo's.

Prices are pairs, before and after a change; calls are counts of uncached, cached and output tokens.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
METERS: Final = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_tokens",
}
BOOKS: Final = ("providers-2025-11-29.tar.gz", "providers-2026-07-02.tar.gz")
BLOCK: Final = 512
# Rows of a trace that are read; a month draws from them.
MOST: Final = 6000

Prices = dict[str, str]


@dataclass(frozen=True, slots=True)
class PricePair:
    """The prices of one real model before and after a change, per 1M tokens as written."""

    name: str
    old: Prices
    new: Prices


@dataclass(frozen=True, slots=True)
class Tokens:
    """One call of a trace; cached tokens come beside the uncached ones."""

    uncached: int
    cached: int
    output: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a month is drawn from, and where that comes from."""

    origin: str
    prices: tuple[PricePair, ...]
    calls: tuple[Tokens, ...]


def figures(datasets: Path | None) -> Figures:
    """Real traces and price books where they are there, the demo month's figures where not."""
    if datasets is None:
        return _of_the_demo()
    prices = _repriced(datasets / "models-dev-prices")
    calls = _azure(datasets / "azure-llm-2023-code") + _mooncake(datasets / "mooncake-conversation")
    return Figures("models.dev prices, Azure and Mooncake traces", prices, calls)


def found_datasets() -> Path | None:
    """The folder of data sets beside the repository, if it is there."""
    beside = ROOT.parent / "shared" / "datasets"
    return beside if (beside / "models-dev-prices").is_dir() else None


def _repriced(folder: Path) -> tuple[PricePair, ...]:
    before, after = (_book(folder / name) for name in BOOKS)
    pairs = (PricePair(name, before[name], after[name]) for name in sorted(before) if name in after)
    return tuple(pair for pair in pairs if _differ(pair.old, pair.new))


def _differ(old: Prices, new: Prices) -> bool:
    return any(Decimal(old[meter]) != Decimal(new[meter]) for meter in old)


def _book(path: Path) -> dict[str, Prices]:
    found: dict[str, Prices] = {}
    with tarfile.open(path) as book:
        for member in book:
            source = book.extractfile(member) if member.name.endswith(".toml") else None
            if source is None:
                continue
            said = tomllib.loads(source.read().decode(), parse_float=str).get("cost", {})
            cost = {METERS[name]: str(text) for name, text in said.items() if name in METERS}
            if len(cost) == len(METERS) and all(Decimal(text) > 0 for text in cost.values()):
                found[member.name.removeprefix("providers/").removesuffix(".toml")] = cost
    return found


def _azure(folder: Path) -> tuple[Tokens, ...]:
    text = gzip.decompress((folder / "AzureLLMInferenceTrace_code.csv.gz").read_bytes()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))[:MOST]
    return tuple(Tokens(int(r["ContextTokens"]), 0, int(r["GeneratedTokens"])) for r in rows)


def _mooncake(folder: Path) -> tuple[Tokens, ...]:
    seen: set[int] = set()
    calls: list[Tokens] = []
    with gzip.open(folder / "conversation_trace.jsonl.gz", "rt", encoding="utf-8") as trace:
        for line in trace:
            row = json.loads(line)
            known = 0
            for block in row["hash_ids"]:
                if block not in seen:
                    break
                known += 1
            seen.update(row["hash_ids"])
            cached = min(known * BLOCK, row["input_length"])
            calls.append(Tokens(row["input_length"] - cached, cached, row["output_length"]))
            if len(calls) == MOST:
                break
    return tuple(calls)


def _of_the_demo() -> Figures:
    text = (ROOT / "vendors/cometapi/demo-facts.toml").read_text(encoding="utf-8")
    facts = tomllib.loads(text, parse_float=str)
    levels = sorted(
        {
            (said["input"], said["output"])
            for model in facts["models"]
            for said in (s.get("as_written", s) for s in model["statements"])
            if "input" in said and "output" in said
        },
        key=lambda level: (Decimal(level[0]), Decimal(level[1])),
    )
    prices = tuple(
        PricePair(f"level-{n}", _with_cache(before), _with_cache(after))
        for n, (before, after) in enumerate(pairwise(levels), 1)
    )
    return Figures("the demo month's figures", prices, _quantile_calls(facts))


def _with_cache(level: tuple[str, str]) -> Prices:
    taken, given = level
    return {
        "input_tokens": taken,
        "output_tokens": given,
        "cache_read_tokens": str(Decimal(taken) / 10),
    }


def _quantile_calls(facts: dict[str, Any]) -> tuple[Tokens, ...]:
    """Calls at the published quantiles of each trace, every input beside every output."""
    calls: list[Tokens] = []
    for trace in facts["traces"]:
        for n, taken in enumerate(trace["input_tokens"]):
            for given in trace["output_tokens"]:
                whole, share = int(taken) + 7 * n + int(given) % 11, n % 4
                calls.append(Tokens(whole - whole * share // 4, whole * share // 4, int(given) + n))
    return tuple(calls)
