"""Every action in every state of a period by every role: what may be, and the code of what may not.

The table is written by hand from A3, A5, D24 and D25, and says nothing of how it is enforced: 8
states, 6 roles, 14 actions, 672 cells.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import pytest

from tests.controls.office import PERIOD, key_of
from tests.controls.paper import Paper, begun
from tieout.actions.checklist import answer_item
from tieout.calendar import parse_period
from tieout.close.approval import require_open
from tieout.errors import Refusal
from tieout.people.person import Person
from tieout.people.ruling import Enrolment, Revocation

pytestmark = pytest.mark.slow

# One person for each role, none of whom had a hand in the day.
WHO: Final = {
    "preparer": "PP", "checker": "GH", "finance": "FF", "engineering": "EE", "auditor": "IJ",
    "administrator": "DD",
}  # fmt: skip
STATES: Final = (
    "open", "ready", "prepared", "checked", "closed", "reopening", "reopened", "stale",
)  # fmt: skip
_ANYBODY: Final = "preparer checker finance engineering"

# Action: state: the roles that may, then the code for everybody else who holds such a role. Whoever
# holds none of the roles that may ever do it is told so first (SOD_ROLE).
Cell = tuple[str, str]
_LIVE: Final = ("open", "ready", "prepared", "checked", "reopened", "stale")
_SHUT: Final = ("closed", "reopening")


def _everywhere(roles: str) -> dict[str, Cell]:
    return dict.fromkeys(STATES, (roles, ""))


EXPECTED: Final[dict[str, tuple[str, dict[str, Cell]]]] = {
    "answer": (
        _ANYBODY,
        {
            **dict.fromkeys(_LIVE, (_ANYBODY, "")),
            **dict.fromkeys(_SHUT, ("", "PERIOD_CLOSED")),
        },
    ),
    "sign as prepared": (
        "preparer finance",
        {
            "open": ("", "APPROVE_OPEN"),
            "ready": ("preparer finance", ""),
            "prepared": ("", "CONFLICT"),
            "checked": ("", "CONFLICT"),
            "closed": ("", "PERIOD_CLOSED"),
            "reopening": ("", "PERIOD_CLOSED"),
            "reopened": ("preparer finance", ""),
            "stale": ("", "APPROVE_STALE"),
        },
    ),
    "sign as checked": (
        "checker",
        {
            "open": ("", "APPROVE_OPEN"),
            "ready": ("", "FLOW_ORDER"),
            "prepared": ("checker", ""),
            "checked": ("", "CONFLICT"),
            "closed": ("", "PERIOD_CLOSED"),
            "reopening": ("", "PERIOD_CLOSED"),
            "reopened": ("", "FLOW_ORDER"),
            "stale": ("", "APPROVE_STALE"),
        },
    ),
    "close": (
        "checker",
        {
            "open": ("", "FLOW_ORDER"),
            "ready": ("", "FLOW_ORDER"),
            "prepared": ("", "FLOW_ORDER"),
            "checked": ("checker", ""),
            "closed": ("", "PERIOD_CLOSED"),
            "reopening": ("", "PERIOD_CLOSED"),
            "reopened": ("", "FLOW_ORDER"),
            "stale": ("", "APPROVE_STALE"),
        },
    ),
    "reopen": (
        "preparer finance checker",
        {
            **dict.fromkeys(_LIVE, ("", "FLOW_ORDER")),
            **dict.fromkeys(_SHUT, ("preparer finance checker", "")),
        },
    ),
    "sign what waits": (
        " ".join(WHO),
        {
            **dict.fromkeys(STATES, ("", "RULING_UNKNOWN")),
            "reopening": ("checker", "SOD_ROLE"),
        },
    ),
    # What waits in these states is the reopening that AB asked for, and only AB may take it back.
    "withdraw what waits": (
        " ".join(WHO),
        {
            **dict.fromkeys(STATES, ("", "RULING_UNKNOWN")),
            "reopening": ("", "WITHDRAW_AUTHOR"),
        },
    ),
    "withdraw what counts": (" ".join(WHO), dict.fromkeys(STATES, ("", "WITHDRAW_RULING"))),
    "run": (
        " ".join(WHO),
        {
            **dict.fromkeys(_LIVE, (" ".join(WHO), "")),
            **dict.fromkeys(_SHUT, ("", "PERIOD_CLOSED")),
        },
    ),
    "comment": (f"{_ANYBODY} auditor", _everywhere(f"{_ANYBODY} auditor")),
    "own": (_ANYBODY, _everywhere(_ANYBODY)),
    "adjust": ("preparer finance checker", _everywhere("preparer finance checker")),
    "enrol": (" ".join(WHO), _everywhere(" ".join(WHO))),
    "revoke": ("administrator checker", _everywhere("administrator checker")),
}


def _run(paper: Paper, _name: str) -> None:
    require_open(paper.workspace, parse_period(PERIOD, "UTC"))
    paper.run()


def _newcomer(paper: Paper, name: str) -> None:
    paper.rule(Enrolment(Person("ZZ", ("auditor",), key_of("ZZ").public_key), "comes"), name)


ACTIONS: Final[dict[str, Callable[[Paper, str], object]]] = {
    "answer": lambda paper, name: answer_item(
        paper.workspace, 3, "yes", detail="read it", key=key_of(name), at=paper.now
    ),
    "sign as prepared": lambda paper, name: paper.sign(name, "prepared"),
    "sign as checked": lambda paper, name: paper.sign(name, "checked"),
    "close": lambda paper, name: paper.close(name),
    "reopen": lambda paper, name: paper.reopen(name),
    "sign what waits": lambda paper, name: paper.countersign(name),
    "withdraw what waits": lambda paper, name: paper.withdraw(name),
    "withdraw what counts": lambda paper, name: paper.forge_withdraw(name),
    "run": _run,
    "comment": lambda paper, name: paper.remark(name),
    "own": lambda paper, name: paper.own(name),
    "adjust": lambda paper, name: paper.adjust(name),
    "enrol": _newcomer,
    "revoke": lambda paper, name: paper.rule(
        Revocation(key_of("CD").key_id, "left"), name
    ),
}  # fmt: skip


@cache
def at_state(state: str) -> Paper:
    """The office at a state; whoever goes on from there takes a copy."""
    if state == "open":
        paper = begun()
        for name, role in (("PP", "preparer"), ("FF", "finance"), ("EE", "engineering"),
                           ("DD", "administrator")):  # fmt: skip
            paper.enrol(name, role)
        return paper
    place = STATES.index(state)
    paper = at_state("checked" if state == "stale" else STATES[place - 1]).copy()
    steps: dict[str, Callable[[], object]] = {
        "ready": lambda: _answered(paper),
        "prepared": lambda: paper.sign("AB", "prepared"),
        "checked": lambda: paper.sign("CD", "checked"),
        "closed": lambda: paper.close("CD"),
        "reopening": lambda: paper.reopen("AB"),
        "reopened": lambda: paper.countersign("CD"),
        "stale": paper.bring,
    }
    steps[state]()
    return paper


def _answered(paper: Paper) -> None:
    answer_item(paper.workspace, 3, "yes", detail="read it", key=key_of("AB"), at=paper.now)
    paper.run()


def test_who_asked_to_reopen_takes_it_back_and_the_period_stays_closed() -> None:
    paper = at_state("reopening").copy()
    paper.withdraw("AB")
    with pytest.raises(Refusal) as caught:
        paper.countersign("CD")
    assert caught.value.code == "RULING_UNKNOWN"
    with pytest.raises(Refusal) as caught:
        _run(paper, "AB")
    assert caught.value.code == "PERIOD_CLOSED"
    # It may be asked for again.
    paper.reopen("AB")
    paper.countersign("CD")
    _run(paper, "AB")


def test_the_table_is_complete() -> None:
    assert set(EXPECTED) == set(ACTIONS)
    assert all(set(cells) == set(STATES) for _, cells in EXPECTED.values())
    assert len(STATES) * len(WHO) * len(ACTIONS) == 672


@pytest.mark.parametrize("state", STATES)
def test_each_action_of_each_role_ends_as_the_table_says(state: str) -> None:
    wrong = []
    for action, (holders, cells) in EXPECTED.items():
        may, code = cells[state]
        for role, name in WHO.items():
            expected = "" if role in may.split() else code
            if role not in holders.split():
                expected = "SOD_ROLE"
            try:
                ACTIONS[action](at_state(state).copy(), name)
                found = ""
            except Refusal as refused:
                found = refused.code
            if found != expected:
                wrong.append((action, role, expected, found))
    assert wrong == []
