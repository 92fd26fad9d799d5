"""The simulator behind https on loopback, in a thread of its own."""

from __future__ import annotations

import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, Final

import trustme

from simulator.answers import Answers
from simulator.faults import Answer
from simulator.history import Span
from simulator.world import World

LOOPBACK: Final = "127.0.0.1"
FIRST_DAY: Final = date(2026, 9, 1)


@dataclass(frozen=True)
class Running:
    """A simulator that answers: its port, the authority to trust (PEM file), and its world."""

    port: int
    authority: Path
    world: World

    @property
    def address(self) -> str:
        """Where it listens, as a URL; the vendor's host names are in its certificate too."""
        return f"https://{LOOPBACK}:{self.port}"

    @property
    def hosts(self) -> dict[str, str]:
        """Every host name it answers for, and where that name must be resolved to."""
        return dict.fromkeys(self.world.facts.hosts, f"{LOOPBACK}:{self.port}")


class Handler(BaseHTTPRequestHandler):
    """Frames answers; what they say is decided elsewhere."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    wbufsize = 1 << 20  # head and body leave together, after the request is answered
    answers: ClassVar[Answers]

    def do_GET(self) -> None:
        """Answer one request, in one write."""
        self._send(self.answers.answer(self.path, {k.lower(): v for k, v in self.headers.items()}))

    def log_message(self, *_: object) -> None:
        """Say nothing: a request can carry a key."""

    def _send(self, answer: Answer) -> None:
        if answer.delay:
            time.sleep(answer.delay)
        if answer.drop_at is not None and answer.drop_at < 0:
            self.close_connection = True
            return
        length = len(answer.body) if answer.stated_length is None else answer.stated_length
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(length))
        if answer.encoding:
            self.send_header("Content-Encoding", answer.encoding)
        for name, value in answer.headers:
            self.send_header(name, value)
        ends = answer.drop_at is not None or length != len(answer.body)
        if ends:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(answer.body if answer.drop_at is None else answer.body[: answer.drop_at])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that breaks off is no concern of the simulator's."""


@contextmanager
def serve(  # noqa: PLR0913 - each is a choice of the world
    scenario: str = "plain",
    *,
    rows_per_day: int = 400,
    days: int = 3,
    seed: int = 1,
    start: date = FIRST_DAY,
    port: int = 0,
    authority: Path | None = None,
    speed: int = 0,
    now: int | None = None,
) -> Iterator[Running]:
    """A simulator in a thread, for as long as the block lasts.

    ``start`` is the history's first day (UTC) and ``days`` its length. The clock stands at its end,
    or at ``now``, and goes on by ``speed`` seconds in each second. One more day of rows is yet to
    come: ``world.advance`` lets it happen. The authority's certificate is written to ``authority``,
    or to a temporary file.
    """
    world = World(scenario, Span(start, days, rows_per_day), seed, speed=speed, now=now)
    with tempfile.TemporaryDirectory(prefix="simulator-") as folder:
        trusted = authority or Path(folder) / "authority.pem"
        context = _context(world, trusted)

        class Bound(Handler):
            answers = Answers(world)

        server = _Server((LOOPBACK, port), Bound)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield Running(server.server_address[1], trusted, world)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _context(world: World, trusted: Path) -> ssl.SSLContext:
    """A certificate for loopback and the vendor's names, from an authority made for this run."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(trusted))
    own = authority.issue_cert(LOOPBACK, "localhost", *world.facts.hosts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.configure_cert(context)
    return context
