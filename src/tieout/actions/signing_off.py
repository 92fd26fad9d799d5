"""Signing a run, closing its period and reopening it (A3, A5, D24).

Every rule is asked under the lock of the log, with what the workspace holds at that moment; the
same rules are asked again whenever the log is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tieout.actions.opened import file_content
from tieout.close.approval import ApprovalState, approval_state, period_log
from tieout.close.approval_letters import digest_differs, inputs_changed
from tieout.close.pending import changed_files
from tieout.close.period_life import PeriodLife, life_of
from tieout.close.runs import find_run
from tieout.errors import ApprovalRefused
from tieout.evidence.records import require
from tieout.people.duty import Signer
from tieout.people.record import record_ruling
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Closing, Reopening, SignOff
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace

SignedAs = Literal["prepared", "checked"]
# Below this, a digest that was cut might name something else.
_LEAST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Signed:
    """A ruling that was signed, and the state it leaves."""

    ruling: Ruling
    state: ApprovalState


def show_approval(
    workspace: Workspace, run_id: str | None = None, period: str | None = None
) -> ApprovalState:
    """What there is to sign of a run, who signed it, and what stands.

    Raises:
        ConfigurationRefused: there is no such run.
        IntegrityRefused: the log, a signature, the manifest or the report is not what it was.
    """
    return approval_state(workspace, find_run(workspace, run_id, period))


def sign_run(
    workspace: Workspace,
    run_id: str,
    *,
    signed_as: SignedAs,
    digest: str,
    key: SigningKey,
    at: datetime | None = None,
) -> Signed:
    """Sign a run as prepared or as checked.

    Args:
        workspace: the workspace.
        run_id: the run, by its id or the start of it.
        signed_as: prepared, or checked by somebody who had no hand in it.
        digest: the sign-off digest that was looked at, at least its first 12 digits.
        key: the key of who signs.
        at: the time; now, if it is left out.

    Raises:
        ConfigurationRefused: ``RUN_UNKNOWN`` or ``RUN_AMBIGUOUS``.
        ApprovalRefused: ``APPROVE_STALE``, ``APPROVE_OPEN``, ``APPROVE_DIGEST``, ``FLOW_ORDER``,
            ``PERIOD_CLOSED``, ``SOD_SELF``, ``SOD_KEY``, ``SOD_ROLE`` or ``KEY_STATUS``.
        ConflictRefused: ``CONFLICT``: somebody signed it already.
    """
    facts = show_approval(workspace, run_id).facts
    record, content = facts.record, facts.content
    if len(digest) < _LEAST_DIGITS or not content.digest.startswith(digest):
        raise digest_differs("signed", digest, content.digest)
    document = SignOff(
        period=record.period,
        run_id=record.run_id,
        signed_as=signed_as,
        signoff_digest=content.digest,
        result_digest=content.result_digest,
        input_digests=dict(content.input_digests),
        exceptions=facts.exceptions,
        policy_version=content.policy_version,
        policy_object=content.policy_object,
        open_items=content.open_items,
    )
    return _sign(workspace, document, key, at)


def close_period(
    workspace: Workspace, period: str, *, key: SigningKey, at: datetime | None = None
) -> Signed:
    """Close a period: its figures are those of its newest run from here on.

    Raises:
        ConfigurationRefused: ``RUN_UNKNOWN``.
        ApprovalRefused: as :func:`sign_run`; nothing is closed while anything is open.
    """
    facts = show_approval(workspace, None, period).facts
    _, start, end = facts.manifest.period
    document = Closing(period, facts.record.run_id, facts.content.digest, start, end, facts.imports)
    return _sign(workspace, document, key, at)


def reopen_period(
    workspace: Workspace,
    period: str,
    *,
    reason: str,
    evidence: Sequence[Path],
    key: SigningKey,
    at: datetime | None = None,
) -> Signed:
    """Ask to reopen a closed period; it is open once a second person signed it too.

    Raises:
        ConfigurationRefused: ``RUN_UNKNOWN``.
        InputRefused: ``RECORD_FIELD``: no reason.
        ApprovalRefused: ``FLOW_ORDER``: it is not closed; ``REOPEN_RULE``: no evidence.
    """
    require(reason=reason)
    find_run(workspace, None, period)
    objects = tuple(workspace.store.put(file_content(path)) for path in evidence)
    document = Reopening(period, reason, objects, tuple(path.name for path in evidence))
    return _sign(workspace, document, key, at)


def _sign(
    workspace: Workspace,
    document: SignOff | Closing | Reopening,
    key: SigningKey,
    at: datetime | None,
) -> Signed:
    def guard(replayed: Replay, signer: Signer) -> None:
        life = life_of(period_log(workspace, replayed), document.period)
        refusal = life.objection(document, None, life.end, (signer,))
        if refusal is None and not isinstance(document, Reopening):
            refusal = _files(workspace, life, document.run_id)
        if refusal is not None:
            raise refusal

    ruling = record_ruling(workspace.log, document, key, at or datetime.now(UTC), guard)
    run_id = None if isinstance(document, Reopening) else document.run_id
    return Signed(ruling, show_approval(workspace, run_id, document.period))


def _files(workspace: Workspace, life: PeriodLife, run_id: str) -> ApprovalRefused | None:
    facts = life.run(life.end)
    assert facts is not None, "the objections came first"
    changed = changed_files(workspace, facts)
    return inputs_changed(run_id, changed) if changed else None
