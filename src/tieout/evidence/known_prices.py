"""What was known about prices at an instant: the log replayed up to it (P7, K1, D23).

There are two axes. A price holds over a time; and from some entry of the log on we know it. This
module walks the second one: captures, approvals, declarations and roll-backs, in the order of the
log, of those entries that were made at the instant or before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec

from tieout.calendar import parse_instant
from tieout.errors import IntegrityRefused
from tieout.evidence.documents import KINDS, Approval, Capture, Declaration, Document, Rollback
from tieout.evidence.log import Entry

T = TypeVar("T", bound=Document)


@dataclass(frozen=True, slots=True)
class KnownPrices:
    """What was known: captures with their approvals, declarations, and the roll-backs."""

    captures: tuple[Capture, ...]
    declarations: tuple[Declaration, ...]
    rollbacks: tuple[Rollback, ...]


@dataclass(slots=True)
class _Standing:
    """One capture or declaration while the log is walked."""

    known_at: datetime
    # Names in force, each with the time of its approval.
    names: list[tuple[str, datetime]] = field(default_factory=list)
    set_aside: str = ""


@dataclass(slots=True)
class _Replay:
    captures: dict[str, tuple[Capture, _Standing]] = field(default_factory=dict)
    declarations: dict[str, tuple[Declaration, _Standing]] = field(default_factory=dict)
    rollbacks: list[Rollback] = field(default_factory=list)

    def approve(self, approval: Approval, moment: datetime) -> None:
        found = (
            self.declarations.get(approval.declaration_id)
            if approval.declaration_id
            else self.captures.get(approval.capture_id)
        )
        if found is not None:
            found[1].names.append((approval.approved_by, moment))
            found[1].set_aside = ""

    def roll_back(self, rollback: Rollback, at: str) -> None:
        """Set aside what is later than the target; an approval afterwards takes it in again."""
        self.rollbacks.append(rollback)
        target = self.captures.get(rollback.target)
        for capture, standing in self.captures.values():
            if rollback.source_name not in ("", capture.source_name):
                continue
            if target is None:
                self._back_to(standing, rollback.target, at)
            elif _instant(capture.accessed_at) > _instant(target[0].accessed_at):
                _set_aside(standing, at)
        for declaration, standing in self.declarations.values():
            meant = self.captures.get(declaration.capture_id)
            if meant is None or rollback.source_name not in ("", meant[0].source_name):
                continue
            if target is None:
                self._back_to(standing, rollback.target, at)
            elif meant[1].set_aside == at:
                _set_aside(standing, at)

    def _back_to(self, standing: _Standing, target: str, at: str) -> None:
        """Back to what was known at an instant: later names do not count, later entries wait."""
        instant = _instant(target)
        standing.names = [(name, when) for name, when in standing.names if when <= instant]
        if standing.known_at > instant:
            _set_aside(standing, at)


def _set_aside(standing: _Standing, at: str) -> None:
    standing.names.clear()
    standing.set_aside = at


def known_prices(entries: Iterable[Entry], known_at: datetime | None = None) -> KnownPrices:
    """Captures and declarations as they were known.

    Args:
        entries: the log, oldest first.
        known_at: only entries made at this instant or before it count; all of them by default.
    """
    replay = _Replay()
    for entry in entries:
        if entry.kind not in _PRICE_KINDS:
            continue
        moment = _instant(entry.at)
        if known_at is not None and moment > known_at:
            continue
        if entry.kind == KINDS[Capture]:
            capture = read_entry(entry, Capture)
            standing = _Standing(moment)
            if capture.approved_by:
                standing.names.append((capture.approved_by, moment))
            replay.captures[capture.capture_id] = (capture, standing)
        elif entry.kind == KINDS[Declaration]:
            declaration = read_entry(entry, Declaration)
            replay.declarations[declaration.declaration_id] = (declaration, _Standing(moment))
        elif entry.kind == KINDS[Approval]:
            replay.approve(read_entry(entry, Approval), moment)
        else:
            replay.roll_back(read_entry(entry, Rollback), entry.at)
    return KnownPrices(
        tuple(_capture(*found) for found in replay.captures.values()),
        tuple(_declaration(*found) for found in replay.declarations.values()),
        tuple(replay.rollbacks),
    )


_PRICE_KINDS = frozenset(KINDS[kind] for kind in (Capture, Approval, Declaration, Rollback))


def _capture(capture: Capture, standing: _Standing) -> Capture:
    names = _names(standing)
    return msgspec.structs.replace(
        capture,
        approved_by=standing.names[-1][0] if standing.names else "",
        approvals=names,
        set_aside=standing.set_aside,
    )


def _declaration(declaration: Declaration, standing: _Standing) -> Declaration:
    return msgspec.structs.replace(
        declaration, approvals=_names(standing), set_aside=standing.set_aside
    )


def _names(standing: _Standing) -> tuple[str, ...]:
    """Everybody who approved, each once, in the order of the log."""
    return tuple(dict.fromkeys(name for name, _ in standing.names))


def read_entry(entry: Entry, document: type[T]) -> T:
    """The document an entry holds.

    Raises:
        IntegrityRefused: ``EV_NOTE_FORM``: it has not the fields of its kind.
    """
    try:
        return msgspec.convert(entry.body, document, strict=True)
    except msgspec.ValidationError as error:
        raise IntegrityRefused(
            "EV_NOTE_FORM",
            "An entry of the log does not have the fields of its kind.",
            where=(f"entry {entry.seq}, {entry.kind}: {error}",),
            remedy="Read it with the version of Tieout that wrote it.",
        ) from error


def _instant(text: str) -> datetime:
    return parse_instant(text, "evidence log")
