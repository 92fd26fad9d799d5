"""Where a name may lead: public addresses only, looked up once, connected to as they were found."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# The last label of a public name is a word; that of an IP address, in any spelling, is none.
_LAST: Final = re.compile(r"[a-z]{2,63}")
_LOCAL: Final = frozenset({
    "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private",
    "arpa", "onion", "test", "invalid", "example",
})  # fmt: skip
# Public by the registry's letter, and yet inside a cloud: the host's own services.
_INSIDE: Final = frozenset({"168.63.129.16"})
_PUBLIC_V6: Final = ipaddress.ip_network("2000::/3")
# Addresses that carry another address: what they lead to is not what they say.
_CARRIERS: Final = tuple(map(ipaddress.ip_network, ("2001::/23", "2002::/16", "3fff::/20")))


def is_public_name(name: str) -> bool:
    """Whether a text is a public host name in plain letters, and no address in any spelling."""
    labels = name.split(".")
    return (
        len(labels) > 1
        and len(name) <= 253
        and all(_LABEL.fullmatch(label) for label in labels)
        and not any(label.startswith("xn--") for label in labels)
        and _LAST.fullmatch(labels[-1]) is not None
        and labels[-1] not in _LOCAL
    )


def is_public_address(text: str) -> bool:
    """Whether a text is an IP address of the public network, as the standard form writes it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if text in _INSIDE or not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    carried = any(address in network for network in _CARRIERS)
    return address.scope_id is None and address in _PUBLIC_V6 and not carried


def resolved(name: str, port: int) -> tuple[str, ...]:
    """The addresses of a name, in the order the machine prefers.

    Raises:
        OSError: the name has none.
    """
    found = socket.getaddrinfo(name, port, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def dialled(place: tuple[str, int], within_ms: int) -> socket.socket:
    """A connection to an IP address; a name is never looked up here.

    Raises:
        OSError: nobody answers there.
    """
    address = ipaddress.ip_address(place[0])
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(within_ms / 1000)
        made.connect((str(address), place[1]))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        made.close()
        raise
    return made
