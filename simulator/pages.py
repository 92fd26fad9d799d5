"""Public pages about prices, as HTML and as Markdown; in scenarios with a conflict they are wrong.

The layout is invented. As on the vendor's model pages, what is charged (list x ratio) stands beside
the list price and the discount: here in two tables with the same columns under two headings.
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
Line = tuple[str, ...]

TITLE: Final = "Model prices (simulated)"
SENTENCE: Final = "All prices in USD."
CHARGED: Final = "Comet price"
LISTED: Final = "Official price"
HEADS: Final = ("Model", "Input", "Output", "Per request", "Per second", "Discount")
NONE: Final = "-"


def lines(world: World, page: Page, heading: str, code: str = "") -> list[Line]:
    """The cells of one table of the page, for all models or the one with that code."""
    found: list[Line] = []
    for model in models(world):
        if not model.listed or model.upcoming or code not in {"", model.code}:
            continue
        said = as_said(world, page, model)
        times = model.ratio if heading == CHARGED else Fraction(1)
        found.append(
            (
                model.id,
                cell(said.input, times, "/M"),
                cell(said.output, times, "/M"),
                cell(said.per_request, times, ""),
                cell(said.per_second, times, "/s"),
                f"{exact((1 - model.ratio) * 100)}%",
            )
        )
    return found


def cell(price: Fraction | None, times: Fraction, each: str) -> str:
    """A price as it is written in its cell."""
    return NONE if price is None else f"${exact(price * times)}{each}"


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
    told = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        f"<title>{TITLE}</title></head>\n<body>\n<h1>{TITLE}</h1>\n<p>{SENTENCE}</p>",
    ]
    for heading in (CHARGED, LISTED):
        heads = "".join(f"<th>{head}</th>" for head in HEADS)
        told.append(f"<h2>{heading}</h2>\n<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>")
        for line in lines(world, page, heading, code):
            cells = "".join(f"<td>{escape(text)}</td>" for text in line)
            told.append(f"<tr>{cells}</tr>")
        told.append("</tbody>\n</table>")
    return "\n".join([*told, "</body></html>\n"]).encode()


def as_markdown(world: World, page: Page, code: str = "") -> bytes:
    """The page as Markdown."""
    told = [f"# {TITLE}", "", SENTENCE]
    for heading in (CHARGED, LISTED):
        table = [HEADS, tuple("---" for _ in HEADS), *lines(world, page, heading, code)]
        told += ["", f"## {heading}", "", *("| " + " | ".join(line) + " |" for line in table)]
    return "\n".join([*told, ""]).encode()
