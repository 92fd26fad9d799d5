"""Where the vendor facts lie: beside the package in a wheel, at the top of a source checkout.

Vendor facts are data (profiles, candidates of contract items); the code holds none of them. A run
keeps the facts it read with its inputs, so that a later release's facts do not change it (K1).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

# A file by its place below the vendors folder, such as ``VENDOR/catalog.toml``, and its bytes.
VendorFacts = Mapping[str, bytes]

# The facts a calculation may lean on: how a catalog and a log are read, and what is unverified.
_CALCULATED_WITH: Final = ("*/catalog.toml", "*/contract-items.toml", "*/*-feed.toml")


def vendors_folder() -> Path:
    """The folder with one subfolder per vendor.

    Raises:
        FileNotFoundError: the installation is incomplete; neither layout holds the folder.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "vendors", package.parent.parent / "vendors"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the vendor facts are missing from this installation of tieout")


# What may be fetched and how; no calculation leans on it.
_FETCHED_BY: Final = ("*/sources.toml", "*/log-collection.toml")


def vendor_facts(folder: Path | None = None) -> dict[str, bytes]:
    """The facts a calculation may lean on, by their place below the vendors folder.

    Args:
        folder: another vendors folder; by default the one that comes with Tieout.
    """
    return _read(_CALCULATED_WITH, folder)


def vendor_sources(folder: Path | None = None) -> dict[str, bytes]:
    """What says what may be fetched, by its place below the vendors folder."""
    return _read(_FETCHED_BY, folder)


def vendor_credit_texts(folder: Path | None = None) -> dict[str, bytes]:
    """What rows about the account say in words, by its place below the vendors folder."""
    return _read(("*/credit-texts.toml",), folder)


def _read(patterns: tuple[str, ...], folder: Path | None) -> dict[str, bytes]:
    home = vendors_folder() if folder is None else folder
    found = (path for pattern in patterns for path in home.glob(pattern))
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in sorted(found)}
