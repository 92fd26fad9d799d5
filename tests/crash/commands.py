"""The commands whose faults are swept: what each is told, in which workspace, and what it adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.evidence.capture import captures
from tieout.evidence.records import attachments, declarations
from tieout.workspace.layout import Workspace

# Later than any clock that runs this: a run knows only what was on record at that instant.
AS_OF: Final = "2099-09-02T06:00:00Z"
RUN: Final = ("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB", "--threads", "1")
READ: Final = ("--accessed-at", "2026-08-09T06:00:00Z", "--by", "AB")
# Stands for the folder of the workspace, which is another one at each point.
ROOT: Final = "{root}"

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        told: its words, from the folder that was prepared; files stand in it by their names.
        place: the workspace it finds: ``small``, ``decided``, ``fetching`` or ``nothing``.
        added: how many entries it adds to the log; -1 where that is counted once in a clean run.
            One that adds several may add some of them before it dies: each is whole, and
            repeating adds the rest.
        repeats: whether a second time adds an entry of its own, as a run or a fetch does.
        done: the exit code of a refusal that says that it was done already.
    """

    told: Callable[[Path], Words]
    place: str = "small"
    added: int = 1
    repeats: bool = False
    done: int = 0


def _file(name: str) -> Callable[[Path], str]:
    return lambda folder: str(folder / name)


def _written_in(name: str) -> Callable[[Path], str]:
    return lambda folder: (folder / name).read_text(encoding="utf-8")


def _told(*words: str | Callable[[Path], str]) -> Callable[[Path], Words]:
    """Words, some of which are looked up in the prepared folder."""
    return lambda folder: tuple(one if isinstance(one, str) else one(folder) for one in words)


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
_EVIDENCE: Final = ("--evidence", _file("letter.txt"), "--reason", "the letter says so")
_FETCHED_DAY: Final = ("--from", "2026-09-02", "--until", "2026-09-03")

COMMANDS: Final[dict[str, Command]] = {
    "contract contradict": Command(
        _told(
            *("contract", "contradict", "billing-failed", "--reason", "the letter says so"),
            *("--file", _file("letter.txt"), "--by", "AB"),
        )
    ),
    "contract verify": Command(
        _told(
            *("contract", "verify", "units-per-usd", "--proof", "letter"),
            *("--file", _file("letter.txt"), "--by", "AB"),
        )
    ),
    "doctor --sweep": Command(_told("doctor", "--sweep"), added=0),
    "init": Command(_told("init", ROOT), "nothing", added=0, done=2),
    "init --from": Command(
        _told("init", ROOT, "--from", _file("usage.csv"), _file("ledger.csv")),
        "nothing",
        added=0,
        done=2,
    ),
    "ledger import": Command(_told("ledger", "import", _file("books.csv"), "--by", "AB")),
    "prices approve": Command(_told("prices", "approve", _waiting("small"), "--by", "CD")),
    "prices approve, a declaration": Command(
        _told("prices", "approve", _declared, "--by", "CD"), "decided"
    ),
    "prices attach": Command(
        _told("prices", "attach", _file("later.pdf"), "--source", "docs", *READ)
    ),
    "prices capture": Command(
        _told("prices", "capture", "catalog", "--by", "AB"), "fetching", repeats=True
    ),
    "prices capture --page": Command(
        _told("prices", "capture", "--page", _written_in("page.address"), "--by", "AB"),
        "fetching",
        repeats=True,
    ),
    "prices declare": Command(
        _told(
            *("prices", "declare", _waiting("small"), "--from", "2026-08-01T00:00:00Z"),
            *(*_EVIDENCE, "--by", "AB"),
        )
    ),
    "prices import": Command(_told("prices", "import", _file("later.csv"), *_LIST, *READ)),
    "prices import, approved": Command(
        _told("prices", "import", _file("later.csv"), *_LIST, *READ, "--approved-by", "CD")
    ),
    "prices import, a history": Command(
        _told("prices", "import", "--manifest", _file("history.csv"), *_LIST, "--by", "AB"), added=2
    ),
    "prices key": Command(
        _told("prices", "key", _attached, _file("keyed.csv"), "--by", "CD"), "decided", added=2
    ),
    "prices resolve": Command(
        _told(
            *("prices", "resolve", _of_source("list"), _of_source("docs")),
            *("--keep", _of_source("list"), *_EVIDENCE, "--by", "EF"),
        ),
        "decided",
    ),
    "prices rollback": Command(
        _told("prices", "rollback", "--to", _of_source("list"), *_EVIDENCE, "--by", "EF"),
        "decided",
        done=2,
    ),
    "report --out": Command(_told("report", "--out", f"{ROOT}/august.html"), added=0),
    "run": Command(_told(*RUN), repeats=True),
    "usage fetch": Command(
        _told("usage", "fetch", *_FETCHED_DAY, "--by", "AB"), "fetching", added=-1, repeats=True
    ),
    "usage import": Command(_told("usage", "import", _file("more.csv"), "--by", "AB")),
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
