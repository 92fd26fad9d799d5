"""A fetch: attempts within bounds, what each came to, and the facts of them all.

Only what the retry rule names is asked again, and a connection that never was. Waits grow, with
jitter; a service may ask for more, up to a cap a step and a cap in all.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from tieout.errors import CaptureRefused
from tieout.fetching import answer as judged
from tieout.fetching.address import is_public_address
from tieout.fetching.asked import Asked, Attempt, Exchange, Fetched, FetchFailed, TlsFacts
from tieout.fetching.guard import Guard, Host, Place
from tieout.fetching.secret import REDACTED, Secret
from tieout.fetching.tls import context_for
from tieout.fetching.transport import Deadline, GuardedSocket, Received, received
from tieout.fetching.wording import note, refused

_TOO_MANY: Final = 429
# Variables that other programs obey and this one does not.
_NOT_OBEYED: Final = (
    "http_proxy", "https_proxy", "all_proxy", "no_proxy", "netrc", "requests_ca_bundle",
    "curl_ca_bundle", "ssl_cert_file", "ssl_cert_dir", "sslkeylogfile",
)  # fmt: skip


@dataclass(slots=True)
class _Trace:
    """What is known so far."""

    guard: Guard
    url: str
    secret: Secret | None
    started_at: datetime
    notes: list[str] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    last: Received | None = None
    tls: TlsFacts | None = None
    content: bytes = b""
    is_whole: bool = False

    def exchange(self) -> Exchange:
        """The facts, for the record."""
        last = self.last
        return Exchange(
            url=self.url,
            started_at=self.started_at,
            finished_at=self.guard.clock(),
            status=None if last is None else last.status,
            headers=() if last is None else judged.kept_headers(last, self.secret),
            wire_size=0 if last is None else len(last.body.content),
            attempts=tuple(self.attempts),
            tls=None if last is None else last.tls,
            notes=tuple(self.notes),
            body_sha256=hashlib.sha256(self.content).hexdigest() if self.is_whole else "",
        )

    def failed(self, reason: CaptureRefused) -> FetchFailed:
        """The letter of the reason with the facts; secrets are taken out of both."""
        secret = self.secret
        if secret is None:
            return FetchFailed(reason, self.exchange(), self.content)
        where = tuple(secret.taken_out_of_text(one) for one in reason.where)
        what = secret.taken_out_of_text(reason.what)
        clean = CaptureRefused(reason.code, what, where=where, remedy=reason.remedy)
        return FetchFailed(clean, self.exchange(), secret.taken_out(self.content))


def fetch(asked: Asked, guard: Guard) -> Fetched:
    """Read one address, under the guard.

    Args:
        asked: the address, what it may answer, the credential.
        guard: which hosts, how much, how long, how often.

    Raises:
        FetchFailed: a :class:`~tieout.errors.CaptureRefused` with the facts of the exchange, so
            that the failure can be put on record.
    """
    secret = None if asked.credential is None else asked.credential.secret
    trace = _Trace(guard, _stored_url(asked), secret, guard.clock(), _notes(guard))
    reason: CaptureRefused
    try:
        return _fetched(asked, guard, trace)
    except CaptureRefused as trouble:
        reason = trouble
    # Outside of the handler: no frame that ever held the key hangs on what is raised.
    raise trace.failed(reason)


def _fetched(asked: Asked, guard: Guard, trace: _Trace) -> Fetched:
    host, target = guard.host_of(asked.url)
    _require_clean(asked, host)
    context = context_for(guard.trust, GuardedSocket)
    if guard.trust is not None:
        digest = hashlib.sha256(guard.trust.read_bytes()).hexdigest()
        told = note("LOCAL_AUTHORITY", f"an own authority was trusted, sha256 {digest}")
        trace.notes.append(told)
    places = _places(guard, host, trace)
    waited = 0
    while True:
        reason: CaptureRefused
        number, began = len(trace.attempts) + 1, guard.clock()
        trace.last, trace.content, trace.is_whole = None, b"", False
        try:
            trace.last = received(
                asked, host, target, places=places, context=context, caps=guard.caps,
                deadline=Deadline(guard.ticks, guard.caps.deadline_ms), dial=guard.dial,
            )  # fmt: skip
            _judge(asked, guard, trace, trace.last)
        except CaptureRefused as trouble:
            reason = trouble
        else:
            trace.attempts.append(_attempt(number, began, trace.last, ""))
            return Fetched(trace.content, trace.exchange())
        trace.attempts.append(_attempt(number, began, trace.last, reason.code))
        wait = _wait(guard, trace.last, reason, number, waited)
        if wait is None:
            raise _final(guard, trace.last, reason)
        trace.attempts[-1] = replace(trace.attempts[-1], waited_ms=wait)
        guard.sleep(wait)
        waited += wait


def _judge(asked: Asked, guard: Guard, trace: _Trace, answer: Received) -> None:
    trouble: CaptureRefused | None = None
    try:
        trace.content = judged.unpacked(answer, guard.caps)
        trace.is_whole = True
    except CaptureRefused as error:
        trouble = error
        trace.content = b""
    judged.require_no_echo(answer, trace.content or answer.body.content, trace.secret)
    target = dict(judged.kept_headers(answer, trace.secret)).get("location", "")
    judged.require_status(answer, trace.content, guard, target)
    if trouble is not None:
        raise trouble
    judged.require_content(answer, trace.content, asked)
    trace.notes.extend(judged.clock_notes(answer, guard.clock(), guard.caps))


def _attempt(number: int, began: datetime, answer: Received | None, code: str) -> Attempt:
    place = "" if answer is None else f"{answer.place[0]}, port {answer.place[1]}"
    return Attempt(number, began, place, None if answer is None else answer.status, code)


def _wait(
    guard: Guard, answer: Received | None, reason: CaptureRefused, number: int, waited: int
) -> int | None:
    """How long to wait before the next attempt; none if there is to be none."""
    rule = guard.retry
    again = (
        reason.code == "HTTP_CONNECT"
        if answer is None
        else reason.code == "HTTP_STATUS" and answer.status in rule.statuses
    )
    if not again or number >= rule.attempts:
        return None
    grown = rule.first_wait_ms << min(number - 1, 20)
    wait = grown // 2 + guard.jitter(grown - grown // 2)
    asked_for = None if answer is None else _retry_after(answer.header("retry-after"), guard)
    wait = min(max(wait, asked_for or 0), rule.longest_wait_ms)
    return wait if waited + wait <= rule.all_waits_ms else None


def _retry_after(text: str, guard: Guard) -> int | None:
    """The wait a service asks for, in milliseconds; none where it asks for nothing that is one."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,12}", text):
        return int(text) * 1000
    with suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(text)
        return max(int((until - guard.clock()).total_seconds()), 0) * 1000
    return None


