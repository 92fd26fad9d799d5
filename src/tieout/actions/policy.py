"""What ``tieout policy`` does: the policy in words, and the one that people signed (V4, A3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tieout.errors import ApprovalRefused
from tieout.evidence.canonical import parse_document, plain_document
from tieout.people.duty import Signer
from tieout.people.record import record_ruling, rulings_of
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Founding, PolicyApproval
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace
from tieout.workspace.policy_signing import policy_content, policy_is_signed

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """The policy of the settings beside the one that was signed last.

    Attributes:
        terms: every term of the settings' policy, as it is signed.
        is_signed: whether exactly this policy was signed last.
        signed: the ruling that signed a policy last; none before the founding.
        changed: the terms in which the two differ, each as signed and as written now.
    """

    terms: Json
    is_signed: bool
    signed: Ruling | None
    changed: dict[str, tuple[Any, Any]]

    def as_json(self) -> Json:
        """Both as one JSON object."""
        return {
            "version": self.terms["version"],
            "signed": self.is_signed,
            "signed_by": [] if self.signed is None else list(self.signed.names),
            "signed_at": None if self.signed is None else self.signed.statement.at,
            "policy": self.terms,
            "changed": {
                name: {"signed": before, "written": now}
                for name, (before, now) in self.changed.items()
            },
        }


def show_policy(workspace: Workspace) -> PolicyShown:
    """The policy of the settings, and in what it differs from the one that people signed."""
    policy = workspace.settings.policy
    replayed = rulings_of(workspace.log)
    terms: Json = plain_document(policy)
    last = _last(replayed)
    changed: dict[str, tuple[Any, Any]] = {}
    if last is not None:
        before = parse_document(workspace.store.get(replayed.policy[0]))
        changed = {
            name: (before.get(name), terms.get(name))
            for name in sorted({*before, *terms})
            if before.get(name) != terms.get(name)
        }
    return PolicyShown(terms, policy_is_signed(policy, replayed), last, changed)


def policy_terms(workspace: Workspace, ruling: Ruling) -> Json | None:
    """The terms of the policy that a ruling is about, from the bytes it names; else nothing."""
    said = ruling.document
    if not isinstance(said, Founding | PolicyApproval):
        return None
    return parse_document(workspace.store.get(said.policy_object))


def approve_policy(
    workspace: Workspace, *, reason: str, key: SigningKey, at: datetime | None = None
) -> Ruling:
    """Approve the policy of the settings; it is in force when a second person has signed it too.

    Args:
        workspace: the workspace; its settings are confirmed.
        reason: why the policy changes.
        key: the key of who approves.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CFG_UNCONFIRMED``.
        ApprovalRefused: ``POLICY_SIGNED``: it is in force already; ``POLICY_WAITS``: somebody
            approved it, and it waits for a signature; ``POLICY_VERSION``: another one of that
            version was signed; ``PEOPLE_NONE``, ``KEY_STATUS``, ``SOD_ROLE`` or
            ``RULING_REASON``.
    """
    workspace.settings.require_confirmed()
    policy, moment = workspace.settings.policy, at or datetime.now(UTC)
    document = PolicyApproval(
        policy_object=workspace.store.put(policy_content(policy)),
        policy_version=policy.version,
        reason=reason,
        duties=policy.duties,
    )

    def not_again(rulings: Replay, _: Signer) -> None:
        if policy_is_signed(policy, rulings):
            raise ApprovalRefused(
                "POLICY_SIGNED",
                "Exactly this policy is in force already.",
                where=(f"version {policy.version}",),
                remedy="Nothing is left to do; see tieout policy show.",
            )
        for one in rulings.waiting:
            if isinstance(one.document, PolicyApproval) and _is_same(one.document, document):
                raise ApprovalRefused(
                    "POLICY_WAITS",
                    "Exactly this policy was approved, and waits for a signature.",
                    where=(f"ruling {one.ruling_id}, signed by {', '.join(one.names)}",),
                    remedy="Look at it and sign it, with its id: tieout sign RULING --key FILE",
                )

    return record_ruling(workspace.log, document, key, moment, not_again)


def _is_same(one: PolicyApproval, other: PolicyApproval) -> bool:
    return (one.policy_object, one.policy_version, one.duties) == (
        other.policy_object, other.policy_version, other.duties,
    )  # fmt: skip


def _last(replayed: Replay) -> Ruling | None:
    found = replayed.of(Founding, PolicyApproval)
    return found[-1] if found else None
