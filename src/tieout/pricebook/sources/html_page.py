"""HTML pages: their tables and blocks, each cell with its CSS path; never rendered, never run.

A price is read only out of a cell that reads as text: what could change that is told as trouble.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from tieout.errors import ConfigurationRefused
from tieout.pricebook.sources.html_bounds import DEEPEST, check_bounds, check_charset
from tieout.pricebook.sources.page import (
    Cell,
    FoundTable,
    Page,
    Row,
    cell_place_of,
    characters_at,
    nothing_there,
    page_text,
    refused,
)
from tieout.pricebook.sources.written import one_space

_UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "head"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_GROUPS: Final = frozenset({"thead", "tbody", "tfoot"})
_BREAKS: Final = frozenset({"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "section"})
_PLAIN: Final = _BREAKS | {
    "a", "abbr", "b", "br", "code", "em", "font", "i", "nobr", "small", "span", "strong", "time",
    "u", "wbr",
}  # fmt: skip
_HIDING: Final = re.compile(r"display|visibility|opacity|text-decoration|position", re.IGNORECASE)
_ACTS: Final = frozenset({"script", "iframe", "object", "embed", "applet", "frame", "form"})
_ACTIVE_MOST: Final = 1_000
_NAME: Final = re.compile(r"[a-z][a-z0-9]*")


@dataclass(frozen=True, slots=True)
class _Spot:
    """An element's place: the step to it, and the place above."""

    above: _Spot | None
    step: str

    def css(self) -> str:
        """The path from the root, as a selector that fits this element only."""
        steps: list[str] = []
        spot: _Spot | None = self
        while spot is not None:
            steps.append(spot.step)
            spot = spot.above
        return " > ".join(reversed(steps))


def read_html(content: bytes) -> Page:
    """Read an HTML page.

    Raises:
        InputRefused: ``SIZE_LIMIT``, ``DEPTH_LIMIT``, ``XML_ENTITY``, ``ENC_INVALID_UTF8``,
            ``PAGE_CHARSET`` or ``PAGE_FORM``.
    """
    root = _parsed(content)
    top = _Spot(None, "html")
    texts: list[str] = []
    tables: list[FoundTable] = []
    active: list[tuple[str, str]] = []
    heading = ""
    for node, spot, _ in _below(root, top):
        if node.is_text_node:
            texts.append(node.text_content or "")
            continue
        tag = node.tag or ""
        texts.append(" " if tag in _BREAKS | _HEADINGS | {"br", "td", "th", "tr"} else "")
        if tag in _HEADINGS:
            heading = _cell(node, spot).text
        elif tag == "table":
            tables.append(_table(node, spot, heading))
    for node, spot, _ in _below(root, top, frozenset()):
        if len(active) < _ACTIVE_MOST and not node.is_text_node and (what := _acting(node)):
            active.append((what, f"css {spot.css()}"))
    language = (root.attributes.get("lang") or "").lower()
    return Page(one_space("".join(texts)), language, tuple(tables), tuple(active))


def cells_of_blocks(
    content: bytes, block: str, model: str, price: str
) -> list[tuple[str, list[Cell], list[Cell]]]:
    """Each block with its place, the elements for its model, and those for its prices.

    Raises:
        ConfigurationRefused: ``CFG_PAGE_PROFILE``: a selector is none.
    """
    root = _parsed(content)
    top = _Spot(None, "html")
    spots = {node.mem_id: spot for node, spot, _ in _below(root, top) if not node.is_text_node}
    try:
        return [
            (
                f"css {spots[one.mem_id].css()}",
                [_cell(n, spots[n.mem_id]) for n in one.css(model) if n.mem_id in spots],
                [_cell(n, spots[n.mem_id]) for n in one.css(price) if n.mem_id in spots],
            )
            for one in root.css(block)
            if one.mem_id in spots
        ]
    except SelectolaxError as error:
        raise ConfigurationRefused(
            "CFG_PAGE_PROFILE",
            "A selector of the profile of a page is no CSS selector.",
            where=(block, model, price),
            remedy="Correct the profile of this price source in tieout.toml.",
        ) from error


def html_text_at(content: bytes, place: str) -> str:
    """The characters that a locator names, out of the bytes.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when nothing of that kind stands there.
    """
    return characters_at(cell_place_of(place), html_cell_at(content, place), place)


def html_cell_at(content: bytes, place: str) -> Cell | None:
    """The element that a locator names; none where there is none, or more than one.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when nothing of that kind stands there.
    """
    wanted = cell_place_of(place)
    try:
        found = _parsed(content).css(wanted.removeprefix("css "))
    except SelectolaxError as error:
        raise nothing_there(place) from error
    return _cell(found[0], _Spot(None, wanted.removeprefix("css "))) if len(found) == 1 else None


def _parsed(content: bytes) -> LexborNode:
    text = page_text(content)
    check_bounds(text)
    root = LexborHTMLParser(text).root
    if root is None or root.tag != "html":
        raise refused("PAGE_FORM", "The file holds no HTML page.")
    for meta in [] if text.isascii() else root.css("meta"):
        check_charset(meta.attributes)
    return root


