"""Steps of a claim: its file for the vendor, and what a named person signs about it (B6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tieout.actions.claims import KnownClaims, list_claims
from tieout.actions.disposing import signed_json
from tieout.actions.evidence_files import EvidenceFiles, evidence_files
from tieout.close.claim_file import ClaimFile, claim_file
from tieout.close.claims import claim_part
from tieout.credits.claim import Claim, so_far
from tieout.credits.claim_rules import broken_rule
from tieout.errors import ApprovalRefused, ConfigurationRefused
from tieout.evidence.durable import write_new_file
from tieout.evidence.redact import redacted
from tieout.money import NotMoney, parse_money, plain
from tieout.people.claim_rulings import ClaimStep, ClaimStepName
from tieout.people.duty import Signer
from tieout.people.record import record_ruling
from tieout.people.replay import Replay, Ruling
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


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step of a claim: signed, or only checked.

    Attributes:
        said: the step.
        claim: the claim as it stands with it, once it is in force.
        ruling: the ruling on record; None where no key was given and nothing was written.
    """

    said: ClaimStep
    claim: Claim
    ruling: Ruling | None

    def as_json(self) -> dict[str, Any]:
        """The step as one JSON object."""
        return {
            "step": self.said.step,
            "on": self.said.on,
            "amount": self.said.amount,
            "rejected": self.said.rejected or None,
            "currency": self.said.currency,
            "reference": self.said.reference,
            "claim": claim_part(self.claim),
            **signed_json(self.ruling),
        }


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
    return _signed(workspace, document, files, key, at)


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
    document = _said(
        list_claims(workspace).one(claim_id), "answered", accepted, reference, on, reason, files,
        rejected,
    )  # fmt: skip
    return _signed(workspace, document, files, key, at)


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
        evidence: files that show it.
        reason: what the vendor wrote with it.
        at: the time of the record; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CLAIM_UNKNOWN``, ``CLAIM_AMOUNT``.
        ApprovalRefused: ``CLAIM_STEP``, or who signs may not.
    """
    files = evidence_files(evidence) if evidence else _NO_FILES
    claim = list_claims(workspace).one(claim_id)
    document = _said(claim, "credited", amount, movement, on, reason, files)
    return _signed(workspace, document, files, key, at)


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


def _said(
    claim: Claim,
    step: ClaimStepName,
    amount: str,
    reference: str,
    on: str,
    reason: str,
    files: EvidenceFiles,
    rejected: str = "",
) -> ClaimStep:
    return ClaimStep(
        period=claim.scope.period,
        claim_id=claim.claim_id,
        step=step,
        on=on,
        amount=_amount(amount),
        currency=claim.scope.currency,
        reference=redacted(reference.strip()),
        reason=redacted(reason.strip()),
        rejected=_amount(rejected) if rejected else "",
        evidence_objects=files.objects,
        evidence_names=files.names,
    )


def _amount(text: str) -> str:
    try:
        return plain(parse_money(text))
    except NotMoney as error:
        raise ConfigurationRefused(
            "CLAIM_AMOUNT",
            "An amount of a claim cannot be read.",
            where=(f"{text[:80]!a}: {error}",),
            remedy="Write a plain decimal, like 12.50.",
        ) from error


def _signed(
    workspace: Workspace,
    document: ClaimStep,
    files: EvidenceFiles,
    key: SigningKey | None,
    at: datetime | None,
) -> TakenStep:
    """Check a step and, with a key, sign it."""
    moment = at or datetime.now(UTC)

    def checked(rulings: Replay) -> None:
        why = broken_rule(so_far(rulings.rulings, document.claim_id), document)
        if why or document.on > moment.date().isoformat():
            raise _no_step(document, why or "its day has not come yet")
        if document.step == "filed":
            _require_unmoved(workspace, document, rulings)

    def guard(rulings: Replay, _signer: Signer) -> None:
        checked(rulings)
        files.keep(workspace.store)

    known = list_claims(workspace, at=moment)
    ruling = None
    if key is not None:
        ruling = record_ruling(workspace.log, document, key, moment, guard)
        known = list_claims(workspace, at=moment)
    else:
        checked(known.rulings)
    return TakenStep(document, known.one(document.claim_id), ruling)


def _require_unmoved(workspace: Workspace, document: ClaimStep, rulings: Replay) -> None:
    """Refuse a filing of rows that the newest run does not find as they were."""
    known = list_claims(workspace, period=document.period, rulings=rulings)
    found = known.one(document.claim_id).found
    if found is None or found.digest != document.claim_digest:
        raise ApprovalRefused(
            "CLAIM_MOVED",
            "The newest run finds another claim than the one that is filed.",
            where=(f"{document.claim_id}, {document.amount} {document.currency}",),
            remedy="Look at it as it is now, and make its file again: tieout claim show",
        )


def _no_step(document: ClaimStep, why: str) -> ApprovalRefused:
    return ApprovalRefused(
        "CLAIM_STEP",
        "That step of the claim cannot follow on what was signed before.",
        where=(f"{document.claim_id}, {document.step} {document.on}: {why}",),
        remedy="Look at what was said of it: tieout claim show",
    )
