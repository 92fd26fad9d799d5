"""Redaction: what looks like a secret is taken out before anything is written (P1).

The log is append-only, so a secret that enters it stays for ever. Better one harmless parameter too
many than one secret.
"""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "REDACTED"
_PARAMETER: Final = re.compile(
    r"([?&#;][^=&#;\s]*(?:key|token|secret|password|passwd|signature|credential|auth|sig)"
    r"[^=&#;\s]*=)[^&#;\s\"'<>]+",
    re.IGNORECASE,
)
_USER: Final = re.compile(r"([a-z][a-z0-9+.-]*://)[^/?#\s@]+@", re.IGNORECASE)
_BEARER: Final = re.compile(r"\b(Bearer\s+)[^\s\"',;]+", re.IGNORECASE)
_PREFIXED: Final = re.compile(r"\b(sk-)[A-Za-z0-9_-]{12,}")


def redacted(text: str) -> str:
    """The text with secrets replaced: URL parameters and users, bearer headers, prefixed keys."""
    for pattern in (_PARAMETER, _USER, _BEARER, _PREFIXED):
        tail = "@" if pattern is _USER else ""
        text = pattern.sub(rf"\g<1>{REDACTED}{tail}", text)
    return text
