"""What did we know on day K about the price on day U: random histories against a small model (P7).

The model keeps no state: for each question it looks at the list of events anew, asks of every
approval whether a later roll-back took it back, and of every capture whether it counts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tieout.calendar import instant_text
from tieout.close.captured_prices import declared_starts, different_names
from tieout.evidence.canonical import plain_document
from tieout.evidence.documents import KINDS, Approval, Capture, Declaration, Document, Rollback
from tieout.evidence.known_prices import KnownPrices, known_prices
from tieout.evidence.log import Entry
from tieout.pricebook import CapturedSource, build_price_book, parse_source

START = datetime(2026, 8, 1, tzinfo=UTC)
MODEL = "m"


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


@dataclass(frozen=True)
class Event:
    """One thing that happened: ``at`` is when it was entered, all times are hours."""

    kind: str
    at: int
    capture: str = ""
    accessed: int = 0
    price: int | None = None
    approved: bool = False
    start: int = 0
    until: int | None = None
    target: str | int = ""


def document(event: Event) -> Document:
    if event.kind == "capture":
        return Capture(
            capture_id=event.capture, sha256="0", source_name="list", source_url="",
            accessed_at=instant_text(hour(event.accessed)), method="manual", operator="AB",
            approved_by="CD" if event.approved else "", format="price-list", original_name="",
            size=1,
        )  # fmt: skip
    if event.kind == "approval":
        return Approval(event.capture, "CD", str(event.at))
    if event.kind == "declaration":
        until = "" if event.until is None else instant_text(hour(event.until))
        return Declaration(
            event.capture, instant_text(hour(event.start)), "said", "0", "AB", until, (MODEL,)
        )
    target = event.target if isinstance(event.target, str) else instant_text(hour(event.target))
    return Rollback(target, "", "why", "0", "AB")


def entries(events: list[Event]) -> list[Entry]:
    found = []
    for number, event in enumerate(events, 1):
        said = document(event)
        body: dict[str, Any] = plain_document(said)
        found.append(Entry(number, instant_text(hour(event.at)), KINDS[type(said)], body, "", ""))
    return found


def priced_at(events: list[Event], known: KnownPrices, moment: datetime) -> int | None:
    """The price by the program: its book, its intervals."""
    stated = {event.capture: event.price for event in events if event.kind == "capture"}
    sources = []
    for capture in known.captures:
        price = stated[capture.capture_id]
        other = "{}" if price is None else f'{{"input_cost_per_token": {price}}}'
        text = f'{{"{MODEL if price is not None else "other"}": {other}}}'
        sources.append(
            CapturedSource(
                capture.capture_id,
                capture.source_name,
                datetime.fromisoformat(capture.accessed_at),
                capture.grade,
                bool(capture.approved_by) and not capture.set_aside,
                parse_source(text.encode(), "litellm", None),
                different_names(capture.approvals),
                bool(capture.set_aside),
            )
        )
    book = build_price_book(sources, declared_starts(known.declarations), {MODEL})
    naive = moment.replace(tzinfo=None)
    held = {
        row["price_set_id"]
        for row in book.price_sets.to_pylist()
        if row["source_model_id"] == MODEL
        and row["effective_from"] <= naive
        and (row["effective_until"] is None or naive < row["effective_until"])
    }
    assert len(held) <= 1, "one source has one price at a time"
    lines = [row for row in book.price_lines.to_pylist() if row["price_set_id"] in held]
    return int(lines[0]["unit_rate"]) if lines else None


# --- the model -------------------------------------------------------------------------------


def took_back(later: Event, number: int, events: list[Event], capture: Event) -> bool:
    """Whether a roll-back took back what event ``number`` said about a capture."""
    if later.kind != "rollback":
        return False
    if isinstance(later.target, str):
        (target,) = [e for e in events if e.kind == "capture" and e.capture == later.target]
        return capture.accessed > target.accessed
    return events[number].at > later.target or capture.at > later.target


def set_aside(events: list[Event], capture: Event) -> bool:
    born = events.index(capture)
    aside = False
    for number in range(born + 1, len(events)):
        event = events[number]
        if event.kind == "approval" and event.capture == capture.capture:
            aside = False
        elif event.kind == "rollback":
            by_name = isinstance(event.target, str)
            aside |= took_back(event, born, events, capture) if by_name else False
            if isinstance(event.target, int):
                aside |= capture.at > event.target
    return aside


def approved(events: list[Event], capture: Event) -> bool:
    said = [
        number
        for number, event in enumerate(events)
        if event.capture == capture.capture
        and (event.kind == "approval" or (event.kind == "capture" and event.approved))
    ]
    return any(
        not any(took_back(later, number, events, capture) for later in events[number + 1 :])
        for number in said
    )


def model(events: list[Event], known_at: int, moment: int) -> int | None:
    seen = [event for event in events if event.at <= known_at]
    captures = [e for e in seen if e.kind == "capture" and not set_aside(seen, e)]
    counted: list[Event] = []
    for capture in sorted(captures, key=lambda e: e.accessed):
        same = bool(counted) and counted[-1].price == capture.price
        if approved(seen, capture) or same:
            counted.append(capture)
    said = [e for e in seen if e.kind == "declaration" and not declaration_aside(seen, e)]
    for one in said:
        (meant,) = [e for e in events if e.kind == "capture" and e.capture == one.capture]
        if meant not in counted or meant.price is None or one.start >= meant.accessed:
            continue
        before = [e for e in counted if e.accessed < meant.accessed][-1:]
        if before and (one.start < before[0].accessed or before[0].price == meant.price):
            continue
        end = meant.accessed if one.until is None else min(one.until, meant.accessed)
        if one.start <= moment < meant.accessed:
            return meant.price if moment < end else None
        current = [e for e in counted if e.accessed <= moment][-1:]
        if current == [meant] and one.until is not None and moment >= one.until:
            return None
    current = [e for e in counted if e.accessed <= moment][-1:]
    return current[0].price if current else None


def declaration_aside(events: list[Event], said: Event) -> bool:
    born = events.index(said)
    (meant,) = [e for e in events if e.kind == "capture" and e.capture == said.capture]
    for later in events[born + 1 :]:
        if later.kind != "rollback":
            continue
        if isinstance(later.target, int):
            if said.at > later.target:
                return True
        elif took_back(later, events.index(meant), events, meant):
            return True
    return False


# --- random histories ------------------------------------------------------------------------


def history(chance: random.Random) -> list[Event]:
    """Captures in any order of access, approvals, at most one declaration, roll-backs."""
    events: list[Event] = []
    at, used = 0, chance.sample(range(2, 60), 8)
    for number in range(chance.randint(3, 9)):
        at += chance.randint(0, 12)
        captures = [event for event in events if event.kind == "capture"]
        kind = chance.choice(
            ("capture", "capture", "capture", "approval", "declaration", "rollback")
        )
        if kind == "capture" or not captures:
            price = chance.choice((1, 1, 2, 3, None))
            approval = chance.random() < 0.5
            events.append(
                Event(
                    "capture",
                    at,
                    f"c{number}",
                    used.pop() if used else 70 + number,
                    price,
                    approval,
                )
            )
        elif kind == "approval":
            events.append(Event("approval", at, chance.choice(captures).capture))
        elif kind == "declaration" and not any(e.kind == "declaration" for e in events):
            start = chance.randint(0, 60)
            until = chance.choice((None, start + chance.randint(1, 30)))
            name = chance.choice(captures).capture
            events.append(Event("declaration", at, name, start=start, until=until))
        elif kind == "rollback":
            moment = chance.choice((chance.randint(0, at), chance.choice(events).at))
            names: list[str | int] = [e.capture for e in captures]
            target = chance.choice([*names, moment, moment])
            events.append(Event("rollback", at, target=target))
    return events


def usable(events: list[Event]) -> bool:
    """The model knows declarations that reach back; the others have tests of their own."""
    return all(
        event.start < capture.accessed
        for event in events
        if event.kind == "declaration"
        for capture in events
        if capture.kind == "capture" and capture.capture == event.capture
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_book_knows_what_was_known_when(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    compared = 0
    for _ in range(25):
        events = history(chance)
        if not usable(events):
            continue
        log = entries(events)
        last = max(event.at for event in events)
        for known_at in {0, last // 2, last, last + 1, chance.randint(0, last + 1)}:
            known = known_prices(log, hour(known_at))
            for moment in (0, 10, 20, 30, 45, 59, 90, chance.randint(0, 90)):
                said = priced_at(events, known, hour(moment))
                assert said == model(events, known_at, moment), (seed, events, known_at, moment)
                compared += said is not None
    assert compared, "a seed in which nothing was ever priced shows nothing"


def test_what_is_entered_later_changes_no_earlier_answer() -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    for _ in range(100):
        events = history(chance)
        log = entries(events)
        half = events[: len(events) // 2]
        known_at = half[-1].at if half else 0
        later = [event for event in events[len(half) :] if event.at > known_at]
        assert known_prices(entries([*half, *later]), hour(known_at)) == known_prices(
            log[: len(half)], hour(known_at)
        )
