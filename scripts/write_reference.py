"""Writes the reference pages that are made from the code: tables, meters, buckets, exit codes.

Run by ``make docs``. A tidy test fails while the pages in ``docs/reference/`` are out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import tieout.tables
from tieout.errors import ExitCode
from tieout.findings import FIRST_OWNER
from tieout.meters import METERS
from tieout.tables import Table

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
MADE = "<!-- Made from the code by `make docs`; edit the code, not this page. -->\n"


def declared_tables() -> list[Table]:
    """Every table that a module of :mod:`tieout.tables` declares, each once, sorted by name."""
    found: dict[int, Table] = {}
    for module in iter_modules(tieout.tables.__path__, "tieout.tables."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Table):
                found[id(value)] = value
    return sorted(found.values(), key=lambda table: table.name)


def tables_page() -> str:
    """Every table and column: type, null rule, meaning, FOCUS name."""
    parts = [MADE, "# Tables\n", "Every table of the calculation and of the run folder.\n"]
    for table in declared_tables():
        rows = [
            (
                f"`{column.name}`",
                f"`{column.type.value}`",
                "yes" if column.nullable else "no",
                column.meaning,
                column.focus or "",
            )
            for column in table.columns
        ]
        head = ("column", "type", "may be null", "meaning", "FOCUS")
        parts.append(f"## {table.name}\n\n{table.meaning}\n\n{grid(head, rows)}")
    return "\n".join(parts)


def words_page() -> str:
    """The closed lists: meters, buckets with their first owner, exit codes."""
    meters = [(f"`{m.name}`", m.unit, m.part_of or "", m.meaning) for m in METERS]
    buckets = [(bucket.value, owner) for bucket, owner in FIRST_OWNER.items()]
    codes = [(str(code.value), code.name.lower()) for code in ExitCode]
    return "\n".join(
        [
            MADE,
            "# Closed lists\n",
            "## Meters\n\n" + grid(("meter", "unit", "part of", "meaning"), meters),
            "## Variance buckets\n\n" + grid(("bucket", "first owner"), buckets),
            "## Exit codes\n\n" + grid(("code", "meaning"), codes),
        ]
    )


def grid(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def pages() -> dict[str, str]:
    """File name and text of each page."""
    return {"tables.md": tables_page(), "words.md": words_page()}


def main() -> int:
    """Write the pages and say which."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"wrote docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
