"""The guard: which hosts may be asked, how an address is written, what is too much, what is tried.

Everything a test or a rehearsal may put in the place of the real thing is a field here, so that no
weaker guard is ever needed: the resolver, the dial, the clock, the sleep, the trusted authorities.
"""

from __future__ import annotations

import os
import random
import re
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tieout.errors import CaptureRefused
from tieout.fetching.address import dialled, is_public_name, resolved

MIB: Final = 1 << 20
SECOND: Final = 1_000_000_000

# Where a name leads: an IP address and a port.
Place = tuple[str, int]
# The addresses of a name; it is asked once a fetch.
Resolver = Callable[[str, int], tuple[str, ...]]
# Connects to one place within so many milliseconds.
Dial = Callable[[Place, int], socket.socket]

_URL: Final = re.compile(
    r"https://(?P<host>[a-z0-9.-]{1,253})(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<target>/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*)?(?P<query>\?[A-Za-z0-9._~%!$&'()*+,;=:@/?-]*)?"
)


@dataclass(frozen=True, slots=True)
class Host:
    """One host that may be asked.

    Attributes:
        name: its public name, in small letters.
        port: the one port.
        key_in_url: whether its contract item says that the key goes into the address.
    """

    name: str
    port: int = 443
    key_in_url: bool = False


@dataclass(frozen=True, slots=True)
class Caps:
    """What is too much, in bytes, milliseconds and times.

    Attributes:
        decoded: bytes of a body once decoded; no more than these come over the wire either.
        ratio: how many times its packed size a body may have.
        headers: bytes of all headers.
        deadline_ms: for one attempt, from the look-up of the name to the last byte.
        connect_ms: for one connection.
        fresh_seconds: an answer out of a cache may be this old without a note.
    """

    decoded: int = 32 * MIB
    ratio: int = 200
    headers: int = 64 * 1024
    deadline_ms: int = 60_000
    connect_ms: int = 10_000
    fresh_seconds: int = 300


@dataclass(frozen=True, slots=True)
class RetryRule:
    """What may be asked again; which codes is the vendor's word, so it comes from a contract item.

    Attributes:
        statuses: the statuses that may be asked again; none unless said.
        final_codes: error codes in the body that end it whatever the status.
        attempts: how many in all.
        first_wait_ms: the wait before the second; it doubles, with jitter.
        longest_wait_ms: one wait, whatever the service asks for.
        all_waits_ms: all waits together.
    """

    statuses: frozenset[int] = frozenset()
    final_codes: frozenset[str] = frozenset()
    attempts: int = 4
    first_wait_ms: int = 1_000
    longest_wait_ms: int = 60_000
    all_waits_ms: int = 300_000


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be asked, and how.

    Attributes:
        hosts: the hosts that may be asked, and no others.
        local: names that a declared rehearsal leads to this machine; every fetch says so.
        trust: a file of authorities to trust in place of the machine's own.
        caps: what is too much.
        retry: what may be asked again.
        resolver: the addresses of a name.
        dial: makes a connection.
        clock: the time of day.
        ticks: nanoseconds of a clock that never goes back.
        sleep: waits so many milliseconds.
        jitter: a number from 0 up to the one given.
        environment: looked at for variables that other programs obey, to note them.
    """

    hosts: tuple[Host, ...]
    local: Mapping[str, Place] = field(default_factory=dict)
    trust: Path | None = None
    caps: Caps = Caps()
    retry: RetryRule = RetryRule()
    resolver: Resolver = resolved
    dial: Dial = dialled
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ticks: Callable[[], int] = time.monotonic_ns
    sleep: Callable[[int], None] = lambda ms: time.sleep(ms / 1000)
    jitter: Callable[[int], int] = lambda most: random.SystemRandom().randint(0, most)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def host_of(self, url: str) -> tuple[Host, str]:
        """The host an address names, if it may be asked, and what is asked of it.

        Raises:
            CaptureRefused: ``HTTP_URL``: the address has another form than a plain https one;
                ``HTTP_HOST``: its host and port are not on the list.
        """
        parts = _URL.fullmatch(url)
        if parts is None:
            raise CaptureRefused(
                "HTTP_URL",
                "An address to fetch is not written as a plain https address.",
                where=(ascii(url.partition("?")[0].partition("@")[0][:200]),),
                remedy="Write https, a public name in small letters, and a path; nothing else.",
            )
        name, port = parts["host"], int(parts["port"] or 443)
        for host in self.hosts:
            if (host.name, host.port) == (name, port) and is_public_name(name):
                return host, (parts["target"] or "/") + (parts["query"] or "")
        raise CaptureRefused(
            "HTTP_HOST",
            "That host is not one that may be asked.",
            where=(f"{name[:100]}, port {port}",),
            remedy="Verify the contract item that names the endpoint, then fetch by its source.",
        )
