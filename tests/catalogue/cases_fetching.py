"""What answers over https do wrong, oddly or with ill will: every case, with what must happen.

The reference page of bad input is made from these cases; their titles are read by users.
"""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

import base64
import gzip
import zlib
from dataclasses import dataclass, field
from typing import Literal

from tests.fetching.loopback import NAME, Script, answer, chunked, drip
from tieout.fetching import Caps, RetryRule

Outcome = Literal["capture failed", "run refused", "waits", "noted", "accepted"]
KEY = "cv-Key/0123+abc=789"
ROWS = b'{"success": true, "total": 2, "data": [{"a": 1}, {"a": 2}]}'
PACKED = gzip.compress(ROWS)
CHUNKED = "Transfer-Encoding: chunked"
GZIP = "Content-Encoding: gzip"
RULE = RetryRule(frozenset({401, 403, 429, 500, 503, 504, 524}), frozenset({"invalid_request"}))
PATIENT = RetryRule(frozenset({429}), attempts=10)
BACKED_OFF = (1_000, 2_000, 4_000)
SHORT = Caps(deadline_ms=600)


@dataclass(frozen=True, slots=True)
class FetchCase:
    """One case.

    Attributes:
        id: number in the catalogue; variants end in a letter.
        title: the case in plain words.
        outcome: what must happen.
        code: the stable code; empty where nothing is said.
        why: where it ends otherwise than one may expect: why that is so.
        answers: what the server says to each connection, the last for ever.
        connections: how many connections are made.
        waits: milliseconds waited between attempts; jitter is at its most.
        place: what the letter names beside the code; empty for anything.
        context: which certificate and versions the server shows.
        resolves: what the name leads to, where it is not led here by a rehearsal.
        caps: what is too much.
        retry: what may be asked again.
        key: where a key goes: into a header, the address, or nowhere.
        key_in_url: whether the host may have it in the address.
        environment: variables of the process.
        told: how the case is shown: by a fetch, by a capture, or by a test of its own.
    """

    id: str
    title: str
    outcome: Outcome
    code: str = ""
    why: str = ""
    answers: tuple[Script | bytes, ...] = (answer(ROWS),)
    connections: int = 1
    waits: tuple[int, ...] = ()
    place: str = ""
    context: Literal[
        "good", "expired", "other name", "self-signed", "unknown", "revoked", "1.0", "1.1"
    ] = "good"
    resolves: tuple[str, ...] = ()
    caps: Caps = field(default_factory=lambda: Caps(deadline_ms=8_000))
    retry: RetryRule = field(default_factory=lambda: RetryRule(attempts=1))
    key: Literal["", "header", "parameter"] = ""
    key_in_url: bool = False
    environment: tuple[str, ...] = ()
    told: Literal["fetch", "own test"] = "fetch"


def failed(
    number: str, title: str, code: str, *answers: Script | bytes, why: str = "", place: str = ""
) -> FetchCase:
    """An answer that is no capture."""
    return FetchCase(number, title, "capture failed", code, why, answers, place=place)


def redirect(number: str, status: int, title: str, target: str) -> FetchCase:
    """A redirect; the key goes along to the first host, so that it could leak to the second."""
    return FetchCase(
        number, title, "capture failed", "HTTP_REDIRECT",
        answers=(answer(b"", f"Location: {target}", status=f"{status} Moved"),), place=f"to {target}",
        key="header",
    )  # fmt: skip


def echo(
    number: str, title: str, content: bytes, *headers: str, status: str = "200 OK"
) -> FetchCase:
    """An answer with the key in it."""
    return FetchCase(
        number, title, "capture failed", "SECRET_IN_BODY",
        answers=(answer(content, *headers, status=status),), key="header",
    )  # fmt: skip


def busy(number: str, title: str, header: str, waits: tuple[int, ...]) -> FetchCase:
    """A service that asks for time, for ever."""
    retry = PATIENT if len(waits) > 3 else RULE
    return FetchCase(
        number, title, "capture failed", "HTTP_RETRY_CAP",
        answers=(answer(b"{}", f"Retry-After: {header}", status="429 Too Many Requests"),),
        connections=len(waits) + 1, waits=waits, retry=retry,
    )  # fmt: skip


def down(number: str, status: int) -> FetchCase:
    """A service that fails, for ever."""
    return FetchCase(
        number, f"a service that answers {status}, for ever", "capture failed", "HTTP_STATUS",
        "It is asked again a few times, with growing waits; each attempt is on record.",
        (answer(b"{}", status=f"{status} Broken"),), connections=4, waits=BACKED_OFF, retry=RULE,
    )  # fmt: skip


