"""Real pricing pages, read in place: counts and values against a second way of reading them.

The second way is plain text: rows split at their bars, numbers cut out by expression. It shares
nothing with the product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from tests.pricebook import page_profiles as profiles
from tieout.pricebook import (
    CapturedSource,
    ParsedSource,
    build_price_book,
    diff,
    parse_source,
    verify_locator,
)

pytestmark = pytest.mark.datasets

NEURON = Fraction("0.011") / 1000
MILLION = 10**6
CLOUDFLARE = ("00590558", "04d268cf")
GITHUB = ("3bcbf05f", "697a5720")
RESNET = "@cf/microsoft/resnet-50"
# Written in the page as "per ...": our meter, and how many of them.
PER = {
    "M input tokens": ("input_tokens", MILLION),
    "M output tokens": ("output_tokens", MILLION),
    "image": ("images", 1),
    "M images": ("images", MILLION),
}

Rates = dict[tuple[str, str], Fraction]


@pytest.fixture(scope="module")
def pages(datasets: Path) -> Path:
    """The folder of saved pages."""
    return datasets / "vendor-pricing-pages"


def rates(parsed: ParsedSource) -> Rates:
    return {(p.source_model_id, p.meter): Fraction(p.unit_rate) for p in parsed.prices}


def rows_by_hand(text: str, cells: int) -> Iterator[list[str]]:
    """Rows of bars with so many cells, without header and rule."""
    for line in text.splitlines():
        row = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(row) == cells and not set(row[0]) <= {"-", ":", " "}:
            yield row


def prices_by_hand(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Model, price in USD, price in neurons and the words after per, for every price."""
    for model, usd, neurons in rows_by_hand(text, 3):
        if model.startswith("@cf/"):
            pieces = zip(usd.split("<br/>"), neurons.split("<br/>"), strict=True)
            for one, other in pieces:
                price, per = re.fullmatch(r"\$([0-9.]+) per (.+)", one.strip()).groups()  # type: ignore[union-attr]
                count, same = re.fullmatch(r"([0-9.]+) neurons per (.+)", other.strip()).groups()  # type: ignore[union-attr]
                assert per == same
                yield model, price, count, per


def half_of_last_digit(text: str) -> Fraction:
    return Fraction(1, 2 * 10 ** len(text.partition(".")[2]))


@pytest.mark.parametrize("version", CLOUDFLARE)
def test_every_price_of_the_neuron_page_is_read_or_listed(pages: Path, version: str) -> None:
    content = (pages / f"cloudflare-workers-ai-pricing_{version}.md").read_bytes()
    parsed = parse_source(content, "markdown-page", profiles.profile(profiles.CLOUDFLARE))
    by_hand = [*prices_by_hand(content.decode())]
    assert len({model for model, *_ in by_hand}) == 22 == parsed.models
    priced = {
        (model, PER[per][0]): Fraction(usd) / PER[per][1] for model, usd, _, per in by_hand
        if per in PER
    }  # fmt: skip
    assert rates(parsed) == priced
    # Fourteen models with two prices, four with one, one with two, and the picture model.
    assert len(parsed.prices) == 14 * 2 + 4 + 2 + 1
    assert [(r.source_model_id, r.reason_code) for r in parsed.refused] == [
        ("@cf/black-forest-labs/flux-1-schnell", "PRICE_TEXT"),
        ("@cf/black-forest-labs/flux-1-schnell", "PRICE_UNIT"),
        ("@cf/openai/whisper", "PRICE_UNIT"),
    ]
    assert len(by_hand) == len(parsed.prices) + len(parsed.refused)


@pytest.mark.parametrize("version", CLOUDFLARE)
def test_every_price_is_found_again_by_its_locator(pages: Path, version: str) -> None:
    content = (pages / f"cloudflare-workers-ai-pricing_{version}.md").read_bytes()
    parsed = parse_source(content, "markdown-page", profiles.profile(profiles.CLOUDFLARE))
    lines = content.decode().split("\n")
    for price in parsed.prices:
        assert verify_locator(content, price.locator) == price.price_text
        line = int(price.locator.split(",")[0].removeprefix("md line "))
        assert price.source_model_id in lines[line - 1]
        assert f"${price.price_text} per" in lines[line - 1]


