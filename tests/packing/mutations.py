"""Good and bad packs: one changed in a way that is known, and what both verifiers must say of it.

What the log binds is changed with the list of digests made right again, as somebody would who
forges; what only the list binds is changed without.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.packing.signed_period import Signed
from tieout.evidence.canonical import canonical, sha256
from tieout.evidence.log import Entry
from tieout.packing.container import packed, unpacked
from tieout.packing.make import SUMS, sums
from tieout.signing.envelope import STATEMENT_TYPE, encoded
from tieout.signing.key import SigningKey, new_key

Members = dict[str, bytes]
ENTRIES = "evidence/entries/"
BOUND = ("evidence/", "run/", "sql/", "manifest.json", "result.json")


@dataclass(frozen=True)
class Case:
    """One pack to judge.

    Attributes:
        kind: how it was made.
        content: its bytes.
        is_good: whether it must be accepted.
        what: where it was changed.
    """

    kind: str
    content: bytes
    is_good: bool
    what: str = ""


def bad(kind: str, content: bytes, what: str = "") -> Case:
    """A pack that nobody may accept."""
    return Case(kind, content, is_good=False, what=what)


def relisted(members: Members) -> bytes:
    """The pack of these files with a list that is right."""
    others = {name: content for name, content in members.items() if name != SUMS}
    return packed({**others, SUMS: sums(others)})


def entries_of(content: bytes) -> tuple[list[Entry], str]:
    """The entries of a pack as the log gives them, and the name of the log."""
    log = Log(unpacked(content))
    return [Entry(**one, digest=sha256(canonical(one))) for one in log.entries], log.origin


class Log:
    """The log of a pack, to be changed as somebody would who may write everywhere."""

    def __init__(self, members: Members) -> None:
        """Read the entries, oldest first."""
        self.members = dict(members)
        names = sorted(name for name in members if name.startswith(ENTRIES))
        self.entries = [json.loads(members[name]) for name in names]

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self.members["evidence/checkpoint"].split(b"\n")[0].split(b" ")[1].decode()

    @property
    def head(self) -> str:
        """The digest of the newest entry."""
        return sha256(canonical(self.entries[-1]))

    def chained(self) -> bytes:
        """The pack with every entry following the one before it, and all that names them right."""
        others = {n: c for n, c in self.members.items() if not n.startswith(ENTRIES)}
        previous, lines = "0" * 64, ""
        for number, entry in enumerate(self.entries, start=1):
            entry["seq"], entry["previous"] = number, previous
            content = canonical(entry)
            previous = sha256(content)
            others[f"{ENTRIES}{number:06}.json"] = content
            lines += f"{number} {previous} {entry['at']}\n"
        size, at = len(self.entries), self.entries[-1]["at"]
        form = f"tieout-evidence/1 {self.origin}\n{size}\n{previous}\n{at}\n"
        others["evidence/checkpoint"] = form.encode()
        others["evidence/checkpoints.txt"] = lines.encode()
        return relisted(others)

    def add_signed(self, key: SigningKey, ruling: Mapping[str, object], by: str) -> None:
        """Add a statement in its right form, signed by some key."""
        name, own = ruling["is"], sha256(canonical(ruling))
        if name == "withdrawal":
            name, own = "entry", str(ruling["entry"])
        statement = canonical(
            {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [{"name": name, "digest": {"sha256": own}}],
                "predicateType": "urn:tieout:ruling:1",
                "predicate": {
                    "origin": self.origin, "after": self.head, "at": "2026-09-04T09:00:00Z",
                    "by": by, "ruling": ruling, "resolvedDependencies": [],
                },
            }
        )  # fmt: skip
        signature = {"keyid": key.key_id, "sig": key.sign(encoded(STATEMENT_TYPE, statement))}
        envelope = {
            "payloadType": STATEMENT_TYPE,
            "payload": base64.b64encode(statement).decode(),
            "signatures": [signature],
        }
        self.add("signed", {"envelope": envelope, "evidence_objects": []})

    def add(self, kind: str, body: dict[str, object]) -> None:
        """Add an entry."""
        self.entries.append(
            {"at": "2026-09-04T09:00:00Z", "body": body, "kind": kind, "previous": "", "seq": 0}
        )


COMMENT = {"is": "comment", "period": "2026-08", "group_id": "g-none", "text": "seen"}


def flipped(content: bytes, rng: random.Random) -> bytes:
    """The bytes with one bit turned."""
    place = rng.randrange(len(content))
    return (
        content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]
    )


def _any_byte(signed: Signed, rng: random.Random) -> Case:
    return bad("a byte of the file", flipped(signed.pack.content, rng))


def _cut(signed: Signed, rng: random.Random) -> Case:
    content = signed.pack.content
    return bad("cut", content[: rng.randrange(len(content))])


def _longer(signed: Signed, rng: random.Random) -> Case:
    more = rng.randbytes(rng.randint(1, 40))
    at = rng.choice([0, len(signed.pack.content), rng.randrange(len(signed.pack.content))])
    content = signed.pack.content[:at] + more + signed.pack.content[at:]
    return bad("longer", content)


def _member(signed: Signed, rng: random.Random) -> Case:
    """A byte of any member; the container is right, the list is not."""
    members = unpacked(signed.pack.content)
    name = rng.choice(sorted(members))
    return bad("member", packed({**members, name: flipped(members[name], rng)}), name)


def _bound_member(signed: Signed, rng: random.Random) -> Case:
    """A byte of a member that the log binds; the list is right again."""
    members = unpacked(signed.pack.content)
    name = rng.choice([one for one in sorted(members) if one.startswith(BOUND)])
    return bad("bound member", relisted({**members, name: flipped(members[name], rng)}), name)


def _member_end(signed: Signed, rng: random.Random) -> Case:
    members = unpacked(signed.pack.content)
    name = rng.choice([n for n in sorted(members) if n.startswith(BOUND) and members[n]])
    content = members[name]
    changed = rng.choice([content[:-1], content + b"\n", content + content[-1:], b""])
    return bad("end of a member", relisted({**members, name: changed}), name)


def _removed(signed: Signed, rng: random.Random) -> Case:
    members = unpacked(signed.pack.content)
    name = rng.choice([one for one in sorted(members) if one.startswith(BOUND)])
    del members[name]
    return bad("removed", relisted(members), name)


def _unlisted(signed: Signed, rng: random.Random) -> Case:
    members = unpacked(signed.pack.content)
    name = rng.choice([one for one in sorted(members) if one != SUMS])
    del members[name]
    return bad("removed, not from the list", packed(members), name)


def _added(signed: Signed, rng: random.Random) -> Case:
    members = unpacked(signed.pack.content)
    more = rng.randbytes(20)
    name = rng.choice(
        ["notes.txt", "run/notes.txt", "sql/review/more.sql", "tables/more.parquet",
         f"evidence/objects/{sha256(more)}", f"evidence/objects/{'0' * 64}",
         "evidence/entries/000000.json", "evidence/entries/000099.json", "trace/more.jsonl"]
    )  # fmt: skip
    return bad("added", relisted({**members, name: more}), name)


def _swapped(signed: Signed, rng: random.Random) -> Case:
    """Two members with each other's bytes; the list is right again."""
    members = unpacked(signed.pack.content)
    names = [one for one in sorted(members) if one.startswith(BOUND)]
    while True:
        one, two = rng.sample(names, 2)
        if members[one] != members[two]:
            break
    changed = {**members, one: members[two], two: members[one]}
    return bad("swapped", relisted(changed), f"{one}, {two}")


