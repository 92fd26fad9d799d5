"""Catalogue MP: the mapping table, a file that people write and approve."""

from __future__ import annotations

from tests.catalogue.run_case import AS_OF, CALL, ENTRY, LEDGER, USAGE, RunCase
from tests.signers import founded
from tieout.actions.mapping_approval import approve_mapping
from tieout.workspace.layout import Workspace

# The usage names our-a, which only a mapping knows.
OURS = CALL.replace(b"aster-1", b"our-a")
USED = (USAGE + OURS,)
# Before the first capture, so that beryl-1 has no price of its own.
LATE = (USAGE + CALL.replace(b"aster-1", b"beryl-1").replace(b"08-03", b"07-10"),)
LATE_BOOKED = (LEDGER + ENTRY.replace(b"aster-1", b"beryl-1").replace(b"08-03", b"07-10"),)
BOOKED = (LEDGER + ENTRY.replace(b"aster-1", b"our-a"),)
TWO = (USAGE + OURS + OURS.replace(b"r1", b"r2").replace(b"-03T", b"-04T"),)  # rows of 41 bytes
TWO_BOOKED = (
    BOOKED[0] + ENTRY.replace(b"e1,r1", b"e2,r2").replace(b"aster-1", b"our-a"),
)  # fmt: skip


def row(alias: str, target: str, start: str = "2026-07-01T00:00:00Z", end: str = "",
        by: str = "CD") -> str:  # fmt: skip
    """A row of the mapping."""
    return f"{alias},{target},1M tokens,{start},{end},{by}\n"


def refused(number: str, title: str, code: str, mapping: str, said: str, why: str = "") -> RunCase:
    """A mapping that refuses the run before anything is calculated."""
    return RunCase(
        number, title, "configuration refused", code, why, usage=USED, ledger=BOOKED,
        mapping=mapping, said=said,
    )  # fmt: skip


RULES = "D30: the mapping is configuration; a table that cannot be meant refuses the run."
OPEN = "D30: the row waits with an open finding, and its model is unmapped; no run is refused."


def enrolled(workspace: Workspace) -> None:
    """People are enrolled, and nobody signed anything."""
    founded(workspace, AS_OF)


def changed(workspace: Workspace) -> None:
    """The row was signed, and somebody writes another target into the file afterwards."""
    people = founded(workspace, AS_OF)
    approve_mapping(workspace, people["AB"], reason="checked", at=AS_OF)
    text = workspace.mapping_path.read_text(encoding="utf-8")
    workspace.mapping_path.write_text(text.replace("aster-1", "beryl-1"), encoding="utf-8")


def one_signature(workspace: Workspace) -> None:
    """Finance signed the merge, and engineering did not."""
    people = founded(workspace, AS_OF)
    approve_mapping(workspace, people["AB"], reason="renamed", merge=True, at=AS_OF)


def both_signatures(workspace: Workspace) -> None:
    """Finance and engineering signed the merge."""
    people = founded(workspace, AS_OF)
    done = approve_mapping(workspace, people["AB"], reason="renamed", merge=True, at=AS_OF)
    people.countersign(done.ruling, "CD", AS_OF)


