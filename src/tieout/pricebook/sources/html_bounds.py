"""Bounds of an HTML page, kept on its bytes: tags, nesting, entities, and the letters it declares.

The parser takes time with the square of the depth, so a page is measured before it is parsed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from tieout.pricebook.sources.page import refused

DEEPEST: Final = 256
TAGS_MOST: Final = 400_000
_TAG: Final = re.compile(
    r"<!--(?:-?>|.*?--!?>)|<(script|style)\b.*?</\1\s*>|<(/?)([a-z][a-z0-9-]*)",
    re.IGNORECASE | re.DOTALL,
)
# Elements that close themselves, by rule or because they hold nothing.
_LIGHT: Final = frozenset(
    {
        "area", "base", "body", "br", "caption", "col", "colgroup", "dd", "dt", "embed", "head",
        "hr", "html", "img", "input", "li", "link", "meta", "optgroup", "option", "p", "path",
        "rp", "rt", "script", "source", "style", "tbody", "td", "tfoot", "th", "thead", "tr",
        "track", "wbr",
    }
)  # fmt: skip
_ENTITY: Final = re.compile(r"<!ENTITY\b|<!DOCTYPE[^>\[]*\[", re.IGNORECASE)


def check_bounds(text: str) -> None:
    """Bound tags and nesting before anything is parsed; a little too strict on sloppy pages.

    Raises:
        InputRefused: ``XML_ENTITY``, ``SIZE_LIMIT`` or ``DEPTH_LIMIT``.
    """
    if _ENTITY.search(text):
        raise refused(
            "XML_ENTITY",
            "The page declares entities of its own.",
            remedy="No pricing page does that; look at the file, and save the page again.",
        )
    if text.count("<") > TAGS_MOST:
        raise refused("SIZE_LIMIT", f"The page has more than {TAGS_MOST} tags.")
    open_now: Counter[str] = Counter()
    depth = 0
    for match in _TAG.finditer(text):
        name = (match[3] or "").lower()
        if not name or name in _LIGHT:
            continue
        if not match[2]:
            open_now[name] += 1
            depth += 1
        elif open_now[name]:
            open_now[name] -= 1
            depth -= 1
        if depth > DEEPEST:
            raise refused("DEPTH_LIMIT", f"The page nests deeper than {DEEPEST} elements.")


def check_charset(meta: Mapping[str, str | None]) -> None:
    """Refuse a page, read as UTF-8, that a browser would read in other letters.

    Args:
        meta: the attributes of one ``meta`` element of the page.

    Raises:
        InputRefused: ``PAGE_CHARSET``.
    """
    said = (meta.get("charset") or meta.get("content") or "").lower()
    if meta.get("charset") is None and "charset=" not in said:
        return
    name = said.rpartition("charset=")[2].partition(";")[0].strip(" \"'")
    if name.replace("-", "") != "utf8":
        raise refused(
            "PAGE_CHARSET",
            f"The page is UTF-8 but declares {name[:40]!a}.",
            remedy="Save the page again as UTF-8, and import that.",
        )