def _final(guard: Guard, answer: Received | None, reason: CaptureRefused) -> CaptureRefused:
    """The reason, or that the service asks for more time than there is."""
    if answer is None or answer.status not in guard.retry.statuses:
        return reason
    asked_for = _retry_after(answer.header("retry-after"), guard) or 0
    if answer.status == _TOO_MANY or asked_for > guard.retry.longest_wait_ms:
        return refused(
            "HTTP_RETRY_CAP", f"The service still answers {answer.status} after every wait."
        )
    return reason


def _places(guard: Guard, host: Host, trace: _Trace) -> tuple[Place, ...]:
    """Where the name leads: looked up once for all attempts."""
    if host.name in guard.local:
        address, port = guard.local[host.name]
        if not ipaddress.ip_address(address).is_loopback:
            raise refused("HTTP_ADDRESS", "A rehearsal leads to this machine and nowhere else.")
        told = note("LOCAL_RESOLUTION", f"{host.name} was led to {address}, port {port}")
        trace.notes.append(told)
        return ((address, port),)
    found = _looked_up(guard, host)
    if not found:
        raise refused("HTTP_NAME", "The name of the host leads nowhere.", host.name)
    for address in found:
        if not is_public_address(address):
            raise refused(
                "HTTP_ADDRESS", "The name of the host leads to an address that is not public.",
                f"{host.name}: {address[:60]}",
            )  # fmt: skip
    return tuple((address, host.port) for address in found)


def _looked_up(guard: Guard, host: Host) -> tuple[str, ...]:
    """The addresses of a name; nobody waits longer for them than the deadline."""
    found: list[tuple[str, ...]] = []

    def look() -> None:
        with suppress(OSError, UnicodeError):
            found.append(guard.resolver(host.name, host.port))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(guard.caps.deadline_ms / 1000)
    return found[0] if found else ()


def _require_clean(asked: Asked, host: Host) -> None:
    """Refuse an address or a header that holds the key, and a key in the address of any host."""
    credential = asked.credential
    if credential is None:
        return
    said = "\n".join((asked.url, *(value for _, value in asked.headers)))
    if credential.secret.stands_in(said.encode()):
        raise refused(
            "SECRET_IN_URL", "The key stands in what is to be asked, apart from its place."
        )
    if credential.parameter and not host.key_in_url:
        raise refused(
            "SECRET_IN_URL", "For this host the key may not go into the address.", host.name
        )


def _stored_url(asked: Asked) -> str:
    """The address as it is kept: a key in it replaced."""
    url, credential = asked.url, asked.credential
    if credential is None:
        return url
    url = credential.secret.taken_out_of_text(url)
    if credential.parameter:
        url += f"{'&' if '?' in url else '?'}{credential.parameter}={REDACTED}"
    return url


def _notes(guard: Guard) -> list[str]:
    notes = []
    # Names only: what they hold may be a password.
    if names := sorted(name for name in guard.environment if name.lower() in _NOT_OBEYED):
        notes.append(note("ENV_PROXY", f"set and not obeyed: {', '.join(names)}"))
    return notes
