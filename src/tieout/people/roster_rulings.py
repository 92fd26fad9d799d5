"""Rulings on the people themselves: who comes, who goes, and by which policy they work (A3)."""

from __future__ import annotations

import msgspec

from tieout.people.decided import Decided
from tieout.people.person import Duty, Person


class Founding(Decided, frozen=True, tag="founding"):
    """The first people and the first policy of a workspace, signed by two of them.

    Attributes:
        people: everybody, sorted by name.
        policy_object: the policy in force, as canonical JSON in the store.
        policy_version: the name of that policy.
        duties: the signatures that the policy asks for beyond the least, by kind of ruling.
    """

    people: tuple[Person, ...]
    policy_object: str
    policy_version: str
    duties: dict[str, Duty] = msgspec.field(default_factory=dict)


class Enrolment(Decided, frozen=True, tag="enrolment"):
    """A person who comes, gets another key, or other roles; whoever had the name before is gone."""

    person: Person
    reason: str


class Revocation(Decided, frozen=True, tag="revocation"):
    """A key that signs nothing from here on; what it signed before still stands."""

    key_id: str
    reason: str


class PolicyApproval(Decided, frozen=True, tag="policy"):
    """A policy that is in force from here on.

    Attributes:
        policy_object: the policy, as canonical JSON in the store.
        policy_version: its name; another policy needs another one.
        reason: why it changes.
        duties: the signatures that it asks for beyond the least, by kind of ruling.
    """

    policy_object: str
    policy_version: str
    reason: str
    duties: dict[str, Duty] = msgspec.field(default_factory=dict)
