"""``tieout verify``: read every kept byte again, calculate a run again, compare every digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tieout.actions.closing import has_runs
from tieout.actions.closing import verify as verify_action
from tieout.actions.evidence import EvidenceVerified, verify_evidence
from tieout.actions.packing import check_pack
from tieout.actions.start import find_workspace
from tieout.cli.face import Here
from tieout.close.verify import Check, Verification
from tieout.engine.opening import EngineName
from tieout.errors import ConfigurationRefused, ExitCode
from tieout.evidence.part import WHOLE, Part
from tieout.findings import plural
from tieout.packing.check import PackChecked
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import visible

app = App(name="verify", help_epilogue="Example:\n\n    tieout verify 7f3a9c12")


@app.default
def verify(
    run: Annotated[str | None, Parameter(name="RUN")] = None,
    /,
    *,
    checkpoint: Annotated[tuple[Path, ...], Parameter(name="--checkpoint")] = (),
    part: str | None = None,
    store_only: Annotated[bool, Parameter(negative="")] = False,
    threads: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    engine: EngineName = "duckdb",
    pack: Path | None = None,
    face: Here,
) -> int:
    """Read every kept byte and calculate a run again; exits 4 where anything differs.

    Args:
        run: the run to calculate again, by its id or the start of it; the newest one by default.
        checkpoint: a checkpoint, list of checkpoints or report.json that was kept elsewhere.
        part: read one part of the bytes, for example 2/7; no run is calculated again.
        store_only: read every byte; no run is calculated again.
        threads: threads of the engine; no result depends on it.
        engine: the engine that calculates again; with the other one the proof is stronger.
        pack: check this pack instead, wherever it comes from; it needs no workspace.
        face: where the answer goes.
    """
    if pack is not None:
        if run is not None or part is not None or store_only or engine != "duckdb":
            raise ConfigurationRefused(
                "CFG_CONFLICT",
                "A pack is checked whole, by itself, and by DuckDB.",
                where=(str(pack),),
                remedy="Leave out the run, --part, --store-only and --engine.",
            )
        return _pack(check_pack(pack, kept=checkpoint, threads=threads), face)
    bytes_only = store_only or part is not None
    if run is not None and bytes_only:
        raise ConfigurationRefused(
            "CFG_CONFLICT",
            "A run is calculated again only beside the whole evidence.",
            where=("--part" if part is not None else "--store-only",),
            remedy="Leave out the run, or leave out that option.",
        )
    workspace = find_workspace(face.workspace)
    asked = WHOLE if part is None else Part.parse(part)
    kept = verify_evidence(workspace, part=asked, kept=checkpoint)
    again = None
    if not bytes_only and (run is not None or has_runs(workspace)):
        again = verify_action(workspace, run, threads=threads, engine=engine)
    agrees = kept.agrees and (again is None or again.agrees)
    document = {
        "agrees": agrees,
        "evidence": kept.as_json(),
        "run_id": None if again is None else again.run_id,
        "checks": [] if again is None else [asdict(check) for check in again.checks],
    }
    shown = _evidence_text(kept, face.width)
    shown += "\n  no run is calculated again\n" if again is None else _text(again, face.width)
    face.answer(shown, document)
    return int(ExitCode.APPROVE if agrees else ExitCode.INTEGRITY)


def _pack(found: PackChecked, face: Here) -> int:
    now = found.checkpoint
    document = {
        "agrees": found.agrees,
        "run_id": found.run_id,
        "checkpoint": {"origin": now.origin, "size": now.size, "head": now.head, "at": now.at},
        "checks": [asdict(check) for check in found.checks],
        "remarks": list(found.remarks),
    }
    shown = _checks_text(f"pack of run {found.run_id}", found.checks, face.width)
    lines: list[str] = [""]
    for remark in found.remarks:
        lines += wrapped(f"- {visible(remark)}", face.width, indent="    ", hang=2)
    lines += ["", f"  head of its log (entry {now.size})", f"    {now.head}"]
    face.answer(shown + "\n".join(lines) + "\n", document)
    return int(ExitCode.APPROVE if found.agrees else ExitCode.INTEGRITY)


def _evidence_text(found: EvidenceVerified, width: int) -> str:
    origin = visible(found.checkpoint.origin) or "this workspace"
    wrong = len(found.wrong)
    verdict = f"{plural(wrong, 'place differs', 'places differ')}" if wrong else "everything agrees"
    if not found.part.is_whole:
        verdict += f", in part {found.part}"
    rows = [
        ("DIFFERS" if place else "", visible(place), visible(what)) for place, what in found.wrong
    ]
    counts = [
        # The head has a line of its own below, so that it can be copied whole.
        (f"{one.count:,}", one.name, visible(one.detail) if one.name != "log entries" else "")
        for one in found.checked
    ]
    lines = [f"  evidence of {origin}: {verdict}", ""]
    if rows:
        lines += [*aligned(rows, "lll", width, flexible=(2, 1)), ""]
    lines += aligned(counts, "rll", width, flexible=(2, 1))
    for remark in found.remarks:
        lines += wrapped(f"- {visible(remark)}", width, indent="    ", hang=2)
    now = found.checkpoint
    lines += ["", f"  head of the log, worth keeping elsewhere (entry {now.size})"]
    lines += [f"    {now.head}"]
    return "\n" + "\n".join(lines) + "\n"


def _text(found: Verification, width: int) -> str:
    return _checks_text(f"run {found.run_id}", found.checks, width)


def _checks_text(of: str, checks: Sequence[Check], width: int) -> str:
    rows = [
        ("agrees" if check.agrees else "DIFFERS", visible(check.name), visible(check.detail))
        for check in checks
    ]
    wrong = sum(1 for check in checks if not check.agrees)
    verdict = f"{plural(wrong, 'check')} of {len(rows)} differ" if wrong else "everything agrees"
    lines = [f"  {of}: {verdict}", "", *aligned(rows, "lll", width, flexible=(2, 1))]
    return "\n" + "\n".join(lines) + "\n"
