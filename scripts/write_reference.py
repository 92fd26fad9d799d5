"""Writes the reference pages made from code and tests: tables, closed lists, bad input.

Run by ``make docs``. A tidy test fails while the pages in ``docs/reference/`` are out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final, Protocol

import tieout.tables
from tieout.errors import ExitCode
from tieout.findings import FIRST_OWNER
from tieout.meters import METERS
from tieout.tables import Table
from tieout.variance.cause import CAUSES

ROOT = Path(__file__).resolve().parents[1]
# The register and the cases lie beside this script, not in the package.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts.code_register import Entry, read_register  # noqa: E402

FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made from the code by `make docs`; edit the code, not this page. -->\n"


MADE_OF_TESTS = (
    "<!-- Made from tests/catalogue by `make docs`; edit the cases, not this page. -->\n"
)
_CODES_INTRODUCED: Final = """\
Codes are stable: scripts may rely on them. A *letter* ends the command with an exit code and
publishes nothing. A *reason* stands on a row, a price or a finding. A *note* is counted and changes
nothing.
"""
_CAUSES_INTRODUCED: Final = """\
## Causes

Earlier ones come first where several close a line. *Proof* is the most that a cause alone may have:
with a rival it is suspected. Two causes that close a line together are written `FIRST+SECOND`.

"""
LETTER_OUTCOMES: Final = {
    "configuration refused": int(ExitCode.CONFIGURATION),
    "file refused": int(ExitCode.INPUT),
    "capture failed": int(ExitCode.CAPTURE),
}
SECTIONS: Final = {
    "CF": "Settings and command line",
    "HT": "Fetching over https",
    "PR": "Price sources",
    "MC": "Saved pages, pictures and containers",
    "ST": "Usage and ledger files: form",
    "FV": "Usage and ledger files: values",
    "XR": "Across rows and files",
    "MP": "The mapping",
    "LG": "The ledger",
}
OUTCOMES: Final = {
    "configuration refused": "the command ends with exit code 2 before it uses anything",
    "file refused": "the whole file is refused, with its place; nothing of it is recorded",
    "capture failed": "exit code 7; what came is on record as failed and prices nothing",
    "run refused": "nothing is published; the letter says why",
    "quarantined": "the row or the price waits, with its place and its reason; the rest goes on",
    "waits": "what depends on it has no certain price; it is listed and the rest is tied out",
    "unmapped": "the name has no approved counterpart; its rows are listed until it has one",
    "excluded": "left out by a named, approved rule or by the period; counted",
    "noted": "read, and counted as a note",
    "accepted": "read, with nothing to say about it",
    "not applicable": "Tieout does not do that",
}


class Case(Protocol):
    """One case of bad input, as the modules of tests/catalogue state it."""

    @property
    def id(self) -> str:
        """Its number; variants end in a letter."""

    @property
    def title(self) -> str:
        """The case in plain words."""

    @property
    def outcome(self) -> str:
        """What happens."""

    @property
    def code(self) -> str:
        """The stable code; empty where there is none."""

    @property
    def why(self) -> str:
        """Why it is so, where that needs saying."""


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
    """The closed lists: meters, buckets with their first owner, causes, exit codes."""
    meters = [(f"`{m.name}`", m.unit, m.part_of or "", m.meaning) for m in METERS]
    buckets = [(bucket.value, owner) for bucket, owner in FIRST_OWNER.items()]
    causes = [
        (f"`{cause.name}`", cause.title, cause.bucket.value, cause.proof, cause.sentence)
        for cause in CAUSES
        if cause.together is None
    ]
    codes = [(str(code.value), code.name.lower()) for code in ExitCode]
    return "\n".join(
        [
            MADE,
            "# Closed lists\n",
            "## Meters\n\n" + grid(("meter", "unit", "part of", "meaning"), meters),
            "## Variance buckets\n\n" + grid(("bucket", "first owner"), buckets),
            _CAUSES_INTRODUCED + grid(("cause", "title", "bucket", "proof", "meaning"), causes),
            "## Exit codes\n\n" + grid(("code", "meaning"), codes),
        ]
    )


def bad_input_cases() -> list[Case]:
    """Every case of every module of tests/catalogue that is there, by number."""
    found: dict[int, Case] = {}
    for path in sorted((ROOT / "tests" / "catalogue").glob("cases_*.py")):
        for case in import_module(f"tests.catalogue.{path.stem}").CASES:
            # A module may hand on the cases of another.
            found[id(case)] = case
    return sorted(found.values(), key=lambda case: case.id)


def bad_input_page(cases: Sequence[Case]) -> str:
    """What happens to bad input: one table per section, with the counts."""
    parts = [
        MADE_OF_TESTS,
        "# Bad input\n",
        (
            "What Tieout does with input that is broken, doubtful or odd. Each line is a test of\n"
            "the outcome, the code and the place that is named; where rows come in, none is lost.\n"
        ),
        f"**{_counted(cases)}**\n",
        "## What can happen\n\n" + grid(("outcome", "means"), [*OUTCOMES.items()]),
    ]
    for section, name in SECTIONS.items():
        mine = [case for case in cases if case.id.startswith(section)]
        if mine:
            rows = [(c.id, _sentence(c.title), _happens(c), _code(c)) for c in mine]
            table = grid(("", "case", "what happens", "code"), rows)
            parts.append(f"## {name}\n\n{_counted(mine)}\n\n{table}")
    return "\n".join(parts)


def codes_page(cases: Sequence[Case]) -> str:
    """Every stable code: what kind it is, how a command ends with it, what to do next."""
    found = read_register(ROOT / "src" / "tieout")
    for case in cases:
        # A reader hands the fault of a row on as that of its file; that it does is tested there.
        if case.outcome in LETTER_OUTCOMES:
            found.setdefault(case.code, Entry()).exit_codes.add(LETTER_OUTCOMES[case.outcome])
    rows = [
        (f"`{code}`", *_kinds(entry), _next_step(entry)) for code, entry in sorted(found.items())
    ]
    return "\n".join(
        [
            MADE,
            "# Codes\n",
            _CODES_INTRODUCED,
            grid(("code", "kind", "exit code", "next step"), rows),
        ]
    )


def _kinds(entry: Entry) -> tuple[str, str]:
    kinds = [*(["letter"] if entry.exit_codes else []), *sorted(entry.kinds)]
    return ", ".join(kinds), ", ".join(str(code) for code in sorted(entry.exit_codes))


def _next_step(entry: Entry) -> str:
    if not entry.exit_codes:
        return ""
    steps = {*entry.remedies}
    (step,) = steps if len(steps) == 1 else {None}
    return step or "the letter says"


def _counted(cases: Sequence[Case]) -> str:
    absent = sum(case.outcome == "not applicable" for case in cases)
    without = f"; {absent} not applicable, each with its reason" if absent else ""
    return f"{len(cases) - absent:,} cases tested{without}."


def _happens(case: Case) -> str:
    return f"{case.outcome}. {_sentence(case.why)}" if case.why else case.outcome


def _code(case: Case) -> str:
    return f"`{case.code}`" if case.code else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def grid(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def pages() -> dict[str, str]:
    """File name and text of each page."""
    cases = bad_input_cases()
    return {
        "bad-input.md": bad_input_page(cases),
        "codes.md": codes_page(cases),
        "tables.md": tables_page(),
        "words.md": words_page(),
    }


def main() -> int:
    """Write the pages and say which."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"wrote docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
