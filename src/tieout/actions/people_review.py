"""The review listing: who may sign since when by whom, which keys sign no more, what waits (A3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tieout.actions.people import ruling_json, unsigned_json
from tieout.people.duty import LEAST, Signer, lacking
from tieout.people.person import Person
from tieout.people.record import rulings_of
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Enrolment, Founding, Revocation
from tieout.people.unsigned import Unsigned
from tieout.workspace.layout import Workspace
from tieout.workspace.policy_signing import policy_is_signed


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One person who signs.

    Attributes:
        person: name, roles and key.
        since: the time of the entry that brought the key into force.
        by: everybody who signed the enrolment.
    """

    person: Person
    since: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revoked:
    """A key that signs no more: whose it was, since when, by whom and why."""

    key_id: str
    name: str
    since: str
    by: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class PeopleReview:
    """Who may sign what, to be looked over by a person.

    Attributes:
        people: everybody who signs, by name.
        revoked: the keys that sign no more, in the order in which they ended.
        waiting: the rulings that lack a signature, oldest first.
        withdrawn: the rulings that were taken back while they waited, oldest first.
        unsigned: decisions made under a name alone since people were founded, not endorsed.
        gaps: the kinds of ruling that the people there are could not bring into force.
        policy_version: the policy of the settings.
        policy_signed: whether exactly that policy was signed.
    """

    people: tuple[Enrolled, ...]
    revoked: tuple[Revoked, ...]
    waiting: tuple[Ruling, ...]
    withdrawn: tuple[Ruling, ...]
    unsigned: tuple[Unsigned, ...]
    gaps: tuple[str, ...]
    policy_version: str
    policy_signed: bool

    def as_json(self) -> dict[str, object]:
        """The listing as one JSON object."""
        return {
            "people": [
                {
                    "name": one.person.name,
                    "roles": list(one.person.roles),
                    "key_id": one.person.key_id,
                    "public_key": one.person.public_key,
                    "since": one.since,
                    "enrolled_by": list(one.by),
                }
                for one in self.people
            ],
            "revoked": [
                {
                    "key_id": one.key_id,
                    "name": one.name,
                    "since": one.since,
                    "by": list(one.by),
                    "reason": one.reason,
                }
                for one in self.revoked
            ],
            "waiting": [ruling_json(one) for one in self.waiting],
            "withdrawn": [ruling_json(one) for one in self.withdrawn],
            "unsigned": [unsigned_json(one) for one in self.unsigned],
            "cannot_be_signed": list(self.gaps),
            "policy_version": self.policy_version,
            "policy_signed": self.policy_signed,
        }


def review_people(workspace: Workspace) -> PeopleReview:
    """Everybody who may sign, every key that no longer does, and every ruling that waits."""
    replayed = rulings_of(workspace.log)
    times = {entry.seq: entry.at for entry in workspace.log.entries()}
    people, revoked = _histories(replayed, times)
    policy = workspace.settings.policy
    return PeopleReview(
        people=tuple(people[name] for name in sorted(people)),
        revoked=tuple(revoked),
        waiting=replayed.waiting,
        withdrawn=tuple(one for one in replayed.rulings if one.withdrawn is not None),
        unsigned=replayed.unsigned,
        gaps=gaps(replayed) if replayed.roster.is_founded else (),
        policy_version=policy.version,
        policy_signed=policy_is_signed(policy, replayed),
    )


def gaps(replayed: Replay) -> tuple[str, ...]:
    """The kinds of ruling that nobody could bring into force with the people there are."""
    crowd = [Signer.of(one) for one in replayed.roster.people.values()]
    return tuple(
        name
        for name, least in LEAST.items()
        if lacking(least + tuple(replayed.asked.get(name, ())), crowd)
    )


def _histories(
    replayed: Replay, times: dict[int, str]
) -> tuple[dict[str, Enrolled], list[Revoked]]:
    people: dict[str, Enrolled] = {}
    revoked: list[Revoked] = []
    for one in replayed.in_force:
        said: Any = one.document
        since = times[one.in_force_at]
        if isinstance(said, Founding):
            people.update({each.name: Enrolled(each, since, one.names) for each in said.people})
        elif isinstance(said, Enrolment):
            before = people.get(said.person.name)
            if before is not None and before.person.key_id != said.person.key_id:
                revoked.append(_ended(before, one, since, said.reason))
            people[said.person.name] = Enrolled(said.person, since, one.names)
        elif isinstance(said, Revocation):
            name = next(n for n, each in people.items() if each.person.key_id == said.key_id)
            revoked.append(_ended(people.pop(name), one, since, said.reason))
    return people, revoked


def _ended(before: Enrolled, by: Ruling, since: str, reason: str) -> Revoked:
    person = before.person
    return Revoked(person.key_id, person.name, since, by.names, reason)
