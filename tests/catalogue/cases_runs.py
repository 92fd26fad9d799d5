"""Catalogue ST38-ST41 and the FV cases of which a run, not a file alone, decides the outcome."""

# ruff: noqa: E501 - a case is one row of the table

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.catalogue.reading_case import Outcome
from tests.catalogue.small_close import QUOTA_SETTINGS, USAGE, World, entry, row

State = Literal["quarantined", "excluded", "unmapped", "not_reconcilable", "unrated", "rated"]
CYRILLIC = "\u0430ster-1"
FORMULA = "=1+1"
SCRIPT = "<script>alert(1)</script>"

# One row a case. The offsets, by hand: 41, then each row's bytes with its line end.
DAYS = (
    row("r01"),                                      # record  1, line  2, byte   41, 68 bytes
    row("r02", model="Aster-1"),                     # record  2, line  3, byte  109, 68 bytes
    row("r03", model=CYRILLIC),                      # record  3, line  4, byte  177, 69 bytes: the letter has two
    row("r04", model=""),                            # record  4, line  5, byte  246, 61 bytes
    row("r05", input=""),                            # record  5, line  6, byte  307, 62 bytes
    row("r06", "2026-08-06T09:00:00.000001Z"),       # record  6, line  7, byte  369, 75 bytes
    row("r07", "2026-08-06T09:00:00Z"),              # record  7, line  8, byte  444, 68 bytes
    row("r08", "2026-08-02T23:59:59Z"),              # record  8, line  9, byte  512, 68 bytes
    row("r09", "2026-08-03T00:00:00Z"),              # record  9, line 10, byte  580, 68 bytes
    row("r10", "2026-08-05T00:00:00Z"),              # record 10, line 11, byte  648, 68 bytes
    row("r11", team=""),                             # record 11, line 12, byte  716, 62 bytes
    row("r12", env="test"),                          # record 12, line 13, byte  778, 62 bytes
    row("r13", status="odd"),                        # record 13, line 14, byte  840, 68 bytes
    row("r14", model=FORMULA, team="=2+3"),          # record 14, line 15, byte  908, 63 bytes
    row("r15", model=SCRIPT),                        # record 15, line 16, byte  971
)  # fmt: skip
BOOKED = "".join(
    entry(f"r{number:02}", model=name)
    for number, name in ((1, "aster-1"), (2, "Aster-1"), (3, CYRILLIC), (14, FORMULA), (15, SCRIPT))
)  # fmt: skip
ONE, TWO = row("r1"), row("r2")
WITH_QUOTA = USAGE[:-1] + ",quota\n"

