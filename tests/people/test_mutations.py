"""Ten thousand changed statements, envelopes and countersignatures: none of them is taken (G19).

Each stands as the last entry of a log whose chain is sound, as whoever writes the log around every
command would write it. Where the change is to the statement itself it is signed again with a key
that may sign, so that nothing but the core's own rules stands in its way.
"""

from __future__ import annotations

import base64
import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.people.sample_rulings import ADJUSTMENT, sample
from tests.people.small_log import AT, MemoryLog, body_of, chained, key_of, two_people
from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import canonical
from tieout.evidence.log import Entry
from tieout.evidence.signed import Signed
from tieout.people.record import countersign, record_ruling
from tieout.people.replay import Replay, replay
from tieout.people.statement import Statement
from tieout.signing.envelope import encoded, seal

Json = dict[str, Any]
COUNT = 10_000
Change = Callable[[Json, random.Random], Json]


def waiting_log() -> MemoryLog:
    """People, a waiting adjustment by AB, and the signature of CD under it."""
    log = two_people()
    made = record_ruling(log, ADJUSTMENT, key_of("AB"), AT)
    countersign(log, made.ruling_id, key_of("CD"), AT)
    return log


LOG = waiting_log()
ORIGINALS = (0, 1, 2)


def before(place: int) -> Replay:
    """The state before that entry."""
    return replay(LOG.list[:place], LOG.origin)


STATES = [before(place) for place in ORIGINALS]


def taken(place: int, body: Json, kind: str = "") -> bool:
    """Whether an entry in that place of the log is taken, with a sound chain up to it."""
    state = copy.deepcopy(STATES[place])
    made = chained(LOG.list[:place], kind or LOG.list[place].kind, body, LOG.list[place].at)
    try:
        state.take(made, LOG.origin)
    except IntegrityRefused as refused:
        assert refused.code == "EV_SIGNATURE"  # noqa: PT017 - every other end is a failure
        return False
    return True


def flipped(content: bytes, chance: random.Random) -> bytes:
    """The bytes with one bit turned."""
    place = chance.randrange(len(content))
    turned = bytearray(content)
    turned[place] ^= 1 << chance.randrange(8)
    return bytes(turned)


