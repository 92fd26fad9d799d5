"""The invariants of the fault plan, checked by a fresh reader after any fault (I1-I9).

One function, used after killed commands, failed calls and power cuts alike. Each broken invariant
is a sentence that begins with its number; no sentence, no break.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.collection.killed import identities
from tieout.actions.doctor import doctor
from tieout.actions.evidence import verify_evidence
from tieout.errors import Refusal
from tieout.evidence.durable import is_leftover
from tieout.evidence.log import Entry
from tieout.evidence.records import imports
from tieout.workspace.layout import RECORD_FOLDERS, SETTINGS_FILE, Workspace

DECISIONS: Final = frozenset({0, 1, 9})
_RECORDS: Final = ("evidence/objects", "runs")
_MOMENTS: Final = frozenset({"verified_at", "contradicted_at"})


@dataclass(frozen=True)
class Before:
    """What was acknowledged before the fault."""

    entries: tuple[Entry, ...]
    files: dict[str, bytes]
    is_nothing: bool = False

    @classmethod
    def of(cls, root: Path) -> Before:
        if not (root / SETTINGS_FILE).exists():
            return cls((), {}, is_nothing=True)
        return cls(Workspace.open(root).log.entries(), records(root))


@dataclass
class Ending:
    """How the command ended: a signal is a negative code, as the operating system tells it."""

    code: int
    out: str = ""
    calls: list[str] = field(default_factory=list)
    hit: str = ""

    @property
    def is_acknowledged(self) -> bool:
        return self.code in DECISIONS


def records(root: Path) -> dict[str, bytes]:
    """Every file that nothing may change any more, by its place."""
    found = {}
    for place in _RECORDS:
        for path in sorted((root / place).rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and not any(is_leftover(part) for part in inside.parts):
                found[inside.as_posix()] = path.read_bytes()
    return found


def disk(root: Path) -> str:
    """One digest of every name and byte, whatever a temporary file is called.

    Who held the lock last is left out: it names the process and its second.
    """
    said = []
    for path in root.rglob("*"):
        parts = path.relative_to(root).parts
        place = "/".join(".staged" if is_leftover(part) else part for part in parts)
        held = path.name == "lock-owner" or not path.is_file()
        said.append(f"{place} {'' if held else hashlib.sha256(path.read_bytes()).hexdigest()}")
    return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()


def broken(root: Path, before: Before, ending: Ending, added: int) -> list[str]:
    """The invariants that do not hold after a command that should have added so many entries."""
    try:
        workspace = Workspace.open(root)
        entries = workspace.log.entries()
        found = verify_evidence(workspace)
    except Refusal as refused:
        if before.is_nothing and refused.code == "CFG_NO_WORKSPACE" and not ending.is_acknowledged:
            return []
        return [f"I1 I3: a fresh reader is refused: {refused.code} {refused.what} {refused.where}"]
    return [
        *(f"I1: {place}: {what}" for place, what in found.wrong),
        *_acknowledged(entries, before, ending, added),
        *_unchanged(root, entries, before),
        *_leftovers(workspace),
        *_approvals(entries),
    ]


def _acknowledged(
    entries: tuple[Entry, ...], before: Before, ending: Ending, added: int
) -> Iterator[str]:
    new = len(entries) - len(before.entries)
    if not 0 <= new <= added:
        yield f"I1: {new} new entries of {added}"
    if ending.is_acknowledged and new != added:
        yield f"I2: exit code {ending.code} and {new} new entries of {added}"
    if ending.out.strip() and not ending.is_acknowledged and new != added:
        yield f"I7: said {ending.out.strip()[:60]!r} and committed nothing"


def _unchanged(root: Path, entries: tuple[Entry, ...], before: Before) -> Iterator[str]:
    now = records(root)
    for place, content in before.files.items():
        if now.get(place) != content:
            yield f"I3: {place} changed or gone"
    if entries[: len(before.entries)] != before.entries:
        yield "I4: the log does not extend what it was"


def _leftovers(workspace: Workspace) -> Iterator[str]:
    found = doctor(workspace)
    if found.exit_code != 0:
        acts = [sign for sign in found.signs if sign.state == "act"]
        yield f"I5: doctor wants somebody to act: {acts}"
    there = [
        path
        for path in workspace.root.rglob(".staged-*")
        if not any(is_leftover(part) for part in path.relative_to(workspace.root).parent.parts)
    ]
    said = next(sign.found for sign in found.signs if sign.name == "leftovers")
    if there and not said.startswith(f"{len(there)} "):
        yield f"I5: {len(there)} leftovers, and doctor says {said!r}"


def _approvals(entries: tuple[Entry, ...]) -> Iterator[str]:
    captured: set[str] = set()
    for entry in entries:
        if entry.kind == "capture":
            captured.add(entry.body["capture_id"])
        if entry.kind == "approval" and entry.body["capture_id"] not in captured:
            yield f"I9: entry {entry.seq} approves what is not there"


def differs(root: Path, clean: Path) -> list[str]:
    """What a repeated command came to, against a workspace where nothing ever failed (I6, I8)."""
    found = [] if _meaning(root) == _meaning(clean) else ["I6: repeating came to something else"]
    if _pages(root) != _pages(clean):
        found.append("I6: repeating wrote other files")
    # What lies half written in a staged folder is no report.
    for path in sorted(root.glob("runs/*/[!.]*/report.json")):
        rows: dict[str, Any] = json.loads(path.read_bytes())["summary"]["rows"]
        if rows["received"] != sum(count for state, count in rows.items() if state != "received"):
            found.append(f"I8: {path.parent.name} does not add up")
    return found


def _pages(root: Path) -> dict[str, list[bytes]]:
    """The files beside the records: settings, tables, a report or a packet that was written."""
    found = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and inside.parts[0] not in RECORD_FOLDERS and not is_leftover(path.name):
            # No two keys are alike; what they are in is.
            is_key = path.suffix == ".key"
            found[inside.as_posix()] = path.read_bytes().splitlines()[0 : 1 if is_key else None]
    return found


def _meaning(root: Path) -> set[tuple[str, str]]:
    """What the log says, without what may differ from one attempt to the next.

    An attempt has its own times, and what was fetched anew has the time it was fetched at; a log
    fetched in other pieces is the same log.
    """
    workspace = Workspace.open(root)
    said = set()
    for entry in workspace.log.entries():
        if entry.kind == "run":
            said.add((entry.kind, str(entry.body["result_digest"])))
        elif entry.body.get("exchange_object"):
            said.add((entry.kind, f"{entry.body['source_url']} {entry.body['sha256']}"))
        elif entry.kind == "signed":
            said.add((entry.kind, _ruled(entry.body["envelope"])))
        elif not (entry.kind == "vendor-count" or entry.body.get("collected_object")):
            kept = {name: value for name, value in entry.body.items() if name not in _MOMENTS}
            said.add((entry.kind, json.dumps(kept, sort_keys=True)))
    return said | _collected(workspace)


def _ruled(envelope: dict[str, Any]) -> str:
    """What was decided by whom under which keys, without the time and the entry before it."""
    statement = json.loads(base64.b64decode(envelope["payload"]))["predicate"]
    keys = sorted(one["keyid"] for one in envelope["signatures"])
    return json.dumps([statement["ruling"], statement["by"], keys], sort_keys=True)


def _collected(workspace: Workspace) -> set[tuple[str, str]]:
    """The rows of the vendor's log that were fetched, and how often each is on record."""
    if not any(one.collected_object for one in imports(workspace.log)):
        return set()
    return {("row", f"{count} x {row}") for row, count in identities(workspace).items()}
