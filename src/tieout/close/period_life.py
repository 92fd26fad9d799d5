"""The life of a period: open, in review, closed, reopened, by replay of the log (A5, D24, D25).

The same objections are raised when something is signed and when the log is read, so that a log
written around the commands closes nothing. Order is the number of the entry; no clock decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from tieout.close.objections import to_closing, to_reopening, to_signing
from tieout.close.run_facts import RunFacts
from tieout.errors import Refusal
from tieout.evidence.documents import KINDS, Import, Run
from tieout.evidence.known_prices import read_entry
from tieout.evidence.log import Entry
from tieout.people.duty import Signer
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Closing, Reopening, RulingDocument, SignOff
from tieout.review.makers import counted

State = Literal["open", "in review", "closed", "reopened"]
# What a run reads of the log beside rulings; of an import it depends on the days of its rows.
_INPUTS: Final = frozenset(
    {"capture", "approval", "declaration", "rollback", "resolution", "verification",
     "contradiction"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedRun:
    """A sign-off of a run, and why it does not stand; empty where it does."""

    ruling: Ruling
    fault: str = ""

    @property
    def document(self) -> SignOff:
        """What was signed."""
        assert isinstance(self.ruling.document, SignOff)
        return self.ruling.document


@dataclass
class PeriodLog:
    """What the life of a period is read from.

    Attributes:
        entries: every entry of the log, oldest first.
        rulings: everything that people signed.
        facts: the facts of a run, by its record.
        touches: whether an import has rows for the days of a run, or some that say no day.
    """

    entries: Sequence[Entry]
    rulings: Replay
    facts: Callable[[Run], RunFacts]
    touches: Callable[[Import, RunFacts], bool]

    @cached_property
    def runs(self) -> tuple[tuple[int, Run], ...]:
        """Every run with the number of its entry."""
        return tuple(
            (one.seq, read_entry(one, Run)) for one in self.entries if one.kind == KINDS[Run]
        )

    def newest(self, period: str, before: int) -> Run | None:
        """The newest run of a period before an entry."""
        found = [run for seq, run in self.runs if run.period == period and seq < before]
        return found[-1] if found else None

    def changes(self, facts: RunFacts, before: int) -> tuple[str, ...]:
        """What changed, before an entry, since a run read the log."""
        return tuple(self._changes(facts, before))

    def _changes(self, facts: RunFacts, before: int) -> Iterator[str]:
        for one in self.entries[facts.read : before - 1]:
            if one.kind in _INPUTS or (
                one.kind == KINDS[Import] and self.touches(read_entry(one, Import), facts)
            ):
                yield f"entry {one.seq}: {one.kind}"
        for ruling in counted(self.rulings, facts.record.period, before - 1):
            if ruling.in_force_at > facts.read:
                yield f"entry {ruling.in_force_at}: {ruling.kind} {ruling.ruling_id}"


@dataclass(slots=True)
class PeriodLife:
    """A period after so many entries of the log.

    Attributes:
        log: what it is read from.
        label: the label of the period.
        signed: every sign-off so far, with why it does not stand.
        prepared: the sign-off of the newest run as prepared, if it stands.
        checked: the sign-off of the newest run as checked, if it stands.
        closing: the closing in force.
        was_closed: whether it was closed before.
    """

    log: PeriodLog
    label: str
    signed: list[SignedRun] = field(default_factory=list)
    prepared: Ruling | None = None
    checked: Ruling | None = None
    closing: Ruling | None = None
    was_closed: bool = False

    def state(self, before: int | None = None) -> State:
        """The state of the period, by default after the whole log."""
        if self.closing is not None:
            return "closed"
        self.settle(self.end if before is None else before)
        if self.prepared is not None:
            return "in review"
        return "reopened" if self.was_closed else "open"

    @property
    def end(self) -> int:
        """The number of the entry that would come next."""
        return len(self.log.entries) + 1

    def run(self, before: int) -> RunFacts | None:
        """The newest run of the period before an entry."""
        found = self.log.newest(self.label, before)
        return None if found is None else self.log.facts(found)

    def take(self, ruling: Ruling) -> None:
        """Take the next ruling about the period, with what speaks against it."""
        before = ruling.in_force_at
        if self.closing is None:
            self.settle(before)
        refusal = self.objection(ruling.document, ruling, before)
        document = ruling.document
        if isinstance(document, SignOff):
            self.signed.append(SignedRun(ruling, "" if refusal is None else str(refusal)))
        if refusal is not None:
            return
        if isinstance(document, SignOff):
            if document.signed_as == "prepared":
                self.prepared = ruling
            else:
                self.checked = ruling
        elif isinstance(document, Closing):
            self.closing = ruling
        else:
            self.closing, self.was_closed = None, True
            # A period that was reopened is signed anew, also where nothing was changed.
            self._drop("the period was reopened after it")

    def objection(
        self,
        document: RulingDocument,
        ruling: Ruling | None,
        before: int,
        signers: Sequence[Signer] = (),
    ) -> Refusal | None:
        """The first thing that speaks against a ruling about this period, at an entry."""
        by = ruling.signers if ruling is not None else signers
        if isinstance(document, SignOff):
            return next(to_signing(self, document, by, before), None)
        if isinstance(document, Closing):
            return next(to_closing(self, document, by, before), None)
        assert isinstance(document, Reopening)
        return next(to_reopening(self, document), None)

    def settle(self, before: int) -> None:
        """Drop the sign-offs that a newer run or a changed input made stale."""
        if self.prepared is None:
            return
        newest = self.run(before)
        assert newest is not None, "only a run on record is signed"
        assert isinstance(self.prepared.document, SignOff)
        if newest.record.run_id != self.prepared.document.run_id:
            self._drop(f"run {newest.record.run_id} superseded it")
            return
        changed = self.log.changes(newest, before)
        if changed:
            self._drop(f"an input changed after it, {changed[0]}")

    def _drop(self, why: str) -> None:
        for place, one in enumerate(self.signed):
            if one.ruling in (self.prepared, self.checked):
                self.signed[place] = SignedRun(one.ruling, why)
        self.prepared = self.checked = None


def life_of(log: PeriodLog, label: str) -> PeriodLife:
    """The life of a period, as the whole log tells it."""
    life = PeriodLife(log, label)
    for one in log.rulings.of(SignOff, Closing, Reopening):
        if getattr(one.document, "period", "") == label:
            life.take(one)
    if life.closing is None:
        life.settle(life.end)
    return life


def closed_periods(log: PeriodLog) -> tuple[PeriodLife, ...]:
    """Every period that is closed."""
    labels = {
        one.document.period for one in log.rulings.of(Closing) if isinstance(one.document, Closing)
    }
    found = (life_of(log, label) for label in sorted(labels))
    return tuple(one for one in found if one.closing is not None)
