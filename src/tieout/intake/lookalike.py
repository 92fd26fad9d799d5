"""Letters that look like others: a name that only seems to be an id, told apart (never matched)."""

from __future__ import annotations

import unicodedata
from typing import Final

# Cyrillic, Greek and dashes that a reader takes for Latin letters and a hyphen.
_LIKE: Final = str.maketrans(
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u0410\u0412\u0421\u0415\u041d\u0406\u041a\u041c\u041e\u0420\u0422\u0425\u0405\u0408"
    "\u03bf\u03bd\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4"
    "\u03a5\u03a7\u2010\u2011\u2012\u2013\u2014\u2212",
    "aceopxyijshdqwABCEHIKMOPTXSJovABEZHIKMNOPTYX------",
)


def plain_reading(name: str) -> str | None:
    """The ASCII name that this one looks like; none where it is ASCII or looks like none."""
    if name.isascii():
        return None
    plain = unicodedata.normalize("NFKC", name).translate(_LIKE)
    return plain if plain.isascii() and plain == plain.strip() else None
