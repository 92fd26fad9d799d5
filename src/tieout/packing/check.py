"""Checking a pack with our own code: laid out as a workspace, calculated again, packed again.

It shares nothing with the stand-alone verifier. A pack is a function of the log, the objects and
the run; so the last word is that packing what was laid out gives the same file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from tieout.close.verify import Check
from tieout.engine.rows import same_rows
from tieout.evidence.checkpoint import Checkpoint
from tieout.evidence.outside import check_kept
from tieout.findings import plural
from tieout.packing.container import unpacked
from tieout.packing.make import MADE_BY, SUMS, VERIFIER, make_pack, sums
from tieout.packing.restored import Restored, member, restore, wrong_member
from tieout.packing.sign_offs import sign_offs_of
from tieout.people.replay import replay

# What another version of Tieout may write in other words.
_WORDED: Final = frozenset({"run.sql", "VERIFY.md", VERIFIER, "pack.json", SUMS})


@dataclass(frozen=True, slots=True)
class PackChecked:
    """What checking a pack found.

    Attributes:
        run_id: the run it is of.
        checkpoint: where its log ends.
        checks: every comparison.
        remarks: what could not be compared, or is weaker than it might be.
    """

    run_id: str
    checkpoint: Checkpoint
    checks: tuple[Check, ...]
    remarks: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything that was compared agrees; nothing empty passes."""
        return bool(self.checks) and all(one.agrees for one in self.checks)


def check_pack(
    content: bytes,
    kept: Sequence[tuple[str, Sequence[Checkpoint]]] = (),
    threads: int | None = None,
) -> PackChecked:
    """Check every byte of a pack.

    Args:
        content: the file.
        kept: checkpoints that were kept elsewhere, each with the name of its file.
        threads: threads of the engine; no result depends on it.

    Raises:
        IntegrityRefused: ``PACK_FORM``, ``PACK_MEMBER``, ``PACK_RUN_DIFFERS``, or a code of the
            evidence: the first thing that does not agree; ``where`` names the file.
    """
    members = unpacked(content)
    _require_listed(members)
    with TemporaryDirectory(prefix="tieout-pack-") as folder:
        restored = restore(members, Path(folder) / "pack")
        for place, checkpoints in kept:
            check_kept(checkpoints, restored.entries, restored.checkpoint, place)
        replayed = replay(restored.entries, restored.checkpoint.origin)
        again = make_pack(restored.workspace, restored.found, threads)
        signed = sign_offs_of(replayed, again.manifest)
    checks = (
        Check("form of the file", agrees=True, detail=plural(len(members), "member")),
        Check("log", agrees=True, detail=plural(len(restored.entries), "entry", "entries")),
        Check("signatures", agrees=True, detail=plural(len(replayed.rulings), "statement")),
        Check("sign-offs of the run", agrees=True, detail="; ".join(signed) or "nobody signed it"),
        *again.verification.checks,
        _packed_again(members, again.content, restored.made_by),
    )
    remarks = tuple(_remarks(restored, kept))
    return PackChecked(again.run_id, restored.checkpoint, checks, remarks)


def _require_listed(members: Mapping[str, bytes]) -> None:
    """Refuse a pack whose own list of digests says something else."""
    listed = member(members, SUMS)
    others = {name: content for name, content in members.items() if name != SUMS}
    right = sums(others)
    if listed != right:
        said, is_so = set(listed.split(b"\n")), set(right.split(b"\n"))
        odd = sorted(line[66:].decode("ascii", "replace") for line in said ^ is_so)
        raise wrong_member(odd[0] if odd else SUMS, f"not what {SUMS} says")


def _packed_again(members: Mapping[str, bytes], again: bytes, made_by: str) -> Check:
    """What was packed beside what is packed anew, file by file."""
    anew = unpacked(again)
    # The list was held against the files before; other bytes of the same rows have other digests.
    loose = {SUMS, *(_WORDED if made_by != MADE_BY else ())}
    differs = sorted(
        name
        for name in {*members, *anew} - loose
        if not _same(name, members.get(name), anew.get(name))
    )
    name = "packed again, file by file"
    if differs:
        return Check(name, agrees=False, detail=", ".join(differs[:5]))
    return Check(name, agrees=True, detail=plural(len(members) - len(loose), "member"))


def _same(name: str, left: bytes | None, right: bytes | None) -> bool:
    """Whether two members say the same; tables may be other bytes of the same rows."""
    if left is None or right is None or left == right:
        return left == right
    if not name.startswith("tables/"):
        return False
    try:
        return same_rows(*(pq.read_table(io.BytesIO(one)) for one in (left, right)))
    except (pa.ArrowInvalid, OSError):
        return False


def _remarks(restored: Restored, kept: Sequence[tuple[str, Sequence[Checkpoint]]]) -> Iterator[str]:
    if not kept:
        yield "no checkpoint kept elsewhere was given: a history rewritten as a whole does not show"
    if restored.made_by != MADE_BY:
        yield f"made by {restored.made_by}, this is {MADE_BY}: scripts and pages were not compared"
    run = restored.found.record
    for entry in restored.entries:
        if entry.kind == "run" and entry.body["supersedes"] == run.run_id:
            yield f"run {entry.body['run_id']} supersedes this one (entry {entry.seq})"
