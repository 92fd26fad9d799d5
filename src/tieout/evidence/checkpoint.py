"""The checkpoint: origin, size, head and time of the log in one exact text, and its witness copy.

Replacing ``evidence/checkpoint`` is the only commit point. Its text has one form, compared byte for
byte: origin line, size, head digest, time of the newest entry, each ended by a line feed. The
origin line says the version of the form and which log it is; logs begun before there were names
have none.

The witness holds one line for every checkpoint there ever was. After a commit it is extended; a
crash in between leaves it exactly one behind, and the next writer completes it. A witness that is
ahead of the store means that the store was rolled back; one that differs means a fork.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.errors import ConfigurationRefused, ConflictRefused, IntegrityRefused
from tieout.evidence.durable import replace_file
from tieout.evidence.machine import machine, read_file

FORM: Final = "tieout-evidence/1"
NO_ENTRY: Final = "0" * 64
_FORM: Final = re.compile(
    rf"{re.escape(FORM)}(?: ([A-Za-z0-9._-]{{1,80}}))?\n"
    r"(0|[1-9][0-9]{0,11})\n([0-9a-f]{64})\n([0-9TZ:.-]+|none)\n",
    re.ASCII,
)
_ATTEMPTS: Final = 50


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of the log: how many entries, the digest of the newest, its time, and which log."""

    size: int = 0
    head: str = NO_ENTRY
    at: str = "none"
    origin: str = ""

    def text(self) -> bytes:
        """The one exact form of the checkpoint."""
        line = f"{FORM} {self.origin}" if self.origin else FORM
        return f"{line}\n{self.size}\n{self.head}\n{self.at}\n".encode("ascii")

    def witness_line(self) -> bytes:
        """The line of this checkpoint in the witness list."""
        return f"{self.size} {self.head} {self.at}\n".encode("ascii")


def new_origin(name: str) -> str:
    """A name for a new log that no other has: that of its workspace, and eight random digits."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:60]
    return f"{plain or 'workspace'}-{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one consistent look at the disk saw: the checkpoint, the witness copy and its list."""

    checkpoint: Checkpoint
    witnessed: Checkpoint
    witness_list: bytes

    @property
    def is_witnessed(self) -> bool:
        """Whether the newest checkpoint has reached the witness."""
        return self.witnessed == self.checkpoint


def look(root: Path, witness: Path) -> Seen:
    """Read checkpoint and witness while another process may be writing.

    The writer goes checkpoint, list, latest. So when the latest copy is the same before and after,
    at most one commit is under way and what was read in between belongs together.

    Raises:
        ConfigurationRefused: ``STORE_ABSENT``: there is no store here.
        IntegrityRefused: ``EV_ROLLBACK``, ``EV_FORK`` or ``EV_NOTE_FORM``.
    """
    latest_file = witness / "checkpoint"
    for _ in range(_ATTEMPTS):
        latest = read_file(latest_file)
        listed = read_file(witness / "checkpoints.txt")
        content = read_file(root / "checkpoint")
        if latest == read_file(latest_file):
            break
    else:
        raise ConflictRefused(
            "LOG_BUSY",
            "The log is being written without a pause.",
            where=(str(root),),
            remedy="Wait for the other command to end, then repeat this one.",
        )
    if content is None:
        raise _no_checkpoint(root, latest)
    checkpoint = parse_checkpoint(content, root / "checkpoint")
    if latest is None or listed is None:
        missing = "checkpoint" if latest is None else "checkpoints.txt"
        raise rolled_back("The witness copy is gone.", str(witness / missing))
    seen = Seen(checkpoint, parse_checkpoint(latest, latest_file), listed)
    _compare(seen, root, witness)
    return seen


def commit(root: Path, checkpoint: Checkpoint) -> None:
    """Make the checkpoint the state of the log: the commit point."""
    replace_file(root / "checkpoint", checkpoint.text())


def write_witness(witness: Path, listed: bytes, latest: Checkpoint) -> None:
    """Copy the checkpoint to the witness: the whole list, then the latest."""
    replace_file(witness / "checkpoints.txt", listed)
    replace_file(witness / "checkpoint", latest.text())


def parse_checkpoint(content: bytes, path: Path) -> Checkpoint:
    """Read the one exact form; anything else is refused.

    Raises:
        IntegrityRefused: ``EV_NOTE_FORM``.
    """
    found = _FORM.fullmatch(content.decode("ascii", "replace"))
    if found is not None:
        checkpoint = Checkpoint(int(found[2]), found[3], found[4], found[1] or "")
        empty = (checkpoint.size == 0, checkpoint.head == NO_ENTRY, checkpoint.at == "none")
        if checkpoint.text() == content and len(set(empty)) == 1:
            return checkpoint
    raise IntegrityRefused(
        "EV_NOTE_FORM",
        "A checkpoint does not have its exact form.",
        where=(str(path),),
        remedy="Restore the file from the copy under version control, then run tieout verify.",
    )


def store_absent(root: Path) -> ConfigurationRefused:
    """The refusal for a folder that holds no store."""
    return ConfigurationRefused(
        "STORE_ABSENT",
        "There is no evidence store here.",
        where=(str(root),),
        remedy="Go to a workspace, or make one with: tieout init DIR",
    )


def rolled_back(what: str, *where: str) -> IntegrityRefused:
    """The refusal for a log that is shorter than it was."""
    return IntegrityRefused(
        "EV_ROLLBACK",
        what,
        where=where,
        remedy="Restore the evidence folder and the witness from the same backup; then find out "
        "who changed them.",
    )


def forked(what: str, *where: str) -> IntegrityRefused:
    """The refusal for a log that differs from what was witnessed or chained."""
    return IntegrityRefused(
        "EV_FORK",
        what,
        where=where,
        remedy="Compare with the head printed in the last report and restore the evidence folder "
        "that leads to it.",
    )


def _no_checkpoint(root: Path, latest: bytes | None) -> IntegrityRefused | ConfigurationRefused:
    """A store that was begun and never finished is absent; one that held anything is damaged."""
    objects = root / "objects"
    with machine(objects):
        holds_objects = objects.is_dir() and any(objects.iterdir())
    knows_more = latest is not None and parse_checkpoint(latest, root).size
    if holds_objects or knows_more:
        return rolled_back("The log has lost its checkpoint.", str(root / "checkpoint"))
    return store_absent(root)


def _compare(seen: Seen, root: Path, witness: Path) -> None:
    """The store may be one commit ahead of the witness, never behind it, never beside it."""
    now, before = seen.checkpoint, seen.witnessed
    where = (
        f"{root / 'checkpoint'}: {now.size} entries, head {now.head[:12]}",
        f"{witness / 'checkpoint'}: {before.size} entries, head {before.head[:12]}",
    )
    if now.origin != before.origin:
        raise forked("The log and its witness are not of one workspace.", *where)
    if now.size < before.size:
        raise rolled_back("The log is shorter than the witness says.", *where)
    if now.size > before.size + 1:
        raise rolled_back("The witness is more than one checkpoint behind the log.", *where)
    if now.size == before.size and now != before:
        raise forked("The log and its witness end in different entries.", *where)
