"""What a vendor may be asked for, from a workspace: the guard, the credential, the record of it.

Addresses come from verified contract items, secrets from where the settings say they stand. Whoever
fetches (prices, pages, the log of an account) builds its guard here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Final
from urllib.parse import urlsplit

import msgspec

from tieout import __version__
from tieout.calendar import instant_text
from tieout.errors import ConfigurationRefused
from tieout.evidence.exchange import AttemptRecord, ExchangeRecord, TlsRecord, exchange_content
from tieout.evidence.source_url import check_source_url
from tieout.fetching import Asked, Credential, Exchange, Guard, Host, RetryRule
from tieout.workspace.fetch_terms import SecretName
from tieout.workspace.layout import Workspace
from tieout.workspace.secrets import read_secret

# What a test may put in the place of a clock, a sleep or a cap; never a weaker check.
Adjust = Callable[[Guard], Guard]

_HEADER: Final = re.compile(r"([A-Za-z0-9-]{1,64}):(?: ([A-Za-z][A-Za-z0-9_-]{0,63}))?")
_PARAMETER: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def as_it_is(guard: Guard) -> Guard:
    """The guard, unchanged."""
    return guard


def guard_for(
    workspace: Workspace,
    addresses: Iterable[str],
    *,
    retry: RetryRule | None = None,
    key_in_url: bool = False,
) -> Guard:
    """The guard for these addresses; no other host may be asked through it.

    Args:
        workspace: whose settings say how names are led and whom to trust.
        addresses: values of verified contract items, or pages of a host the settings name.
        retry: what may be asked again; nothing but a failed connection unless said.
        key_in_url: whether a verified contract item of these very addresses says that the key
            goes into them.

    Raises:
        ConfigurationRefused: an address that cannot be kept: any ``CFG_URL_`` code.
    """
    names = set()
    for address in addresses:
        check_source_url(address)
        names.add(urlsplit(address).hostname or "")
    terms = workspace.settings.fetch
    return Guard(
        tuple(Host(name, key_in_url=key_in_url) for name in sorted(names)),
        local={name: terms.place(name) for name in sorted(names & terms.resolve.keys())},
        trust=workspace.root / terms.trust if terms.trust else None,
        retry=retry or RetryRule(),
    )


def retry_rule(statuses: str, final_codes: str = "") -> RetryRule:
    """What may be asked again, from the values of contract items: numbers, and words."""
    return RetryRule(
        statuses=frozenset(int(one) for one in re.findall(r"\b[45][0-9]{2}\b", statuses)),
        final_codes=frozenset(one for one in final_codes.split(", ") if one),
    )


def credential_for(
    workspace: Workspace,
    name: SecretName,
    *,
    auth: str = "",
    parameter: str = "",
    environment: Mapping[str, str] | None = None,
) -> tuple[Credential, tuple[str, ...]]:
    """A credential, placed as contract items say, and what was accepted with a note.

    Args:
        workspace: whose settings say where the secret stands.
        name: which secret.
        auth: the value of the item of the header, such as a name and a scheme; or empty.
        parameter: the value of the item of the parameter of the address; or empty.
        environment: the variables of the process, by default.

    Raises:
        ConfigurationRefused: ``CONTRACT_FORM``: the value has another form; or a ``CFG_SECRET_``
            code: the secret cannot be read.
    """
    header = _HEADER.fullmatch(auth)
    if (header is None) == (not _PARAMETER.fullmatch(parameter)):
        raise ConfigurationRefused(
            "CONTRACT_FORM",
            "No contract item says, in a form that is read, where the key goes.",
            where=(auth or parameter,),
            remedy="Verify it as a header with its scheme, or as the name of a parameter.",
        )
    variables = os.environ if environment is None else environment
    secret, notes = read_secret(workspace.settings.fetch, name, workspace.root, variables)
    if header is None:
        return Credential(secret, parameter=parameter), notes
    return Credential(secret, header[1], header[2] or ""), notes


def exchange_of(
    asked: Asked, exchange: Exchange, items: Mapping[str, str], body: bytes, digest: str = ""
) -> bytes:
    """The record of an exchange, as the store keeps it.

    Args:
        asked: what was asked for.
        exchange: what is known of it.
        items: the contract items that were leaned on, with their values.
        body: what is kept of the answer.
        digest: the digest of what is kept.
    """
    told = ExchangeRecord(
        asked=exchange.url,
        final_url=exchange.url,
        media_types=asked.media_types,
        credential="" if asked.credential is None else asked.credential.secret.name,
        contract_items=dict(items),
        started_at=instant_text(exchange.started_at),
        finished_at=instant_text(exchange.finished_at),
        status=exchange.status,
        headers=exchange.headers,
        wire_size=exchange.wire_size,
        size=len(body),
        attempts=tuple(
            msgspec.convert(
                {**asdict(one), "started_at": instant_text(one.started_at)}, AttemptRecord
            )
            for one in exchange.attempts
        ),
        tls=None if exchange.tls is None else TlsRecord(**asdict(exchange.tls)),
        notes=exchange.notes,
        original_sha256=exchange.body_sha256 if exchange.body_sha256 != digest else "",
        program=f"tieout {__version__}",
    )
    return exchange_content(told)