def _reordered(signed: Signed, rng: random.Random) -> Case:
    """Two entries in each other's place, and the whole chain made right again."""
    log = Log(unpacked(signed.pack.content))
    signed_ones = [n for n, e in enumerate(log.entries) if e["kind"].endswith("signed")]
    one = rng.choice(signed_ones)
    two = rng.choice([n for n in range(len(log.entries)) if n != one])
    log.entries[one], log.entries[two] = log.entries[two], log.entries[one]
    return bad("reordered", log.chained(), f"{one}, {two}")


def _lost_entry(signed: Signed, rng: random.Random) -> Case:
    log = Log(unpacked(signed.pack.content))
    gone = rng.randrange(len(log.entries) - 1)
    del log.entries[gone]
    return bad("entry lost", log.chained(), str(gone))


def _rolled_back(signed: Signed, rng: random.Random) -> Case:
    """An older log, whole: only the checkpoint kept elsewhere knows."""
    log = Log(unpacked(signed.pack.content))
    run = next(n for n, e in enumerate(log.entries) if e["kind"] == "run")
    del log.entries[rng.randrange(run + 1, len(log.entries)) :]
    return bad("rolled back", log.chained())


def _forged_checkpoint(signed: Signed, rng: random.Random) -> Case:
    members = unpacked(signed.pack.content)
    form, size, head, at = members["evidence/checkpoint"].decode().splitlines()
    lines = rng.choice(
        [
            (form, str(int(size) - 1), head, at),
            (form, size, sha256(head.encode()), at),
            (form, size, head, "2026-09-03T09:21:00Z"),
            (form[:-1] + ("0" if form[-1] != "0" else "1"), size, head, at),
            (form, "0" + size, head, at),
            (form + " ", size, head, at),
        ]
    )
    content = ("\n".join(lines) + "\n").encode()
    return bad("forged checkpoint", relisted({**members, "evidence/checkpoint": content}))


