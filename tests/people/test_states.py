"""Random histories: nothing is in force by one person, one key, or a key that may not sign (G23).

People use the commands, and somebody writes into the log around them.

What holds is counted here again from the entries alone, by rules written a second time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.people.sample_rulings import sample
from tests.people.small_log import AT, MemoryLog, body_of, chained, founding, key_of, person
from tieout.calendar import instant_text
from tieout.errors import IntegrityRefused, Refusal
from tieout.evidence.checkpoint import NO_ENTRY
from tieout.evidence.signed import Countersigned, Signed
from tieout.people.duty import LEAST
from tieout.people.person import Person, Role
from tieout.people.record import countersign, record_founding, record_ruling, rulings_of
from tieout.people.replay import Ruling
from tieout.people.ruling import (
    Enrolment,
    Founding,
    Revocation,
    RulingDocument,
    Withdrawal,
)
from tieout.people.statement import Statement
from tieout.signing.envelope import seal, sign

NAMES = ("AB", "CD", "EF", "ab", "GH")
KEYS = ("AB", "CD", "EF", "K1", "K2")
ROLE_SETS: tuple[tuple[Role, ...], ...] = (
    ("administrator", "finance", "preparer"),
    ("checker", "engineering"),
    ("checker",),
    ("preparer",),
    ("auditor",),
    ("engineering", "finance"),
    ("administrator",),
)
KINDS = ("adjustment", "merge", "estimate", "policy", "comment")
# The objects that the samples rest on, where they are others than one.
OBJECTS: dict[str, tuple[str, ...]] = {
    "policy": ("b" * 64,), "comment": (), "merge": (),
}  # fmt: skip
founder = st.sampled_from(("AB", "CD"))
name, key, roles, kind = (st.sampled_from(each) for each in (NAMES, KEYS, ROLE_SETS, KINDS))


@dataclass
class Keys:
    """Who has which key, counted from what came into force, in that order."""

    holders: dict[str, tuple[str, tuple[Role, ...]]] = field(default_factory=dict)
    ever: dict[str, str] = field(default_factory=dict)
    past: list[tuple[int, dict[str, tuple[str, tuple[Role, ...]]]]] = field(default_factory=list)

    def take(self, document: RulingDocument, seq: int) -> None:
        """One ruling that came into force with that entry."""
        self.change(document)
        self.past.append((seq, dict(self.holders)))

    def at(self, seq: int) -> dict[str, tuple[str, tuple[Role, ...]]]:
        """Who had which key when that entry was made."""
        return next(held for since, held in reversed(self.past) if since < seq)

    def change(self, document: RulingDocument) -> None:
        """What the ruling does to the keys."""
        if isinstance(document, Founding):
            for one in document.people:
                self.give(one)
        elif isinstance(document, Enrolment):
            self.holders = {
                k: held for k, held in self.holders.items() if held[0] != document.person.name
            }
            self.give(document.person)
        elif isinstance(document, Revocation):
            del self.holders[document.key_id]

    def give(self, one: Person) -> None:
        """A key is one person's for good."""
        assert self.ever.setdefault(one.key_id, one.name) == one.name
        self.holders[one.key_id] = (one.name, one.roles)