@pytest.mark.parametrize(("version", "wrong"), [("00590558", [RESNET]), ("04d268cf", [])])
def test_dollars_are_the_neurons_but_for_one_line_a_million_times_too_high(
    pages: Path, version: str, wrong: list[str]
) -> None:
    content = (pages / f"cloudflare-workers-ai-pricing_{version}.md").read_bytes()
    texts = {
        (model, PER[per][0]): (usd, Fraction(count) * NEURON / PER[per][1], PER[per][1])
        for model, usd, count, per in prices_by_hand(content.decode()) if per in PER
    }  # fmt: skip
    usd = parse_source(content, "markdown-page", profiles.profile(profiles.CLOUDFLARE))
    neurons = parse_source(content, "markdown-page", profiles.profile(profiles.NEURONS))
    apart = []
    for key, rate in rates(usd).items():
        text, other, per = texts[key]
        if abs(rate - other) * per > half_of_last_digit(text):
            apart.append(key[0])
            # 0.23 neurons are 0.00000253 USD; the page says 2.509 USD, near a million times that.
            assert 990_000 < rate / other < 1_000_000
    assert apart == wrong
    # The neurons of that line are written 00.23, which is no number; the model waits there.
    by_hand = {key: other for key, (_, other, _) in texts.items() if key[0] not in wrong}
    assert rates(neurons) == by_hand
    unread = [r.source_model_id for r in neurons.refused if r.reason_code == "PRICE_TEXT"]
    assert unread == ["@cf/black-forest-labs/flux-1-schnell", *wrong]


def test_the_two_versions_differ_in_the_unit_of_one_model(pages: Path) -> None:
    before, after = (
        parse_source(
            (pages / f"cloudflare-workers-ai-pricing_{version}.md").read_bytes(),
            "markdown-page",
            profiles.profile(profiles.CLOUDFLARE),
        )
        for version in CLOUDFLARE
    )
    changed = [one for one in diff(before, after) if one.change != "unchanged"]
    assert {(one.source_model_id, one.needs_approval) for one in changed} == {(RESNET, True)}
    assert rates(before)[RESNET, "images"] == Fraction("2.509")
    assert rates(after)[RESNET, "images"] == Fraction("2.51") / MILLION


def test_a_page_that_differs_in_its_front_matter_has_the_same_prices(pages: Path) -> None:
    read = first, second = [
        parse_source(
            (pages / f"github-models-costs_{version}.md").read_bytes(),
            "markdown-page",
            profiles.profile(profiles.GITHUB),
        )
        for version in GITHUB
    ]
    by_hand = [
        row
        for row in rows_by_hand((pages / f"github-models-costs_{GITHUB[0]}.md").read_text(), 7)
        if row[0] != "Model name"
    ]
    meters = ("input_tokens", "cache_read_tokens", "output_tokens")
    expected = {
        (row[0], meter): Fraction(cell.removeprefix("$")) / MILLION
        for row in by_hand
        for meter, cell in zip(meters, row[4:], strict=True)
        if cell != "N/A"
    }
    assert [len(by_hand), len(expected)] == [15, 34]
    assert [rates(one) for one in read] == [expected, expected]
    # Eleven models have no price for cached input; it is missing, not zero, and none waits for it.
    assert [(r.reason_code, r.withholds) for r in read[0].refused] == [
        ("PRICE_MISSING", False)
    ] * 11
    assert {one.change for one in diff(first, second)} <= {"unchanged", "cosmetic"}
    assert not any(one.needs_approval for one in diff(first, second))


