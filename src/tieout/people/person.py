"""A person, the roles a person may hold, and which of them exclude one another (A3)."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from tieout.errors import ApprovalRefused
from tieout.signing.key import key_id_of

Role = Literal["preparer", "checker", "finance", "engineering", "auditor", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

# A place is the roles of which one will do; a duty is the places that a ruling needs filled.
Place = tuple[Role, ...]
Duty = tuple[Place, ...]

# Whoever checks does not prepare or administer, and an auditor does nothing else.
_APART: Final[tuple[tuple[Role, Role], ...]] = (
    ("checker", "preparer"),
    ("checker", "administrator"),
    *(("auditor", role) for role in ROLES if role != "auditor"),
)
_LONGEST_NAME: Final = 80


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person with a key.

    Attributes:
        name: initials or name, as reports show it; one person has one.
        roles: what the person may do, sorted.
        public_key: the public half of the person's key, base64.
    """

    name: str
    roles: tuple[Role, ...]
    public_key: str

    @property
    def key_id(self) -> str:
        """The id of the person's key."""
        return key_id_of(self.public_key)


def require_sound(person: Person) -> None:
    """Refuse a person whose name, roles or key cannot stand.

    Raises:
        ApprovalRefused: ``PERSON_FORM``: no name, no role, an unknown or repeated one;
            ``SOD_ROLES``: two roles that one person may not hold together.
        InputRefused: ``KEY_FORM``.
    """
    # Reading the id is what checks the key.
    assert person.key_id
    name, roles = person.name, person.roles
    if not name.strip() or name != name.strip() or len(name) > _LONGEST_NAME or not _is_plain(name):
        raise _unsound("A name is 1 to 80 plain characters, with no space around it.", name)
    if not roles or list(roles) != sorted(set(roles)) or not set(roles) <= set(ROLES):
        raise _unsound(f"A person has one or more of the roles {', '.join(ROLES)}.", *roles)
    for one, other in _APART:
        if one in roles and other in roles:
            raise ApprovalRefused(
                "SOD_ROLES",
                f"One person is not both {one} and {other}.",
                where=(ascii(name),),
                remedy="Give one of the two roles to somebody else.",
            )


def _is_plain(name: str) -> bool:
    # One alphabet: names that look alike and are not would be two people to the rules.
    return name.isascii() and name.isprintable()


def _unsound(what: str, *where: str) -> ApprovalRefused:
    return ApprovalRefused(
        "PERSON_FORM",
        what,
        where=tuple(ascii(line[:100]) for line in where),
        remedy="Correct the name or the roles and repeat the command.",
    )