class Histories(RuleBasedStateMachine):
    """People who found, enrol, revoke, sign and countersign, and somebody who writes the log."""

    @initialize()
    def found(self) -> None:
        self.log = MemoryLog()
        people = (person("AB", *ROLE_SETS[0]), person("CD", *ROLE_SETS[1]))
        record_founding(self.log, founding(*people), [key_of("AB"), key_of("CD")], AT)

    def attempt(self, document: RulingDocument, by: str, second: str) -> None:
        with contextlib.suppress(Refusal):
            made = record_ruling(self.log, document, key_of(by), AT)
            countersign(self.log, made.ruling_id, key_of(second), AT)

    @rule(who=name, has=roles, whose=key, by=founder, second=founder)
    def enrol(self, who: str, has: tuple[Role, ...], whose: str, by: str, second: str) -> None:
        self.attempt(Enrolment(person(who, *has, key=whose), "joins"), by, second)

    @rule(whose=key, by=founder, second=founder)
    def revoke(self, whose: str, by: str, second: str) -> None:
        self.attempt(Revocation(key_of(whose).key_id, "left"), by, second)

    @rule(what=kind, by=key)
    def decide(self, what: str, by: str) -> None:
        with contextlib.suppress(Refusal):
            record_ruling(self.log, sample(what), key_of(by), AT)

    @rule(which=st.integers(0, 30), by=key)
    def sign_under(self, which: int, by: str) -> None:
        waiting = rulings_of(self.log).waiting
        if waiting:
            with contextlib.suppress(Refusal):
                countersign(self.log, waiting[which % len(waiting)].ruling_id, key_of(by), AT)

    @rule(which=st.integers(0, 30), by=key)
    def withdraw(self, which: int, by: str) -> None:
        rulings = rulings_of(self.log).rulings
        if rulings:
            document = Withdrawal(rulings[which % len(rulings)].entry, "asked twice")
            with contextlib.suppress(Refusal):
                record_ruling(self.log, document, key_of(by), AT)

    @rule(which=st.integers(0, 30), said=name, by=key)
    def write_withdrawal(self, which: int, said: str, by: str) -> None:
        """Around the commands: of any ruling, in any name."""
        rulings = rulings_of(self.log).rulings
        if rulings:
            document = Withdrawal(rulings[which % len(rulings)].entry, "asked twice")
            after = self.log.list[-1].digest
            content = Statement(self.log.origin, after, instant_text(AT), said, document).encoded()
            self.write("signed", Signed(seal(content, [key_of(by)]), ()))

    @rule(what=kind, said=name, by=st.lists(key, min_size=1, max_size=3))
    def write_statement(self, what: str, said: str, by: list[str]) -> None:
        """Around the commands: any people, any author, in the right place."""
        after = self.log.list[-1].digest if self.log.list else NO_ENTRY
        content = Statement(self.log.origin, after, instant_text(AT), said, sample(what)).encoded()
        envelope = seal(content, [key_of(one) for one in by])
        self.write("signed", Signed(envelope, OBJECTS.get(what, ("d" * 64,))))

    @rule(which=st.integers(0, 30), by=key)
    def write_signature(self, which: int, by: str) -> None:
        rulings = rulings_of(self.log).rulings
        if rulings:
            one = rulings[which % len(rulings)]
            self.write("countersigned", Countersigned(one.entry, sign(one.content, key_of(by))))

    def write(self, entry_kind: str, body: Signed | Countersigned) -> None:
        """Write it, and take it back where the log is then refused as a whole."""
        self.log.list.append(chained(self.log.list, entry_kind, body_of(body), instant_text(AT)))
        try:
            rulings_of(self.log)
        except IntegrityRefused:
            self.log.list.pop()

    @invariant()
    def what_is_in_force_was_brought_there_by_people_who_may(self) -> None:
        """Counted again from each ruling's signatures and the keys of that moment."""
        if not hasattr(self, "log"):
            return
        signed_at = self.signatures()
        keys = Keys()
        for one in rulings_of(self.log).in_force:
            document = one.document
            if isinstance(document, Founding):
                keys.take(document, one.in_force_at)
                continue
            # At the entry that brought it into force, each signature that fills a place is by a
            # key that signs, and nobody stands twice.
            for seq, signer in zip(signed_at[one.entry], one.signers, strict=True):
                assert keys.at(seq)[signer.key_id] == (signer.name, signer.roles)
            holding = [
                signer
                for signer in one.signers
                if keys.at(one.in_force_at).get(signer.key_id, ("",))[0] == signer.name
            ]
            assert self.fills(one, [signer.roles for signer in holding])
            assert len({signer.key_id for signer in one.signers}) == len(one.signers)
            assert len({signer.name.casefold() for signer in one.signers}) == len(one.signers)
            keys.take(document, one.in_force_at)
        assert {k: held[0] for k, held in keys.holders.items()} == {
            one.key_id: one.name for one in rulings_of(self.log).roster.people.values()
        }

    @invariant()
    def what_is_withdrawn_was_its_author_s_and_never_counts(self) -> None:
        """Counted again from the entries: who asked, who was there, and what came after."""
        if not hasattr(self, "log"):
            return
        replayed, signed_at = rulings_of(self.log), self.signatures()
        rulings = {one.entry: one for one in replayed.rulings}
        keys = Keys()
        for one in replayed.in_force:
            document = one.document
            if isinstance(document, Withdrawal):
                target = rulings[document.entry]
                author, asked = target.statement.by, one.signers[0]
                there = {held[0] for held in keys.at(one.in_force_at).values()}
                assert asked.name == author or (
                    author not in there and "administrator" in asked.roles
                )
                assert max(signed_at[target.entry]) < one.in_force_at
                assert target.in_force_at == 0
                assert target not in replayed.waiting
            keys.take(document, one.in_force_at)
        taken_back = [
            one.document.entry
            for one in replayed.of(Withdrawal)
            if isinstance(one.document, Withdrawal)
        ]
        assert len(set(taken_back)) == len(taken_back)

    def signatures(self) -> dict[str, list[int]]:
        """The numbers of the entries that signed each statement."""
        found: dict[str, list[int]] = {}
        for entry in self.log.list:
            if entry.kind == "signed":
                count = len(entry.body["envelope"]["signatures"])
                found[entry.digest] = [entry.seq] * count
            else:
                found[entry.body["entry"]].append(entry.seq)
        return found

    @staticmethod
    def fills(one: Ruling, held: Sequence[tuple[Role, ...]]) -> bool:
        """Whether some order of the signers fills every place, tried one by one."""
        places = LEAST["checked" if one.kind == "sign-off" else one.kind]
        return any(
            all(set(place) & set(has) for place, has in zip(places, order, strict=True))
            for order in permutations(held, len(places))
        )


Histories.TestCase.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, derandomize=True,
    phases=[Phase.generate],  # a history is short enough to be read as it is
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
TestHistories = Histories.TestCase
TestHistories.pytestmark = [pytest.mark.slow]  # type: ignore[attr-defined]