WORLDS: dict[str, World] = {
    "days": World(
        (("usage.csv", USAGE + "".join(DAYS)),), BOOKED, "ENV_TEST,environment,test,tests,CD\n"
    ),
    "again": World(
        (("a.csv", USAGE + ONE), ("a.csv", USAGE + ONE), ("a.csv", USAGE + ONE + TWO)),
        entry("r1") + entry("r2"),
    ),
    "gap": World((("u-1-of-3.csv", USAGE + ONE), ("u-3-of-3.csv", USAGE + TWO)), entry("r1") + entry("r2")),
    "conflict": World(
        (("u-1-of-2.csv", USAGE + ONE), ("u-2-of-2.csv", USAGE + row("r1", output="20000"))), entry("r1")
    ),
    "empty": World((("usage.csv", USAGE),), entry("r1")),
    # 0.3 in cents is 30; 0.3 at 0.000002 a unit is 150,000 units.
    "units": World(
        (("usage.csv", WITH_QUOTA + ONE[:-1] + ",150000\n" + TWO[:-1] + ",150000\n" + row("r3")[:-1] + ",150000\n"),),
        entry("r1", "30") + entry("r2", "150000") + entry("r3"),
        settings=QUOTA_SETTINGS,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case that a run decides.

    Attributes:
        id, title, outcome, code, record, line, offset, why: as in the other tables.
        world: which small close shows it.
        request: the request id of its row; empty where it is about a file or a leg.
        state: the home of that row, with ``code`` or ``reason`` as its reason.
        reason: the reason of the state where it is another word than the code.
        finding: the finding of the report, and how many rows it names.
        note: place of the import and the rows its note of that code counts.
        rows: what the report counts in every home.
        decision: of the run, where the case turns on it.
        suggests: name, id and reason that the mapping check offers.
    """

    id: str
    title: str
    outcome: Outcome
    code: str
    world: str
    record: int = 0
    line: int = 0
    offset: int = 0
    why: str = ""
    request: str = ""
    state: State | None = None
    reason: str = ""
    finding: tuple[str, int] | None = None
    note: tuple[int, int] | None = None
    rows: dict[str, int] | None = None
    decision: str = ""
    suggests: tuple[str, str, str] | None = None


D30 = "A run is refused for integrity, conservation, unreadable input or configuration alone (D30):"
PUBLISHED = f"{D30} it is published and held, since completeness fails (D19)."

FILES = (
    Case(id="ST30c", title="A header and nothing else, while the books have an entry", outcome="noted", code="FILE_NO_ROWS", world="empty", note=(0, 0), decision="hold", rows={"received": 0}, why=PUBLISHED),
    Case(id="ST38", title="The same file offered twice", outcome="noted", code="FILE_DUPLICATE", world="again", note=(1, 1), rows={"received": 3, "rated": 2, "excluded": 1}),
    Case(id="ST39", title="The same name, other bytes", outcome="noted", code="FILE_CHANGED", world="again", note=(2, 1), rows={"received": 3, "rated": 2, "excluded": 1}),
    Case(id="ST40", title="Part 2 of 3 is not there", outcome="noted", code="FILE_PART_MISSING", world="gap", finding=("FILE_PART_MISSING", 0), decision="hold", rows={"received": 2, "rated": 2}, why=PUBLISHED),
    Case(id="ST41", title="Two files overlap in equal rows", outcome="noted", code="DUP_EXACT", world="again", finding=("DUP_EXACT", 1), rows={"received": 3, "rated": 2, "excluded": 1}, why="The rule is chosen: equal bytes under one id are counted once, with a finding (D4)."),
    Case(id="ST41b", title="Two parts overlap in an id with different rows", outcome="quarantined", code="DUP_CONFLICT", world="conflict", record=1, line=2, offset=41, request="r1", state="quarantined", finding=("DUP_CONFLICT", 2), rows={"received": 2, "quarantined": 2}, why="The rule is chosen: both wait, with a finding, and the run is published (D4, D30)."),
)  # fmt: skip

VALUES = (
    Case(id="FV07c", title="Tokens empty, and the price needs them", outcome="noted", code="METER_NOT_RECORDED", world="days", record=5, line=6, offset=307, request="r05", state="not_reconcilable", finding=("METER_NOT_RECORDED", 1), why="Not reconcilable is a home of its own (D1, D3); only what cannot be read is quarantined."),
    Case(id="FV17", title="The books hold cents where the currency was meant", outcome="noted", code="UNIT_SUSPECT", world="units", finding=("UNIT_SUSPECT", 1), decision="hold", why=f"{D30} the lines are suspects and their money waits."),
    Case(id="FV17b", title="The books hold the vendor's own units where the currency was meant", outcome="noted", code="UNIT_SUSPECT", world="units", finding=("UNIT_SUSPECT", 1), decision="hold", why="As FV17; the factor 500,000 is what the feed declares, never what the code knows."),
    Case(id="FV24", title="A model name in other case", outcome="unmapped", code="MODEL_UNMAPPED", world="days", record=2, line=3, offset=109, request="r02", state="unmapped", suggests=("Aster-1", "aster-1", "the same but for capital letters"), why="MODEL_CASE is the reason of the suggestion; the row is unmapped like any other (D1)."),
    Case(id="FV25b", title="A model name with a Cyrillic letter", outcome="unmapped", code="MODEL_CONFUSABLE", world="days", record=3, line=4, offset=177, request="r03", state="unmapped", reason="MODEL_UNMAPPED", note=(0, 1), suggests=(CYRILLIC, "aster-1", "looks the same, with letters of another alphabet")),
    Case(id="FV27e", title="A model name that is a formula, in the page and the table of a run", outcome="unmapped", code="TEXT_ACTIVE", world="days", record=14, line=15, offset=908, request="r14", state="unmapped", reason="MODEL_UNMAPPED", note=(0, 2)),
    Case(id="FV27f", title="A model name that is a script, in the page and the table of a run", outcome="unmapped", code="TEXT_ACTIVE", world="days", record=15, line=16, offset=971, request="r15", state="unmapped", reason="MODEL_UNMAPPED", note=(0, 2)),
    Case(id="FV29", title="No model name", outcome="unmapped", code="MODEL_MISSING", world="days", record=4, line=5, offset=246, request="r04", state="unmapped", finding=("MODEL_MISSING", 1), why="It can be read, so it is not quarantined; it names no id, so it is unmapped (D1)."),
    Case(id="FV37", title="A call more than a day after the instant the run looks from", outcome="quarantined", code="TIME_FUTURE", world="days", record=6, line=7, offset=369, request="r06", finding=("QUARANTINE_TIME_FUTURE", 1), why="Measured from as_of and never from the clock, so that another day gives the same result (L5, D23)."),
    Case(id="FV37b", title="A call exactly a day after that instant", outcome="excluded", code="PERIOD_OUT", world="days", record=7, line=8, offset=444, request="r07", state="excluded"),
    Case(id="FV38", title="A call before the period", outcome="excluded", code="PERIOD_OUT", world="days", record=8, line=9, offset=512, request="r08", state="excluded"),
    Case(id="FV39", title="A call exactly at the end bound", outcome="excluded", code="PERIOD_OUT", world="days", record=10, line=11, offset=648, request="r10", state="excluded"),
    Case(id="FV39b", title="A call exactly at the start bound is inside", outcome="accepted", code="", world="days", record=9, line=10, offset=580, request="r09", state="rated", reason="COMPLETED"),
    Case(id="FV42c", title="A status that is not listed, in a run", outcome="noted", code="STATUS_UNKNOWN", world="days", record=13, line=14, offset=840, request="r13", state="rated", reason="BILLING_UNVERIFIED", note=(0, 1), finding=("BILLING_UNVERIFIED", 1)),
    Case(id="FV44", title="No cost center", outcome="noted", code="LABEL_MISSING_COST_CENTER", world="days", record=11, line=12, offset=716, request="r11", state="rated", reason="COMPLETED", finding=("LABEL_MISSING_COST_CENTER", 1), why="Its money is unallocated and listed; no limit on it refuses a run (D30)."),
    Case(id="FV45", title="A row of the test environment", outcome="excluded", code="ENV_TEST", world="days", record=12, line=13, offset=778, request="r12", state="excluded", reason="RULE:ENV_TEST", why="The code is the name of the approved rule that leaves it out (D1)."),
)  # fmt: skip

CASES = (*FILES, *VALUES)
