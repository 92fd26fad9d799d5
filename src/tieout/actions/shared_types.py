"""Several columnar files as one leg: their columns have one type each."""

from __future__ import annotations

from tieout.errors import InputRefused
from tieout.intake.records import shown


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
