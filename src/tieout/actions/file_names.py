"""Names of files as they are given: text that is kept and shown, never a place to write to."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from tieout.errors import ConfigurationRefused

_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)


def name_notes(name: str) -> tuple[str, ...]:
    """A note where the name of a file is none that every system could give it.

    The name is only kept as text; the bytes are stored under their digest.
    """
    odd = (
        not name.isprintable()
        or len(name) > 200
        or name != name.strip(" .")
        or PureWindowsPath(name).drive
        or any(sign in name for sign in '\\/*?"<>|')
        or _DEVICE.match(name) is not None
    )
    return (f"NAME_UNSAFE: the file was named {name[:300]!a}",) if odd else ()


def kept_name(name: str) -> str:
    """The name of a file as text that can be kept: what cannot be seen is escaped."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in name)


def require_inside(name: str, place: str) -> None:
    """Refuse a name in a list of files that leads out of the folder of the list.

    Raises:
        ConfigurationRefused: ``NAME_UNSAFE``.
    """
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    leads_out = posix.is_absolute() or windows.drive or windows.root or ".." in windows.parts
    if leads_out or "\0" in name:
        raise ConfigurationRefused(
            "NAME_UNSAFE",
            "A list of files names one that lies elsewhere.",
            where=(place, ascii(name[:200])),
            remedy="Put the files beside the list, or in folders below it.",
        )
