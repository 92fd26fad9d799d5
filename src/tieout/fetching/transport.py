"""One request over one connection, and nothing else: the only place that knows the HTTP library.

The library connects, shakes hands and checks the certificate against the name; the place connected
to is the one that was looked up and judged before. Every read is bounded by the deadline of the
whole attempt, so a drip ends, and by a number of bytes, so a flood does.

No secret stays in a local variable of a frame that an error leaves: what goes wrong below is told
anew here, outside of the handler, without the frames it came from.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from urllib3.connection import HTTPSConnection

from tieout import __version__
from tieout.errors import CaptureRefused
from tieout.fetching.asked import Asked, TlsFacts
from tieout.fetching.body import Body, read_body
from tieout.fetching.guard import SECOND, Caps, Dial, Host, Place
from tieout.fetching.tls import certificate_facts, handshake_refused
from tieout.fetching.wording import refused

# Bytes that may be read ahead of the end of the headers, and those that framing may cost.
_AHEAD: Final = 64 * 1024
_FRAMING: Final = 1 << 20
# How long a service may take to close a connection that it was asked to close.
_CLOSING_MS: Final = 250


class Deadline:
    """The end of one attempt."""

    def __init__(self, ticks: Callable[[], int], within_ms: int) -> None:
        """Start the clock."""
        self._ticks = ticks
        self._ends = ticks() + within_ms * (SECOND // 1000)

    def left_ms(self) -> int:
        """Milliseconds left, at least one.

        Raises:
            TimeoutError: there are none.
        """
        left = (self._ends - self._ticks()) // (SECOND // 1000)
        if left <= 0:
            raise TimeoutError
        return left


class _Flood(OSError):
    """More bytes than the limit."""


class GuardedSocket(ssl.SSLSocket):
    """A connection whose reads end at a deadline and at a number of bytes."""

    deadline: Deadline
    limit: int

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 - as the base class
        """Read what is there."""
        self.settimeout(self.deadline.left_ms() / 1000)
        count = super().recv_into(buffer, nbytes, flags)
        self.limit -= count
        if self.limit < 0:
            raise _Flood
        return count

    def sendall(self, data: Any, flags: int = 0) -> None:  # noqa: ANN401 - as the base class
        """Write all of it."""
        self.settimeout(self.deadline.left_ms() / 1000)
        super().sendall(data, flags)


class _Connection(HTTPSConnection):
    """A connection to a place that was judged before, under the name the certificate must carry."""

    def __init__(self, host: Host, context: ssl.SSLContext, dial: Callable[[], Any]) -> None:
        super().__init__(
            host.name, host.port, ssl_context=context, cert_reqs="CERT_REQUIRED", blocksize=65536
        )
        self._dial = dial

    def _new_conn(self) -> Any:  # noqa: ANN401 - a socket
        return self._dial()


@dataclass(frozen=True, slots=True)
class Received:
    """One answer as it came.

    Attributes:
        status: its status.
        headers: every header, in order, names in small letters.
        body: the body before decoding, or why there is none.
        tls: what the handshake proved.
        place: the address and port connected to.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Body
    tls: TlsFacts
    place: Place

    def header(self, name: str) -> str:
        """All values of a header in one text, as if it stood once."""
        return ", ".join(value for known, value in self.headers if known == name)


def received(
    asked: Asked,
    host: Host,
    target: str,
    *,
    places: tuple[Place, ...],
    context: ssl.SSLContext,
    caps: Caps,
    deadline: Deadline,
    dial: Dial,
) -> Received:
    """Ask once and read the answer to its end.

    Args:
        asked: what is asked, with its credential.
        host: whose name the certificate must carry.
        target: path and parameters, without a secret.
        places: where the name leads; the first that answers is used.
        context: which certificates and versions are good.
        caps: what is too much.
        deadline: the end of the attempt.
        dial: makes the connection.

    Raises:
        CaptureRefused: any code of the connection, the handshake or the headers.
    """
    trouble: CaptureRefused
    place, raw = _connected(places, caps, deadline, dial)
    connection = _Connection(host, context, lambda: raw)
    connection.set_debuglevel(0)
    try:
        connection.connect()
        socket = connection.sock
        assert isinstance(socket, GuardedSocket)
        assert connection.is_verified
        socket.deadline, socket.limit = deadline, caps.headers + _AHEAD
        facts = certificate_facts(socket)
        _send(connection, asked, target)
        return _read(connection, socket, caps, facts, place)
    except (OSError, http.client.HTTPException) as error:
        trouble = _told(error)
    finally:
        connection.close()
        raw.close()
    raise trouble


