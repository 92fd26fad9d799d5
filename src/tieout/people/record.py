"""Rulings enter the log here, signed: checked by the rules of the core before anything is written.

Signing happens under the lock of the log: the statement names the entry before it, and nothing can
come between what a person was shown and what is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from tieout.calendar import instant_text, parse_instant
from tieout.errors import ApprovalRefused, ConfigurationRefused
from tieout.evidence.checkpoint import NO_ENTRY
from tieout.evidence.log import EvidenceLog, ReadableLog
from tieout.evidence.records import append
from tieout.evidence.signed import Countersigned, Signed
from tieout.people.decided import MOST_BYTES
from tieout.people.duty import FOUNDERS, Duty, Signer, duty_name, duty_of, in_words, useful
from tieout.people.replay import Replay, Ruling, replay
from tieout.people.ruling import Founding, RulingDocument, objects_of_ruling
from tieout.people.statement import Statement
from tieout.people.withdrawing import withdrawn_already
from tieout.signing.envelope import seal, sign
from tieout.signing.key import SigningKey

Guard = Callable[[Replay, Signer], None]


def rulings_of(log: ReadableLog) -> Replay:
    """Every ruling of a log, and who may sign."""
    return rulings_until(log)


def rulings_until(
    log: ReadableLog, size: int | None = None, known_at: datetime | None = None
) -> Replay:
    """The rulings as they stood after so many entries, of those made at an instant or before it.

    Args:
        log: the evidence log.
        size: how many entries; all of them by default.
        known_at: only entries made then or before, and what stood in the log before them; all of
            them by default. Clocks differ from desk to desk: an entry whose clock was ahead is
            known with the next one that is known.
    """
    entries, checkpoint = log.verified()
    known = list(entries[:size])
    while known and known_at is not None:
        if parse_instant(known[-1].at, "evidence log") <= known_at:
            break
        known.pop()
    return replay(known, checkpoint.origin)


def record_founding(
    log: EvidenceLog, founding: Founding, keys: Sequence[SigningKey], at: datetime
) -> Ruling:
    """Found the people of a workspace, signed by two of them (A3).

    With one key the founding waits for the second, so that no two keys need be in one place.

    Raises:
        ApprovalRefused: ``PEOPLE_FOUNDED``, ``PEOPLE_FEW``, ``SOD_KEY``, ``SOD_ROLES`` and
            ``PERSON_FORM``, or ``SIGN_TWICE`` where the two keys are one, or are more than two.
    """
    people = {one.key_id: one for one in founding.people}
    for key in keys:
        if key.key_id not in people:
            raise _role(Signer("", key.key_id, ()), founding, FOUNDERS)
    if len({key.key_id for key in keys}) < len(keys) or not 1 <= len(keys) <= len(FOUNDERS):
        raise _twice()
    with log.locked():
        replayed = rulings_of(log)
        replayed.require(founding)
        return _append(log, founding, keys, people[keys[0].key_id].name, at)


def record_ruling(
    log: EvidenceLog,
    document: RulingDocument,
    key: SigningKey,
    at: datetime,
    guard: Guard | None = None,
) -> Ruling:
    """Sign a ruling; it is in force at once, or waits for the other signatures it needs.

    Args:
        log: the evidence log.
        document: what is decided; its objects are in the store already.
        key: the key of who decides.
        at: the time.
        guard: a further check, made under the lock with all rulings so far and who signs; it
            raises what it refuses.

    Raises:
        ApprovalRefused: ``PEOPLE_NONE``, ``KEY_STATUS``, ``SOD_ROLE``, ``WITHDRAW_RULING``,
            ``WITHDRAW_AUTHOR``, or what the guard refuses.
    """
    with log.locked():
        replayed = rulings_of(log)
        person = replayed.roster.owner(key.key_id)
        signer = Signer.of(person)
        replayed.require(document)
        replayed.require_author(document, signer)
        if not useful(duty_of(document, replayed.asked), (), signer):
            raise _role(signer, document, duty_of(document, replayed.asked))
        if guard is not None:
            guard(replayed, signer)
        return _append(log, document, (key,), person.name, at)


def countersign(
    log: EvidenceLog, ruling_id: str, key: SigningKey, at: datetime, guard: Guard | None = None
) -> Ruling:
    """Sign a ruling that waits for another signature.

    Raises:
        ConfigurationRefused: ``RULING_UNKNOWN``.
        ApprovalRefused: ``PEOPLE_NONE``, ``KEY_STATUS``, ``SOD_SELF``, ``SOD_ROLE``, or
            ``RULING_IN_FORCE`` or ``WITHDRAW_RULING``.
    """
    with log.locked():
        replayed = rulings_of(log)
        waiting = _waiting(replayed, ruling_id)
        signer = Signer.of(replayed.roster_for(waiting.document).owner(key.key_id))
        if any(signer.name == s.name or signer.key_id == s.key_id for s in waiting.signers):
            raise ApprovalRefused(
                "SOD_SELF",
                "Whoever signed first does not sign second.",
                where=(f"ruling {waiting.ruling_id}, signed by {', '.join(waiting.names)}",),
                remedy="Have it signed by somebody else who may.",
            )
        replayed.require(waiting.document)
        if not useful(waiting.duty, replayed.counting(waiting), signer):
            raise _role(signer, waiting.document, waiting.lacking)
        if guard is not None:
            guard(replayed, signer)
        append(log, Countersigned(waiting.entry, sign(waiting.content, key)), at)
        return _of_entry(rulings_of(log), waiting.entry)


def find_ruling(replayed: Replay, ruling_id: str) -> Ruling:
    """The one ruling whose id begins so.

    Raises:
        ConfigurationRefused: ``RULING_UNKNOWN``: there is none, or more than one.
    """
    found = [one for one in replayed.rulings if ruling_id and one.entry.startswith(ruling_id)]
    if len(found) != 1:
        raise ConfigurationRefused(
            "RULING_UNKNOWN",
            "There is no ruling of that id." if not found else "That id is cut too short.",
            where=(ascii(ruling_id[:80]),),
            remedy="List what waits for a signature: tieout people review",
        )
    return found[0]


def _append(
    log: EvidenceLog,
    document: RulingDocument,
    keys: Sequence[SigningKey],
    by: str,
    at: datetime,
) -> Ruling:
    entries, checkpoint = log.verified()
    after = entries[-1].digest if entries else NO_ENTRY
    statement = Statement(checkpoint.origin, after, instant_text(at), by, document)
    content = statement.encoded()
    if len(content) > MOST_BYTES:
        # Read again it would be refused, and with it the whole log.
        raise ApprovalRefused(
            "RULING_SIZE",
            f"A ruling has at most {MOST_BYTES:,} bytes.",
            where=(f"this one has {len(content):,}",),
            remedy="Decide about less at once, or say it in fewer words.",
        )
    envelope = seal(content, keys)
    append(log, Signed(envelope, objects_of_ruling(document)), at)
    replayed = rulings_of(log)
    return _of_entry(replayed, replayed.rulings[-1].entry)


def _of_entry(replayed: Replay, entry: str) -> Ruling:
    return next(one for one in replayed.rulings if one.entry == entry)


def _waiting(replayed: Replay, ruling_id: str) -> Ruling:
    found = find_ruling(replayed, ruling_id)
    if found.withdrawn is not None:
        raise withdrawn_already(found)
    if found.is_in_force:
        raise ApprovalRefused(
            "RULING_IN_FORCE",
            "That ruling has every signature it needs.",
            where=(f"ruling {found.ruling_id}, signed by {', '.join(found.names)}",),
            remedy="Nothing is left to do for it.",
        )
    return found


def _role(signer: Signer, document: RulingDocument, places: Duty) -> ApprovalRefused:
    who = f"{signer.name}: {', '.join(signer.roles)}" if signer.name else signer.key_id[:12]
    return ApprovalRefused(
        "SOD_ROLE",
        "That person may not sign this.",
        where=(who, f"{duty_name(document)} takes {in_words(places)}"),
        remedy="Have it signed by somebody with that role; see tieout people review.",
    )


def _twice() -> ApprovalRefused:
    return ApprovalRefused(
        "SIGN_TWICE",
        "A workspace is founded with two different keys.",
        remedy="Give the keys of two people; or one, and have the other sign it: tieout sign",
    )
