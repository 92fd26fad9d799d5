"""Estimates are signed by two people: prices of grade C and D, meters that were not recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tieout.actions.price_alarms import Word, read_again, require_words, with_words
from tieout.actions.ruling_evidence import kept_evidence
from tieout.close.on_record import inputs_on_record
from tieout.close.stored import price_roles
from tieout.errors import ConfigurationRefused, InputRefused
from tieout.evidence.records import captures, declarations, require
from tieout.people.duty import Signer
from tieout.people.record import record_ruling, rulings_of
from tieout.people.replay import Replay, Ruling
from tieout.people.roster import nobody
from tieout.people.ruling import EstimateApproval, EstimatedMeter
from tieout.pricebook.book import TWO_PEOPLE
from tieout.rating.estimate import estimates_of, read_estimate, require_alone
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace
from tieout.workspace.rehearsal import require_counted


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands behind an estimate.

    Attributes:
        method: how it was made.
        reason: why there is nothing better.
        evidence: files that show it; their bytes are kept.
    """

    method: str
    reason: str
    evidence: Sequence[Path]


def approve_estimated_prices(
    workspace: Workspace,
    price_id: str,
    key: SigningKey,
    shown: Shown,
    *,
    accept: Sequence[Word] = (),
    at: datetime | None = None,
) -> Ruling:
    """Sign the prices of a capture of grade C or D, or of a declaration.

    Args:
        workspace: where it is recorded.
        price_id: the capture or the declaration.
        key: the key of who signs; somebody who checks signs second.
        shown: method, reason and evidence.
        accept: an alarm of the policy that the signer has looked at: free or jump.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``; ``ESTIMATE_GRADE``: its prices are published or
            agreed; ``CAPTURE_REHEARSED``.
        ApprovalRefused: ``PRICE_ZERO`` or ``PRICE_JUMP``: an alarm without its word;
            ``PEOPLE_NONE``, ``KEY_STATUS`` or ``SOD_ROLE``.
        InputRefused: ``RECORD_FIELD``, ``ESTIMATE_EVIDENCE``, ``EVIDENCE_EMPTY``.
    """
    _require_said(shown)
    free = _require_estimated(workspace, price_id, accept)
    objects, names = kept_evidence(workspace, shown.evidence)
    document = EstimateApproval(
        shown.method, with_words(shown.reason, accept, free), objects, names, price_id
    )
    return record_ruling(workspace.log, document, key, at or datetime.now(UTC))


def approve_estimated_meter(
    workspace: Workspace,
    said: EstimatedMeter,
    key: SigningKey,
    shown: Shown,
    *,
    at: datetime | None = None,
) -> Ruling:
    """Sign what a meter that was not recorded is taken to have been.

    Args:
        workspace: where it is recorded.
        said: the model, the period, the meter and its quantity with bounds.
        key: the key of who signs; somebody who checks signs second.
        shown: method, reason and evidence.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``ESTIMATE_FORM`` or ``CFG_PERIOD``: it cannot be applied;
            ``ESTIMATE_OVERLAP``; ``ESTIMATE_MODEL``: no approved source states such a model.
        ApprovalRefused: ``PEOPLE_NONE``, ``KEY_STATUS`` or ``SOD_ROLE``.
        InputRefused: ``RECORD_FIELD``, ``ESTIMATE_EVIDENCE``, ``EVIDENCE_EMPTY``.
    """
    _require_said(shown)
    zone = workspace.settings.zone
    read = read_estimate(said, zone)
    stored = inputs_on_record(workspace)
    if not stored.rulings.roster.is_founded:
        raise nobody()
    if said.source_model_id not in price_roles(workspace.store, stored).source_model_ids:
        raise ConfigurationRefused(
            "ESTIMATE_MODEL",
            "No approved price source states a model of that id.",
            where=(ascii(said.source_model_id[:80]),),
            remedy="Write the source model id byte for byte; see: tieout prices list",
        )

    def guard(replayed: Replay, _signer: Signer) -> None:
        require_alone(read, estimates_of(replayed, zone).counting)

    objects, names = kept_evidence(workspace, shown.evidence)
    document = EstimateApproval(shown.method, shown.reason, objects, names, estimated=said)
    return record_ruling(workspace.log, document, key, at or datetime.now(UTC), guard)


def list_estimates(workspace: Workspace) -> tuple[Ruling, ...]:
    """Every estimate that was signed, in force or waiting, oldest first."""
    found = rulings_of(workspace.log).rulings
    return tuple(one for one in found if isinstance(one.document, EstimateApproval))


def _require_said(shown: Shown) -> None:
    require(method=shown.method, reason=shown.reason)
    if not shown.evidence:
        raise InputRefused(
            "ESTIMATE_EVIDENCE",
            "An estimate is shown by at least one file.",
            remedy="Give the working, the sample or the letter with: --evidence FILE",
        )


def _require_estimated(
    workspace: Workspace, price_id: str, accept: Sequence[Word]
) -> tuple[str, ...]:
    """Refuse what is no estimate: only prices of grade C and D take two signatures.

    Answers the ratios of zero that are accepted with it.
    """
    if any(one.declaration_id == price_id for one in declarations(workspace.log)):
        return ()
    for one in captures(workspace.log):
        if one.capture_id == price_id:
            if one.grade not in TWO_PEOPLE:
                raise ConfigurationRefused(
                    "ESTIMATE_GRADE",
                    "That capture is no estimate: its prices are agreed or published.",
                    where=(f"capture {price_id}, grade {one.grade}",),
                    remedy=f"Accept it with: tieout prices approve {price_id} --by NAME",
                )
            require_counted(one, workspace.settings)
            prices = read_again(workspace, one)
            return require_words(
                workspace, prices, one.source_name, one.accessed_at, accept, one.format
            )
    raise ConfigurationRefused(
        "CAPTURE_UNKNOWN",
        "There is no capture and no declaration of that id.",
        where=(ascii(price_id[:80]),),
        remedy="List them with: tieout prices list",
    )
