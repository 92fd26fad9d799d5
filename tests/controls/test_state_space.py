"""A search of the ways to a closed period: none goes past a control (A3, A5; 0 escapes).

Every action is tried from every state that is found, also those that write around the commands. A
second account of the rules, written here from the requirements and sharing nothing with the first,
says what each step should come to; the two agree in every state, and it says of every closed one
that nothing was open.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest

from tests.controls.office import PERIOD
from tests.controls.paper import Paper, begun
from tieout.actions.signing_off import show_approval
from tieout.calendar import parse_period
from tieout.close.approval import require_open
from tieout.errors import Refusal

pytestmark = pytest.mark.slow

# Steps that are tried in one world; all there are at night (make nightly-controls).
_STEPS: Final = int(os.environ.get("TIEOUT_CONTROL_STEPS", "150"))


@dataclass(frozen=True)
class Told:
    """The day as an outsider would tell it."""

    has_group: bool
    answer: str = ""
    makers: frozenset[str] = frozenset()
    owned: bool = False
    decided: bool = False
    shown: bool = False
    waiting: tuple[str, ...] = ()
    ab_checks: bool = False
    run_answered: bool = False
    run_decided: bool = False
    changed: bool = False
    prepared: str = ""
    checked: str = ""
    closed: bool = False
    was_closed: bool = False

    @property
    def state(self) -> str:
        """The state of the period."""
        if self.closed:
            return "closed"
        if self.prepared and not self.changed:
            return "in review"
        return "reopened" if self.was_closed else "open"

    @property
    def settled(self) -> bool:
        """Nothing is open in the newest run, and nothing waits."""
        group = not self.has_group or (self.run_decided and self.owned and self.shown)
        return self.run_answered and group and not self.changed and "adjustment" not in self.waiting

    def may_check(self, name: str) -> bool:
        """A checker who had no hand in it."""
        holds = name in ("CD", "GH") or (name == "AB" and self.ab_checks)
        return holds and name not in self.makers and name != self.prepared

    def made(self, name: str, **changes: object) -> Told:
        """After a ruling that counts."""
        return replace(self, makers=self.makers | {name}, changed=True, **changes)  # type: ignore[arg-type]


def ran(told: Told) -> Told:
    """After a run, where the day is not closed."""
    if told.closed:
        return told
    return replace(
        told, run_answered=told.answer == "yes", run_decided=told.decided, changed=False,
        prepared="", checked="",
    )  # fmt: skip


def prepared(told: Told, name: str) -> Told:
    """After a signature as prepared."""
    holds = name == "EF" or (name == "AB" and not told.ab_checks)
    fits = holds and told.settled and not told.closed and not told.prepared
    return replace(told, prepared=name) if fits else told


def checked(told: Told, name: str) -> Told:
    """After a signature as checked, by a command or around it."""
    fits = (
        told.may_check(name) and told.settled and not told.closed
        and told.prepared and not told.checked
    )  # fmt: skip
    return replace(told, checked=name) if fits else told


def closed(told: Told, name: str) -> Told:
    """After a closing, by a command or around it."""
    fits = (
        told.may_check(name) and told.settled and not told.closed
        and told.prepared and told.checked
    )  # fmt: skip
    return replace(told, closed=True) if fits else told


def reopening(told: Told, _name: str) -> Told:
    """After somebody asked to reopen."""
    return replace(told, waiting=(*told.waiting, "reopening")) if told.closed else told


def reopening_around(told: Told) -> Told:
    """After somebody asked to reopen around the command, closed or not."""
    return replace(told, waiting=(*told.waiting, "reopening"))


def countersigned(told: Told, name: str) -> Told:
    """After a checker signed what waits longest."""
    if not told.waiting or (name == "AB"):
        return told
    first, *rest = told.waiting
    left = replace(told, waiting=tuple(rest))
    if first == "adjustment":
        return replace(left, changed=True)
    if not told.closed:
        return left
    return replace(left, closed=False, was_closed=True, prepared="", checked="")


def withdrawn(told: Told, _name: str) -> Told:
    """After EF took back what waits longest; EF asked for all that ever waits here."""
    return replace(told, waiting=told.waiting[1:])


def adjusting(told: Told, _name: str) -> Told:
    """After AB asked for an adjustment; AB is its author once it is in force, and before."""
    return replace(told, waiting=(*told.waiting, "adjustment"))


Action = tuple[Callable[[Paper], object], Callable[[Told], Told]]


def _run(paper: Paper) -> None:
    require_open(paper.workspace, parse_period(PERIOD, "UTC"))
    paper.run()


ACTIONS: Final[dict[str, Action]] = {
    "run": (_run, ran),
    "a late file": (lambda p: p.bring(), lambda t: replace(t, changed=True)),
    "AB answers": (lambda p: p.answer("AB"), lambda t: t.made("AB", answer="yes")),
    "CD answers": (lambda p: p.answer("CD"), lambda t: t.made("CD", answer="yes")),
    "GH says no": (lambda p: p.answer("GH", "no"), lambda t: t.made("GH", answer="no")),
    "AB prepares": (lambda p: p.sign("AB", "prepared"), lambda t: prepared(t, "AB")),
    "EF prepares": (lambda p: p.sign("EF", "prepared"), lambda t: prepared(t, "EF")),
    "AB checks": (lambda p: p.sign("AB", "checked"), lambda t: checked(t, "AB")),
    "CD checks": (lambda p: p.sign("CD", "checked"), lambda t: checked(t, "CD")),
    "GH checks": (lambda p: p.sign("GH", "checked"), lambda t: checked(t, "GH")),
    "AB checks around": (lambda p: p.forge_sign("AB", "checked"), lambda t: checked(t, "AB")),
    "CD checks around": (lambda p: p.forge_sign("CD", "checked"), lambda t: checked(t, "CD")),
    "CD closes": (lambda p: p.close("CD"), lambda t: closed(t, "CD")),
    "GH closes": (lambda p: p.close("GH"), lambda t: closed(t, "GH")),
    "AB closes around": (lambda p: p.forge_close("AB"), lambda t: closed(t, "AB")),
    "CD closes around": (lambda p: p.forge_close("CD"), lambda t: closed(t, "CD")),
    "EF asks to reopen": (lambda p: p.reopen("EF"), lambda t: reopening(t, "EF")),
    "EF asks around": (lambda p: p.forge_reopen("EF"), reopening_around),
    "CD signs what waits": (lambda p: p.countersign("CD"), lambda t: countersigned(t, "CD")),
    "EF withdraws": (lambda p: p.withdraw("EF"), lambda t: withdrawn(t, "EF")),
    "CD withdraws": (lambda p: p.withdraw("CD"), lambda t: t),
    "EF adjusts": (lambda p: p.adjust("EF"), lambda t: adjusting(t, "EF")),
    "IJ remarks": (lambda p: p.remark("IJ"), lambda t: t),
    "AB becomes a checker": (
        lambda p: p.enrol("AB", "checker"), lambda t: replace(t, ab_checks=True),
    ),
}  # fmt: skip
GROUP_ACTIONS: Final[dict[str, Action]] = {
    "an owner": (lambda p: p.own("AB"), lambda t: replace(t, owned=True)),
    "EF accepts": (lambda p: p.decide("EF"), lambda t: t.made("EF", decided=True, shown=True)),
    "EF accepts without evidence": (
        lambda p: p.decide("EF", evidence=False), lambda t: t.made("EF", decided=True),
    ),
}  # fmt: skip
# Where the search begins: a way from the first run, by the names of its actions.
WAYS: Final[dict[bool, tuple[tuple[str, ...], ...]]] = {
    False: (
        (),
        ("AB answers", "run"),
        ("AB answers", "run", "AB prepares", "CD checks"),
        ("AB answers", "run", "AB prepares", "EF asks around"),
        ("CD answers", "run", "EF prepares", "GH checks"),
        ("AB answers", "run", "EF prepares", "AB becomes a checker"),
        ("AB answers", "run", "AB prepares", "CD checks", "GH closes"),
        ("AB answers", "run", "AB prepares", "CD checks", "CD closes", "EF asks to reopen"),
    ),
    True: (
        ("AB answers", "EF accepts", "run"),
        ("AB answers", "EF accepts without evidence", "an owner", "run"),
        ("AB answers", "EF accepts", "an owner", "run", "AB prepares", "CD checks"),
        ("AB answers", "EF accepts", "an owner", "run", "AB prepares", "CD checks", "GH closes"),
    ),
}


def tried(paper: Paper, told: Told, name: str) -> tuple[Paper, Told]:
    """One action on a copy of a state, and what the second account makes of it."""
    act, tell = (ACTIONS | GROUP_ACTIONS)[name]
    after = paper.copy()
    try:
        act(after)
    except Refusal:
        after = paper.copy()
    return after, tell(told)


def agreed(paper: Paper, told: Told, way: tuple[str, ...]) -> None:
    """Both accounts come to one state; nothing is closed past a control."""
    found = show_approval(paper.workspace)
    assert found.state == told.state, way
    waiting = tuple(one.kind for one in found.rulings.waiting)
    assert waiting == told.waiting, way
    standing = {one.signed_as: one.ruling.names[0] for one in found.signatures if one.stands}
    if told.state == "in review":
        expected = {"prepared": told.prepared, "checked": told.checked}
        assert standing == {name: by for name, by in expected.items() if by}, way


@pytest.mark.parametrize("has_group", [False, True], ids=["ties out", "with a variance"])
def test_no_way_leads_past_a_control_to_a_closed_period(has_group: bool) -> None:
    first, told = begun(has_group=has_group), Told(has_group)
    actions = ACTIONS | (GROUP_ACTIONS if has_group else {})
    waits: deque[tuple[Paper, Told, tuple[str, ...]]] = deque()
    known: set[Told] = set()
    states = set()
    for way in WAYS[has_group]:
        paper, said = first, told
        for name in way:
            paper, said = tried(paper, said, name)
            agreed(paper, said, way)
        known.add(said)
        waits.append((paper, said, way))
    steps = 0
    while waits and steps < _STEPS:
        paper, said, way = waits.popleft()
        states.add(said.state)
        for name in actions:
            # A second change of roles would need another administrator.
            if name == "AB becomes a checker" and said.ab_checks:
                continue
            after, next_said = tried(paper, said, name)
            steps += 1
            agreed(after, next_said, (*way, name))
            if next_said not in known:
                known.add(next_said)
                waits.append((after, next_said, (*way, name)))
    assert states >= {"open", "in review", "closed"}
    assert steps >= min(_STEPS, 150)
