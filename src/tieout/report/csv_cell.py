"""A text as one cell of a CSV that no spreadsheet runs, and back again (ASVS 1.2.10).

A text that would begin a formula is led by an apostrophe. Not only its first sign counts: a program
that splits cells at semicolons or tabs begins new ones inside the text, and one that does not see
the quotes begins a new row at a line end. White space, signs without a width and quotes before the
sign hide it from people and not from programs. Leading is exact both ways: what was led comes back
as it was.
"""

from __future__ import annotations

import re
from typing import Final

# The full-width and small forms, and the typographic minus, are read like the plain ones by some.
_SIGNS: Final = "=+@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212-"
_HIDING: Final = (
    ' "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5'
    "\u180b-\u180e"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
_BEGINS: Final = rf"'*[{_HIDING}]*[{_SIGNS}]"
# A table of rules takes a row that begins with # for a remark, so that sign is led as well.
_OPENS: Final = rf"{_BEGINS}|'*[\t\r\n\0#]"
_FORMULA: Final = re.compile(rf"\A(?={_OPENS})|(?<=[;\t\r\n])(?={_BEGINS})")
_LED: Final = re.compile(rf"\A'(?={_OPENS})|(?<=[;\t\r\n])'(?={_BEGINS})")


def text_cell(text: str | None) -> str:
    """A text as a cell that no spreadsheet runs; null is empty."""
    return "" if text is None else _FORMULA.sub("'", text)


def plain_cell(cell: str) -> str:
    """The text of a cell that :func:`text_cell` made."""
    return _LED.sub("", cell)
