"""Secrets that stand where they must not, or are none: every case, with what must happen.

The reference page of bad input is made from these cases; their titles are read by users.
"""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KEY = "tk-5f0Aq29Lm83Zx17"
ENV = 'access_token_env = "ACME_TOKEN"'
FILE = 'access_token_file = "token.key"'


@dataclass(frozen=True, slots=True)
class SecretCase:
    """One case.

    Attributes:
        id: number in the catalogue; variants end in a letter.
        title: the case in plain words.
        outcome: what must happen.
        code: the stable code; empty where nothing is said.
        why: where it ends otherwise than one may expect: why that is so.
        settings: what stands under [fetch].
        variable: what the variable ACME_TOKEN holds; none where it is not set.
        content: what the file token.key holds; none where there is no file.
        mode: its mode.
        place: what the letter names.
    """

    id: str
    title: str
    outcome: Literal["configuration refused", "noted", "accepted"]
    code: str = ""
    why: str = ""
    settings: str = ENV
    variable: str | None = None
    content: bytes | None = None
    mode: int = 0o600
    place: str = ""


def refused(number: str, title: str, code: str, settings: str, place: str) -> SecretCase:
    """Settings that are refused before anything is read."""
    return SecretCase(number, title, "configuration refused", code, settings=settings, place=place)


_INLINE = "CFG_INLINE_SECRET"
_TOKEN_ENV, _TOKEN_FILE = "[fetch] access_token_env", "[fetch] access_token_file"

CASES: tuple[SecretCase, ...] = (
    refused("CF13f", "an access token in the settings of fetching", _INLINE, f'access_token = "{KEY}"', "fetch.access_token"),
    refused("CF13g", "a key where the name of a variable belongs", _INLINE, f'access_token_env = "{KEY}"', "fetch.access_token_env"),
    refused("CF13h", "a key where the path of a file belongs", _INLINE, 'api_key_file = "5f0Aq29Lm83Zx17Tr44"', "fetch.api_key_file"),
    refused("CF13i", "a secret that is to be read from two places", "CFG_CONFLICT", f"{ENV}\n{FILE}", "fetch.access_token_env"),
    refused("CF13j", "a header with its token among the settings", _INLINE, f'access_token_env = "Bearer {KEY}"', "tieout.toml: fetch.access_token_env"),
    SecretCase("CF14", "a secret in a file others may read", "configuration refused", "CFG_SECRET_MODE", settings=FILE, content=KEY.encode(), mode=0o604, place=f"{_TOKEN_FILE}, mode 0604"),
    SecretCase("CF14b", "a secret in a file the group may read", "configuration refused", "CFG_SECRET_MODE", settings=FILE, content=KEY.encode(), mode=0o640, place=f"{_TOKEN_FILE}, mode 0640"),
    SecretCase("CF14c", "a secret in a file of its own", "accepted", settings=FILE, content=KEY.encode()),
    SecretCase("CF14d", "a secret in a file that is not there", "configuration refused", "CFG_SECRET_ABSENT", settings=FILE, place=f"{_TOKEN_FILE}: No such file or directory"),
    SecretCase("CF14e", "a file of a secret that is larger than any", "configuration refused", "CFG_SECRET_CHARS", settings=FILE, content=b"k" * 9000, place=_TOKEN_FILE),
    SecretCase("CF15", "a variable for a key that is empty", "configuration refused", "CFG_SECRET_EMPTY", variable="", place=_TOKEN_ENV),
    SecretCase("CF15b", "a variable for a key that is not set", "configuration refused", "CFG_SECRET_ABSENT", place=_TOKEN_ENV),
    SecretCase("CF15c", "a key with a line end behind it", "noted", "CFG_SECRET_TRIMMED", "The line end is left out.", variable=f"{KEY}\n"),
    SecretCase("CF15d", "a file of a key with a line end behind it", "noted", "CFG_SECRET_TRIMMED", "The line end is left out.", settings=FILE, content=f"{KEY}\r\n".encode()),
    SecretCase("CF15e", "a file of a key that holds a line end alone", "configuration refused", "CFG_SECRET_EMPTY", settings=FILE, content=b"\n", place=_TOKEN_FILE),
    SecretCase("CF15f", "a key of seven characters", "configuration refused", "CFG_SECRET_SHORT", "It could not be told from plain words where it must not stand.", variable="k-12345", place=_TOKEN_ENV),
    SecretCase("CF16", "a key with a line end in it, and a header behind it", "configuration refused", "CFG_SECRET_CHARS", variable=f"{KEY}\r\nX-Other: 1", place=_TOKEN_ENV),
    SecretCase("CF16b", "a key with two line ends behind it", "configuration refused", "CFG_SECRET_CHARS", variable=f"{KEY}\n\n", place=_TOKEN_ENV),
    SecretCase("CF16c", "a key with a blank in it", "configuration refused", "CFG_SECRET_CHARS", variable=f"{KEY} x", place=_TOKEN_ENV),
    SecretCase("CF16d", "a key with letters beyond ASCII", "configuration refused", "CFG_SECRET_CHARS", variable=f"{KEY}é", place=_TOKEN_ENV),
    refused("CF19i", "a rehearsal that leads a name to another machine", "CFG_RESOLVE", 'resolve = { "api.example.com" = "10.0.0.8:443" }', "fetch.resolve"),
    refused("CF19j", "a rehearsal that leads a name to a name", "CFG_RESOLVE", 'resolve = { "api.example.com" = "localhost:8443" }', "fetch.resolve"),
    refused("CF19k", "a host of pages that is an address", "CFG_URL_HOST", 'pages = ["127.0.0.1"]', "fetch.pages"),
)  # fmt: skip
