"""Where in an answer a fault stands makes no difference: none of it is a source (G34).

The framing and the decoder are tried at every byte; the whole way over TLS at the four places that
matter: within the headers, in the first chunk, in the middle, at the end.
"""

from __future__ import annotations

import gzip
import io
import socket
import ssl
import struct
from collections.abc import Callable

import pytest

from tests.fetching.loopback import NAME, Script, answer, chunked, guard_for, serving
from tieout.errors import CaptureRefused
from tieout.fetching import Asked, Caps, Credential, Secret, fetch
from tieout.fetching.body import decoded, read_body

KEY = "sk-canary-0123456789abcdef"
ROWS = b'{"success": true, "data": [%s]}' % b", ".join(b'{"row": %d}' % n for n in range(40))
CAP = 1 << 20
PLACES = ("headers", "first", "middle", "last")
FORMS = ("length", "chunks", "packed", "packed chunks")


def sent(body: bytes, form: str) -> tuple[bytes, bytes]:
    """Headers and body of an answer, as they go over the wire."""
    content = gzip.compress(body) if "packed" in form else body
    coding = ["Content-Encoding: gzip"] if "packed" in form else []
    if "chunks" in form:
        third = len(content) // 3
        pieces = content[:third], content[third : 2 * third], content[2 * third :]
        head = answer(b"", *coding, "Transfer-Encoding: chunked", length=False)
        return head, chunked(*pieces)
    head = answer(content, *coding)
    return head[: -len(content)], content


def place_in(head: bytes, body: bytes, place: str) -> int:
    """The byte of a place."""
    return {
        "headers": len(head) // 2,
        "first": len(head) + 5,
        "middle": len(head) + len(body) // 2,
        "last": len(head) + len(body) - 1,
    }[place]


def cut(whole: bytes, at: int) -> Script | bytes:
    """The answer ends there."""
    return whole[:at]


def stall(whole: bytes, at: int) -> Script | bytes:
    """Nothing more comes from there on."""

    def send(sock: ssl.SSLSocket) -> None:
        sock.sendall(whole[:at])
        sock.recv(1)

    return send


def reset(whole: bytes, at: int) -> Script | bytes:
    """The connection is torn down there."""

    def send(sock: ssl.SSLSocket) -> None:
        sock.sendall(whole[:at])
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.socket(fileno=sock.detach()).close()

    return send


def doubled(whole: bytes, at: int) -> Script | bytes:
    """A byte comes twice there; in the headers a line of them does."""
    return whole[:at] + whole[at - 1 : at] + whole[at:]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", [cut, stall, reset], ids=lambda one: one.__name__)
def test_an_answer_that_breaks_off_is_no_source(
    fault: Callable[[bytes, int], Script | bytes], place: str, form: str
) -> None:
    head, body = sent(ROWS, form)
    script = fault(head + body, place_in(head, body, place))
    with serving([script]) as seen:
        guard = guard_for(seen, caps=Caps(deadline_ms=300 if fault is stall else 8_000))
        with pytest.raises(CaptureRefused) as refused:
            fetch(Asked(f"https://{NAME}/list"), guard)
    expected = {
        "cut": {"HTTP_PARTIAL", "HTTP_NO_FRAMING", "HTTP_HEADERS"},
        "stall": {"HTTP_DEADLINE"},
        "reset": {"HTTP_PARTIAL", "HTTP_CONNECT"},
    }[fault.__name__]
    assert refused.value.code in expected


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", PLACES[1:])
def test_a_body_with_a_byte_too_many_is_no_source(place: str, form: str) -> None:
    head, body = sent(ROWS, form)
    script = doubled(head + body, place_in(head, body, place))
    with serving([script]) as seen, pytest.raises(CaptureRefused) as refused:
        fetch(Asked(f"https://{NAME}/list"), guard_for(seen))
    assert refused.value.code.startswith(("HTTP_PARTIAL", "HTTP_DECODE"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", PLACES)
def test_a_key_anywhere_in_an_answer_is_found(place: str, form: str) -> None:
    marks = {"headers": 0, "first": 0, "middle": len(ROWS) // 2, "last": len(ROWS)}
    said = ROWS[: marks[place]] + KEY.encode() + ROWS[marks[place] :]
    head, body = sent(ROWS if place == "headers" else said, form)
    if place == "headers":
        head = head[:-2] + b"Server: " + KEY.encode() + b"\r\n\r\n"
    credential = Credential(Secret(KEY, "[fetch] api_key_env"), "X-Key")
    with serving([head + body]) as seen, pytest.raises(CaptureRefused, match="SECRET_IN_BODY"):
        fetch(Asked(f"https://{NAME}/list", credential=credential), guard_for(seen))


@pytest.mark.parametrize("form", FORMS)
def test_a_cut_at_any_byte_of_the_body_is_seen(form: str) -> None:
    head, body = sent(ROWS, form)
    headers = parsed(head)
    whole = read_body(io.BytesIO(body), headers, CAP)
    coding = dict(headers).get("content-encoding", "")
    assert decoded(whole.content, coding, CAP, 200) == ROWS
    for at in range(len(body)):
        told = read_body(io.BytesIO(body[:at]), headers, CAP).trouble
        assert told is not None, at
        assert told.code == "HTTP_PARTIAL"


@pytest.mark.parametrize("form", ["packed", "packed chunks", "chunks"])
def test_a_flipped_bit_never_makes_another_body(form: str) -> None:
    head, body = sent(ROWS, form)
    headers = parsed(head)
    coding = dict(headers).get("content-encoding", "")
    for at in range(len(body)):
        for bit in (0, 4, 7):
            changed = bytearray(body)
            changed[at] ^= 1 << bit
            # Without packing, a changed byte of the content itself is the service's own word; TLS
            # lets nobody else change it. What frames the content is looked at here.
            if form == "chunks" and changed[at] != body[at] and is_content(body, at):
                continue
            stream = io.BytesIO(bytes(changed))
            told = read_body(stream, headers, CAP)
            if told.trouble is not None or stream.read(1):
                continue
            try:
                made = decoded(told.content, coding, CAP, 200)
            except CaptureRefused:
                continue
            assert made == ROWS, (at, bit)


def parsed(head: bytes) -> tuple[tuple[str, str], ...]:
    """The headers, names in small letters."""
    lines = head.decode("latin-1").split("\r\n")[1:-2]
    return tuple((n.lower(), v.strip()) for n, _, v in (line.partition(":") for line in lines))


def is_content(body: bytes, at: int) -> bool:
    """Whether a byte stands inside a chunk and not in what frames it."""
    start = 0
    while True:
        line = body.index(b"\r\n", start)
        size = int(body[start:line], 16)
        if size == 0:
            return False
        if line + 2 <= at < line + 2 + size:
            return True
        start = line + 2 + size + 2
        if at < start:
            return False