def _bad_signature(signed: Signed, rng: random.Random) -> Case:
    """One signature changed, and the chain made right again."""
    log = Log(unpacked(signed.pack.content))
    entry = rng.choice([e for e in log.entries if e["kind"].endswith("signed")])
    body = entry["body"]
    signature = body["signature"] if "signature" in body else body["envelope"]["signatures"][0]
    raw = flipped(base64.b64decode(signature["sig"]), rng)
    signature["sig"] = base64.b64encode(raw).decode()
    return bad("bad signature", log.chained())


def _changed_statement(signed: Signed, rng: random.Random) -> Case:
    """One signed statement says something else."""
    log = Log(unpacked(signed.pack.content))
    entry = rng.choice([e for e in log.entries if e["kind"] == "signed"])
    raw = flipped(base64.b64decode(entry["body"]["envelope"]["payload"]), rng)
    entry["body"]["envelope"]["payload"] = base64.b64encode(raw).decode()
    return bad("changed statement", log.chained())


def _foreign_key(signed: Signed, rng: random.Random) -> Case:
    """A statement by a key nobody enrolled, or one that was taken away; or in another's name."""
    log = Log(unpacked(signed.pack.content))
    stranger = new_key("a passphrase of somebody")[0]
    key, by = rng.choice([(stranger, "AB"), (signed.keys["KL"], "KL"), (signed.keys["AB"], "CD")])
    log.add_signed(key, COMMENT, by)
    return bad("foreign key", log.chained(), by)


def _replayed(signed: Signed, rng: random.Random) -> Case:
    """A signed envelope once more, at the end of the log."""
    log = Log(unpacked(signed.pack.content))
    entry = rng.choice([e for e in log.entries if e["kind"].endswith("signed")])
    log.add(entry["kind"], entry["body"])
    return bad("replayed", log.chained())


def by_other_role(signed: Signed) -> Case:
    """A revocation by somebody who may not revoke."""
    log = Log(unpacked(signed.pack.content))
    key = signed.keys["EF"].key_id
    log.add_signed(signed.keys["GH"], {"is": "revocation", "key_id": key, "reason": "so"}, "GH")
    return bad("other role", log.chained())


def withdrawing(signed: Signed, entry: str, name: str) -> Case:
    """A withdrawal of that ruling by that person, in its right form."""
    log = Log(unpacked(signed.pack.content))
    said = {"is": "withdrawal", "entry": entry, "reason": "so"}
    log.add_signed(signed.keys[name], said, name)
    return bad("withdrawn", log.chained())


def _good(signed: Signed, _rng: random.Random) -> Case:
    return Case("good", signed.pack.content, is_good=True)


def _good_and_longer(signed: Signed, rng: random.Random) -> Case:
    """The log went on: somebody who may has remarked something."""
    log = Log(unpacked(signed.pack.content))
    for number in range(rng.randint(1, 3)):
        name = rng.choice(["AB", "CD", "GH", "IJ"])
        text = {**COMMENT, "text": f"remark {number} of {rng.randrange(1000)}"}
        log.add_signed(signed.keys[name], text, name)
        log.chained()
    return Case("good, the log went on", log.chained(), is_good=True)


KINDS: tuple[Callable[[Signed, random.Random], Case], ...] = (
    _any_byte, _cut, _longer, _member, _bound_member, _member_end, _removed, _unlisted, _added,
    _swapped, _reordered, _lost_entry, _rolled_back, _forged_checkpoint, _bad_signature,
    _changed_statement, _foreign_key, _replayed, _good, _good_and_longer,
)  # fmt: skip


def cases(signed: Signed, count: int, seed: int) -> list[Case]:
    """So many packs, every kind in turn."""
    rng = random.Random(seed)  # noqa: S311 - the same packs each time
    return [KINDS[number % len(KINDS)](signed, rng) for number in range(count)]
