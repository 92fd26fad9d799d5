"""Differences of captured prices, labelled by hand before the code saw them: the class is right."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.pricebook.page_profiles import CLOUDFLARE, GITHUB, profile
from tieout.pricebook import CatalogRules, ParsedSource, diff, parse_source

LABELS = Path(__file__).with_name("difference_labels.csv")
HISTORY, CATALOG = "litellm-price-history", "cometapi-catalog-examples"
PAGES = {"cloudflare": CLOUDFLARE, "github": GITHUB}
Snapshots = Callable[[str, str], ParsedSource]
TARGET = 95  # in a hundred


@dataclass(frozen=True)
class Label:
    source: str
    before: str
    after: str
    model: str
    meter: str
    label: str
    why: str


def labels() -> list[Label]:
    with LABELS.open(encoding="utf-8", newline="") as file:
        return [Label(**row) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def snapshot(
    datasets: Path, rules: CatalogRules, captured_rows: list[dict[str, object]]
) -> Snapshots:
    """A snapshot of a source by its name."""

    @cache
    def read(source: str, name: str) -> ParsedSource:
        if source == HISTORY:
            packed = datasets / HISTORY / f"model_prices_{name}.json.gz"
            return parse_source(gzip.decompress(packed.read_bytes()), "litellm", None)
        if source in PAGES:
            content = (datasets / "vendor-pricing-pages" / name).read_bytes()
            return parse_source(content, "markdown-page", profile(PAGES[source]))
        rows = []
        for row in captured_rows:
            if row["source_id"] == name:
                pricing = {k: v for k, v in dict(row["pricing"]).items() if v is not None}  # type: ignore[call-overload]
                rows.append({"id": row["id"], "pricing": pricing})
        answer = {"success": True, "total": len(rows), "data": rows}
        return parse_source(json.dumps(answer).encode(), "cometapi-catalog", rules)

    return read


def judged(snapshot: Snapshots, listed: list[Label]) -> Iterator[tuple[Label, str]]:
    """Each label and the class that the code finds for the same model and meter."""
    found: dict[tuple[str, str, str], dict[tuple[str, str], str]] = {}
    for one in listed:
        pair = one.source, one.before, one.after
        if pair not in found:
            before, after = (snapshot(one.source, name) for name in (one.before, one.after))
            by_place: dict[tuple[str, str], str] = {}
            for each in diff(before, after):
                by_place.setdefault((each.source_model_id, each.meter or ""), each.change)
            found[pair] = by_place
        yield one, found[pair].get((one.model, one.meter), "unchanged")


def test_the_labels_are_many_of_many_kinds_and_each_says_why() -> None:
    listed = labels()
    differing = [one for one in listed if one.label != "unchanged"]
    assert len(differing) >= 60
    assert all(one.why for one in listed)
    assert len({(x.source, x.before, x.after, x.model, x.meter) for x in listed}) == len(listed)
    assert len({one.label for one in differing}) >= 7


@pytest.mark.datasets
def test_the_class_is_right_in_at_least_95_of_a_hundred(
    snapshot: Snapshots,
    capsys: pytest.CaptureFixture[str],
) -> None:
    results = list(judged(snapshot, labels()))
    wrong = [(one, said) for one, said in results if said != one.label]
    right = Counter(one.label for one, said in results if said == one.label)
    lines = [f"class right in {len(results) - len(wrong)} of {len(results)}: {dict(right)}"]
    lines += [
        f"wrong: {one.before} to {one.after} {one.model} {one.meter}: labelled {one.label},"
        f" found {said}; {one.why}"
        for one, said in wrong
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n  ".join(lines) + "\n")
    differing = [(one, said) for one, said in results if one.label != "unchanged"]
    hits = sum(1 for one, said in differing if said == one.label)
    assert len(differing) >= 60
    assert hits * 100 >= TARGET * len(differing)
    assert (len(results) - len(wrong)) * 100 >= TARGET * len(results)


@pytest.mark.datasets
def test_claude_opus_4_8_changed_its_meaning_and_not_its_charge(snapshot: Snapshots) -> None:
    june, august = (
        snapshot(CATALOG, name) for name in ("model-pages-2026-06", "catalog-2026-08-10")
    )
    found = [x for x in diff(june, august) if x.source_model_id == "claude-opus-4-8"]
    assert [x.change for x in found] == ["meaning_change", "meaning_change"]
    assert all(x.old and x.new and x.old.unit_rate == x.new.unit_rate for x in found)
