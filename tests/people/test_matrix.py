"""Role by kind of ruling by signature: every cell, against a table written by hand."""

from __future__ import annotations

from itertools import product

import pytest

from tests.people.sample_rulings import sample
from tests.people.small_log import AT, MemoryLog, founded, key_of, person
from tieout.errors import ApprovalRefused
from tieout.evidence.log import Entry
from tieout.people.duty import LEAST
from tieout.people.person import ROLES, Role
from tieout.people.record import countersign, record_ruling

# Who may sign each kind, one letter a role: Preparer, Checker, Finance, Engineering, aUditor,
# Administrator. A bar stands between two signatures of which both are needed.
TABLE = """
enrolment    A | P C F E U
revocation   A C
policy       F | C E
assignment   P C F E
comment      P C F E U
disposition  P F E
adjustment   P F | C
mapping      P C F E
merge        F | E
exclusion    P F E | C F
estimate     P F E | C
calculation  E | C F
endorsement  P F E | C F
withdrawal   P C F E U A
answer       P C F E
prepared     P F
checked      C
closing      C
reopening    P F | C
claim        P F E
"""
LETTERS: dict[str, Role] = {
    "P": "preparer", "C": "checker", "F": "finance", "E": "engineering", "U": "auditor",
    "A": "administrator",
}  # fmt: skip


def table() -> dict[str, list[set[Role]]]:
    """The table by name: for each signature the roles that may give it."""
    found = {}
    for line in TABLE.strip().splitlines():
        name, _, rest = line.partition(" ")
        found[name] = [{LETTERS[one] for one in part.split()} for part in rest.split("|")]
    return found


def crowd() -> MemoryLog:
    """Two people of every role, and nobody with two roles."""
    people = [person(f"{role[:3]}{number}", role) for role in ROLES for number in (1, 2)]
    return founded(*people, person("ZZ", "preparer"), by=("pre1", "che1"))


def expected(places: list[set[Role]], first: Role, second: Role) -> str:
    """What the two signatures come to, by the table alone."""
    if not any(first in place for place in places):
        return "refused"
    if len(places) == 1:
        return "in force"
    one, two = places
    both = (first in one and second in two) or (first in two and second in one)
    return "waits, in force" if both else "waits, refused"


def outcome(name: str, first: Role, second: Role) -> str:
    """What the two signatures come to, by the core."""
    log = MemoryLog(crowd_entries())
    try:
        document = sample(name, log, f"{first[:3]}1")
        made = record_ruling(log, document, key_of(f"{first[:3]}1"), AT)
    except ApprovalRefused as refused:
        return "refused" if refused.code == "SOD_ROLE" else refused.code
    if made.is_in_force:
        return "in force"
    try:
        made = countersign(log, made.ruling_id, key_of(f"{second[:3]}2"), AT)
    except ApprovalRefused as refused:
        return "waits, refused" if refused.code == "SOD_ROLE" else refused.code
    assert made.is_in_force
    assert made.names == (f"{first[:3]}1", f"{second[:3]}2")
    return "waits, in force"


_CROWD = crowd()


def crowd_entries() -> tuple[Entry, ...]:
    """The entries of the crowd's log, made once."""
    return tuple(_CROWD.list)


@pytest.mark.parametrize("name", sorted(table()))
def test_who_signs_first_and_second_is_the_table(name: str) -> None:
    cells = {
        (first, second): (outcome(name, first, second), expected(table()[name], first, second))
        for first, second in product(ROLES, ROLES)
    }
    wrong = {cell: both for cell, both in cells.items() if both[0] != both[1]}
    assert wrong == {}


def test_the_table_names_every_kind_that_the_core_knows() -> None:
    assert set(table()) == set(LEAST)


@pytest.mark.parametrize("name", [name for name, places in table().items() if len(places) == 2])
def test_nobody_signs_both_places_whatever_the_roles(name: str) -> None:
    everything = person("AB", "administrator", "engineering", "finance", "preparer")
    log = founded(everything, person("CD", "checker", "engineering", "finance"), by=("AB", "CD"))
    made = record_ruling(log, sample(name, log), key_of("AB"), AT)
    assert not made.is_in_force
    with pytest.raises(ApprovalRefused) as caught:
        countersign(log, made.ruling_id, key_of("AB"), AT)
    assert caught.value.code == "SOD_SELF"
    assert countersign(log, made.ruling_id, key_of("CD"), AT).names == ("AB", "CD")