def json_case(number: str, title: str, content: bytes) -> FetchCase:
    """JSON with two readings, or none."""
    return failed(number, title, "JSON_STRICT", answer(content))


def listing(inner: bytes) -> bytes:
    """An answer with one row that holds something."""
    return b'{"success": true, "total": 1, "data": [%s]}' % inner


_GZIPPED = answer(PACKED, GZIP)
_BOMB = gzip.compress(bytes(4 << 20))
_NO_LENGTH = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
_FRAMED_TWICE = "Two readers would see two bodies."

CASES: tuple[FetchCase, ...] = (
    redirect("HT01", 301, "a redirect (301)", "https://other.example.com/"),
    redirect("HT01b", 302, "a redirect (302)", "https://other.example.com/"),
    redirect("HT01c", 307, "a redirect (307)", "/elsewhere"),
    redirect("HT01d", 308, "a redirect (308) to the same address", f"https://{NAME}/list"),
    redirect("HT02", 302, "a redirect to a file", "file:///etc/passwd"),
    redirect("HT03", 302, "a redirect to an address inside a cloud", "http://169.254.169.254/latest"),
    FetchCase("HT04", "a redirect to another port of the host", "capture failed", "HTTP_REDIRECT",
        "The other port sees no connection, so no key either.", told="own test"),
    FetchCase("HT05", "a name that leads to a private address", "capture failed", "HTTP_ADDRESS",
        resolves=("10.0.0.8",), connections=0, place=f"{NAME}: 10.0.0.8"),
    FetchCase("HT05b", "a name that leads to this machine", "capture failed", "HTTP_ADDRESS",
        resolves=("::1",), connections=0, place=f"{NAME}: ::1"),
    FetchCase("HT05c", "a name that leads to a public address and a private one", "capture failed",
        "HTTP_ADDRESS", "One bad address spoils the name.", resolves=("93.184.216.34", "192.168.1.1"),
        connections=0, place=f"{NAME}: 192.168.1.1"),
    FetchCase("HT05d", "a name that leads elsewhere when it is looked up again", "accepted",
        why="It is looked up once; the connection goes to the very address that was judged.", told="own test"),
    FetchCase("HT05e", "a name that leads nowhere", "capture failed", "HTTP_NAME", resolves=("",), connections=0),
    FetchCase("HT06", "a certificate that has expired", "capture failed", "TLS_VERIFY", context="expired",
        place="certificate has expired"),
    FetchCase("HT06b", "a certificate for another name", "capture failed", "TLS_VERIFY", context="other name"),
    FetchCase("HT06c", "a certificate that signs itself", "capture failed", "TLS_VERIFY", context="self-signed"),
    FetchCase("HT06d", "a certificate of an unknown authority", "capture failed", "TLS_VERIFY", context="unknown"),
    FetchCase("HT06e", "a certificate on a revocation list that came with the authority", "capture failed", "TLS_VERIFY",
        context="revoked", place="certificate revoked"),
    FetchCase("HT07", "TLS 1.1 and no later", "capture failed", "TLS_VERSION", context="1.1"),
    FetchCase("HT07b", "TLS 1.0 and no later", "capture failed", "TLS_VERSION", context="1.0"),
    failed("HT08", "a page where JSON was asked for", "HTTP_CONTENT_TYPE", answer(b"<html>Log in</html>", kind="text/html")),
    failed("HT08b", "a page that calls itself JSON", "HTTP_CONTENT_TYPE", answer(b" <!DOCTYPE html><p>Log in")),
    failed("HT08c", "an answer of no stated kind", "HTTP_CONTENT_TYPE", answer(ROWS, kind="")),
    failed("HT09", "JSON that says that it failed", "API_NOT_SUCCESS", answer(b'{"success": false, "data": [1]}')),
    failed("HT09b", "JSON that does not say that it succeeded", "API_NOT_SUCCESS", answer(b'{"data": [1]}')),
    failed("HT09c", "success as a text", "API_NOT_SUCCESS", answer(b'{"success": "true", "data": [1]}')),
    failed("HT10", "an empty body", "API_EMPTY", answer(b"")),
    failed("HT10b", "a body of blanks", "API_EMPTY", answer(b" \r\n ")),
    failed("HT10c", "JSON without rows", "API_EMPTY", answer(b'{"success": true, "data": []}')),
    failed("HT10d", "rows of null", "API_EMPTY", answer(b'{"success": true, "data": null}')),
    failed("HT11", "no content (204)", "HTTP_STATUS", answer(b"", status="204 No Content", length=False)),
    failed("HT11b", "a part of the content (206)", "HTTP_STATUS", answer(ROWS, "Content-Range: bytes 0-59/90", status="206 Partial Content")),
    failed("HT11c", "not modified (304)", "HTTP_STATUS", answer(b"", status="304 Not Modified", length=False)),
    FetchCase("HT12", "a key that is refused (401)", "capture failed", "HTTP_AUTH", answers=(answer(b"{}", status="401 No"),),
        retry=RULE, key="header"),
    FetchCase("HT12b", "a key that may not (403)", "capture failed", "HTTP_AUTH", answers=(answer(b"{}", status="403 No"),),
        retry=RULE, key="header"),
    busy("HT13", "a service that asks for 31 years (Retry-After: 999999999)", "999999999", (60_000,) * 5),
    busy("HT13b", "a service that asks for a wait until 2099", "Tue, 01 Dec 2099 00:00:00 GMT", (60_000,) * 5),
    busy("HT13c", "a service that asks for a negative wait", "-5", BACKED_OFF),
    busy("HT13d", "a service that asks for something that is no wait", "soon", BACKED_OFF),
    busy("HT13e", "a service that asks for a wait until yesterday", "Thu, 19 Nov 2026 12:00:00 GMT", BACKED_OFF),
    FetchCase("HT13f", "a service that asks for five seconds and then answers", "accepted", answers=(
        answer(b"{}", "Retry-After: 5", status="429 Too Many Requests"), answer(ROWS)), connections=2, waits=(5_000,), retry=RULE),
    FetchCase("HT13g", "too many requests, where no verified item says that it may be asked again", "capture failed", "HTTP_STATUS",
        answers=(answer(b"{}", "Retry-After: 1", status="429 Too Many Requests"),), retry=RetryRule()),
    *(down(f"HT14{letter}", status) for letter, status in zip(("", "b", "c", "d"), (500, 503, 504, 524), strict=True)),
    FetchCase("HT14e", "a service that fails twice and then answers", "accepted", answers=(
        answer(b"{}", status="503 Broken"), answer(b"{}", status="500 Broken"), answer(ROWS)), connections=3, waits=BACKED_OFF[:2], retry=RULE),
    FetchCase("HT15", "a failure that says that asking again is no use", "capture failed", "API_NO_RETRY",
        answers=(answer(b'{"error": {"code": "invalid_request"}}', status="500 Broken"),), retry=RULE),
    FetchCase("HT15b", "the same, in the older form of errors", "capture failed", "API_NO_RETRY",
        answers=(answer(b'{"code": "invalid_request"}', status="500 Broken"),), retry=RULE),
    failed("HT16", "a body shorter than its declared length", "HTTP_PARTIAL", answer(ROWS, f"Content-Length: {len(ROWS) + 1}", length=False)),
    failed("HT16b", "a body longer than its declared length", "HTTP_PARTIAL", answer(ROWS, f"Content-Length: {len(ROWS) - 1}", length=False)),
    failed("HT16c", "two declared lengths", "HTTP_FRAMING", answer(ROWS, "Content-Length: 5"), why=_FRAMED_TWICE),
    failed("HT16d", "a length beside chunks", "HTTP_FRAMING", answer(ROWS, CHUNKED), why=_FRAMED_TWICE),
    failed("HT16e", "a length that is no number", "HTTP_FRAMING", answer(ROWS, "Content-Length: +59", length=False)),
    failed("HT16f", "a connection that breaks before an answer", "HTTP_CONNECT", b""),
    failed("HT17", "a body that ends when the connection does (HTTP/1.0)", "HTTP_NO_FRAMING", _NO_LENGTH + ROWS,
        why="Nobody can tell its end from a cut."),
    failed("HT17b", "the same, cut", "HTTP_NO_FRAMING", _NO_LENGTH + ROWS[:20]),
    failed("HT18", "chunks without the last one", "HTTP_PARTIAL", answer(b"", CHUNKED, length=False) + chunked(ROWS, last=b"")),
    failed("HT18b", "a chunk that is cut", "HTTP_PARTIAL", answer(b"", CHUNKED, length=False) + chunked(ROWS, last=b"")[:-20]),
    failed("HT18c", "a chunk longer than it says", "HTTP_PARTIAL", answer(b"", CHUNKED, length=False) + b"5\r\n" + ROWS + b"\r\n0\r\n\r\n"),
    failed("HT18d", "a last chunk without the line that ends the answer", "HTTP_PARTIAL", answer(b"", CHUNKED, length=False) + chunked(ROWS, last=b"0\r\n")),
    failed("HT19", "a packed body that is cut", "HTTP_DECODE_PARTIAL", answer(PACKED[:-9], GZIP)),
    failed("HT19b", "a packed body that is damaged", "HTTP_DECODE", answer(PACKED[:-8] + b"\0" * 8, GZIP)),
    failed("HT19c", "a body that is not packed and says it is", "HTTP_DECODE", answer(ROWS, GZIP)),
    failed("HT20", "two packed bodies in one", "HTTP_DECODE_TRAILING", answer(PACKED + PACKED, GZIP)),
    failed("HT20b", "bytes behind the end of the packed body", "HTTP_DECODE_TRAILING", answer(PACKED + b"\0", GZIP)),
    failed("HT21", "a body that unpacks to a thousand times its size", "HTTP_BOMB", answer(_BOMB, GZIP)),
    FetchCase("HT21b", "a body that unpacks to more than any source has", "capture failed", "HTTP_BOMB",
        answers=(answer(_BOMB, GZIP),), caps=Caps(decoded=1 << 20, ratio=10**6)),
    failed("HT21c", "a declared length of ten gigabytes", "HTTP_BOMB", answer(ROWS, f"Content-Length: {10 << 30}", length=False)),
    FetchCase("HT21d", "chunks without end", "capture failed", "HTTP_BOMB", caps=Caps(decoded=1 << 16),
        answers=(answer(b"", CHUNKED, length=False) + chunked(*[b"x" * 4096] * 20),)),
    failed("HT21e", "a body packed as zstd", "HTTP_ENCODING", answer(ROWS, "Content-Encoding: zstd"), why="It was not asked for, and is not unpacked."),
    failed("HT21f", "a body packed as brotli", "HTTP_ENCODING", answer(ROWS, "Content-Encoding: br"), why="It was not asked for, and is not unpacked."),
    failed("HT22", "a body packed three times", "HTTP_ENCODING", answer(gzip.compress(gzip.compress(PACKED)), "Content-Encoding: gzip, gzip, gzip")),
    failed("HT22b", "a body packed twice, said in two headers", "HTTP_ENCODING", answer(gzip.compress(PACKED), GZIP, GZIP)),
    FetchCase("HT22c", "a packed body, said in the older word", "accepted", answers=(answer(PACKED, "Content-Encoding: x-gzip"),)),
    failed("HT22d", "a body packed as deflate", "HTTP_ENCODING", answer(zlib.compress(ROWS), "Content-Encoding: deflate")),
    FetchCase("HT23", "a body that drips, one byte after the other", "capture failed", "HTTP_DEADLINE", caps=SHORT,
        answers=(drip(answer(ROWS), 0.02),)),
    FetchCase("HT23b", "an answer that never begins", "capture failed", "HTTP_DEADLINE", caps=SHORT,
        answers=(drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 9, 0.02),)),
    failed("HT24", "ten thousand headers", "HTTP_HEADERS", answer(ROWS, *[f"X-{n}: {n}" for n in range(10_000)])),
    failed("HT24b", "a header of a megabyte", "HTTP_HEADERS", answer(ROWS, "X-Long: " + "x" * (1 << 20))),
    failed("HT24c", "a line among the headers that is none", "HTTP_HEADERS", answer(ROWS, "no header")),
    failed("HT24d", "an answer of another protocol", "HTTP_PROTOCOL", b"SSH-2.0-server\r\n\r\n"),
    failed("HT25", "a character set other than UTF-8", "HTTP_CHARSET", answer(ROWS, kind="application/json; charset=iso-8859-1")),
    failed("HT25b", "bytes that are not UTF-8", "HTTP_CHARSET", answer(b'{"success": true, "data": ["\xe9"]}', kind="application/json; charset=utf-8")),
    failed("HT25c", "bytes that are not UTF-8, and no stated character set", "HTTP_CHARSET", answer(b'{"success": true, "data": ["\xe9"]}')),
    failed("HT25d", "bytes beyond ASCII, where ASCII is stated", "HTTP_CHARSET", answer('{"data": ["é"]}'.encode(), kind="application/json; charset=us-ascii")),
    json_case("HT26", "a key twice in one object", listing(b'{"a": 1, "a": 2}')),
    json_case("HT26b", "NaN", listing(b'{"a": NaN}')),
    json_case("HT26c", "Infinity", listing(b'{"a": -Infinity}')),
    json_case("HT26d", "a number too large for anything (1E400)", listing(b'{"a": 1E400}')),
    json_case("HT26e", "lists in lists, a hundred thousand deep", listing(b"[" * 100_000 + b"]" * 100_000)),
    json_case("HT26f", "half of a surrogate pair", listing(b'{"a": "\\ud800"}')),
    json_case("HT26g", "text behind the end", ROWS + b" {}"),
    json_case("HT26h", "JSON that is cut, whole by its length", ROWS[:-3]),
    FetchCase("HT27", "a clock six minutes off", "noted", "CLOCK_SKEW", answers=(answer(ROWS, date="Fri, 20 Nov 2026 12:06:00 GMT"),)),
    failed("HT27b", "a clock two days off", "CLOCK_SKEW", answer(ROWS, date="Wed, 18 Nov 2026 12:00:00 GMT")),
    FetchCase("HT27c", "a time that cannot be read", "noted", "CLOCK_SKEW", answers=(answer(ROWS, date="yesterday"),)),
    FetchCase("HT28", "an answer out of a cache, an hour old", "noted", "HTTP_STALE", answers=(answer(ROWS, "Age: 3600"),)),
    FetchCase("HT28b", "an answer out of a cache that states no age", "noted", "HTTP_STALE", answers=(answer(ROWS, "X-Cache: Hit from there"),)),
    FetchCase("HT28c", "an answer out of a cache, a minute old", "accepted", answers=(answer(ROWS, "Age: 60", "X-Cache: HIT"),)),
    FetchCase("HT29", "two captures that differ", "waits", "PRICE_CHANGED",
        "Both are kept; what differs is named, and the later one prices nothing before somebody accepts it.", told="own test"),
    failed("HT30", "301 rows stated, 276 there", "API_COUNT",
        answer(b'{"success": true, "total": 301, "data": [%s]}' % b",".join([b"{}"] * 276))),
    failed("HT30b", "the number of rows as a text", "API_COUNT", answer(ROWS.replace(b"2,", b'"2",', 1))),
    echo("HT31", "the key in the body", listing(f'{{"k": "{KEY}"}}'.encode())),
    echo("HT31b", "the key in the body, in base64", listing(b'{"k": "%s"}' % base64.b64encode(f"x:{KEY}".encode()))),
    echo("HT31c", "the key in the body, as an address writes it", listing(b'{"k": "cv-Key%2F0123%2Babc%3D789"}')),
    echo("HT31d", "the key in the body, with escapes of JSON", listing(b'{"k": "cv-Key\\/0123\\u002Babc=789"}')),
    echo("HT31e", "the key in hexadecimal", listing(b'{"k": "%s"}' % KEY.encode().hex().upper().encode())),
    echo("HT31f", "the key in a header", ROWS, f"ETag: {KEY}"),
    echo("HT31g", "the key in the address of a redirect", b"", "Location: /login?from=cv-Key%2f0123%2babc%3d789", status="302 Moved"),
    echo("HT31h", "the key in the body of a refusal", f'{{"error": "bad key {KEY}"}}'.encode(), status="401 No"),
    FetchCase("HT31i", "the key in the body, split between two chunks", "capture failed", "SECRET_IN_BODY", key="header",
        answers=(answer(b"", CHUNKED, length=False) + chunked(b'{"k": "' + KEY[:9].encode(), KEY[9:].encode() + b'"}'),)),
    FetchCase("HT31j", "the key in a packed body", "capture failed", "SECRET_IN_BODY", key="header",
        answers=(answer(gzip.compress(KEY.encode()), GZIP),)),
    FetchCase("HT32", "a key that goes into the address", "accepted", why="Only where a verified item says so; the address is kept with the key replaced.",
        key="parameter", key_in_url=True),
    FetchCase("HT32b", "a key for the address of a host that takes it in a header", "capture failed", "SECRET_IN_URL",
        key="parameter", connections=0),
    FetchCase("HT33", "proxies and authorities set in the environment", "noted", "ENV_PROXY", "They are not obeyed; their names are noted, not their values.",
        environment=("HTTPS_PROXY", "SSL_CERT_FILE", "no_proxy", "PATH")),
    FetchCase("HT33b", "a proxy in the environment of the process", "noted", "ENV_PROXY", "It sees no connection.", told="own test"),
    FetchCase("HT34", "a disk that is full when the body is to be stored", "run refused", "STORE_ENOSPC",
        "Nothing is on record; the command ends with exit code 5.", told="own test"),
)  # fmt: skip
