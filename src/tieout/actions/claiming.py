"""Steps of a claim: its file for the vendor, and what a named person signs about it (B6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tieout.actions.claim_signing import TakenStep, sign_step, step_said
from tieout.actions.claims import KnownClaims, list_claims
from tieout.actions.evidence_files import EvidenceFiles, evidence_files
from tieout.close.claim_file import ClaimFile, claim_file
from tieout.close.claims import claim_part
from tieout.credits.claim import Claim
from tieout.errors import ConfigurationRefused
from tieout.evidence.durable import write_new_file
from tieout.evidence.redact import redacted
from tieout.money import plain
from tieout.people.claim_rulings import ClaimStep
from tieout.report.claim_file import claim_files, claim_json
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace, refuse_inside_records

_NO_FILES: Final = EvidenceFiles((), ())


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """The file of a claim, and where it was written."""

    claim: Claim
    content: ClaimFile
    files: tuple[Path, ...]


def make_claim(workspace: Workspace, claim_id: str, *, out: Path) -> MadeClaim:
    """Write the file of a claim into a folder, for the vendor.

    Args:
        workspace: the workspace.
        claim_id: the claim, by its name or the start of it.
        out: the folder; a file that is there with other bytes is not overwritten.

    Raises:
        ConfigurationRefused: ``CLAIM_UNKNOWN``, ``CLAIM_GONE`` or ``CFG_PATH_OVERLAP``.
        IntegrityRefused: ``RUN_FILE``: a published file is not what it was.
        ConflictRefused: ``FILE_EXISTS``.
    """
    refuse_inside_records(out / "claim.md")
    known = list_claims(workspace)
    claim = known.one(claim_id)
    content = _content(workspace, known, claim)
    files = claim_files(content)
    for name, written in files.items():
        write_new_file(out / name, written)
    return MadeClaim(claim, content, tuple(out / name for name in files))


def file_claim(
    workspace: Workspace,
    claim_id: str,
    *,
    ticket: str,
    on: str,
    key: SigningKey | None,
    evidence: Sequence[Path] = (),
    reason: str = "",
    at: datetime | None = None,
) -> TakenStep:
    """Say that a claim was filed, as the newest run finds it; its file is kept.

    Args:
        workspace: where it is recorded.
        claim_id: the claim.
        ticket: the vendor's own number for it.
        on: the day of the filing.
        key: the key of who filed it; without one the step is checked and nothing is written.
        evidence: further files that show it.
        reason: what was written to the vendor.
        at: the time of the record; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CLAIM_UNKNOWN``, ``CLAIM_GONE``.
        ApprovalRefused: ``CLAIM_STEP``, ``CLAIM_MOVED``, or who signs may not.
    """
    known = list_claims(workspace)
    claim = known.one(claim_id)
    content = claim_json(_content(workspace, known, claim))
    shown = evidence_files(evidence) if evidence else _NO_FILES
    files = EvidenceFiles((content, *shown.contents), ("claim.json", *shown.names))
    assert claim.found is not None
    scope = claim.scope
    document = ClaimStep(
        period=scope.period,
        claim_id=claim.claim_id,
        step="filed",
        on=on,
        amount=plain(claim.found.amount),
        currency=scope.currency,
        reference=redacted(ticket.strip()),
        reason=redacted(reason.strip()),
        cause=scope.cause,
        model=scope.model or "",
        claim_digest=claim.found.digest,
        run_id=known.runs[scope.period].record.run_id,
        first_day=scope.first_day.isoformat(),
        last_day=scope.last_day.isoformat(),
        evidence_objects=files.objects,
        evidence_names=files.names,
    )
    return sign_step(workspace, document, files, key, at)


def answer_claim(  # noqa: PLR0913 - an answer has that many facts, all named
    workspace: Workspace,
    claim_id: str,
    *,
    accepted: str,
    rejected: str,
    reference: str,
    on: str,
    evidence: Sequence[Path],
    key: SigningKey | None,
    reason: str = "",
    at: datetime | None = None,
) -> TakenStep:
    """Say what the vendor answered: what it accepts and what it rejects, with its own words.

    Raises:
        ConfigurationRefused: ``CLAIM_UNKNOWN``, ``CLAIM_AMOUNT``.
        ApprovalRefused: ``CLAIM_STEP``, ``DISPOSE_EVIDENCE``, or who signs may not.
    """
    files = evidence_files(evidence)
    document = step_said(
        list_claims(workspace).one(claim_id), "answered", accepted, reference, on, reason, files,
        rejected,
    )  # fmt: skip
    return sign_step(workspace, document, files, key, at)


def credit_claim(  # noqa: PLR0913 - a credit has that many facts, all named
    workspace: Workspace,
    claim_id: str,
    *,
    amount: str,
    movement: str,
    on: str,
    key: SigningKey | None,
    evidence: Sequence[Path] = (),
    reason: str = "",
    at: datetime | None = None,
) -> TakenStep:
    """Say which movement of the balance brought how much of a claim; several add up.

    Args:
        workspace: where it is recorded.
        claim_id: the claim.
        amount: what of the movement is for this claim.
        movement: the reference of the top-up, adjustment or refund row that brought it.
        on: the day it came.
        key: the key of who says so; without one the step is checked and nothing is written.
        evidence: files that show it; needed where no movement on record has that reference.
        reason: what the vendor wrote with it.
        at: the time of the record; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CLAIM_UNKNOWN``, ``CLAIM_AMOUNT``.
        ApprovalRefused: ``CLAIM_STEP``, ``CLAIM_MOVEMENT``, or who signs may not.
    """
    files = evidence_files(evidence) if evidence else _NO_FILES
    claim = list_claims(workspace).one(claim_id)
    document = step_said(claim, "credited", amount, movement, on, reason, files)
    return sign_step(workspace, document, files, key, at)


def _content(workspace: Workspace, known: KnownClaims, claim: Claim) -> ClaimFile:
    """The file of a claim that the newest run of its period finds."""
    if claim.found is None:
        raise ConfigurationRefused(
            "CLAIM_GONE",
            "The newest run of the period finds no such overcharge any more.",
            where=(f"{claim.claim_id} of {claim.scope.period}",),
            remedy="What was filed is kept with its filing: tieout claim show.",
        )
    run = known.runs[claim.scope.period]
    return claim_file(workspace, run, claim_part(claim))
