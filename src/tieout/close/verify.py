"""Verify: calculate a published run again from stored bytes and compare every digest (L5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from tieout.calendar import Period, parse_instant
from tieout.close.document import build_document
from tieout.close.left_items import left_before, read_items
from tieout.close.manifest import Manifest, canonical_json
from tieout.close.rederive import rederive
from tieout.close.run import Calculated, calculate_stored
from tieout.close.run_facts import stored_manifest
from tieout.close.runs import RunFolder, find_run
from tieout.close.seen_groups import SeenBefore, seen_before
from tieout.close.stored import StoredInputs
from tieout.engine.opening import EngineName, open_engine
from tieout.engine.port import Engine
from tieout.engine.rows import same_rows
from tieout.evidence.records import runs
from tieout.findings import plural
from tieout.people.record import rulings_until
from tieout.people.replay import Replay
from tieout.workspace.layout import Workspace
from tieout.workspace.settings import read_settings

_LISTING: Final = "artifacts.json"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was compared."""

    name: str
    agrees: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Every comparison of a run; it agrees when all of them do, and there are some."""

    run_id: str
    checks: tuple[Check, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything agrees; nothing empty passes."""
        return bool(self.checks) and all(check.agrees for check in self.checks)


def verify_run(
    workspace: Workspace,
    run: str | None,
    *,
    threads: int | None = None,
    engine: EngineName = "duckdb",
) -> Verification:
    """Compare a run's files with their digests, and its result with a new calculation.

    Pages are compared as they were written, not drawn again: a later template is no change of the
    result (D24). Another engine than the one that ran it must come to the same, to the byte.

    Raises:
        ConfigurationRefused: there is no such run.
        IntegrityRefused: the evidence log or an object of the store is not what it was.
    """
    found = find_run(workspace, run)
    bench = open_engine(engine, threads)
    try:
        return compared(workspace, found, calculated_again(workspace, found, bench))
    finally:
        bench.close()


@dataclass(frozen=True, slots=True)
class CalculatedAgain:
    """A published run and its calculation from stored bytes; the engine still holds the tables."""

    manifest: Manifest
    stored: StoredInputs
    calculated: Calculated


def calculated_again(workspace: Workspace, found: RunFolder, bench: Engine) -> CalculatedAgain:
    """Calculate a published run again, from the bytes that its manifest names.

    Raises:
        IntegrityRefused: the evidence log or an object of the store is not what it was.
    """
    manifest = stored_manifest(workspace.store, found.record)
    stored = stored_of_run(workspace, manifest)
    period = manifest.bounds
    opened = msgspec.structs.replace(
        manifest, statements=(), control_totals=(), result_digest="", decision=""
    )
    again = calculate_stored(workspace, stored, opened, period, bench)
    return CalculatedAgain(manifest, stored, again)


def compared(workspace: Workspace, found: RunFolder, done: CalculatedAgain) -> Verification:
    """A published run beside its calculation: files, result, rates, decision, documents."""
    manifest, stored, again = done.manifest, done.stored, done.calculated
    files = _compare_files(workspace, found)
    document = build_document(
        again.figures,
        again.conclusion,
        again.manifest,
        stored,
        again.witnesses,
        found.record.folder,
    )
    report = canonical_json(document)
    rates = rederive(again.figures, stored, workspace.store.get)
    checks = [
        *files,
        _same(
            "result digest, calculated again", manifest.result_digest, again.manifest.result_digest
        ),
        Check("rates, from stored bytes", not rates.wrong, rates.text),
        _same("decision, taken again", manifest.decision, again.manifest.decision),
        _same("manifest, made again", _sha(manifest.encoded()), _sha(again.manifest.encoded())),
        _same_earlier(workspace, manifest),
        _same_items(workspace, found, again),
        _same("report.json, made again", _sha(found.report_path), _sha(report)),
    ]
    return Verification(found.record.run_id, tuple(checks))


def stored_of_run(workspace: Workspace, manifest: Manifest) -> StoredInputs:
    """What the run read, by the digests of its manifest; nothing of this installation (K1)."""
    objects, get = manifest.objects, workspace.store.get
    facts = {place: get(digest) for place, digest in objects.vendors.items()}
    return StoredInputs(
        settings=read_settings(get(objects.settings), "settings", facts),
        mapping=get(objects.mapping),
        exclusions=get(objects.exclusions),
        captures=manifest.captures,
        declarations=manifest.declarations,
        imports=manifest.imports,
        vendors=facts,
        verifications=manifest.verifications,
        contradictions=manifest.contradictions,
        resolutions=manifest.resolutions,
        rulings=_rulings(workspace, manifest),
        seen=_seen(workspace, manifest, manifest.bounds),
        left=manifest.carried,
        movement_lists=manifest.movement_lists,
        balances=manifest.balances,
        count_lists=manifest.count_lists,
        vendor_counts=manifest.vendor_counts,
        postings=manifest.postings,
        pool_openings=manifest.pool_openings,
    )


def _same_earlier(workspace: Workspace, manifest: Manifest) -> Check:
    """The earlier runs whose items took part, against those that the log says."""
    name = "earlier runs, by the log"
    if manifest.checkpoint is None:
        return Check(name, agrees=True, detail="a run that kept no checkpoint")
    before = left_before(runs(workspace.log, manifest.checkpoint.size), manifest.bounds)
    return Check(name, before == manifest.carried, plural(len(before), "run"))


def _same_items(workspace: Workspace, found: RunFolder, again: Calculated) -> Check:
    """The unmatched items in the store against those made again, row by row."""
    name, record = "unmatched items, made again", found.record
    if not record.items_object:
        return Check(name, agrees=True, detail="a run made before they were kept")
    kept = read_items(workspace.store, record.run_id, record.items_object)
    return Check(name, same_rows(kept, again.items), plural(kept.num_rows, "item"))


def _seen(workspace: Workspace, manifest: Manifest, period: Period) -> SeenBefore:
    """What earlier runs had left when the run began."""
    if manifest.checkpoint is None:
        return SeenBefore()
    return seen_before(workspace.store, runs(workspace.log, manifest.checkpoint.size), period)


def _rulings(workspace: Workspace, manifest: Manifest) -> Replay:
    """What people had signed when the run began; a run that kept no checkpoint knew of nothing."""
    if manifest.checkpoint is None:
        return Replay()
    known_at = parse_instant(manifest.known_at, "manifest") if manifest.known_at else None
    return rulings_until(workspace.log, manifest.checkpoint.size, known_at)


def _compare_files(workspace: Workspace, found: RunFolder) -> list[Check]:
    """The files of the folder against the stored digests: none changed, missing or added."""
    listed: dict[str, str] = msgspec.json.decode(
        workspace.store.get(found.record.artifacts_object), type=dict[str, str]
    )
    there = {path.name for path in found.folder.iterdir()} if found.folder.is_dir() else set()
    checks = [
        _same(f"{name} on disk", digest, _sha(found.folder / name))
        for name, digest in sorted(listed.items())
    ]
    strays = sorted(there - set(listed) - {_LISTING})
    checks.append(Check("no other file in the folder", not strays, ", ".join(strays) or "none"))
    return checks


def _sha(content: bytes | Path) -> str:
    if isinstance(content, Path):
        if not content.is_file():
            return "missing"
        content = content.read_bytes()
    return hashlib.sha256(content).hexdigest()


def _same(name: str, expected: str, actual: str) -> Check:
    detail = expected[:16] if expected == actual else f"{expected[:16]} became {actual[:16]}"
    return Check(name, expected == actual, detail)
