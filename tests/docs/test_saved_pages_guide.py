"""The guide to saved pages, run as a reader runs it, against prices read off the page by hand."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from tests.docs.walk import Walk

pytestmark = pytest.mark.slow

# By hand, off the page and the PDF of the example: dollars for a million tokens, or one picture.
READ = {
    "atlas-4": {"input_tokens": "2.00", "cache_read_tokens": "0.20", "output_tokens": "8.00"},
    "atlas-4-mini": {"input_tokens": "0.40", "output_tokens": "1.60"},
    "fresco": {"images": "0.04"},
    "borealis": {"input_tokens": "3", "output_tokens": "12"},
}
PER = {"images": 1}


@pytest.fixture(scope="module")
def walk(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return Walk(repo_root / "examples" / "saved-page", tmp_path_factory.mktemp("guide"))


def test_the_example_ends_with_two_accepted_sources(walk: Walk) -> None:
    assert (walk.code, walk.errors) == (0, "")
    listed = json.loads(walk.say("prices", "list", "--json"))
    assert [(one["source_name"], one["approved_by"]) for one in listed["captures"]] == [
        ("acme-page", "CD"),
        ("acme-offer", "GH"),
    ]


def test_the_prices_are_those_a_reader_sees(walk: Walk) -> None:
    found = {}
    for model in READ:
        shown = json.loads(walk.say("prices", "show", model, "--json"))
        lines = [line for one in shown["price_sets"] for line in one["lines"]]
        found[model] = {line["meter"]: Fraction(line["unit_rate"]) for line in lines}
    assert found == {
        model: {
            meter: Fraction(price) / PER.get(meter, 1_000_000) for meter, price in prices.items()
        }
        for model, prices in READ.items()
    }


def test_the_guide_shows_what_the_commands_say(walk: Walk, repo_root: Path) -> None:
    known = {line.rstrip() for line in walk.output.split("\n")}
    page = (repo_root / "docs" / "guide" / "saved-pages.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```text\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == 6
    shown = [
        line
        for block in blocks
        for line in re.sub(r"^\$ (?:.*\\\n)*.*\n", "", block).split("\n")
        if line.strip()
    ]
    assert [line for line in shown if line.rstrip() not in known] == []


def test_the_guide_shows_the_settings_of_the_example(repo_root: Path) -> None:
    page = (repo_root / "docs" / "guide" / "saved-pages.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```toml\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    kept = (repo_root / "examples" / "saved-page" / "tieout.toml").read_text(encoding="utf-8")
    lines = {line.partition("  #")[0].rstrip() for line in kept.split("\n")}
    assert [line for line in block.split("\n") if line and line not in lines] == []
