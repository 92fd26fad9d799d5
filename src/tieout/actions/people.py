"""What ``tieout people`` and ``tieout sign`` do: who may sign, and signing what waits (A3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tieout.people.person import Person, Role
from tieout.people.record import (
    countersign,
    find_ruling,
    record_founding,
    record_ruling,
    rulings_of,
)
from tieout.people.replay import Ruling
from tieout.people.ruled import Withdrawn
from tieout.people.ruling import Endorsement, Enrolment, Founding, Revocation, Withdrawal
from tieout.people.unsigned import Unsigned, find_unsigned
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace
from tieout.workspace.policy_signing import policy_content


def found_people(
    workspace: Workspace,
    people: Sequence[Person],
    keys: Sequence[SigningKey],
    at: datetime | None = None,
) -> Ruling:
    """Found the people of a workspace, and its policy with them.

    Args:
        workspace: the workspace; its settings are confirmed.
        people: everybody who is to sign, in any order.
        keys: the keys of two of them; or of one, then it waits for the signature of another.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CFG_UNCONFIRMED``.
        ApprovalRefused: ``PEOPLE_FOUNDED``, ``PEOPLE_FEW``, ``PERSON_FORM``, ``SOD_KEY``,
            ``SOD_NAME``, ``SOD_ROLES``, ``SOD_ROLE`` or ``SIGN_TWICE``.
        InputRefused: ``KEY_FORM``.
    """
    workspace.settings.require_confirmed()
    policy = workspace.settings.policy
    founding = Founding(
        people=tuple(sorted(people, key=lambda one: one.name)),
        policy_object=workspace.store.put(policy_content(policy)),
        policy_version=policy.version,
        duties=policy.duties,
    )
    return record_founding(workspace.log, founding, keys, at or datetime.now(UTC))


def add_person(
    workspace: Workspace,
    name: str,
    *,
    roles: Sequence[Role],
    public_key: str,
    reason: str,
    key: SigningKey,
    at: datetime | None = None,
) -> Ruling:
    """Enrol a person, or give somebody another key or other roles; a second person signs it too.

    Args:
        workspace: the workspace.
        name: who it is; with a name that is known, the key and roles before are replaced.
        roles: what the person may do.
        public_key: the line that ``tieout key new`` printed for the person.
        reason: why.
        key: the key of who enrols.
        at: the time of the entry; now, if it is left out.

    Raises:
        ApprovalRefused: ``PEOPLE_NONE``, ``PERSON_FORM``, ``SOD_KEY``, ``SOD_NAME``,
            ``SOD_ROLES``, ``SOD_ROLE``, ``KEY_STATUS`` or ``RULING_REASON``.
        InputRefused: ``KEY_FORM``.
    """
    person = Person(name, tuple(sorted(roles)), public_key)
    moment = at or datetime.now(UTC)
    return record_ruling(workspace.log, Enrolment(person, reason), key, moment)


def revoke_key(
    workspace: Workspace,
    key_id: str,
    *,
    reason: str,
    key: SigningKey,
    at: datetime | None = None,
) -> Ruling:
    """Revoke a key: it signs nothing from here on, and what it brought into force stands.

    Args:
        workspace: the workspace.
        key_id: the id of the key, or its beginning.
        reason: why.
        key: the key of who revokes it.
        at: the time of the entry; now, if it is left out.

    Raises:
        ApprovalRefused: ``PEOPLE_NONE``, ``KEY_STATUS``, ``SOD_ROLE`` or ``RULING_REASON``.
    """
    found = rulings_of(workspace.log).roster.find_key(key_id)
    return record_ruling(workspace.log, Revocation(found, reason), key, at or datetime.now(UTC))


def show_ruling(workspace: Workspace, ruling_id: str) -> Ruling:
    """One ruling, with everything its signers sign.

    Raises:
        ConfigurationRefused: ``RULING_UNKNOWN``.
    """
    return find_ruling(rulings_of(workspace.log), ruling_id)


def find_waiting(workspace: Workspace, name: str) -> Ruling | None:
    """The ruling whose id begins so; None where there is none, and the name may be that of a run.

    Raises:
        ConfigurationRefused: ``RULING_UNKNOWN``: more than one begins so.
    """
    found = rulings_of(workspace.log)
    if not any(one.entry.startswith(name) for one in found.rulings):
        return None
    return find_ruling(found, name)


def sign_ruling(
    workspace: Workspace, ruling_id: str, key: SigningKey, at: datetime | None = None
) -> Ruling:
    """Sign a ruling that waits for a further signature.

    Args:
        workspace: the workspace.
        ruling_id: its id, or the beginning of it.
        key: the key of who signs.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``RULING_UNKNOWN``.
        ApprovalRefused: ``PEOPLE_NONE``, ``KEY_STATUS``, ``SOD_SELF``, ``SOD_ROLE``,
            ``RULING_IN_FORCE``, or what has come to stand against the ruling meanwhile.
    """
    return countersign(workspace.log, ruling_id, key, at or datetime.now(UTC))


def withdraw_ruling(
    workspace: Workspace,
    ruling_id: str,
    *,
    reason: str,
    key: SigningKey,
    at: datetime | None = None,
) -> Ruling:
    """Take back a ruling that waits for a further signature; it stays readable.

    Args:
        workspace: the workspace.
        ruling_id: its id, or the beginning of it.
        reason: why.
        key: the key of its author; or of an administrator, once the author signs no more.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``RULING_UNKNOWN``.
        ApprovalRefused: ``WITHDRAW_RULING``: it is in force, or was withdrawn;
            ``WITHDRAW_AUTHOR``, ``PEOPLE_NONE``, ``KEY_STATUS`` or ``RULING_REASON``.
    """
    found = find_ruling(rulings_of(workspace.log), ruling_id)
    document = Withdrawal(found.entry, reason)
    return record_ruling(workspace.log, document, key, at or datetime.now(UTC))


def named_entries(
    workspace: Workspace, entries: Sequence[str], *, strict: bool = True
) -> tuple[Unsigned, ...]:
    """Decisions that are on record under a name alone.

    Args:
        workspace: the workspace.
        entries: the digests of their entries, or the beginnings of them.
        strict: whether an unknown one is refused; else it is left out.

    Raises:
        ApprovalRefused: ``ENDORSE_ENTRY``.
    """
    named = rulings_of(workspace.log).named
    if not strict:
        entries = [one for one in entries if any(each.startswith(one) for each in named)]
    return tuple(find_unsigned(named, one) for one in entries)


def endorse_entries(
    workspace: Workspace,
    entries: Sequence[str],
    *,
    reason: str,
    key: SigningKey,
    at: datetime | None = None,
) -> Ruling:
    """Stand behind decisions that are on record under a name alone; a second person signs it too.

    Args:
        workspace: the workspace.
        entries: the digests of their entries, or the beginnings of them.
        reason: why they may stand; what was looked at.
        key: the key of who endorses.
        at: the time of the entry; now, if it is left out.

    Raises:
        ApprovalRefused: ``ENDORSE_ENTRY``, ``PEOPLE_NONE``, ``KEY_STATUS``, ``SOD_ROLE`` or
            ``RULING_REASON``.
    """
    found = sorted({one.entry for one in named_entries(workspace, entries)})
    document = Endorsement(tuple(found), reason)
    return record_ruling(workspace.log, document, key, at or datetime.now(UTC))


def unsigned_json(one: Unsigned) -> dict[str, object]:
    """A decision under a name alone as one JSON object."""
    return {
        "entry": one.entry,
        "kind": one.kind,
        "at": one.at,
        "by": one.by,
        "about": one.about,
        "document": one.body,
    }


def ruling_json(ruling: Ruling) -> dict[str, object]:
    """A ruling as it stands, as one JSON object; what was decided is under ``document``."""
    return {
        "ruling_id": ruling.ruling_id,
        "entry": ruling.entry,
        "kind": ruling.kind,
        "at": ruling.statement.at,
        "in_force": ruling.is_in_force,
        "signers": [
            {"name": one.name, "key_id": one.key_id, "roles": list(one.roles)}
            for one in ruling.signers
        ],
        "lacks": [list(place) for place in ruling.lacking] if ruling.waits else [],
        "withdrawn": None if ruling.withdrawn is None else _withdrawn_json(ruling.withdrawn),
        "document": ruling.said,
    }


def _withdrawn_json(one: Withdrawn) -> dict[str, object]:
    return {"ruling_id": one.entry[:12], "by": one.by, "reason": one.reason}
