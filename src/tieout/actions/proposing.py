"""Decisions about many cause groups through a table that goes out and comes back (V5, D16).

Every row is checked before anything is written: one bad row refuses the whole table, and the letter
names each of them by its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Final

from tieout.actions.disposing import (
    Decision,
    assignment,
    disposition,
    record_disposition,
)
from tieout.actions.evidence_files import EvidenceFiles, evidence_files
from tieout.actions.proposal_rows import ProposedRow, read_rows
from tieout.actions.reviewing import UnderReview, standing_now, under_review
from tieout.errors import ApprovalRefused, ConfigurationRefused, InputRefused, Refusal
from tieout.evidence.durable import write_new_file
from tieout.people.record import record_ruling
from tieout.people.ruling import Assignment, Disposition
from tieout.report.parts import Group
from tieout.report.review_csv import review_csv
from tieout.review.decision_rules import require_disposition
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace, refuse_inside_records

_MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a table that came back decides, checked as a whole."""

    dispositions: tuple[tuple[Disposition, EvidenceFiles], ...]
    assignments: tuple[Assignment, ...]


def write_review_table(period: str, groups: Sequence[Group], out: Path) -> Path:
    """Write the groups into a new file, the decision columns empty.

    Raises:
        ConflictRefused: another file is there already; nothing is overwritten.
        ConfigurationRefused: ``CFG_PATH_OVERLAP``: it would lie in the records of a workspace.
    """
    refuse_inside_records(out)
    write_new_file(out, review_csv(period, groups).encode("utf-8"))
    return out


def propose_decisions(
    workspace: Workspace,
    path: Path,
    *,
    evidence_dir: Path,
    key: SigningKey | None,
    period: str | None = None,
    at: datetime | None = None,
) -> tuple[Decision, ...]:
    """Sign the decisions of a table that came back; nothing is written unless all rows are good.

    Args:
        workspace: where they are recorded.
        path: the table.
        evidence_dir: the folder of the files that its evidence column names.
        key: the key of who decides; without one the table is checked and nothing is written.
        period: the newest run of this period; by default the period of the rows.
        at: the time of the decisions; now, if it is left out.

    Raises:
        InputRefused: ``PROPOSE_FORM``; ``PROPOSE_ROW``: rows that cannot stand, each by its line.
        ApprovalRefused: who signs may not.
    """
    rows = read_rows(path)
    moment = at or datetime.now(UTC)
    under = under_review(workspace, period=period or rows[0].period)
    proposal = _checked(workspace, under, path, rows, evidence_dir, moment)
    decided = []
    with workspace.log.locked():
        for document, files in proposal.dispositions:
            decided.append(record_disposition(workspace, under, document, files, key, moment))
        for said in proposal.assignments:
            ruling = None if key is None else record_ruling(workspace.log, said, key, moment)
            groups = under.chosen(said.group_ids)
            decided.append(Decision("assigned", groups, said.period, ruling))
    return tuple(decided)


def _checked(
    workspace: Workspace, under: UnderReview, path: Path, rows: Sequence[ProposedRow],
    evidence_dir: Path, moment: datetime,
) -> Proposal:  # fmt: skip
    """The decisions of all rows; or one letter that names every row that cannot stand."""
    faults: list[str] = []
    known: set[str] = set()
    found: dict[tuple[str, ...], tuple[EvidenceFiles, list[ProposedRow]]] = {}
    owners: dict[tuple[str, str], list[str]] = {}
    read: dict[tuple[str, ...], EvidenceFiles] = {}
    standing = standing_now(workspace, under, moment)
    for row in rows:
        why = _fault(under, row, known)
        if not why and row.decide is not None:
            try:
                if row.evidence not in read:
                    read[row.evidence] = evidence_files(_evidence_paths(row, evidence_dir))
                files = read[row.evidence]
                said = _said(under, row, [row.group_id], files)
                require_disposition(said, workspace.settings.policy.review_terms, moment.date())
                name = (row.decide, row.reason, *files.objects, row.cap, row.expires_on)
                found.setdefault(name, (files, []))[1].append(row)
            except Refusal as refused:
                why = f"{refused.code} {refused.what} {'; '.join(refused.where)}".rstrip()
        if why:
            faults.append(f"{path.name}, line {row.line}: {why}")
            continue
        now = standing[row.group_id]
        if (row.owner, row.due) != (now.owner, now.due) and row.owner:
            owners.setdefault((row.owner, row.due), []).append(row.group_id)
    assignments = tuple(_assignments(under, path, owners, faults))
    if faults:
        raise _refused(faults)
    return Proposal(
        tuple(
            (_said(under, members[0], [one.group_id for one in members], files), files)
            for files, members in found.values()
        ),
        assignments,
    )


