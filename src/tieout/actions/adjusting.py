"""A manual adjustment of a period: an entry beside the ledger, signed by two (A4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tieout.actions.disposing import signed_json
from tieout.actions.evidence_files import evidence_files
from tieout.actions.reviewing import require_unmoved, under_review
from tieout.calendar import parse_period
from tieout.errors import ApprovalRefused
from tieout.evidence.records import runs
from tieout.evidence.redact import redacted
from tieout.people.duty import Signer
from tieout.people.record import record_ruling
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Adjustment
from tieout.review.cause_group import CauseGroup
from tieout.review.decision_rules import require_adjustment
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An adjustment on record; it counts once everybody who has to has signed it."""

    ruling: Ruling
    said: Adjustment

    def as_json(self) -> dict[str, object]:
        """The adjustment as one JSON object."""
        said = self.said
        return {
            "period": said.period,
            "amount": said.amount,
            "currency": said.currency,
            "owner": said.owner,
            "reason": said.reason,
            "evidence": dict(zip(said.evidence_names, said.evidence_objects, strict=True)),
            "source_model_id": said.source_model_id or None,
            "cost_center": said.cost_center or None,
            "project": said.project or None,
            "group_id": said.group_id or None,
            **signed_json(self.ruling),
        }


def adjust_period(  # noqa: PLR0913 - an adjustment has that many facts, all named
    workspace: Workspace,
    period: str,
    *,
    amount: str,
    currency: str,
    owner: str,
    reason: str,
    evidence: Sequence[Path],
    key: SigningKey,
    source_model_id: str = "",
    cost_center: str = "",
    project: str = "",
    group_id: str = "",
    at: datetime | None = None,
) -> Adjusted:
    """Record an adjustment; it waits for a second signature, and counts for nothing until then.

    Args:
        workspace: where it is recorded.
        period: the period it belongs to.
        amount: what is added to recorded, with sign, decimal text.
        currency: its currency.
        owner: who answers for it.
        reason: why.
        evidence: files that show it; their bytes are kept.
        key: the key of who makes it.
        source_model_id: the model it is about.
        cost_center: who bears it.
        project: the project.
        group_id: the cause group it corrects.
        at: the time; now, if it is left out.

    Raises:
        ConfigurationRefused: the period is none, or ``VARIANCE_UNKNOWN``.
        ApprovalRefused: ``ADJUST_RULE``, ``DISPOSE_EVIDENCE``, ``DISPOSE_STALE``, or who signs
            may not.
    """
    bounds = parse_period(period, workspace.settings.zone)
    group = _group(workspace, bounds.label, group_id)
    files = evidence_files(evidence)
    document = Adjustment(
        period=bounds.label,
        amount=amount,
        currency=currency,
        owner=owner.strip(),
        reason=redacted(reason.strip()),
        evidence_objects=files.objects,
        evidence_names=files.names,
        source_model_id=source_model_id,
        cost_center=cost_center,
        project=project,
        group_id=group_id,
        group_digest="" if group is None else group.digest,
    )
    require_adjustment(document)
    if group is not None:
        _require_fitting(document, group)

    def guard(_rulings: Replay, _signer: Signer) -> None:
        if group is not None:
            require_unmoved(workspace, bounds.label, [group])
        files.keep(workspace.store)

    ruling = record_ruling(workspace.log, document, key, at or datetime.now(UTC), guard)
    return Adjusted(ruling, document)


def _group(workspace: Workspace, period: str, group_id: str) -> CauseGroup | None:
    """The group that is corrected, as the newest run of the period shows it."""
    if not group_id:
        return None
    if not any(run.period == period for run in runs(workspace.log)):
        raise _rule(f"there is no run of {period} that has a cause group")
    (group,) = under_review(workspace, period=period).chosen([group_id])
    return group


def _require_fitting(said: Adjustment, group: CauseGroup) -> None:
    if group.scope.currency != said.currency:
        raise _rule(f"{group.group_id} is in {group.scope.currency}, the amount in {said.currency}")
    if said.source_model_id and said.source_model_id != group.scope.source_model_id:
        raise _rule(f"{group.group_id} is about {group.scope.source_model_id}")


def _rule(why: str) -> ApprovalRefused:
    return ApprovalRefused(
        "ADJUST_RULE",
        "An adjustment that corrects a cause group fits it.",
        where=(why,),
        remedy="See the group: tieout variance show GROUP. Or leave --group out.",
    )
