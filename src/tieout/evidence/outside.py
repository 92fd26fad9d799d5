"""Checkpoints that were kept outside the workspace: what no rollback inside it can explain away.

A chain proves everything before its head and nothing about the head itself. Somebody who may write
to the store and to its witness can put an older or another history in place of both; only a
checkpoint that was kept where they cannot write shows it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from tieout.errors import InputRefused, IntegrityRefused
from tieout.evidence.checkpoint import NO_ENTRY, Checkpoint, forked, parse_checkpoint, rolled_back
from tieout.evidence.log import Entry

_LINE: Final = re.compile(r"([1-9][0-9]{0,11}) ([0-9a-f]{64}) ([0-9TZ:.-]+)", re.ASCII)


class _Evidence(msgspec.Struct, frozen=True):
    checkpoint: dict[str, Any]


class _Report(msgspec.Struct, frozen=True):
    evidence: _Evidence


def read_kept(content: bytes, path: Path) -> tuple[Checkpoint, ...]:
    """The checkpoints in a file that was kept elsewhere.

    Args:
        content: a copy of ``witness/checkpoint``, of ``witness/checkpoints.txt``, or the
            ``report.json`` of any run.
        path: its name, for the letter.

    Raises:
        InputRefused: ``CHECKPOINT_FORM``: it is none of the three.
    """
    with contextlib.suppress(IntegrityRefused):
        return (parse_checkpoint(content, path),)
    with contextlib.suppress(msgspec.MsgspecError, KeyError, TypeError, IntegrityRefused):
        kept = msgspec.json.decode(content, type=_Report).evidence.checkpoint
        found = Checkpoint(kept["size"], kept["head"], kept["at"], kept["origin"])
        # Through the exact form, so that nothing enters here that the log could not have written.
        return (parse_checkpoint(found.text(), path),)
    lines = [_LINE.fullmatch(line) for line in content.decode("ascii", "replace").splitlines()]
    if lines and all(lines):
        return tuple(Checkpoint(int(m[1]), m[2], m[3]) for m in lines if m is not None)
    raise InputRefused(
        "CHECKPOINT_FORM",
        "The file holds no checkpoint.",
        where=(str(path),),
        remedy="Give a copy of witness/checkpoint or witness/checkpoints.txt, or a report.json.",
    )


def check_kept(
    kept: Sequence[Checkpoint], entries: tuple[Entry, ...], now: Checkpoint, where: str
) -> None:
    """Refuse a log that does not extend every checkpoint that was kept elsewhere.

    Raises:
        IntegrityRefused: ``EV_ROLLBACK``: the log is shorter; ``EV_FORK``: it is another log, or
            another history of it.
    """
    for before in kept:
        place = f"{where}: entry {before.size}, head {before.head[:12]}"
        if before.origin and now.origin != before.origin:
            raise forked(
                "The checkpoint kept elsewhere is of another workspace.",
                f"{where}: {before.origin}",
                f"this log: {now.origin or 'without a name'}",
            )
        if before.size > len(entries):
            raise rolled_back(
                "The log is shorter than a checkpoint kept elsewhere.",
                place,
                f"this log: {len(entries)} entries, head {now.head[:12]}",
            )
        then = Checkpoint(head=NO_ENTRY, origin=before.origin)
        if before.size:
            entry = entries[before.size - 1]
            then = Checkpoint(entry.seq, entry.digest, entry.at, before.origin)
        if then != before:
            raise forked(
                "The log has another history than a checkpoint kept elsewhere.",
                place,
                f"this log: entry {before.size}, head {then.head[:12]}",
            )
