"""What no text of the repository may hold, found by reading it: each offence is one line of text.

The patterns are put together from pieces, so that this file does not offend against itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LARGEST_FILE = 1024 * 1024

_LOCAL_PATH = re.compile(r"(?<![A-Za-z0-9_.\-/:])/(?:work|root|farm|home/[a-z]+)/")
_UNFINISHED = re.compile(
    r"\b(?:"
    + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"))
    + r")\b"
)
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.\-]*://|(?:extra-)?index-url|find-links|@ file:", re.IGNORECASE
)
_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==\S+")

# Vendor data are TOML, JSON and templates of settings: an id is found by its key in any of them.
_MODEL_ID = re.compile(r'(?<![\w.])"?(?:id|model_id|source_model_id)"?\s*[=:]\s*"([^"]+)"')

# Words of any vendor's API that belong to captured evidence and settings, never to code.
VENDOR_WORDS = ("api.cometapi.com", "Author" + "ization", "500000", "500_000")


def local_paths(text: str) -> list[str]:
    """Paths of one machine."""
    return _lines(_LOCAL_PATH, text, "path of one machine")


def unfinished(text: str) -> list[str]:
    """Marks that say that something is still to be done."""
    return _lines(_UNFINISHED, text, "unfinished mark")


def addresses(text: str) -> list[str]:
    """Download addresses and registry settings, for lock files."""
    return _lines(_ADDRESS, text, "download address")


def requirements(lock: str) -> dict[str, int]:
    """How many hashes each requirement of a lock file carries, by normalised name."""
    found: dict[str, int] = {}
    name = ""
    for line in lock.splitlines():
        if match := _REQUIREMENT.match(line):
            name = normalised(match["name"])
            found[name] = 0
        elif "--hash=sha256:" in line:
            found[name] += 1
    return found


def normalised(name: str) -> str:
    """A package name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def model_ids(text: str) -> set[str]:
    """The model ids in a text of vendor data, as far as they look like no plain word."""
    found = _MODEL_ID.findall(text)
    return {name for name in found if "-" in name and any(sign.isdigit() for sign in name)}


def vendor_facts(text: str, ids: Iterable[str] = ()) -> list[str]:
    """Endpoints, headers, unit values and model ids of a vendor, for code and SQL."""
    found = [f"vendor fact {word!r}" for word in VENDOR_WORDS if word in text]
    found.extend(f"model id {name!r}" for name in sorted(ids) if _stands_in(name, text))
    return found


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.\-]){re.escape(name)}(?![\w\-])", text) is not None


def _lines(pattern: re.Pattern[str], text: str, sentence: str) -> list[str]:
    return [
        f"line {number}: {sentence}"
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