CASES: tuple[RunCase, ...] = (
    refused("MP01", "One alias with two targets at one time", "MAP_AMBIGUOUS",
        row("our-a", "aster-1") + row("our-a", "beryl-1"), "mapping.csv, line 3: beryl-1", RULES),
    refused("MP02", "Two rows of one alias overlap by a day", "MAP_AMBIGUOUS",
        row("our-a", "aster-1", end="2026-08-02T00:00:00Z")
        + row("our-a", "aster-1", "2026-08-01T00:00:00Z"), "mapping.csv, line 2: aster-1", RULES),
    RunCase("MP02b", "Two rows of one alias leave a gap that usage falls into", "unmapped",
        "MODEL_UNMAPPED", usage=TWO, ledger=TWO_BOOKED, period="2026-08-03/2026-08-05",
        mapping=row("our-a", "aster-1", end="2026-08-04T00:00:00Z")
        + row("our-a", "aster-1", "2026-08-05T00:00:00Z"),
        rows={"rated": 1, "unmapped": 1}, entries={"matched": 1, "not_comparable": 1},
        places=(("usage", 2, 3, 66),)),
    RunCase("MP03", "The target stands in no approved price", "noted", "MAP_TARGET",
        "D1: an approved mapping is in force, so its calls are unrated, not unmapped.",
        usage=USED, ledger=BOOKED, mapping=row("our-a", "aster-9"), rows={"unrated": 1},
        entries={"not_comparable": 1}, places=(("usage", 1, 2, 25),), decision="hold",
        said="'our-a' to 'aster-9': 1 row"),
    RunCase("MP04", "The target differs from a real id in capital letters only", "noted",
        "MAP_TARGET", "D30: the calls wait; the run is published and names the id.",
        usage=USED, ledger=BOOKED, mapping=row("our-a", "Aster-1"), rows={"unrated": 1},
        entries={"not_comparable": 1}, places=(("usage", 1, 2, 25),), decision="hold",
        said="'aster-1' is the same but for capital letters and spaces"),
    RunCase("MP04b", "The target differs from a real id in a space only", "noted",
        "MAP_TARGET", "D30: the calls wait; the run is published and names the id.",
        usage=USED, ledger=BOOKED, mapping=row("our-a", "aster-1 "), rows={"unrated": 1},
        entries={"not_comparable": 1}, places=(("usage", 1, 2, 25),), decision="hold",
        said="'aster-1' is the same but for capital letters and spaces"),
    refused("MP05", "An alias points at another alias", "MAP_CYCLE",
        row("our-a", "our-b") + row("our-b", "aster-1"), "mapping.csv, line 3"),
    refused("MP05b", "Two aliases point at each other", "MAP_CYCLE",
        row("our-a", "our-b") + row("our-b", "our-a"), "mapping.csv, line 2"),
    refused("MP06", "Nobody approved the row", "CFG_TABLE_EMPTY_FIELD",
        row("our-a", "aster-1", by=""), "approved_by is empty"),
    refused("MP06b", "A space stands for the approver", "CFG_TABLE_EMPTY_FIELD",
        row("our-a", "aster-1", by=" "), "approved_by is empty"),
    RunCase("MP06c", "A name stands for the approver, and nobody signed", "unmapped",
        "MODEL_UNMAPPED", OPEN, usage=USED, ledger=BOOKED, mapping=row("our-a", "aster-1"),
        sign=enrolled, rows={"unmapped": 1}, entries={"not_comparable": 1},
        places=(("usage", 1, 2, 25),), decision="hold"),
    RunCase("MP06d", "A name stands for the approver, and nobody signed: the finding", "noted",
        "MAP_APPROVAL", OPEN, usage=USED, ledger=BOOKED, mapping=row("our-a", "aster-1"),
        sign=enrolled, rows={"unmapped": 1}, entries={"not_comparable": 1},
        said="mapping.csv, line 2: 'our-a' to 'aster-1'; nobody signed it"),
    RunCase("MP07", "The row was changed after it was signed", "noted", "MAP_CHANGED",
        "What was signed counts and stays readable (L6); the change waits with an open finding.",
        usage=USED, ledger=BOOKED, mapping=row("our-a", "aster-1"), sign=changed,
        said="mapping.csv, line 2: 'our-a' to 'beryl-1'; signed is 'aster-1'",
        totals={"USD": ("0.2", "0.2", "0.2", "0.2")}),
    refused("MP08", "A pattern for an alias", "MAP_PATTERN",
        row("our-*", "aster-1"), "internal_model_alias holds a wildcard"),
    refused("MP08b", "A pattern for a target", "MAP_PATTERN",
        row("our-a", "aster-?"), "source_model_id holds a wildcard"),
    RunCase("MP09", "One source id is merged into another", "noted", "MAP_MERGE",
        "D30: a merge is listed for finance and engineering; it refuses no run.",
        mapping=row("beryl-1", "aster-1"), said="line 2: beryl-1 to aster-1"),
    RunCase("MP09b", "One source id is merged into another, and one person signed it", "noted",
        "MAP_MERGE", "D1: the id is known and has no price then, so its calls are unrated.",
        usage=LATE, ledger=LATE_BOOKED, mapping=row("beryl-1", "aster-1", "2026-07-01T00:00:00Z"),
        sign=one_signature, period="2026-07-10", rows={"unrated": 1},
        entries={"not_comparable": 1}, said="signed by AB, waits for engineering"),
    RunCase("MP10", "The row takes effect in the future", "unmapped", "MODEL_UNMAPPED",
        usage=USED, ledger=BOOKED, mapping=row("our-a", "aster-1", "2026-09-01T00:00:00Z"),
        rows={"unmapped": 1}, entries={"not_comparable": 1}, places=(("usage", 1, 2, 25),)),
    refused("MP10b", "The row takes effect at a time without an offset", "CFG_INSTANT",
        row("our-a", "aster-1", "2026-07-01T00:00:00"), "effective_from", RULES),
    RunCase("MP11", "A row that no record met in 90 days", "noted",
        "MAP_STALE", mapping=row("our-b", "aster-1", "2026-05-05T00:00:00Z"),
        said="line 2: our-b to aster-1"),
    RunCase("MP11b", "A row that no usage met, not yet 90 days in force", "accepted",
        mapping=row("our-b", "aster-1", "2026-05-06T00:00:00Z")),
    RunCase("MP12", "A name in use is a real id and also an alias", "noted", "MAP_SHADOW",
        mapping=row("aster-1", "beryl-1"), said="'aster-1' to 'beryl-1': 1 row",
        totals={"USD": ("0.2", "0.2", "0.2", "0.2")}),
)  # fmt: skip
