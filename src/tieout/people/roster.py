"""The roster: who has a key that signs, at one entry of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tieout.errors import ApprovalRefused
from tieout.people.person import Person, require_sound
from tieout.people.ruling import Enrolment, Founding, Revocation, RulingDocument

_LEAST_FOUNDERS = 2


@dataclass(slots=True)
class Roster:
    """Everybody who may sign, and every key that ever could.

    Attributes:
        people: everybody with a key in force, by name.
        keys: every public key that was ever enrolled, by its id; a key never returns.
        revoked: ids of keys that sign no more, each with the reason.
    """

    people: dict[str, Person] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    revoked: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, people: Iterable[Person]) -> Roster:
        """The roster of these people.

        Raises:
            ApprovalRefused: ``SOD_KEY``, ``SOD_NAME``, ``PERSON_FORM`` or ``SOD_ROLES``.
        """
        found = cls()
        for one in people:
            found._require_new_key(one)
            found._enrol(one)
        return found

    @property
    def is_founded(self) -> bool:
        """Whether there are people at all; until then names are unsigned (D27)."""
        return bool(self.keys)

    @property
    def signing(self) -> dict[str, str]:
        """The public keys that sign now, by their id."""
        return {one.key_id: one.public_key for one in self.people.values()}

    def holds(self, name: str, key_id: str) -> bool:
        """Whether that person signs with that key now."""
        return name in self.people and self.people[name].key_id == key_id

    def find_key(self, beginning: str) -> str:
        """The id of the one key that signs now and whose id begins so.

        Raises:
            ApprovalRefused: ``PEOPLE_NONE``; ``KEY_STATUS``: there is none, or more than one.
        """
        found = [key for key in self.signing if beginning and key.startswith(beginning)]
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            raise _status(beginning, "That key id is cut too short.")
        known = [key for key in self.revoked if beginning and key.startswith(beginning)]
        return self.owner(known[0] if known else beginning).key_id

    def owner(self, key_id: str) -> Person:
        """Who signs with a key.

        Raises:
            ApprovalRefused: ``PEOPLE_NONE``: nobody is enrolled; ``KEY_STATUS``: the key is unknown
                or was revoked.
        """
        if not self.is_founded:
            raise nobody()
        for one in self.people.values():
            if one.key_id == key_id:
                return one
        was = "was revoked" if key_id in self.revoked else "is not enrolled"
        raise _status(key_id, f"That key {was}; it signs nothing here.")

    def require(self, document: RulingDocument) -> None:
        """Refuse a change of the roster that cannot stand; other rulings pass.

        Raises:
            ApprovalRefused: ``PEOPLE_FOUNDED``, ``SOD_KEY``, ``SOD_NAME``, ``PERSON_FORM``,
                ``SOD_ROLES``, ``KEY_STATUS``.
        """
        if isinstance(document, Founding):
            self._require_founding(document)
        elif isinstance(document, Enrolment):
            self._require_new_key(document.person)
        elif isinstance(document, Revocation):
            self.owner(document.key_id)

    def apply(self, document: RulingDocument) -> None:
        """Take a ruling that is in force into the roster."""
        if isinstance(document, Founding):
            for person in document.people:
                self._enrol(person)
        elif isinstance(document, Enrolment):
            before = self.people.get(document.person.name)
            if before is not None and before.key_id != document.person.key_id:
                self.revoked[before.key_id] = document.reason
            self._enrol(document.person)
        elif isinstance(document, Revocation):
            self.revoked[document.key_id] = document.reason
            self.people = {
                name: one for name, one in self.people.items() if one.key_id != document.key_id
            }

    def _enrol(self, person: Person) -> None:
        self.people[person.name] = person
        self.keys[person.key_id] = person.public_key

    def _require_founding(self, founding: Founding) -> None:
        if self.is_founded:
            raise ApprovalRefused(
                "PEOPLE_FOUNDED",
                "This workspace has its people already.",
                remedy="Enrol another one with: tieout people add",
            )
        names = [one.name for one in founding.people]
        if len(names) < _LEAST_FOUNDERS or names != sorted(set(names)):
            raise ApprovalRefused(
                "PEOPLE_FEW",
                "A workspace is founded by at least two people of different names.",
                where=tuple(ascii(name[:80]) for name in names),
                remedy="Give two or more people, each once.",
            )
        Roster.of(founding.people)

    def _require_new_key(self, person: Person) -> None:
        """A key belongs to one person for good: a second name for it would be a second person."""
        require_sound(person)
        for name in self.people:
            if name != person.name and name.casefold() == person.name.casefold():
                raise ApprovalRefused(
                    "SOD_NAME",
                    "Two names differ in nothing but capital letters.",
                    where=(ascii(name), ascii(person.name)),
                    remedy="Give people names that nobody takes for one another.",
                )
        holder = next((p for p in self.people.values() if p.key_id == person.key_id), None)
        # Other roles with the same key are one person still.
        same = holder is not None and holder.name == person.name
        if person.key_id in self.keys and not same:
            who = "was revoked" if holder is None else f"is {holder.name}'s"
            raise ApprovalRefused(
                "SOD_KEY",
                f"That key {who}; one key is one person.",
                where=(ascii(person.name), person.key_id[:12]),
                remedy="Make a key of its own for every person: tieout key new FILE",
            )


def _status(key_id: str, what: str) -> ApprovalRefused:
    return ApprovalRefused(
        "KEY_STATUS",
        what,
        where=(ascii(key_id[:12]),),
        remedy="See who may sign: tieout people review",
    )


def nobody() -> ApprovalRefused:
    """The refusal of a signature where nobody is enrolled."""
    return ApprovalRefused(
        "PEOPLE_NONE",
        "Nobody is enrolled in this workspace yet, so nothing can be signed.",
        remedy="Found it with two people: tieout people found",
    )