def _said(
    under: UnderReview, row: ProposedRow, groups: Sequence[str], files: EvidenceFiles
) -> Disposition:
    assert row.decide is not None
    return disposition(under, groups, row.decide, row.reason, files, row.cap, row.expires_on)


def _fault(under: UnderReview, row: ProposedRow, known: set[str]) -> str:
    """What is wrong with a row by itself; empty where nothing is."""
    group = under.groups.get(row.group_id)
    if row.period != under.period.label:
        return f"it is about {row.period[:40]!a}, and not {under.period.label}"
    if group is None:
        return f"VARIANCE_UNKNOWN the run has no cause group {row.group_id[:40]!a}"
    if row.group_id in known:
        return f"cause group {row.group_id} stands twice"
    known.add(row.group_id)
    if row.group_digest != group.digest:
        return f"DISPOSE_STALE cause group {row.group_id} is not what it was when this went out"
    return _lacking(row)


def _lacking(row: ProposedRow) -> str:
    """What a row does not say and has to; empty where nothing is lacking."""
    if row.said and row.decide is None:
        return f"{row.said[:40]!a} is no decision: accepted, corrected or escalated"
    if row.decide is None:
        filled = bool(row.reason or row.evidence or row.cap or row.expires_on)
        return "there is a reason or evidence, and no decision" if filled else ""
    lacking = [
        name for name, there in (("owner", row.owner), ("reason", row.reason),
                                 ("evidence", row.evidence)) if not there
    ]  # fmt: skip
    return f"the decision has no {' and no '.join(lacking)}" if lacking else ""


def _evidence_paths(row: ProposedRow, folder: Path) -> list[Path]:
    """The files a row names: plain names of files in the folder, and nowhere else."""
    for name in row.evidence:
        if PurePath(name).name != name or "\\" in name or name in (".", ".."):
            raise ConfigurationRefused(
                "PROPOSE_EVIDENCE",
                "Evidence is named by the file alone.",
                where=(ascii(name[:80]),),
                remedy="Put the file into the folder of --evidence-dir and write its name.",
            )
    return [folder / name for name in row.evidence]


def _assignments(
    under: UnderReview, path: Path, owners: dict[tuple[str, str], list[str]], faults: list[str]
) -> Iterator[Assignment]:
    for (owner, due), groups in owners.items():
        try:
            yield assignment(under.period.label, under.chosen(groups), owner, due, "")
        except (ConfigurationRefused, ApprovalRefused) as refused:
            faults.append(f"{path.name}, {', '.join(groups[:5])}: {refused.code} {refused.what}")


def _refused(faults: Sequence[str]) -> InputRefused:
    more = len(faults) - _MOST_SHOWN
    rest = (f"and {more:,} more",) if more > 0 else ()
    return InputRefused(
        "PROPOSE_ROW",
        "Rows of the review table cannot stand; nothing was written.",
        where=(*faults[:_MOST_SHOWN], *rest),
        remedy="Correct these rows, or export the open groups anew: tieout variance export FILE",
    )
