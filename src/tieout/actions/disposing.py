"""Deciding about cause groups: owners, remarks, and what becomes of them (V5, A6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from tieout.actions.evidence_files import EvidenceFiles, evidence_files
from tieout.actions.look import owned_groups
from tieout.actions.reviewing import UnderReview, require_unmoved, under_review
from tieout.errors import ApprovalRefused, ConfigurationRefused
from tieout.evidence.redact import redacted
from tieout.money import EXACT, plain
from tieout.people.duty import Signer, in_words
from tieout.people.record import record_ruling, rulings_of
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Assignment, Comment, Disposed, Disposition
from tieout.review.cause_group import CauseGroup
from tieout.review.decision_rules import require_disposition
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace

_LONGEST_OWNER = 80


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about cause groups: signed, or only shown.

    Attributes:
        what: accepted, corrected, escalated, assigned or commented.
        groups: the groups it is about.
        period: their period.
        ruling: the ruling on record; None where no key was given and nothing was written.
        without_owner: those of the groups that it settles and for which nobody was named yet.
    """

    what: str
    groups: tuple[CauseGroup, ...]
    period: str
    ruling: Ruling | None
    without_owner: tuple[str, ...] = ()

    @property
    def money(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Net and gross of the groups by currency."""
        found: dict[str, tuple[Decimal, Decimal]] = {}
        for one in self.groups:
            currency = one.scope.currency or "unknown"
            net, gross = found.get(currency, (Decimal(0), Decimal(0)))
            found[currency] = (EXACT.add(net, one.net), EXACT.add(gross, one.gross))
        return found

    def as_json(self) -> dict[str, object]:
        """The decision as one JSON object."""
        return {
            "what": self.what,
            "period": self.period,
            "groups": [one.group_id for one in self.groups],
            "money": {
                currency: {"net": plain(net), "gross": plain(gross)}
                for currency, (net, gross) in self.money.items()
            },
            "without_owner": list(self.without_owner),
            **signed_json(self.ruling),
        }


def signed_json(ruling: Ruling | None) -> dict[str, object]:
    """Whether something is signed, by whom, and what it still needs."""
    return {
        "ruling_id": None if ruling is None else ruling.ruling_id,
        "signed_by": [] if ruling is None else list(ruling.names),
        "in_force": ruling is not None and ruling.is_in_force,
        "needs": "" if ruling is None else in_words(ruling.lacking),
    }


def resolve_groups(  # noqa: PLR0913 - a decision has that many facts, all named
    workspace: Workspace,
    groups: Sequence[str],
    *,
    disposed: Disposed,
    reason: str,
    evidence: Sequence[Path],
    key: SigningKey | None,
    cap: str = "",
    expires_on: str = "",
    run_id: str | None = None,
    period: str | None = None,
    at: datetime | None = None,
) -> Decision:
    """Decide what becomes of cause groups, all of them in one step (V5).

    Args:
        workspace: where it is recorded.
        groups: ids of cause groups.
        disposed: accepted, corrected or escalated.
        reason: why.
        evidence: files that show it; their bytes are kept.
        key: the key of who decides; without one the decision is checked and nothing is written.
        cap: the most that each group may come to, gross, in a later period.
        expires_on: the last day of an acceptance with a cap.
        run_id: the run that was looked at; by default the newest one.
        period: the newest run of this period.
        at: the time of the decision; now, if it is left out.

    Raises:
        ConfigurationRefused: ``VARIANCE_UNKNOWN``, or there is no such run.
        ApprovalRefused: ``DISPOSE_STALE``, ``DISPOSE_EVIDENCE``, ``DISPOSE_CAP``, ``DISPOSE_RUN``,
            or who signs may not.
    """
    under = under_review(workspace, run_id, period)
    files = evidence_files(evidence)
    document = disposition(under, groups, disposed, reason, files, cap, expires_on)
    done = record_disposition(workspace, under, document, files, key, at)
    owned = owned_groups(rulings_of(workspace.log), done.period)
    names = (one.group_id for one in done.groups)
    return replace(done, without_owner=tuple(one for one in names if one not in owned))


def disposition(
    under: UnderReview,
    groups: Sequence[str],
    disposed: Disposed,
    reason: str,
    files: EvidenceFiles,
    cap: str = "",
    expires_on: str = "",
) -> Disposition:
    """A disposition of these groups as the run shows them.

    Raises:
        ConfigurationRefused: ``VARIANCE_UNKNOWN``.
    """
    return Disposition(
        period=under.period.label,
        groups=tuple(one.disposed() for one in under.chosen(groups)),
        disposed=disposed,
        reason=redacted(reason.strip()),
        evidence_objects=files.objects,
        evidence_names=files.names,
        cap=cap,
        expires_on=expires_on,
    )


def record_disposition(
    workspace: Workspace,
    under: UnderReview,
    document: Disposition,
    files: EvidenceFiles,
    key: SigningKey | None,
    at: datetime | None,
) -> Decision:
    """Check a disposition and, with a key, sign it."""
    moment = at or datetime.now(UTC)
    groups = under.chosen(one.group_id for one in document.groups)
    require_said("reason", document.reason)

    def checked(_rulings: Replay | None, _signer: Signer | None) -> None:
        require_disposition(document, workspace.settings.policy.review_terms, moment.date())
        require_unmoved(workspace, document.period, groups)
        _require_kept(document)

    def guard(rulings: Replay, signer: Signer) -> None:
        checked(rulings, signer)
        files.keep(workspace.store)

    checked(None, None)
    ruling = None
    if key is not None:
        ruling = record_ruling(workspace.log, document, key, moment, guard)
    return Decision(document.disposed, groups, document.period, ruling)


def assign_groups(  # noqa: PLR0913 - an assignment has that many facts, all named
    workspace: Workspace,
    groups: Sequence[str],
    *,
    owner: str,
    key: SigningKey,
    due: str = "",
    reason: str = "",
    run_id: str | None = None,
    period: str | None = None,
    at: datetime | None = None,
) -> Decision:
    """Say who settles cause groups, and until when (A6).

    Raises:
        ConfigurationRefused: ``VARIANCE_UNKNOWN``, ``ASSIGN_FORM``, or there is no such run.
        ApprovalRefused: who signs may not.
    """
    under = under_review(workspace, run_id, period)
    chosen = under.chosen(groups)
    document = assignment(under.period.label, chosen, owner, due, reason)
    ruling = record_ruling(workspace.log, document, key, at or datetime.now(UTC))
    return Decision("assigned", chosen, under.period.label, ruling)


def assignment(
    period: str, groups: Sequence[CauseGroup], owner: str, due: str, reason: str
) -> Assignment:
    """An assignment that can be read: an owner by name, and a day that is one.

    Raises:
        ConfigurationRefused: ``ASSIGN_FORM``.
    """
    name = owner.strip()
    if not groups or not name or len(name) > _LONGEST_OWNER or not name.isprintable():
        raise _assign("An owner is a name of 1 to 80 printable characters.", ascii(name[:100]))
    if due and not _is_day(due):
        raise _assign("The day it is due is no date.", ascii(due[:40]))
    return Assignment(
        period, tuple(one.group_id for one in groups), name, due, redacted(reason.strip())
    )


def comment_group(
    workspace: Workspace,
    group: str,
    *,
    text: str,
    key: SigningKey,
    run_id: str | None = None,
    period: str | None = None,
    at: datetime | None = None,
) -> Decision:
    """Remark something about a cause group; it changes nothing else (D24).

    Raises:
        ConfigurationRefused: ``VARIANCE_UNKNOWN``, or there is no such run.
        ApprovalRefused: who signs may not.
    """
    under = under_review(workspace, run_id, period)
    chosen = under.chosen([group])
    require_said("text", text)
    document = Comment(under.period.label, group, redacted(text.strip()))
    ruling = record_ruling(workspace.log, document, key, at or datetime.now(UTC))
    return Decision("commented", chosen, under.period.label, ruling)


def require_said(what: str, text: str) -> None:
    """Refuse a decision that does not say why.

    Raises:
        ConfigurationRefused: ``DISPOSE_REASON``.
    """
    if not text.strip():
        raise ConfigurationRefused(
            "DISPOSE_REASON",
            f"The decision has no {what}.",
            remedy="Say why; whoever reads it next year was not there.",
        )


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _assign(what: str, *where: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "ASSIGN_FORM", what, where=where, remedy="Write --owner NAME and --due like 2026-09-30."
    )


def _require_kept(document: Disposition) -> None:
    """Refuse an acceptance for later periods of what an older run found: its conditions lack."""
    found = [one.group_id for one in document.groups if one.assumed is None]
    if document.cap and found:
        raise ApprovalRefused(
            "DISPOSE_RUN",
            "The run is older than what an acceptance for later periods is bound to.",
            where=tuple(found[:5]),
            remedy="Decide about the newest run of the period; if that is it, run the period again:"
            f" tieout run --period {document.period}",
        )
