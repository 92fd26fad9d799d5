"""How vendors are fetched from: secrets by the name of where they stand, sources, the rehearsal.

No secret is ever written here. A rehearsal leads names to this machine and trusts an authority of
its own; whatever it captures says so and prices nothing outside of a rehearsal.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from tieout.errors import ConfigurationRefused
from tieout.fetching.address import is_public_name
from tieout.workspace.document import refused
from tieout.workspace.sources import Source

SecretName = Literal["access_token", "api_key"]
SECRET_NAMES: Final[tuple[SecretName, ...]] = ("access_token", "api_key")

# Capitals, so that a key pasted in its place is seen; a name of a variable is no secret.
VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_PLACE: Final = re.compile(r"(127\.0\.0\.[0-9]{1,3}|\[::1\]):([1-9][0-9]{0,4})")
_LONGEST_PATH: Final = 1024


class Fetch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fetching from vendors; ``[fetch]``.

    Attributes:
        access_token_env: the variable that holds the access token of the account.
        access_token_file: or the file that holds it.
        api_key_env: the variable that holds the API key.
        api_key_file: or the file that holds it.
        sources: what can be fetched, beside what the vendors' own files declare.
        pages: hosts whose public pages may be captured as evidence; no secret goes there.
        resolve: names that a rehearsal leads to this machine, like ``127.0.0.1:8443``.
        trust: a file of authorities to trust in place of the machine's own (PEM), for a rehearsal.
        rehearsal: whether this workspace only rehearses; every report of it says so.
    """

    access_token_env: str = ""
    access_token_file: str = ""
    api_key_env: str = ""
    api_key_file: str = ""
    sources: dict[str, Source] = {}
    pages: tuple[str, ...] = ()
    resolve: dict[str, str] = {}
    trust: str = ""
    rehearsal: bool = False

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ConfigurationRefused: ``CFG_CONFLICT``, ``CFG_INLINE_SECRET``, ``CFG_PATH``,
                ``CFG_URL_HOST`` or ``CFG_RESOLVE``. No letter repeats what may be a secret.
        """
        for name in SECRET_NAMES:
            self._check_secret(name)
        if self.trust and not _is_path(self.trust):
            raise refused("CFG_PATH", "That is no path.", "fetch.trust", "Name a file.")
        for host in (*self.pages, *self.resolve):
            if not is_public_name(host):
                raise refused(
                    "CFG_URL_HOST", f"{host[:100]!a} is not a public name in plain letters.",
                    "fetch.pages" if host in self.pages else "fetch.resolve",
                    "Write the name of a public host, without https and without a path.",
                )  # fmt: skip
        for host in self.resolve:
            self.place(host)

    def place(self, host: str) -> tuple[str, int]:
        """Where a rehearsal leads a name: an address of this machine and a port.

        Raises:
            ConfigurationRefused: ``CFG_RESOLVE``.
        """
        found = _PLACE.fullmatch(self.resolve[host])
        if found is None or int(found[2]) > 65_535:
            raise refused(
                "CFG_RESOLVE", f"The place of {host[:100]!a} is none on this machine.",
                "fetch.resolve", 'Write it like "127.0.0.1:8443"; no name leads anywhere else.',
            )  # fmt: skip
        return found[1].strip("[]"), int(found[2])

    def _check_secret(self, name: SecretName) -> None:
        variable, file = self.variable_of(name), self.file_of(name)
        if variable and file:
            raise refused(
                "CFG_CONFLICT", "One secret is to be read from two places.", f"fetch.{name}_env",
                "Keep the variable or the file.",
            )  # fmt: skip
        if variable and not VARIABLE.fullmatch(variable):
            raise inline_secret(f"fetch.{name}_env")
        if file and not _is_path(file):
            raise inline_secret(f"fetch.{name}_file")

    def variable_of(self, name: SecretName) -> str:
        """The variable that holds a secret; or empty."""
        return self.access_token_env if name == "access_token" else self.api_key_env

    def file_of(self, name: SecretName) -> str:
        """The file that holds a secret; or empty."""
        return self.access_token_file if name == "access_token" else self.api_key_file


def inline_secret(setting: str) -> ConfigurationRefused:
    """The letter for a text that is no name of a place, and may be a secret itself."""
    return refused(
        "CFG_INLINE_SECRET", "What stands there may be a secret itself.", setting,
        "Name an environment variable in capitals, or a file by a path with its folder or ending.",
    )  # fmt: skip


def _is_path(text: str) -> bool:
    """Whether a text is meant as a path; a bare word of letters and digits may be a key."""
    plain = len(text) <= _LONGEST_PATH and text.isprintable()
    return plain and ("/" in text or "\\" in text or re.search(r"\.[a-z]{2,8}$", text) is not None)
