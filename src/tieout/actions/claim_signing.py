"""Signing a step of a claim: checked under the lock against every step before it (B6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tieout.actions.claim_movements import CameIn, came_in, require_came
from tieout.actions.claims import list_claims
from tieout.actions.disposing import signed_json
from tieout.actions.evidence_files import EvidenceFiles
from tieout.close.claims import claim_part
from tieout.credits.claim import Claim, so_far
from tieout.credits.claim_rules import broken_rule
from tieout.errors import ApprovalRefused, ConfigurationRefused
from tieout.evidence.redact import redacted
from tieout.money import NotMoney, parse_money, plain
from tieout.people.claim_rulings import ClaimStep, ClaimStepName
from tieout.people.duty import Signer
from tieout.people.record import record_ruling
from tieout.people.replay import Replay, Ruling
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step of a claim: signed, or only checked.

    Attributes:
        said: the step.
        claim: the claim as it stands with it, once it is in force.
        ruling: the ruling on record; None where no key was given and nothing was written.
        came: of a credit, the movements on record under its reference.
    """

    said: ClaimStep
    claim: Claim
    ruling: Ruling | None
    came: tuple[CameIn, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The step as one JSON object."""
        return {
            "step": self.said.step,
            "on": self.said.on,
            "amount": self.said.amount,
            "rejected": self.said.rejected or None,
            "currency": self.said.currency,
            "reference": self.said.reference,
            "movements": [
                {"where": one.where, "amount": None if one.amount is None else plain(one.amount)}
                for one in self.came
            ],
            "claim": claim_part(self.claim),
            **signed_json(self.ruling),
        }


def step_said(
    claim: Claim,
    step: ClaimStepName,
    amount: str,
    reference: str,
    on: str,
    reason: str,
    files: EvidenceFiles,
    rejected: str = "",
) -> ClaimStep:
    """A step about a claim that was filed, as somebody says it.

    Raises:
        ConfigurationRefused: ``CLAIM_AMOUNT``.
    """
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


def sign_step(
    workspace: Workspace,
    document: ClaimStep,
    files: EvidenceFiles,
    key: SigningKey | None,
    at: datetime | None,
) -> TakenStep:
    """Check a step and, with a key, sign it.

    Raises:
        ApprovalRefused: ``CLAIM_STEP``, ``CLAIM_MOVED``, ``CLAIM_MOVEMENT``, or who signs may not.
    """
    moment = at or datetime.now(UTC)

    def checked(rulings: Replay) -> None:
        why = broken_rule(so_far(rulings.rulings, document.claim_id), document)
        if why or document.on > moment.date().isoformat():
            raise _no_step(document, why or "its day has not come yet")
        if document.step == "filed":
            _require_unmoved(workspace, document, rulings)
        if document.step == "credited":
            require_came(came, document, rulings)

    def guard(rulings: Replay, _signer: Signer) -> None:
        checked(rulings)
        files.keep(workspace.store)

    known = list_claims(workspace, at=moment)
    came: tuple[CameIn, ...] = ()
    if document.step == "credited":
        came = came_in(workspace, document.reference, known.runs.values())
    ruling = None
    if key is not None:
        ruling = record_ruling(workspace.log, document, key, moment, guard)
        known = list_claims(workspace, at=moment)
    else:
        checked(known.rulings)
    return TakenStep(document, known.one(document.claim_id), ruling, came)


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