def _connected(
    places: tuple[Place, ...], caps: Caps, deadline: Deadline, dial: Dial
) -> tuple[Place, Any]:
    for place in places:
        try:
            within = min(caps.connect_ms, deadline.left_ms())
            raw = dial(place, within)
            raw.settimeout(deadline.left_ms() / 1000)
        except OSError:
            continue
        return place, raw
    raise refused("HTTP_CONNECT", "Nobody answers there.", *(f"{a}, port {p}" for a, p in places))


def _send(connection: _Connection, asked: Asked, target: str) -> None:
    credential = asked.credential
    if credential is not None and credential.parameter:
        mark = "&" if "?" in target else "?"
        target += f"{mark}{credential.parameter}={_escaped(credential.secret.reveal())}"
    connection.putrequest("GET", target, skip_accept_encoding=True)
    connection.putheader("User-Agent", f"tieout/{__version__}")
    connection.putheader("Accept", ", ".join(asked.media_types))
    connection.putheader("Accept-Encoding", "gzip")
    connection.putheader("Connection", "close")
    for name, value in asked.headers:
        connection.putheader(name, value)
    if credential is not None and credential.header:
        connection.putheader(
            credential.header, f"{credential.scheme} {credential.secret.reveal()}".strip()
        )
    connection.endheaders()


def _escaped(text: str) -> str:
    return "".join(c if c.isalnum() or c in "-._~" else f"%{ord(c):02X}" for c in text)


def _read(
    connection: _Connection, socket: GuardedSocket, caps: Caps, facts: TlsFacts, place: Place
) -> Received:
    # The plain answer of the standard library: the body is framed here, to the byte.
    answer = http.client.HTTPConnection.getresponse(connection)
    try:
        headers = tuple((name.lower(), str(value)) for name, value in answer.headers.items())
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if size > caps.headers or answer.headers.defects or answer.headers.get_payload():
            raise refused("HTTP_HEADERS", "The headers are too many, too long, or no headers.")
        socket.limit += caps.decoded + _FRAMING
        body = _body(answer.fp, headers, socket, caps)
    finally:
        # It holds the connection, which would stay open as long as the letter lives.
        answer.close()
    return Received(answer.status, headers, body, facts, place)


def _body(
    stream: Any,  # noqa: ANN401 - a buffered reader
    headers: tuple[tuple[str, str], ...],
    socket: GuardedSocket,
    caps: Caps,
) -> Body:
    try:
        body = read_body(stream, headers, caps.decoded)
    except TimeoutError:
        raise
    except _Flood:
        return Body(trouble=refused("HTTP_BOMB", "The answer is larger than any price source."))
    except OSError:
        return Body(trouble=refused("HTTP_PARTIAL", "The connection broke within the body."))
    if body.trouble is None and _more_comes(stream, socket):
        return Body(trouble=refused("HTTP_PARTIAL", "The answer goes on after its declared end."))
    return body


def _more_comes(stream: Any, socket: GuardedSocket) -> bool:  # noqa: ANN401 - a buffered reader
    """Whether bytes follow the end of the body; the connection was asked to close there."""
    left = socket.deadline
    socket.deadline = Deadline(left._ticks, min(_CLOSING_MS, left.left_ms()))  # noqa: SLF001
    with suppress(OSError):
        return bool(stream.read(1))
    return False


def _told(error: OSError | http.client.HTTPException) -> CaptureRefused:
    """What went wrong, without the words of the library: they may hold what was sent."""
    if isinstance(error, _Flood):
        return refused("HTTP_HEADERS", "The headers are too many, too long, or no headers.")
    if isinstance(error, TimeoutError):
        return refused("HTTP_DEADLINE", "The answer was not there in time.")
    if isinstance(error, ssl.SSLError):
        return handshake_refused(error)
    if isinstance(error, (OSError, http.client.RemoteDisconnected)):
        return refused("HTTP_CONNECT", "The connection ended before an answer began.")
    if isinstance(error, (http.client.LineTooLong, http.client.BadStatusLine)):
        kind = "HTTP_HEADERS" if isinstance(error, http.client.LineTooLong) else "HTTP_PROTOCOL"
        return refused(kind, "What came is no answer of HTTP/1.1.")
    return refused("HTTP_HEADERS", "The headers are too many, too long, or no headers.")
