"""Public pages about prices, as HTML and as Markdown; in scenarios with a conflict they are wrong.

The layout is invented. Figures are what is charged (list x ratio) beside the list price, as the
vendor's model pages show them.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Final, Literal

from simulator.catalog import models
from simulator.facts import Model
from simulator.world import World

Page = Literal["price_page", "docs_page"]

HEADS: Final = ("Model", "Unit", "Comet price (USD)", "Official price (USD)", "Discount")
UNITS: Final = {
    "input": "1M input tokens",
    "output": "1M output tokens",
    "per_request": "request",
    "per_second": "second",
}


def lines(world: World, page: Page, code: str = "") -> list[tuple[str, ...]]:
    """The cells of the page's table, for all models or the one with that code."""
    found: list[tuple[str, ...]] = []
    for model in models(world):
        if not model.listed or model.upcoming or code not in {"", model.code}:
            continue
        said = as_said(world, page, model)
        prices = {
            "input": said.input,
            "output": said.output,
            "per_request": said.per_request,
            "per_second": said.per_second,
        }
        for name, price in prices.items():
            if price is not None:
                found.append(
                    (
                        model.id,
                        UNITS[name],
                        exact(price * model.ratio),
                        exact(price),
                        f"{exact((1 - model.ratio) * 100)}%",
                    )
                )
    return found


def as_said(world: World, page: Page, model: Model) -> Model:
    """The model with the prices that this page states."""
    wrong = world.invented.conflict[page]
    if not world.scenario.conflict or model.id != wrong["model"]:
        return model
    if "input" in wrong:
        return replace(model, input=Fraction(wrong["input"]))
    return replace(model, output=Fraction(wrong["output"]))


def exact(value: Fraction) -> str:
    """A decimal without loss and without an exponent."""
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


def as_html(world: World, page: Page, code: str = "") -> bytes:
    """The page as HTML."""
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>"
        for line in lines(world, page, code)
    )
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    text = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<title>Model prices (simulated)</title></head>\n<body>\n<h1>Model prices</h1>\n"
        "<p>Prices in USD. Token prices are per 1M tokens.</p>\n"
        f'<table id="prices">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n'
        "</table>\n</body></html>\n"
    )
    return text.encode()


def as_markdown(world: World, page: Page, code: str = "") -> bytes:
    """The page as Markdown."""
    told = [HEADS, tuple("---" for _ in HEADS), *lines(world, page, code)]
    table = "\n".join("| " + " | ".join(line) + " |" for line in told)
    text = f"# Model prices\n\nPrices in USD. Token prices are per 1M tokens.\n\n{table}\n"
    return text.encode()
