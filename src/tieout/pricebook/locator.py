"""From a price line back to the bytes: the text that stands at a locator (P2, L1)."""

from __future__ import annotations

from collections.abc import Callable

from tieout.errors import IntegrityRefused
from tieout.pricebook.json_text import locate, read_json
from tieout.pricebook.sources.csv_lines import cell_at


def verify_locator(content: bytes, locator: str, delimiter: str = ",") -> str:
    """The text that stands at a locator, re-derived from the captured bytes.

    Args:
        content: the captured bytes.
        locator: ``/data/3/pricing/input`` in JSON, ``line 4, column price`` in CSV.
        delimiter: what stands between two cells, for CSV.

    Raises:
        IntegrityRefused: ``PRICE_LOCATOR`` when nothing of that kind stands there.
    """
    if not locator.startswith("/"):
        return cell_at(content, locator, delimiter)
    return json_texts(content)(locator)


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
