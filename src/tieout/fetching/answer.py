"""What an answer must be to be kept: whole, of the kind asked for, in UTF-8, of our time."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from tieout.fetching.asked import Asked
from tieout.fetching.body import decoded
from tieout.fetching.guard import Caps, Guard
from tieout.fetching.secret import Secret
from tieout.fetching.transport import Received
from tieout.fetching.wording import note, refused

_REDIRECTS: Final = frozenset({300, 301, 302, 303, 305, 307, 308})
_SKEW_NOTED: Final = 300
_SKEW_REFUSED: Final = 86_400
_CHARSETS: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
_TEXTUAL: Final = re.compile(r"text/.*|.*[/+](?:json|xml)|application/(?:javascript|x-ndjson)")
_MARKUP: Final = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
# The headers worth keeping. Any header that ends so names the request at the service.
KEPT: Final = frozenset({
    "age", "cache-control", "content-encoding", "content-language", "content-length",
    "content-type", "date", "etag", "expires", "last-modified", "location", "retry-after",
    "server", "transfer-encoding", "vary", "via", "x-cache",
})  # fmt: skip
_KEPT_ENDING: Final = "request-id"
_LONGEST_VALUE: Final = 500


def kept_headers(answer: Received, secret: Secret | None) -> tuple[tuple[str, str], ...]:
    """The headers worth keeping, secrets taken out, control characters escaped."""
    return tuple(
        (name, _clean(value, secret))
        for name, value in answer.headers
        if name in KEPT or name.endswith(_KEPT_ENDING)
    )


def _clean(value: str, secret: Secret | None) -> str:
    text = value if secret is None else secret.taken_out_of_text(value)
    shown = text.encode("latin-1", "replace").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)[:_LONGEST_VALUE]


def unpacked(answer: Received, caps: Caps) -> bytes:
    """The decoded body of an answer.

    Raises:
        CaptureRefused: it did not come whole, or cannot be decoded to its end.
    """
    if answer.body.trouble is not None:
        raise answer.body.trouble
    coding = answer.header("content-encoding").strip().lower()
    return decoded(answer.body.content, coding, caps.decoded, caps.ratio)


def require_no_echo(answer: Received, content: bytes, secret: Secret | None) -> None:
    """Refuse an answer in which the secret stands, in its body or its headers.

    Raises:
        CaptureRefused: ``SECRET_IN_BODY``.
    """
    if secret is None:
        return
    told = "\n".join(value for _, value in answer.headers).encode("utf-8", "surrogateescape")
    if secret.stands_in(content) or secret.stands_in(told):
        raise refused("SECRET_IN_BODY", "The service answered with the key that it was sent.")


def require_status(answer: Received, content: bytes, guard: Guard, target: str) -> None:
    """Refuse every status but 200.

    Raises:
        CaptureRefused: ``HTTP_REDIRECT``, ``HTTP_AUTH``, ``API_NO_RETRY`` or ``HTTP_STATUS``.
    """
    status = answer.status
    if status in _REDIRECTS:
        raise refused(
            "HTTP_REDIRECT", "The answer points elsewhere; nothing is followed.", f"to {target}"
        )
    if status in (401, 403):
        raise refused("HTTP_AUTH", f"The service refused the key, or asks for one ({status}).")
    code = error_code(content)
    if status != 200 and code in guard.retry.final_codes:
        raise refused("API_NO_RETRY", f"The service answered {status}, {code}: asking is no use.")
    if status != 200:
        raise refused("HTTP_STATUS", f"The service answered with status {status}.")


def error_code(content: bytes) -> str:
    """The code that an error body states, at ``error.code`` or ``code``; or empty."""
    with suppress(ValueError, RecursionError):
        told = json.loads(content)
        for holder in (told.get("error"), told) if isinstance(told, dict) else ():
            code = holder.get("code") if isinstance(holder, dict) else None
            if isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", code):
                return code
    return ""


def require_content(answer: Received, content: bytes, asked: Asked) -> None:
    """Refuse a body of another kind than was asked for, an empty one, and one that is not UTF-8.

    Raises:
        CaptureRefused: ``API_EMPTY``, ``HTTP_CONTENT_TYPE`` or ``HTTP_CHARSET``.
    """
    media, charset = media_of(answer)
    if not content.strip():
        raise refused("API_EMPTY", "The answer is empty.")
    if media not in asked.media_types:
        raise refused(
            "HTTP_CONTENT_TYPE",
            f"The answer is {ascii(media[:80]) if media else 'of no stated kind'}.",
            f"asked for: {', '.join(asked.media_types)}",
        )
    if not _TEXTUAL.fullmatch(media):
        return
    if media.endswith("json") and _MARKUP.match(content):
        raise refused("HTTP_CONTENT_TYPE", "The answer is a page that calls itself JSON.")
    if charset not in _CHARSETS:
        raise refused("HTTP_CHARSET", f"The answer is in {charset[:40]!a}; only UTF-8 is read.")
    try:
        content.decode("ascii" if "ascii" in charset else "utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            "HTTP_CHARSET", "The bytes are not of the character set they should be.",
            f"byte {error.start}",
        ) from None  # fmt: skip


def media_of(answer: Received) -> tuple[str, str]:
    """The media type and the character set of an answer, in small letters."""
    media, *parameters = answer.header("content-type").lower().split(";")
    pairs = (one.partition("=") for one in parameters)
    charset = next((v for name, _, v in pairs if name.strip() == "charset"), "")
    return media.strip(), charset.strip().strip("\"'")


def clock_notes(answer: Received, now: datetime, caps: Caps) -> list[str]:
    """What the answer says about time: a clock that differs, an answer out of a cache.

    Raises:
        CaptureRefused: ``CLOCK_SKEW``: its clock and ours differ by more than a day.
    """
    notes = []
    stated = answer.header("date")
    if stated:
        told: datetime | None = None
        with suppress(ValueError, TypeError, OverflowError):
            told = parsedate_to_datetime(stated)
        if told is None:
            notes.append(note("CLOCK_SKEW", "the service states a time that cannot be read"))
        else:
            told = told if told.tzinfo else told.replace(tzinfo=UTC)
            apart = abs((now - told).total_seconds())
            if apart > _SKEW_REFUSED:
                raise refused(
                    "CLOCK_SKEW", "The clocks of the service and of this machine differ by more "
                    "than a day.", f"the service: {told:%Y-%m-%d %H:%M:%S %z}",
                )  # fmt: skip
            if apart > _SKEW_NOTED:
                notes.append(note("CLOCK_SKEW", f"the clock of the service is {apart:.0f} s off"))
    age = answer.header("age").strip()
    hit = "hit" in answer.header("x-cache").lower()
    if re.fullmatch(r"[0-9]{1,12}", age) and int(age) > caps.fresh_seconds:
        notes.append(note("HTTP_STALE", f"the answer came out of a cache, {int(age)} s old"))
    elif hit and not age:
        notes.append(note("HTTP_STALE", "the answer came out of a cache that states no age"))
    return notes
