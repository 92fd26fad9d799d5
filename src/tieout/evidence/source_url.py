"""Where a price source was read: the address is checked before it is kept.

It is kept for ever and shown in reports, and a person is meant to open it. So it names one public
place: https, a host by its name, no password, no key.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from tieout.errors import ConfigurationRefused
from tieout.evidence.redact import redacted

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# The last label of a public name is a word; that of an IP address, in any spelling, is none.
_LAST: Final = re.compile(r"[a-z]{2,63}")
_LOCAL: Final = frozenset({"localhost", "local", "localdomain", "internal", "lan", "home", "arpa"})
_SECRET: Final = re.compile(
    r"key|token|secret|password|passwd|signature|credential|auth|\bsig\b", re.IGNORECASE
)


def check_source_url(url: str) -> None:
    """Refuse an address that cannot be kept; an empty one says that there is none.

    Raises:
        ConfigurationRefused: ``CFG_URL_SCHEME``, ``CFG_URL_FORM``, ``CFG_URL_HOST`` or
            ``CFG_INLINE_SECRET``. The letter never repeats a password or a key.
    """
    if not url:
        return
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("CFG_URL_FORM", "It is no address.", url) from error
    if parts.scheme != "https":
        raise _refused("CFG_URL_SCHEME", "A price source is read over https.", url)
    if any(not one.isprintable() or one.isspace() for one in url):
        raise _refused("CFG_URL_FORM", "It holds spaces or characters that cannot be seen.", url)
    if parts.username is not None or "@" in parts.netloc:
        raise _refused("CFG_URL_FORM", "It holds a user or a password.", url)
    if parts.fragment or url.endswith("#"):
        raise _refused("CFG_URL_FORM", "It holds a mark for a place in the page, after #.", url)
    if port not in (None, 443):
        raise _refused("CFG_URL_FORM", "It names a port of its own.", url)
    if not _is_public_name(parts.hostname or ""):
        raise _refused("CFG_URL_HOST", "Its host is not a public name in plain letters.", url)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if _SECRET.search(name) and value:
            raise _refused("CFG_INLINE_SECRET", f"It holds a secret in {name[:40]!a}.", url)
    if redacted(url) != url:
        raise _refused("CFG_INLINE_SECRET", "It holds what looks like a secret.", url)


def _is_public_name(host: str) -> bool:
    labels = host.split(".")
    return (
        len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not any(label.startswith("xn--") for label in labels)
        and _LAST.fullmatch(labels[-1]) is not None
        and labels[-1] not in _LOCAL
    )


def _refused(code: str, reason: str, url: str) -> ConfigurationRefused:
    # Before an @ anything may be a password, whatever else the text looks like.
    shown = f"{url.partition(':')[0]}:..." if "@" in url else url.partition("?")[0]
    secret = code == "CFG_INLINE_SECRET" or "@" in url
    return ConfigurationRefused(
        code,
        f"The address of a price source cannot be kept. {reason}",
        where=(redacted(shown)[:200],),
        remedy="Take the secret out and replace it at its issuer; write the address without it."
        if secret
        else "Write the public https address that was read, or leave it out where there is none.",
    )
