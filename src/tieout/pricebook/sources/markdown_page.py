"""Markdown pages: their tables, each cell with its line; nothing is rendered and nothing followed.

A table inside a code block, a list or a quotation is none. Markdown itself pads and cuts rows that
do not fit the header; here such a row is refused, so cells are counted on the line itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tieout.pricebook.sources.page import (
    Cell,
    FoundTable,
    Page,
    Row,
    cell_place_of,
    characters_at,
    page_text,
    refused,
)
from tieout.pricebook.sources.written import one_space

_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ACTIVE: Final = re.compile(r"<(script|iframe|object|embed)\b", re.IGNORECASE)
_PLAIN: Final = frozenset(
    {"strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close"}
)
# Beyond any table for people; rows of pipes alone would cost a day.
_LINES: Final = 200_000
_PIPES: Final = 2_000_000


def read_markdown(content: bytes) -> Page:
    """Read a Markdown page.

    Raises:
        InputRefused: ``SIZE_LIMIT``, ``ENC_INVALID_UTF8`` or ``PAGE_FORM``.
    """
    text = page_text(content)
    if text.count("\n") > _LINES or text.count("|") > _PIPES:
        raise refused("SIZE_LIMIT", "The page has more lines or cells than any price page.")
    lines = _lines(text)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    tables, active, texts, heading = [], [], [], ""
    for index, token in enumerate(tokens):
        if token.type == "inline":
            cell = _cell(token, "")
            texts.append(cell.text)
            if tokens[index - 1].type == "heading_open":
                heading = cell.text
        for html in _markup(token):
            if found := _ACTIVE.search(html):
                line = (token.map or [0])[0] + 1
                active.append((f"a {found[1].lower()}", f"md line {line}"))
        if token.type == "table_open" and token.level == 0:
            tables.append(_table(tokens, index, heading, lines))
    return Page(one_space(" ".join(texts)), "", tuple(tables), tuple(active))


def markdown_text_at(content: bytes, place: str) -> str:
    """The characters that a locator names, out of the bytes.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when nothing of that kind stands there.
    """
    return characters_at(cell_place_of(place), markdown_cell_at(content, place), place)


def markdown_cell_at(content: bytes, place: str) -> Cell | None:
    """The cell that a locator names; none where there is none.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when nothing of that kind stands there.
    """
    wanted = cell_place_of(place)
    cells = (
        cell
        for table in read_markdown(content).tables
        for row in table.rows
        for cell in row.cells
        if cell.place == wanted
    )
    return next(cells, None)


def _lines(text: str) -> list[str]:
    """The lines as the parser counts them."""
    return re.split(r"\r\n|\r|\n", text)


def _markup(token: Token) -> Iterator[str]:
    if token.type == "html_block":
        yield token.content
    for child in token.children or ():
        if child.type == "html_inline":
            yield child.content


def _table(tokens: Sequence[Token], start: int, heading: str, lines: Sequence[str]) -> FoundTable:
    rows: list[Row] = []
    cells: list[Cell] = []
    line = 0
    for token in tokens[start:]:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            line, cells = (token.map or [0])[0] + 1, []
        elif token.type == "inline":
            cells.append(_cell(token, f"md line {line}, cell {len(cells) + 1}"))
        elif token.type == "tr_close":
            fits = _cells_on(lines[line - 1]) == len(cells)
            rows.append(Row(f"md line {line}", tuple(cells), fits))
    header, *below = rows
    return FoundTable(
        header.place, heading, tuple(cell.text for cell in header.cells), tuple(below)
    )


def _cells_on(line: str) -> int:
    """How many cells a line holds: bars that are not escaped, less those at its two ends."""
    pieces = re.split(r"(?<!\\)\|", line.strip())
    return len(pieces) - (not pieces[0]) - (len(pieces) > 1 and not pieces[-1])


def _cell(token: Token, place: str) -> Cell:
    """The texts of a cell; what is neither text nor emphasis, link, code or break is trouble."""
    parts, trouble = [""], ""
    links: list[str] = []
    codes: list[str] = []
    in_link = False
    for child in token.children or ():
        if child.type in {"text", "code_inline", "softbreak", "text_special"}:
            said = " " if child.type == "softbreak" else child.content
            parts[-1] += said
            if in_link:
                links[-1] += said
            if child.type == "code_inline":
                codes.append(one_space(said))
        elif child.type == "hardbreak" or (
            child.type == "html_inline" and _BREAK.fullmatch(child.content)
        ):
            parts.append("")
        elif child.type in _PLAIN:
            in_link = child.type == "link_open" or (in_link and child.type != "link_close")
            if child.type == "link_open":
                links.append("")
        else:
            trouble = trouble or (child.content[:40] or child.type)
    texts = (one_space(part) for part in parts)
    return Cell(
        place,
        tuple(text for text in texts if text),
        trouble,
        tuple(one_space(link) for link in links),
        tuple(codes),
    )