def text64(content: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(content).decode("ascii")


def statement_of(body: Json) -> Json:
    """The statement in an envelope."""
    found: Json = json.loads(base64.b64decode(body["envelope"]["payload"]))
    return found


def signed_again(body: Json, content: bytes, *names: str) -> Json:
    """The body with other signed bytes, by keys that may sign."""
    envelope = seal(content, [key_of(name) for name in names or ("AB",)])
    return body | {"envelope": body_of(envelope)}


def signatures(body: Json) -> list[Json]:
    """The signatures in an entry of either kind."""
    found: list[Json] = (
        body["envelope"]["signatures"] if "envelope" in body else [body["signature"]]
    )
    return found


def flip_signature(body: Json, chance: random.Random) -> Json:
    one = chance.choice(signatures(body))
    one["sig"] = text64(flipped(base64.b64decode(one["sig"]), chance))
    return body


def flip_text_of_signature(body: Json, chance: random.Random) -> Json:
    one = chance.choice(signatures(body))
    name = chance.choice(("sig", "keyid"))
    one[name] = flipped(one[name].encode(), chance).decode("latin-1")
    return body


def flip_payload(body: Json, chance: random.Random) -> Json:
    envelope = body["envelope"]
    envelope["payload"] = text64(flipped(base64.b64decode(envelope["payload"]), chance))
    return body


def flip_payload_text(body: Json, chance: random.Random) -> Json:
    envelope = body["envelope"]
    envelope["payload"] = flipped(envelope["payload"].encode(), chance).decode("latin-1")
    return body


def other_type(body: Json, chance: random.Random) -> Json:
    kind = chance.choice(("application/json", "", "application/vnd.in-toto+json ", "text/plain"))
    content = base64.b64decode(body["envelope"]["payload"])
    body["envelope"]["payloadType"] = kind
    for one in signatures(body):
        name = next(n for n in ("AB", "CD") if key_of(n).key_id == one["keyid"])
        one["sig"] = key_of(name).sign(encoded(kind, content))
    return body


def extra_signature(body: Json, chance: random.Random) -> Json:
    content = base64.b64decode(body["envelope"]["payload"])
    stranger = key_of(f"stranger {chance.randrange(50)}")
    made = {"keyid": stranger.key_id, "sig": stranger.sign(encoded(TYPE, content))}
    signatures(body).insert(chance.randrange(len(signatures(body)) + 1), made)
    return body


def repeated_signature(body: Json, chance: random.Random) -> Json:
    one = chance.choice(signatures(body))
    signatures(body).extend(dict(one) for _ in range(chance.randrange(1, 1000)))
    return body


def stranger_claims_key(body: Json, chance: random.Random) -> Json:
    content = base64.b64decode(body["envelope"]["payload"])
    one = chance.choice(signatures(body))
    one["sig"] = key_of(f"stranger {chance.randrange(50)}").sign(encoded(TYPE, content))
    return body


def no_signature(body: Json, _: random.Random) -> Json:
    body["envelope"]["signatures"] = []
    return body


def not_canonical(body: Json, chance: random.Random) -> Json:
    said = statement_of(body)
    spelled = chance.choice(
        (
            json.dumps(said),
            json.dumps(said, separators=(",", ":")) + " ",
            json.dumps(said, sort_keys=True, indent=chance.randrange(1, 4)),
            json.dumps(dict(reversed(said.items())), separators=(",", ":")),
            "\ufeff" + canonical(said).decode(),
            canonical(said).decode().replace("{", '{"_type":"again",', 1),
        )
    )
    return signed_again(body, spelled.encode(), *authors(body))


def authors(body: Json) -> tuple[str, ...]:
    """Who signed, by name."""
    ids = [one["keyid"] for one in signatures(body)]
    return tuple(name for key in ids for name in ("AB", "CD") if key_of(name).key_id == key)


def resigned(change: Callable[[Json, random.Random], None]) -> Change:
    """A change of the statement that is signed again in its exact form by the same people."""

    def changed(body: Json, chance: random.Random) -> Json:
        said = statement_of(body)
        change(said, chance)
        return signed_again(body, canonical(said), *authors(body))

    changed.__name__ = change.__name__
    return changed


def other_origin(said: Json, chance: random.Random) -> None:
    said["predicate"]["origin"] += str(chance.randrange(10))


def other_after(said: Json, chance: random.Random) -> None:
    said["predicate"]["after"] = f"{chance.getrandbits(256):064x}"


def other_author(said: Json, chance: random.Random) -> None:
    said["predicate"]["by"] = chance.choice(("CD", "EF", "", "ab"))


def other_time(said: Json, chance: random.Random) -> None:
    said["predicate"]["at"] = chance.choice(("", "yesterday", "2026-09-01", "2026-09-01T09:00"))


def unknown_field(said: Json, chance: random.Random) -> None:
    where = chance.choice((said, said["predicate"], said["predicate"]["ruling"]))
    where[f"extra{chance.randrange(100)}"] = 1


def missing_field(said: Json, chance: random.Random) -> None:
    where = chance.choice((said, said["predicate"], said["predicate"]["ruling"]))
    del where[chance.choice(sorted(where))]


def other_words(said: Json, chance: random.Random) -> None:
    name = chance.choice(("_type", "predicateType"))
    said[name] += chance.choice(("x", "2", "/"))


def other_subject(said: Json, chance: random.Random) -> None:
    said["subject"][0]["digest"]["sha256"] = f"{chance.getrandbits(256):064x}"


def other_dependency(said: Json, chance: random.Random) -> None:
    said["predicate"]["resolvedDependencies"] = [{"name": str(chance.random()), "digest": {}}]


def other_kind(said: Json, chance: random.Random) -> None:
    said["predicate"]["ruling"]["is"] = chance.choice(("comment", "closing", "burning"))


TYPE = "application/vnd.in-toto+json"
ANY = (flip_signature, flip_text_of_signature)
ENVELOPES = (
    *ANY, flip_payload, flip_payload_text, other_type, extra_signature, repeated_signature,
    stranger_claims_key, no_signature, not_canonical,
    *(resigned(one) for one in (
        other_origin, other_after, other_author, other_time, unknown_field, missing_field,
        other_words, other_subject, other_dependency, other_kind,
    )),
)  # fmt: skip


def other_entry(body: Json, chance: random.Random) -> Json:
    body["entry"] = chance.choice((f"{chance.getrandbits(256):064x}", LOG.list[0].digest))
    return body


def signature_of_another_statement(body: Json, chance: random.Random) -> Json:
    content = base64.b64decode(LOG.list[0].body["envelope"]["payload"])
    body["signature"]["sig"] = key_of("CD").sign(encoded(TYPE, content))
    body["signature"]["keyid"] = key_of(chance.choice(("CD", "AB"))).key_id
    return body


def signature_by_the_author(body: Json, _: random.Random) -> Json:
    content = base64.b64decode(LOG.list[1].body["envelope"]["payload"])
    key = key_of("AB")
    return body | {"signature": {"keyid": key.key_id, "sig": key.sign(encoded(TYPE, content))}}


def signature_by_a_stranger(body: Json, chance: random.Random) -> Json:
    content = base64.b64decode(LOG.list[1].body["envelope"]["payload"])
    key = key_of(f"stranger {chance.randrange(50)}")
    return body | {"signature": {"keyid": key.key_id, "sig": key.sign(encoded(TYPE, content))}}


COUNTERSIGNATURES = (
    *ANY, other_entry, signature_of_another_statement, signature_by_the_author,
    signature_by_a_stranger,
)  # fmt: skip


@pytest.mark.parametrize("place", ORIGINALS)
def test_the_entry_that_nobody_changed_is_taken(place: int) -> None:
    assert taken(place, LOG.list[place].body)


@pytest.mark.slow
def test_no_changed_entry_is_taken() -> None:
    chance = random.Random(20260901)  # noqa: S311 - the same changes every time
    accepted = []
    for number in range(COUNT):
        place = number % len(ORIGINALS)
        changes = COUNTERSIGNATURES if place == len(ORIGINALS) - 1 else ENVELOPES
        change = changes[(number // len(ORIGINALS)) % len(changes)]
        body = change(copy.deepcopy(LOG.list[place].body), chance)
        if body != LOG.list[place].body and taken(place, body):
            accepted.append((place, change.__name__, body))
    assert accepted == []


def test_a_statement_that_is_signed_again_unchanged_is_taken() -> None:
    """What makes the changes above fail is the change, not the signing again."""
    for place in ORIGINALS[:2]:
        body = LOG.list[place].body
        again = signed_again(body, canonical(statement_of(body)), *authors(body))
        assert taken(place, again)


def test_swapped_signatures_are_not_taken() -> None:
    one, other = (copy.deepcopy(LOG.list[place].body) for place in ORIGINALS[:2])
    one["envelope"]["signatures"], other["envelope"]["signatures"] = (
        [other["envelope"]["signatures"][0]],
        [one["envelope"]["signatures"][0]],
    )
    assert not taken(0, one)
    assert not taken(1, other)


def test_an_entry_of_the_other_kind_is_not_taken() -> None:
    assert not taken(1, LOG.list[1].body, kind="countersigned")
    assert not taken(2, LOG.list[2].body, kind="signed")
    assert not taken(1, {**LOG.list[1].body, "more": 1})


def test_a_statement_with_other_objects_than_it_names_is_not_taken() -> None:
    body = copy.deepcopy(LOG.list[1].body)
    for objects in ([], ["e" * 64], [*body["evidence_objects"], "e" * 64]):
        assert not taken(1, body | {"evidence_objects": objects})


def entry_again(log: MemoryLog, place: int) -> Entry:
    """An old entry's envelope as the newest entry of a log."""
    return chained(log.list, log.list[place].kind, log.list[place].body, log.list[place].at)


@pytest.mark.parametrize("place", ORIGINALS)
def test_an_old_envelope_is_not_taken_at_another_place(place: int) -> None:
    log = MemoryLog(LOG.list)
    log.list.append(entry_again(log, place))
    with pytest.raises(IntegrityRefused) as caught:
        replay(log.list, log.origin)
    assert caught.value.code == "EV_SIGNATURE"


def test_a_log_under_another_origin_is_not_taken() -> None:
    with pytest.raises(IntegrityRefused):
        replay(LOG.list, "acme-ai-00000002")


def test_two_statements_do_not_change_places() -> None:
    log = two_people()
    first = record_ruling(log, ADJUSTMENT, key_of("AB"), AT)
    record_ruling(log, ADJUSTMENT, key_of("AB"), AT)
    bodies = [entry.body for entry in log.list]
    swapped: list[Entry] = [log.list[0]]
    for body in (bodies[2], bodies[1]):
        swapped.append(chained(swapped, "signed", body, log.list[1].at))
    with pytest.raises(IntegrityRefused):
        replay(swapped, log.origin)
    assert first.entry == log.list[1].digest


def test_a_signed_entry_by_somebody_whose_role_may_not_is_not_taken() -> None:
    """CD checks and may not sign as the one who prepared, whoever writes the entry."""

    def entry(by: str, *names: str) -> Json:
        at, after = LOG.list[1].at, LOG.list[0].digest
        content = Statement(LOG.origin, after, at, by, sample("prepared")).encoded()
        return body_of(Signed(seal(content, [key_of(name) for name in names])))

    assert taken(1, entry("AB", "AB"))
    assert not taken(1, entry("CD", "CD"))
    assert not taken(1, entry("CD", "CD", "AB"))
    # A signature that nothing asks for says something else than it seems to.
    assert not taken(1, entry("AB", "AB", "CD"))


def test_the_largest_statement_is_bounded() -> None:
    said = statement_of(LOG.list[1].body)
    said["predicate"]["ruling"]["evidence_names"] = ["x" * 9_999] * 200
    content = canonical(said)
    body = body_of(Signed(seal(content, [key_of("AB")]), ("d" * 64,)))
    assert not taken(1, body)
