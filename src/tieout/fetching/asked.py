"""What is asked of a host, and what is known of the exchange: the facts a capture keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tieout.errors import CaptureRefused
from tieout.fetching.secret import Credential

JSON: tuple[str, ...] = ("application/json",)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to read (always with GET).

    Attributes:
        url: the address, with its parameters and without any secret.
        media_types: the media types an answer may have; asked for and required.
        headers: further headers, no secret among them.
        credential: the secret and where it goes; none for a public address.
    """

    url: str
    media_types: tuple[str, ...] = JSON
    headers: tuple[tuple[str, str], ...] = ()
    credential: Credential | None = None


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What the handshake proved.

    Attributes:
        version: of the protocol, for example ``TLSv1.3``.
        cipher: its suite.
        certificate_sha256: the digest of the certificate that was shown.
        subject: the names of the certificate.
        issuer: who signed it.
        not_after: until when it holds.
    """

    version: str
    cipher: str
    certificate_sha256: str
    subject: str
    issuer: str
    not_after: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a fetch.

    Attributes:
        number: from 1.
        started_at: by the clock of the guard.
        address: the IP address and port that were connected to; empty where none was.
        status: of the answer; none where there was none.
        code: why it did not do; empty for the one that did.
        waited_ms: how long was waited after it.
    """

    number: int
    started_at: datetime
    address: str = ""
    status: int | None = None
    code: str = ""
    waited_ms: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """The facts of a fetch, whether it did or not; no secret is among them.

    Attributes:
        url: the address, a key in it replaced. It is the final address too: nothing is followed.
        started_at: when the first attempt began.
        finished_at: when the last byte was there, or it was given up.
        status: of the last answer; none where there was none.
        headers: the headers worth keeping, names in small letters, secrets taken out.
        wire_size: bytes of the body before decoding.
        attempts: each attempt.
        tls: what the last handshake proved; none where there was none.
        notes: what was accepted with a note, each ``CODE: sentence``.
        body_sha256: the digest of the decoded body as it came; empty where none came whole.
    """

    url: str
    started_at: datetime
    finished_at: datetime
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    wire_size: int = 0
    attempts: tuple[Attempt, ...] = ()
    tls: TlsFacts | None = None
    notes: tuple[str, ...] = ()
    body_sha256: str = ""

    def header(self, name: str) -> str:
        """The value of a kept header, or empty."""
        return next((value for known, value in self.headers if known == name), "")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer that came whole.

    Attributes:
        body: its bytes, decoded.
        exchange: how they came.
    """

    body: bytes
    exchange: Exchange


class FetchFailed(CaptureRefused):
    """A fetch that did not do, with all that is known of it.

    Attributes:
        exchange: its facts.
        body: what came of the last answer, decoded, secrets taken out; empty where nothing did.
    """

    def __init__(self, reason: CaptureRefused, exchange: Exchange, body: bytes) -> None:
        """Take over the letter of the reason."""
        super().__init__(reason.code, reason.what, where=reason.where, remedy=reason.remedy)
        self.exchange = exchange
        self.body = body
