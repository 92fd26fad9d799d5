"""A last look through a pack before it leaves: no secret of this workspace stands in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Final

from tieout.errors import ConfigurationRefused, InputRefused
from tieout.fetching.secret import Secret
from tieout.workspace.fetch_terms import SECRET_NAMES
from tieout.workspace.layout import Workspace
from tieout.workspace.secrets import read_secret

# What private keys and keys of vendors look like; a digest or an id looks like neither.
_LOOKS: Final = (
    ("a private key", re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a bearer token", re.compile(rb"(?<![A-Za-z])[Bb]earer [A-Za-z0-9_~+/.=-]{20,}")),
    ("a key of a vendor", re.compile(rb"(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,}")),
)
# It names these forms itself, to look for them.
_OURS: Final = frozenset({"verify_pack.py", "VERIFY.md"})


def require_no_secret(members: Mapping[str, bytes], workspace: Workspace) -> None:
    """Refuse a pack in which a secret stands, known to the settings or known by its look.

    Raises:
        InputRefused: ``PACK_SECRET``; the letter names the file, never the secret.
    """
    known = list(_known(workspace))
    for name, content in sorted(members.items()):
        for secret in known:
            if secret.stands_in(content):
                raise _refused(name, f"the secret of {secret.name}")
        if name not in _OURS:
            for what, look in _LOOKS:
                if look.search(content):
                    raise _refused(name, f"what looks like {what}")


def _known(workspace: Workspace) -> Iterator[Secret]:
    """The secrets that the settings lead to, as far as they are set on this machine."""
    terms = workspace.settings.fetch
    for name in SECRET_NAMES:
        if terms.variable_of(name) or terms.file_of(name):
            try:
                yield read_secret(terms, name, workspace.root, os.environ)[0]
            except ConfigurationRefused:
                continue


def _refused(name: str, what: str) -> InputRefused:
    return InputRefused(
        "PACK_SECRET",
        "A secret stands in what would go into the pack; nothing was written.",
        where=(f"{name}: {what}",),
        remedy="Hold the secret to be known, have it replaced, and leave that file out of the run.",
    )
