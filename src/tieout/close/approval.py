"""The live state of approval: who signed which run, what still stands, which periods are closed.

The folder of a run is never touched again, so it shows the run as it was published, unsigned. What
was signed since is read from the log, here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

from tieout.calendar import Period, parse_instant
from tieout.close.approval_letters import period_closed
from tieout.close.open_things import open_things
from tieout.close.pending import changed_files, touches
from tieout.close.period_life import PeriodLife, PeriodLog, State, closed_periods, life_of
from tieout.close.run_facts import RunFacts, run_facts
from tieout.close.runs import RunFolder
from tieout.errors import IntegrityRefused
from tieout.evidence.documents import Run
from tieout.evidence.log import LogRead
from tieout.evidence.machine import read_file
from tieout.people.record import rulings_of
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Closing
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class Signature:
    """One sign-off of a run as it stands today.

    Attributes:
        ruling: the ruling.
        signed_as: prepared or checked.
        stands: whether it counts.
        why: why it does not; or empty.
        notes: what is odd about it and changes nothing, like a clock that runs behind.
    """

    ruling: Ruling
    signed_as: str
    stands: bool
    why: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApprovalState:
    """A run as it stands today.

    Attributes:
        facts: the run.
        is_newest: whether it is the newest of its period.
        state: the state of the period.
        signatures: every sign-off of this run, oldest first.
        closing: the closing in force, if it closed this run.
        changed: what it read that has changed since.
        still_open: what stands between it and a sign-off.
        rulings: everything that people signed.
    """

    facts: RunFacts
    is_newest: bool
    state: State
    signatures: tuple[Signature, ...]
    closing: Ruling | None
    changed: tuple[str, ...]
    still_open: tuple[str, ...]
    rulings: Replay


def period_log(
    workspace: Workspace, rulings: Replay | None = None, read: LogRead | None = None
) -> PeriodLog:
    """Everything the life of a period is read from, as the log stands in a reading, or now.

    Args:
        workspace: the workspace.
        rulings: what people signed, where it was replayed before.
        read: a reading of the log; one made now by default.
    """
    read = read or workspace.log.read()
    signed = rulings_of(read) if rulings is None else rulings

    @cache
    def facts(run_id: str) -> RunFacts:
        return run_facts(workspace.store, known[run_id], signed, partial(_report, workspace))

    def facts_of(record: Run) -> RunFacts:
        return facts(record.run_id)

    log = PeriodLog(read.entries(), signed, facts_of, partial(touches, workspace.store))
    known = {run.run_id: run for _, run in log.runs}
    return log


def approval_state(workspace: Workspace, found: RunFolder) -> ApprovalState:
    """The state of a run and of its period, from the log and the files as they are now.

    Raises:
        IntegrityRefused: the log, a signature, the manifest or the report is not what it was.
    """
    log = period_log(workspace)
    life = life_of(log, found.record.period)
    facts = log.facts(found.record)
    newest = log.newest(found.record.period, life.end)
    closed = life.closing if _closes(life.closing, found.record) else None
    files = changed_files(workspace, facts)
    changed = (*log.changes(facts, life.end), *files)
    state = life.state()
    if files and state == "in review":
        state = "reopened" if life.was_closed else "open"
    return ApprovalState(
        facts,
        newest is not None and newest.run_id == found.record.run_id,
        state,
        tuple(_signatures(life, facts, "" if closed else ", ".join(files))),
        closed,
        changed,
        open_things(facts, log.rulings, life.end),
        log.rulings,
    )


def require_open(workspace: Workspace, period: Period, read: LogRead | None = None) -> None:
    """Refuse a run of days that are closed, whatever the period is called.

    Args:
        workspace: the workspace.
        period: the days.
        read: the reading of the log that says which are closed; one made now by default.

    Raises:
        ApprovalRefused: ``PERIOD_CLOSED``.
    """
    for closed in closed_bounds(workspace, read):
        if closed.start <= period.start and period.end <= closed.end:
            same = closed.label == period.label
            raise period_closed(period.label if same else f"{period.label}, in {closed.label}")


def closed_bounds(workspace: Workspace, read: LogRead | None = None) -> tuple[Period, ...]:
    """The bounds of every period that is closed."""
    return tuple(facts.period for facts in closed_runs(workspace, read))


def closed_runs(workspace: Workspace, read: LogRead | None = None) -> tuple[RunFacts, ...]:
    """The runs of every period that is closed, the one that was closed last at the end."""
    read = read or workspace.log.read()
    rulings = rulings_of(read)
    if not rulings.of(Closing):
        return ()
    log = period_log(workspace, rulings, read)
    named = {run.run_id: run for _, run in log.runs}
    found = [life.closing for life in closed_periods(log) if life.closing is not None]
    return tuple(
        log.facts(named[one.document.run_id])
        for one in sorted(found, key=lambda one: one.in_force_at)
        if isinstance(one.document, Closing)
    )


def _closes(closing: Ruling | None, record: Run) -> bool:
    said = None if closing is None else closing.document
    return isinstance(said, Closing) and said.run_id == record.run_id


def _signatures(life: PeriodLife, facts: RunFacts, files: str) -> list[Signature]:
    found = []
    for one in life.signed:
        if one.document.run_id != facts.record.run_id:
            continue
        why = one.fault or (f"an input changed after it: {files}" if files else "")
        found.append(
            Signature(one.ruling, one.document.signed_as, not why, why, _notes(one.ruling, facts))
        )
    return found


def _notes(ruling: Ruling, facts: RunFacts) -> tuple[str, ...]:
    at = parse_instant(ruling.statement.at, "evidence log")
    if at >= parse_instant(facts.manifest.as_of, "manifest"):
        return ()
    said = f"signed at {ruling.statement.at}, before the instant the run looks from"
    return (f"CLOCK_SKEW: {said}, {facts.manifest.as_of}; the order of the log decides",)


def _report(workspace: Workspace, folder: str) -> bytes:
    path = workspace.root / folder / "report.json"
    content = read_file(path)
    if content is None:
        raise IntegrityRefused(
            "REPORT_MISSING",
            "The report of a run on record is gone.",
            where=(str(path),),
            remedy="Restore the folder from a backup, or run the period again.",
        )
    return content