def test_prices_shown_with_two_decimals_hide_a_digit_that_the_multiplier_has(pages: Path) -> None:
    content = (pages / f"github-models-costs_{GITHUB[0]}.md").read_bytes()
    shown = rates(parse_source(content, "markdown-page", profiles.profile(profiles.GITHUB)))
    exact = rates(parse_source(content, "markdown-page", profiles.profile(profiles.MULTIPLIERS)))
    assert shown.keys() == exact.keys()
    apart = {key: (shown[key] * MILLION, exact[key] * MILLION) for key in shown
             if shown[key] != exact[key]}  # fmt: skip
    # 0.0075 x 10 = 0.075, shown as 0.08; 0.0125 x 10 = 0.125, shown as 0.13.
    assert apart == {
        ("OpenAI GPT-4o mini", "cache_read_tokens"): (Fraction("0.08"), Fraction("0.075")),
        ("Phi-4", "input_tokens"): (Fraction("0.13"), Fraction("0.125")),
        ("Phi-4-mini-instruct", "input_tokens"): (Fraction("0.08"), Fraction("0.075")),
    }


def test_a_page_of_credits_prices_no_model(pages: Path) -> None:
    content = (pages / "huggingface-inference-providers-pricing.md").read_bytes()
    parsed = parse_source(content, "markdown-page", profiles.profile(profiles.HUGGINGFACE))
    assert parsed.prices == ()
    assert [(r.source_model_id, r.reason_code) for r in parsed.refused] == [
        ("Free Users", "PRICE_TEXT"),
        ("PRO Users", "PRICE_UNIT"),
        ("Team or Enterprise Organizations", "PRICE_TEXT"),
    ]
    assert "'$0.10, subject to change'" in parsed.refused[0].detail


def test_cards_of_a_page_are_read_and_a_wrong_one_shows_beside_a_second_source(
    pages: Path,
) -> None:
    content = (pages / "synthetic" / "anthropic_pricing.html").read_bytes()
    parsed = parse_source(content, "html-page", profiles.profile(profiles.CARDS))
    text = content.decode()
    names = re.findall(r"<h3>(.+?)</h3>", text)
    numbers = re.findall(r"<p>\$([0-9.]+) per 1M (input|output) tokens</p>", text)
    by_hand = {
        (names[index // 2], f"{kind}_tokens"): Fraction(number) / MILLION
        for index, (number, kind) in enumerate(numbers)
    }
    assert len(by_hand) == 6
    assert rates(parsed) == by_hand
    assert all(verify_locator(content, p.locator) == p.price_text for p in parsed.prices)
    # The page gives one model the price of its predecessor. Nothing on the page shows that; a
    # second source does, and only that model waits.
    second = "model,meter,price,unit,currency\n" + "".join(
        f"{model},{meter}_tokens,{price},1M tokens,USD\n"
        for model, prices in {
            "Claude Opus 4": {"input": "15.00", "output": "75.00"},
            "Claude Sonnet 4": {"input": "3.00", "output": "15.00"},
            "Claude Haiku 3.5": {"input": "0.80", "output": "4.00"},
        }.items()
        for meter, price in prices.items()
    )
    other = parse_source(second.encode(), "keyed-list", None)
    moment = datetime(2026, 8, 1, tzinfo=UTC)
    apart = [key for key, rate in rates(other).items() if rate != rates(parsed)[key]]
    assert {model for model, _ in apart} == {"Claude Haiku 3.5"}
    book = build_price_book(
        [CapturedSource("a", "page", moment, "B", approved=True, parsed=parsed)]
    )
    assert len(book.price_sets) == 3


def test_a_table_of_a_page_is_read_by_its_header(pages: Path) -> None:
    content = (pages / "synthetic" / "openai_pricing.html").read_bytes()
    parsed = parse_source(content, "html-page", profiles.profile(profiles.TABLE))
    cells = re.findall(r"<td>(.+?)</td>", content.decode())
    by_hand = {}
    for model, given, made in zip(cells[::3], cells[1::3], cells[2::3], strict=True):
        by_hand[model, "input_tokens"] = Fraction(given.removeprefix("$")) / MILLION
        by_hand[model, "output_tokens"] = Fraction(made.removeprefix("$")) / MILLION
    assert len(by_hand) == 10
    assert rates(parsed) == by_hand
    assert parsed.prices[0].locator == (
        "css html > body > div:nth-child(1) > table:nth-child(2) > tbody:nth-child(2)"
        " > tr:nth-child(1) > td:nth-child(2), part 1, characters 2-6"
    )
    assert all(verify_locator(content, p.locator) == p.price_text for p in parsed.prices)