def _below(
    root: LexborNode, top: _Spot, unseen: frozenset[str] = _UNSEEN
) -> Iterator[tuple[LexborNode, _Spot, int]]:
    """Every element and text below, in order; a text has the place of the element it stands in."""
    stack: list[tuple[LexborNode | None, _Spot, int, int]] = [(root.child, top, 1, 1)]
    while stack:
        node, above, number, depth = stack.pop()
        if node is None:
            continue
        if depth > 2 * DEEPEST:
            raise refused("DEPTH_LIMIT", f"The page nests deeper than {DEEPEST} elements.")
        element = node.is_element_node
        stack.append((node.next, above, number + element, depth))
        if node.is_text_node:
            yield node, above, depth
        elif element and node.tag not in unseen:
            outer = above.above is None and above.step == "html"
            spot = _Spot(above, f"{node.tag}" if outer else _step(node, number))
            yield node, spot, depth
            stack.append((node.child, spot, 1, depth + 1))


def _step(node: LexborNode, number: int) -> str:
    """The step to an element; a name that no selector can hold is left out of it."""
    name = node.tag if node.tag and _NAME.fullmatch(node.tag) else "*"
    return f"{name}:nth-child({number})"


def _elements(node: LexborNode, spot: _Spot) -> Iterator[tuple[LexborNode, _Spot]]:
    child, number = node.child, 0
    while child is not None:
        if child.is_element_node:
            number += 1
            yield child, _Spot(spot, _step(child, number))
        child = child.next


def _table(table: LexborNode, spot: _Spot, heading: str) -> FoundTable:
    rows = []
    for node, place in _elements(table, spot):
        if node.tag == "tr":
            rows.append((node, place))
        elif node.tag in _GROUPS:
            rows += [(n, p) for n, p in _elements(node, place) if n.tag == "tr"]
    if not rows:
        return FoundTable(f"css {spot.css()}", heading, (), ())
    cells = [[one for one in _elements(*row) if one[0].tag in {"td", "th"}] for row in rows]
    header = tuple(_cell(*one).text for one in cells[0])
    below = []
    for (row, place), inner in zip(rows[1:], cells[1:], strict=True):
        wide = any((n.attributes.get("colspan") or "1") != "1" for n, _ in inner)
        fits = len(inner) == len(header) and not wide and not _hides(row)
        below.append(Row(f"css {place.css()}", tuple(_cell(*one) for one in inner), fits))
    spans = any(
        (node.attributes.get("rowspan") or "1") != "1" for inner in cells for node, _ in inner
    )
    return FoundTable(f"css {spot.css()}", heading, header, tuple(below), spans)


def _cell(node: LexborNode, spot: _Spot) -> Cell:
    """The texts of an element; whatever could change how they read is trouble."""
    parts = [""]
    trouble = "a hidden element" if _hides(node) else ""
    found: dict[str, list[LexborNode]] = {"a": [], "code": []}
    here = spot
    for inner, place, _ in _below(node, spot, frozenset()):
        if inner.is_text_node:
            if (around := _line_of(place, spot)) is not here:
                here = around
                parts.append("")
            parts[-1] += inner.text_content or ""
            continue
        tag = inner.tag or ""
        if tag in {"br", *_BREAKS}:
            parts.append("")
        if tag not in _PLAIN or _hides(inner):
            trouble = trouble or f"<{tag}>" + (", hidden" if _hides(inner) else "")
        if tag in found:
            found[tag].append(inner)
    texts = (one_space(part) for part in parts)
    return Cell(
        f"css {spot.css()}",
        tuple(text for text in texts if text),
        trouble,
        tuple(one_space(one.text()) for one in found["a"]),
        tuple(one_space(one.text()) for one in found["code"]),
    )


def _line_of(place: _Spot, cell: _Spot) -> _Spot:
    """The nearest element around a text that begins a line of its own, up to the cell."""
    while place is not cell and place.step.partition(":")[0] not in _BREAKS:
        assert place.above is not None
        place = place.above
    return place


def _hides(node: LexborNode) -> bool:
    had = node.attributes
    return (
        "hidden" in had
        or had.get("aria-hidden") == "true"
        or bool(_HIDING.search(had.get("style") or ""))
    )


def _acting(node: LexborNode) -> str:
    """What an element would do if the page were shown; empty if nothing."""
    tag, had = node.tag or "", node.attributes
    if tag in _ACTS:
        return f"a {tag}"
    if tag == "meta" and (had.get("http-equiv") or "").lower() == "refresh":
        return "a refresh to another page"
    if tag in {"img", "link"} and (had.get("src") or had.get("href") or "").startswith(
        ("http:", "https:", "//")
    ):
        return "something loaded from elsewhere"
    return "an event handler" if any(name.startswith("on") for name in had) else ""
