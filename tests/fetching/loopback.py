"""Raw https servers on this machine: each answers with the bytes it is given, faults and all.

Certificates come from an authority made anew for each run. The guard is the real one: a name is led
here by the setting that a rehearsal uses, or by a resolver and a dial that are put in its place.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme

from tieout.fetching import Caps, Guard, Host, RetryRule
from tieout.fetching.guard import Place

NAME = "prices.example.com"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DATE = "Fri, 20 Nov 2026 12:00:00 GMT"

# What a server does with one request: it may write, wait, and close.
Script = Callable[[ssl.SSLSocket], None]


@lru_cache(maxsize=1)
def authority() -> trustme.CA:
    """The authority of this run."""
    return trustme.CA()


@lru_cache(maxsize=1)
def trust_folder() -> TemporaryDirectory[str]:
    """Holds the file of the authority; gone when the run ends."""
    return TemporaryDirectory()


@lru_cache(maxsize=1)
def trust_file() -> Path:
    """The authority, as a guard reads it."""
    path = Path(trust_folder().name) / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return path


@lru_cache(maxsize=8)
def good_context(*names: str) -> ssl.SSLContext:
    """What a server shows that is in order."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(*names).configure_cert(context)
    return context


@dataclass
class Seen:
    """What a server saw.

    Attributes:
        place: where it listens.
        requests: the head of each request, as it came.
        connections: how many connections there were, finished handshakes or not.
    """

    place: Place
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def port(self) -> int:
        """The port."""
        return self.place[1]


@contextmanager
def serving(
    scripts: Sequence[Script | bytes], context: ssl.SSLContext | None = None
) -> Iterator[Seen]:
    """A server that answers each connection with the next script, the last one for ever."""
    listening = socket.create_server(("127.0.0.1", 0))
    seen = Seen(listening.getsockname()[:2])
    over, awake = socket.socketpair()
    shown = context or good_context(NAME)

    def work() -> None:
        while over not in select.select([listening, over], [], [])[0]:
            raw, _ = listening.accept()
            script = scripts[min(seen.connections, len(scripts) - 1)]
            seen.connections += 1
            with suppress(OSError, ssl.SSLError):
                raw.settimeout(10)
                with shown.wrap_socket(raw, server_side=True) as sock:
                    seen.requests.append(_head(sock))
                    if isinstance(script, bytes):
                        sock.sendall(script)
                    else:
                        script(sock)
                    sock.unwrap()
            raw.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield seen
    finally:
        awake.send(b".")
        thread.join()
        for one in (listening, over, awake):
            one.close()


def _head(sock: ssl.SSLSocket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = sock.recv(4096)
        if not piece:
            break
        head += piece
    return head


def answer(
    body: bytes = b'{"success": true, "data": [1]}',
    *headers: str,
    status: str = "200 OK",
    kind: str = "application/json",
    length: bool = True,
    date: str = DATE,
) -> bytes:
    """An answer, in order unless its headers say otherwise."""
    lines = [f"HTTP/1.1 {status}"]
    lines.extend([f"Date: {date}"] if date else [])
    lines.extend([f"Content-Type: {kind}"] if kind else [])
    lines.extend([f"Content-Length: {len(body)}"] if length else [])
    return "\r\n".join((*lines, *headers, "", "")).encode("latin-1") + body


def chunked(*pieces: bytes, last: bytes = b"0\r\n\r\n") -> bytes:
    """A body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + last


def drip(content: bytes, every: float) -> Script:
    """Sends one byte after the other."""

    def send(sock: ssl.SSLSocket) -> None:
        for at in range(len(content)):
            sock.sendall(content[at : at + 1])
            time.sleep(every)

    return send


@dataclass
class Waits:
    """A sleep that takes no time and remembers."""

    said: list[int] = field(default_factory=list)

    def __call__(self, ms: int) -> None:
        """Note the wait."""
        self.said.append(ms)


def guard_for(
    seen: Seen | None = None,
    *,
    key_in_url: bool = False,
    caps: Caps | None = None,
    retry: RetryRule | None = None,
    waits: Waits | None = None,
    hosts: tuple[Host, ...] | None = None,
    trust: Path | None = None,
) -> Guard:
    """A guard that reaches the server as a rehearsal does."""
    return Guard(
        hosts or (Host(NAME, key_in_url=key_in_url),),
        local={} if seen is None else {NAME: seen.place},
        trust=trust or trust_file(),
        caps=caps or Caps(deadline_ms=5_000, connect_ms=2_000),
        retry=retry or RetryRule(attempts=1),
        clock=lambda: NOW,
        sleep=waits or Waits(),
        jitter=lambda most: most,
        environment={},
    )
