"""Several files as one leg: every part of a split export is there, and they have one shape.

How many parts there are is known only where their names say it, as in ``usage-part-3-of-5.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tieout.close.run import latest_imports
from tieout.errors import InputRefused
from tieout.evidence.documents import Leg
from tieout.evidence.records import imports
from tieout.intake.records import shown
from tieout.workspace.layout import Workspace

_PART: Final = re.compile(
    r"(.*?)([0-9]{1,6})[-_ ]?of[-_ ]?([0-9]{1,6})(?![0-9])(.*)", re.IGNORECASE
)
_PARTS_SHOWN: Final = 8

# The name before the number, the count of parts, and the name behind it.
_Set = tuple[str, int, str]


def require_all_parts(
    workspace: Workspace, leg: Leg, feed_name: str, files: Sequence[Path]
) -> None:
    """Refuse a split export of which a part is neither named now nor on record.

    Raises:
        InputRefused: ``FILE_PART_MISSING``.
    """
    found: dict[_Set, set[int]] = {}
    for file in files:
        _add(found, file.name)
    if not found:
        return
    asked = set(found)
    for one in latest_imports(imports(workspace.log)):
        if (one.leg, one.feed_name) == (leg, feed_name):
            _add(found, one.original_name)
    for (before, count, after), numbers in found.items():
        # Some count their parts from nought.
        first = 0 if 0 in numbers else 1
        missing = sorted(set(range(first, first + count)) - numbers)
        if missing and (before, count, after) in asked:
            listed = ", ".join(map(str, missing[:_PARTS_SHOWN]))
            more = " and more" if len(missing) > _PARTS_SHOWN else ""
            raise InputRefused(
                "FILE_PART_MISSING",
                f"The names say {count} parts; {len(missing)} of them are missing: {listed}{more}.",
                where=(f"parts of {shown(before + '...' + after)}",),
                remedy="Name every part of the export in one command; nothing was recorded.",
            )


class SharedTypes:
    """The columns of the columnar files of one command: they must have one type each."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[str, tuple[str, str]] = {}

    def compare(self, name: str, types: dict[str, str]) -> None:
        """Look at the types of the next file.

        Raises:
            InputRefused: ``SCHEMA_DRIFT``.
        """
        for column, kind in types.items():
            first, known = self._known.setdefault(column, (name, kind))
            if kind != known:
                raise InputRefused(
                    "SCHEMA_DRIFT",
                    f"Column {shown(column)} has another type in this file than in the first.",
                    where=(f"{first}: {shown(known)}", f"{name}: {shown(kind)}"),
                    remedy="Export them all with one schema, or import this file on its own.",
                )


def _add(found: dict[_Set, set[int]], name: str) -> None:
    stated = _PART.fullmatch(name)
    if stated is None:
        return
    before, number, count, after = stated.groups()
    if int(count) and int(number) <= int(count):
        found.setdefault((before, int(count), after), set()).add(int(number))
