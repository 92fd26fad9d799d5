"""The letters of fetching: each code with its next step."""

from __future__ import annotations

from typing import Final

from tieout.errors import CaptureRefused

_LATER: Final = "Fetch again later. If it stays, save the page by hand: tieout prices import."
_VENDOR: Final = "Read what came in the record of the failed capture; ask the vendor."
_ADDRESS: Final = "Compare the contract item of the endpoint with the vendor's documentation."
_KEY: Final = "Replace the key at its issuer: it was shown by the service. Then fetch again."

_NEXT: Final = {
    "HTTP_CONNECT": _LATER,
    "HTTP_NAME": _ADDRESS,
    "HTTP_ADDRESS": "Find out who answers for that name; a public host leads to public addresses.",
    "HTTP_DEADLINE": _LATER,
    "HTTP_HEADERS": _VENDOR,
    "HTTP_PROTOCOL": _VENDOR,
    "HTTP_REDIRECT": _ADDRESS,
    "HTTP_STATUS": _LATER,
    "HTTP_AUTH": "Check the key that [fetch] names, and what it may do, at its issuer.",
    "HTTP_RETRY_CAP": "Fetch again later, less often; the service asks for more time.",
    "API_NO_RETRY": _VENDOR,
    "HTTP_PARTIAL": _LATER,
    "HTTP_NO_FRAMING": _VENDOR,
    "HTTP_FRAMING": _VENDOR,
    "HTTP_DECODE": _LATER,
    "HTTP_DECODE_PARTIAL": _LATER,
    "HTTP_DECODE_TRAILING": _VENDOR,
    "HTTP_BOMB": _VENDOR,
    "HTTP_ENCODING": _VENDOR,
    "HTTP_CONTENT_TYPE": _ADDRESS,
    "HTTP_CHARSET": _VENDOR,
    "API_EMPTY": _LATER,
    "CLOCK_SKEW": "Set the clock of this machine, then fetch again.",
    "TLS_VERIFY": "Trust nobody instead: find out who answers for that name.",
    "TLS_VERSION": _VENDOR,
    "TLS_HANDSHAKE": _LATER,
    "SECRET_IN_BODY": _KEY,
    "SECRET_IN_URL": "Let the contract item of that host say that the key goes into the address.",
}


def refused(code: str, what: str, *where: str) -> CaptureRefused:
    """A letter about a fetch, with the next step of its code."""
    return CaptureRefused(code, what, where=where, remedy=_NEXT[code])


def note(code: str, sentence: str) -> str:
    """What was accepted with a note, as records keep it."""
    return f"{code}: {sentence}"
