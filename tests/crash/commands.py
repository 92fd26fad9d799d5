"""The commands whose faults are swept: what each is told, in which workspace, and what it adds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.crash.signed_commands import SIGNED
from tests.crash.telling import ROOT, Command, Words, file, words_told, written_in
from tieout.evidence.capture import captures
from tieout.evidence.records import attachments, declarations
from tieout.workspace.layout import Workspace

# Later than any clock that runs this: a run knows only what was on record at that instant.
AS_OF: Final = "2099-09-02T06:00:00Z"
RUN: Final = ("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB", "--threads", "1")
READ: Final = ("--accessed-at", "2026-08-09T06:00:00Z", "--by", "AB")


def waiting(root: Path) -> str:
    """The capture that nobody has approved yet in a prepared workspace."""
    return next(one.capture_id for one in captures(Workspace.open(root).log) if not one.approved_by)


def _waiting(place: str) -> Callable[[Path], str]:
    return lambda folder: waiting(folder / place)


def _of_source(name: str) -> Callable[[Path], str]:
    """The first capture of a source in the workspace ``decided``."""

    def found(folder: Path) -> str:
        log = Workspace.open(folder / "decided").log
        return next(one.capture_id for one in captures(log) if one.source_name == name)

    return found


def _declared(folder: Path) -> str:
    return declarations(Workspace.open(folder / "decided").log)[0].declaration_id


def _attached(folder: Path) -> str:
    return attachments(Workspace.open(folder / "decided").log)[0].attachment_id


_LIST: Final = ("--source", "list", "--format", "price-list")
_EVIDENCE: Final = ("--evidence", file("letter.txt"), "--reason", "the letter says so")
_FETCHED_DAY: Final = ("--from", "2026-09-02", "--until", "2026-09-03")

_PREPAID: Final = ("--period", "2026-08-03")

COMMANDS: Final[dict[str, Command]] = {
    "contract contradict": Command(
        words_told(
            *("contract", "contradict", "billing-failed", "--reason", "the letter says so"),
            *("--file", file("letter.txt"), "--by", "AB"),
        )
    ),
    "contract verify": Command(
        words_told(
            *("contract", "verify", "units-per-usd", "--proof", "letter"),
            *("--file", file("letter.txt"), "--by", "AB"),
        )
    ),
    "credits allocate": Command(
        words_told(
            *("credits", "allocate", *_PREPAID, "--driver", "requests"),
            *("--reason", "shared gateway", "--by", "AB"),
        ),
        "prepaid",
    ),
    "credits balance": Command(
        words_told(
            *("credits", "balance", "--at", "2026-08-01T00:00:00Z", "--units", "5"),
            *("--source", "console", "--evidence", file("letter.txt"), "--by", "AB"),
        )
    ),
    "credits import": Command(words_told("credits", "import", file("receipts.csv"), "--by", "AB")),
    "credits journal --out": Command(
        words_told("credits", "journal", *_PREPAID, "--out", f"{ROOT}/journal"), "prepaid", added=0
    ),
    "credits opening": Command(
        words_told(
            *("credits", "opening", *_PREPAID, "--units", "0", "--cost", "0"),
            *("--file", file("letter.txt"), "--by", "AB"),
        ),
        "prepaid",
    ),
    "credits posted": Command(
        words_told(
            *("credits", "posted", *_PREPAID, "--entry", "JE-7", "--draft"),
            *("--file", file("letter.txt"), "--by", "AB"),
        ),
        "prepaid",
    ),
    "credits statement": Command(
        words_told(
            *("credits", "statement", *_PREPAID, "--amount", "0.60", "--currency", "USD"),
            *("--file", file("letter.txt"), "--by", "AB"),
        ),
        "prepaid",
    ),
    "credits propose --out": Command(
        words_told("credits", "propose", "--out", f"{ROOT}/movements.csv"), added=0
    ),
    "doctor --sweep": Command(words_told("doctor", "--sweep"), added=0),
    "init": Command(words_told("init", ROOT), "nothing", added=0, done=2),
    "init --from": Command(
        words_told("init", ROOT, "--from", file("usage.csv"), file("ledger.csv")),
        "nothing",
        added=0,
        done=2,
    ),
    "ledger import": Command(words_told("ledger", "import", file("books.csv"), "--by", "AB")),
    "prices approve": Command(words_told("prices", "approve", _waiting("small"), "--by", "CD")),
    "prices approve, a declaration": Command(
        words_told("prices", "approve", _declared, "--by", "CD"), "decided"
    ),
    "prices attach": Command(
        words_told("prices", "attach", file("later.pdf"), "--source", "docs", *READ)
    ),
    "prices capture": Command(
        words_told("prices", "capture", "catalog", "--by", "AB"), "fetching", repeats=True
    ),
    "prices capture --page": Command(
        words_told("prices", "capture", "--page", written_in("page.address"), "--by", "AB"),
        "fetching",
        repeats=True,
    ),
    "prices declare": Command(
        words_told(
            *("prices", "declare", _waiting("small"), "--from", "2026-08-01T00:00:00Z"),
            *(*_EVIDENCE, "--by", "AB"),
        )
    ),
    "prices import": Command(words_told("prices", "import", file("later.csv"), *_LIST, *READ)),
    "prices import, approved": Command(
        words_told("prices", "import", file("later.csv"), *_LIST, *READ, "--approved-by", "CD")
    ),
    "prices import, a history": Command(
        words_told("prices", "import", "--manifest", file("history.csv"), *_LIST, "--by", "AB"),
        added=2,
    ),
    "prices key": Command(
        words_told("prices", "key", _attached, file("keyed.csv"), "--by", "CD"), "decided", added=2
    ),
    "prices resolve": Command(
        words_told(
            *("prices", "resolve", _of_source("list"), _of_source("docs")),
            *("--keep", _of_source("list"), *_EVIDENCE, "--by", "EF"),
        ),
        "decided",
    ),
    "prices rollback": Command(
        words_told("prices", "rollback", "--to", _of_source("list"), *_EVIDENCE, "--by", "EF"),
        "decided",
        done=2,
    ),
    "report --out": Command(words_told("report", "--out", f"{ROOT}/august.html"), added=0),
    "run": Command(words_told(*RUN), repeats=True),
    "usage fetch": Command(
        words_told("usage", "fetch", *_FETCHED_DAY, "--by", "AB"),
        "fetching",
        added=-1,
        repeats=True,
    ),
    "usage count": Command(
        words_told("usage", "count", file("counts.csv"), "--zone", "UTC", "--by", "AB")
    ),
    "usage import": Command(words_told("usage", "import", file("more.csv"), "--by", "AB")),
    **SIGNED,
}


def words_of(name: str, prepared: Path) -> Words:
    """What a command is told."""
    return COMMANDS[name].told(prepared)


def place_of(name: str, prepared: Path) -> Path:
    """The workspace a command finds; it is copied, never written to."""
    return prepared / COMMANDS[name].place


def in_place(words: Words, root: Path) -> Words:
    """The words of a command for a workspace in that folder."""
    return tuple(one.replace(ROOT, str(root)) for one in words)
