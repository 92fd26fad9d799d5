"""Making a pack: the run calculated again, held against what was published, and put together.

A run that does not come out as it was published gets no pack: an outsider would find the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Final

import pyarrow as pa

from tieout import __version__
from tieout.close.manifest import Manifest
from tieout.close.published import LISTING
from tieout.close.runs import RunFolder
from tieout.close.verify import CalculatedAgain, Verification, calculated_again, compared
from tieout.engine.opening import open_engine
from tieout.engine.port import Engine
from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.log import Entry
from tieout.evidence.machine import read_file
from tieout.packing.container import packed
from tieout.packing.evidence import evidence_members
from tieout.packing.guide import guide
from tieout.packing.last_look import require_no_secret
from tieout.packing.loaded import KeepsInputs
from tieout.packing.parquet import table_bytes
from tieout.packing.script import run_script
from tieout.packing.trace import trace_members
from tieout.workspace.layout import Workspace

SCHEMA: Final = "tieout-pack/1"
SUMS: Final = "SHA256SUMS"
VERIFIER: Final = "verify_pack.py"
# Another Arrow may write the same rows as other bytes.
MADE_BY: Final = f"tieout {__version__}, pyarrow {version('pyarrow')}"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack in memory.

    Attributes:
        run_id: the run it is of.
        content: the bytes of the file.
        members: how many files are in it.
        lines: how many lines were drawn and traced.
        manifest: what the run rests on.
        verification: the run beside its calculation; it agrees.
    """

    run_id: str
    content: bytes
    members: int
    lines: int
    manifest: Manifest
    verification: Verification


def make_pack(workspace: Workspace, found: RunFolder, threads: int | None = None) -> Pack:
    """The pack of a published run.

    Raises:
        IntegrityRefused: ``PACK_RUN_DIFFERS``: calculated again it is not what was published; or
            the log, an object or a file of the run is not what it was.
        InputRefused: ``PACK_SIZE``, ``PACK_CONTENT`` or ``PACK_SECRET``.
    """
    bench = KeepsInputs(open_engine("duckdb", threads))
    try:
        done = calculated_again(workspace, found, bench)
        verification = compared(workspace, found, done)
        _require_agrees(verification)
        members = _calculation(bench, done) | trace_members(
            bench, done.manifest.result_digest, done.manifest.imports, workspace.store
        )
    finally:
        bench.close()
    members |= evidence_members(workspace, found.record, done.manifest)
    members |= _published(workspace, found)
    members["manifest.json"] = done.manifest.encoded()
    members["pack.json"] = _facts(workspace, found)
    members["VERIFY.md"] = guide(done.manifest, members)
    members[VERIFIER] = (files("tieout.packing") / VERIFIER).read_bytes()
    require_no_secret(members, workspace)
    members[SUMS] = sums(members)
    lines = members["trace/lines.jsonl"].count(b"\n")
    content = packed(members)
    return Pack(found.record.run_id, content, len(members), lines, done.manifest, verification)


def sums(members: Mapping[str, bytes]) -> bytes:
    """The list of digests, as ``sha256sum`` writes and reads it."""
    listed = (f"{sha256(content)}  {name}\n" for name, content in sorted(members.items()))
    return "".join(listed).encode("ascii")


def _calculation(bench: KeepsInputs, done: CalculatedAgain) -> dict[str, bytes]:
    """The typed tables, the statements, the script that runs them, and the text of the result."""
    receipts = done.calculated.receipts
    tables = {f"tables/{name}.parquet": table_bytes(one) for name, one in bench.tables.items()}
    statements = {
        f"sql/{one.statement.folder}/{one.statement.table}.sql": one.statement.sql.encode()
        for one in receipts
    }
    script = run_script(
        done.manifest, sorted(bench.tables), receipts, lambda name: _text_columns(bench, name)
    )
    return {**tables, **statements, "run.sql": script, "result.json": done.calculated.result}


def _text_columns(engine: Engine, name: str) -> frozenset[str]:
    schema = engine.fetch(f'SELECT * FROM "{name}" LIMIT 0').schema
    texts = (pa.types.is_string(one.type) or pa.types.is_large_string(one.type) for one in schema)
    return frozenset(name for name, text in zip(schema.names, texts, strict=True) if text)


def _published(workspace: Workspace, found: RunFolder) -> dict[str, bytes]:
    """The published files, by the list that the log keeps of them; each was compared before."""
    listing = workspace.store.get(found.record.artifacts_object)
    members = {f"run/{LISTING}": listing}
    for name in json.loads(listing):
        content = read_file(found.folder / name)
        assert content is not None, f"{name} was compared and is gone"
        members[f"run/{name}"] = content
    return members


def _facts(workspace: Workspace, found: RunFolder) -> bytes:
    """What the pack is of; nothing in it is believed without the log."""
    entry = entry_of_run(workspace.log.entries(), found.record.run_id)
    said = {
        "schema": SCHEMA,
        "run_id": found.record.run_id,
        "run_entry": entry.seq,
        "made_by": MADE_BY,
    }
    return (json.dumps(said, indent=2, sort_keys=True) + "\n").encode("ascii")


def entry_of_run(entries: tuple[Entry, ...], run_id: str) -> Entry:
    """The entry that made a run exist."""
    return next(e for e in entries if e.kind == "run" and e.body["run_id"] == run_id)


def _require_agrees(verification: Verification) -> None:
    if not verification.agrees:
        raise IntegrityRefused(
            "PACK_RUN_DIFFERS",
            "The run does not come out again as it was published, so it gets no pack.",
            where=tuple(
                f"{one.name}: {one.detail}" for one in verification.checks if not one.agrees
            ),
            remedy="See what differs: tieout verify. A run of an older version is packed by it.",
        )
