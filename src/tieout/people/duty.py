"""Duties: which signatures a ruling needs before it is in force (A3, M3, D21).

A duty is a list of places; each place names the roles of which one will do, and every place is
signed by another person with another key. What stands here is the least that is ever asked; a
policy can ask for more signatures, never for fewer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from tieout.errors import ApprovalRefused
from tieout.people.person import ROLES, Duty, Person, Place, Role
from tieout.people.ruling import KIND, Founding, RulingDocument, SignOff

__all__ = [
    "FOUNDERS",
    "LEAST",
    "Duty",
    "Place",
    "Signer",
    "duty_name",
    "duty_of",
    "in_words",
    "lacking",
    "require_duties",
    "useful",
]

_ANYBODY: Final[Place] = ("checker", "engineering", "finance", "preparer")
_MAKERS: Final[Place] = ("engineering", "finance", "preparer")

# Merging two ids needs finance and engineering (M3); estimates and adjustments a maker and a
# checker (D21, A4); whoever comes or goes, a second person beside an administrator (A3). What waits
# is taken back by its author, whatever the role.
LEAST: Final[dict[str, Duty]] = {
    "enrolment": (("administrator",), ("auditor", "checker", "engineering", "finance", "preparer")),
    "revocation": (("administrator", "checker"),),
    "policy": (("finance",), ("checker", "engineering")),
    "assignment": (_ANYBODY,),
    "comment": ((*_ANYBODY, "auditor"),),
    "disposition": (_MAKERS,),
    "adjustment": (("finance", "preparer"), ("checker",)),
    "mapping": (_ANYBODY,),
    "merge": (("finance",), ("engineering",)),
    "exclusion": (_MAKERS, ("checker", "finance")),
    "estimate": (_MAKERS, ("checker",)),
    "calculation": (("engineering",), ("checker", "finance")),
    "endorsement": (_MAKERS, ("checker", "finance")),
    "withdrawal": (ROLES,),
    "answer": (_ANYBODY,),
    "prepared": (("finance", "preparer"),),
    "checked": (("checker",),),
    "closing": (("checker",),),
    "reopening": (("finance", "preparer"), ("checker",)),
    "claim": (_MAKERS,),
}
# Whoever founds a workspace signs whatever role it is to have.
FOUNDERS: Final[Duty] = (ROLES, ROLES)
# More places than people would make a ruling that nobody can ever bring into force.
_MOST_PLACES: Final = 6


class Signer(msgspec.Struct, frozen=True):
    """Who signed, as the person stood on the list when the signature entered the log."""

    name: str
    key_id: str
    roles: tuple[Role, ...]

    @classmethod
    def of(cls, person: Person) -> Signer:
        """The person as of now."""
        return cls(person.name, person.key_id, person.roles)


def duty_name(ruling: RulingDocument) -> str:
    """The name under which the duty of a ruling stands: its kind, or how a run is signed."""
    return ruling.signed_as if isinstance(ruling, SignOff) else KIND[type(ruling)]


def duty_of(ruling: RulingDocument, asked: Mapping[str, Duty] | None = None) -> Duty:
    """The signatures a ruling needs: the least, and whatever the policy asks beyond it.

    A founding is signed by two of those it names, whatever their roles.
    """
    if isinstance(ruling, Founding):
        return FOUNDERS
    name = duty_name(ruling)
    return LEAST[name] + tuple((asked or {}).get(name, ()))


def require_duties(duties: Mapping[str, Duty]) -> None:
    """Refuse duties of a policy that name no kind of ruling or no role, or ask for too much.

    Raises:
        ApprovalRefused: ``POLICY_DUTY``.
    """
    for name, places in duties.items():
        if name not in LEAST:
            raise _no_duty(f"There is no ruling called {name[:80]!a}.", sorted(LEAST))
        for place in places:
            if not place or len(set(place)) < len(place) or not set(place) <= set(ROLES):
                raise _no_duty(f"A place of {name} names no role, or one twice.", ROLES)
        if not places or len(LEAST[name]) + len(places) > _MOST_PLACES:
            raise _no_duty(f"A ruling takes at most {_MOST_PLACES} signatures.", [name])


def _no_duty(what: str, known: Sequence[str]) -> ApprovalRefused:
    return ApprovalRefused(
        "POLICY_DUTY",
        what,
        where=(", ".join(known),),
        remedy="Correct the duties of the policy; each place lists the roles of which one signs.",
    )


def lacking(duty: Duty, signers: Sequence[Signer]) -> Duty:
    """The places that nobody has signed for yet; empty where the ruling is in force.

    No person and no key counts twice, and a signature is put where it leaves the fewest places
    empty: a person of two roles does not stand in the way of somebody with one of them.
    """
    for size in range(len(duty) + 1):
        for left in _choices(duty, size):
            taken = [place for index, place in enumerate(duty) if index not in left]
            if _fills(taken, _once_each(signers)):
                return tuple(duty[index] for index in left)
    raise AssertionError("with every place empty nothing is left to fill")


def useful(duty: Duty, signers: Sequence[Signer], further: Signer) -> bool:
    """Whether one more signature fills a place that is empty."""
    return len(lacking(duty, [*signers, further])) < len(lacking(duty, signers))


def in_words(places: Duty) -> str:
    """Places as a person reads them: finance and engineering; one of checker or finance."""
    return " and ".join(
        "another founder" if place == ROLES else " or ".join(place) for place in places
    )


def _choices(duty: Duty, size: int) -> list[tuple[int, ...]]:
    """Every way to leave so many places empty, later places first."""
    if size == 0:
        return [()]
    return [
        tuple(sorted((*rest, last)))
        for last in reversed(range(len(duty)))
        for rest in _choices(duty[:last], size - 1)
    ]


def _once_each(signers: Sequence[Signer]) -> list[Signer]:
    """The signers without a person or a key that was there before."""
    found: list[Signer] = []
    for one in signers:
        if all(one.name != other.name and one.key_id != other.key_id for other in found):
            found.append(one)
    return found


def _fills(places: Sequence[Place], signers: Sequence[Signer]) -> bool:
    if not places:
        return True
    first, rest = places[0], places[1:]
    return any(
        set(first) & set(one.roles) and _fills(rest, [*signers[:index], *signers[index + 1 :]])
        for index, one in enumerate(signers)
    )


assert all(set(place) <= set(ROLES) for duty in LEAST.values() for place in duty)
