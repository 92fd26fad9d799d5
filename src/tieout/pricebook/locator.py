"""From a price line back to the bytes: the text that stands at a locator (P2, L1)."""

from __future__ import annotations

from collections.abc import Callable

from tieout.errors import IntegrityRefused
from tieout.pricebook.json_text import locate, read_json
from tieout.pricebook.sources.csv_lines import cell_at
from tieout.pricebook.sources.html_page import html_cell_at, html_text_at
from tieout.pricebook.sources.markdown_page import markdown_cell_at, markdown_text_at
from tieout.pricebook.sources.page import nothing_there


def verify_locator(content: bytes, locator: str, delimiter: str = ",") -> str:
    """The text that stands at a locator, re-derived from the captured bytes.

    Args:
        content: the captured bytes.
        locator: ``/data/3/pricing/input`` in JSON, ``line 4, column price`` in CSV, ``css html >
            body > ..., part 1, characters 2-6`` in HTML, ``md line 31, cell 2, part 1, characters
            2-6`` in Markdown.
        delimiter: what stands between two cells, for CSV.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when nothing of that kind stands there.
    """
    if locator.startswith("css "):
        return html_text_at(content, locator)
    if locator.startswith("md "):
        return markdown_text_at(content, locator)
    if not locator.startswith("/"):
        return cell_at(content, locator, delimiter)
    return json_texts(content)(locator)


def cell_around(content: bytes, locator: str) -> str:
    """The whole text of the cell of a page that a locator names: the price as it is written.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when nothing of that kind stands there.
    """
    find = html_cell_at if locator.startswith("css ") else markdown_cell_at
    cell = find(content, locator)
    if cell is None:
        raise nothing_there(locator)
    return "\n".join(cell.parts)


def json_texts(content: bytes) -> Callable[[str], str]:
    """A reader of many locators of one JSON capture, which is parsed once."""
    document = read_json(content)

    def text_at(locator: str) -> str:
        value = locate(document, locator)
        if isinstance(value, str):
            return str(value)
        raise IntegrityRefused(
            "PRICE_LOCATOR",
            "The recorded place holds no number and no text.",
            where=(ascii(locator),),
            remedy="The capture and the price line do not belong together; capture it again.",
        )

    return text_at
