"""Check a pack of Tieout without Tieout: Python's standard library and one signature function.

    python verify_pack.py PACK.zip [--checkpoint FILE] [--found found.csv]

Take this file from a release of Tieout, not out of the pack that it is to judge; VERIFY.md there
says what each line proves. Exit code 0: everything agrees; 1: something does not, and is named."""
from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import re
import struct
import tomllib
import zlib
from fractions import Fraction
from math import prod
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Json = dict[str, Any]
ONCE = ["SHA256SUMS", "VERIFY.md", "evidence/checkpoint", "evidence/checkpoints.txt", "manifest.json",
        "pack.json", "result.json", "run.sql", "verify_pack.py", "trace/lines.jsonl",
        "trace/rates.jsonl", "trace/rows.jsonl"]
NAME = re.compile(r"evidence/(?:entries/\d{6}\.json|objects/[0-9a-f]{64})|" + "|".join(ONCE)
                  + r"|(?:run|sql|tables)(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,127})+", re.ASCII)
MARK = re.compile(rb"tieout-evidence/1(?: ([A-Za-z0-9._-]{1,80}))?\n"
                  rb"(0|[1-9]\d{0,11})\n([0-9a-f]{64})\n([0-9TZ:.-]+)\n")
BODY, ADMINISTRATOR = {"checker", "engineering", "finance", "preparer"}, {"administrator"}
CHECKER, PREPARER, MAKER = {"checker"}, {"finance", "preparer"}, BODY - {"checker"}
ANYBODY = BODY | ADMINISTRATOR | {"auditor"}
APART = [CHECKER | {"preparer"}, CHECKER | ADMINISTRATOR, *({"auditor", r} for r in BODY | ADMINISTRATOR)]
# The least that a ruling needs: each set is a place for another person with one of its roles.
DUTIES: dict[str, list[set[str]]] = {
    "founding": [ANYBODY, ANYBODY], "enrolment": [ADMINISTRATOR, BODY | {"auditor"}],
    "revocation": [ADMINISTRATOR | CHECKER], "policy": [{"finance"}, {"checker", "engineering"}],
    "assignment": [BODY], "comment": [BODY | {"auditor"}], "disposition": [MAKER],
    "adjustment": [PREPARER, CHECKER], "mapping": [BODY], "merge": [{"finance"}, {"engineering"}],
    "exclusion": [MAKER, {"checker", "finance"}], "estimate": [MAKER, CHECKER], "answer": [BODY],
    "calculation": [{"engineering"}, {"checker", "finance"}], "prepared": [PREPARER],
    "endorsement": [MAKER, {"checker", "finance"}], "withdrawal": [ANYBODY], "checked": [CHECKER],
    "closing": [CHECKER], "reopening": [PREPARER, CHECKER], "claim": [MAKER]}
class Wrong(Exception): """Something that does not agree: the file it stands in, and how."""
Pack = SimpleNamespace  # the files, what was given beside them, and what one check reads for the next
def need(agrees: object, place: str, what: str) -> None:
    if not agrees: raise Wrong(f"{place}: {what}")
def sha(content: bytes) -> str: return hashlib.sha256(content).hexdigest()
def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
def strict(content: bytes, place: str) -> Json:
    """A JSON object that stands in its one text; a number with a point has none."""
    try:
        found: Any = json.loads(content, parse_float=Fraction, parse_constant=Fraction)
        same = isinstance(found, dict) and canonical(found) == content
    except (ValueError, TypeError, RecursionError):
        same = False
    need(same, place, "not in its one form")
    return dict(found)
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
def add(a: Point, b: Point) -> Point:  # of the signature function: Ed25519 as RFC 8032 has it
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    k, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, z - k, z + k, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        total, point, scalar = add(total, point) if scalar & 1 else total, add(point, point), scalar >> 1
    return total
def decoded(text: bytes) -> Point | None:
    """The point that 32 bytes stand for; only its one spelling is read."""
    y, sign = int.from_bytes(text, "little") % 2**255, text[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign): return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P
def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature of these bytes is by this key."""
    key, base = decoded(public), decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or base is None or scalar >= ORDER: return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    minus = times(int.from_bytes(digest, "little") % ORDER, (P - key[0], key[1], 1, P - key[3]))
    x, y, z, _ = add(times(scalar, base), minus)
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

def read_container(pack: Pack) -> str:
    """The members, where every byte of the file stands in the one form of a pack."""
    files, content, place, index, last = dict[str, bytes](), pack.content, 0, b"", ""
    while content[place:place + 4] == b"PK\x03\x04" and len(content) >= place + 30:
        size, length = struct.unpack_from("<LH", content, place + 22)
        start = place + 30 + length
        name, body = content[place + 30:start].decode("latin-1"), content[start:start + size]
        need(NAME.fullmatch(name) and name > last, ascii(name), "no plain name in its order")
        facts = struct.pack("<5HLLLHH", 20, 0, 0, 0, 33, zlib.crc32(body), size, size, length, 0)
        need(content[place + 4:place + 30] == facts and len(body) == size, name, "not as packed")
        tail = struct.pack("<4HLL", 0, 0, 0, 0, 0o100644 << 16, place)
        index += b"PK\x01\x02\x14\x03" + facts[:26] + tail[2:] + name.encode()
        files[name], place, last = body, start + size, name
    end = struct.pack("<4s4HLLH", b"PK\5\6", 0, 0, len(files), len(files), len(index), place, 0)
    need(content[place:] == index + end, last or "the file", "bytes behind it belong to no member")
    need(set(ONCE) <= set(files), str(set(ONCE) - set(files)), "gone")
    pack.files = files
    pack.text = lambda digest: files[f"evidence/objects/{digest}"].decode("utf-8-sig")
    return f"{len(files)} members, {len(content):,} bytes"
def check_sums(pack: Pack) -> str:
    """Every member has the digest that the list says, and the list names every member."""
    said = {line[66:]: line[:64] for line in pack.files["SHA256SUMS"].decode().splitlines()}
    for name in sorted({*said, *pack.files} - {"SHA256SUMS"}):
        need(name in pack.files and sha(pack.files[name]) == said.get(name), name, "not as it was packed")
    lines = "".join(f"{said[name]}  {name}\n" for name in sorted(said)).encode()
    need(lines == pack.files["SHA256SUMS"], "SHA256SUMS", "not in its one form")
    return f"{len(said)} files"

def check_chain(pack: Pack) -> str:
    """From the checkpoint back to the first entry, each entry in its one form."""
    found = MARK.fullmatch(pack.files["evidence/checkpoint"])
    names = sorted(name for name in pack.files if name.startswith("evidence/entries/"))
    need(found and names == [f"evidence/entries/{seq:06}.json" for seq in range(1, int(found[2]) + 1)],
         "evidence/checkpoint", f"not in its one form, or not of {len(names)} entries")
    previous, lines = "0" * 64, ""
    for seq, name in enumerate(names, start=1):
        entry = strict(pack.files[name], name)
        need(set(entry) == {"at", "body", "kind", "previous", "seq"} and entry["previous"] == previous
             and entry["seq"] == seq and entry["seq"] is not True, name, "not in its place in the chain")
        previous = sha(pack.files[name])
        lines += f"{seq} {previous} {entry['at']}\n"
        pack.entries.append({**entry, "digest": previous, "place": name})
    last = b" ".join(found.groups()[1:]) + b"\n" if found else b""
    need(lines.encode().endswith(last), "evidence/checkpoint", "does not name the newest entry")
    need(pack.files["evidence/checkpoints.txt"] == lines.encode(), "evidence/checkpoints.txt",
         "differs from the log")
    pack.origin = (found[1] or b"").decode() if found else ""
    return f"{len(names)} entries of {pack.origin or 'a log without a name'}, head {previous}"
def check_kept(pack: Pack) -> str:
    """The log goes on from checkpoints that were kept where its owner cannot write."""
    place, text = "the checkpoint kept elsewhere", pack.kept
    if text is None: return "NOT GIVEN: a history rewritten as a whole would not show; see VERIFY.md"
    found = MARK.fullmatch(text)
    lines = [b" ".join(found.groups()[1:])] if found else text.splitlines()
    need(lines and (not found or not found[1] or found[1].decode() == pack.origin), place, "of another log")
    for line in lines:
        need(re.fullmatch(rb"\d{1,12} [0-9a-f]{64} [0-9TZ:.-]+", line), place, "not in its one form")
        size, head, at = line.decode().split(" ")
        need(int(size) <= len(pack.entries), place, f"knows {size} entries: the log was cut short")
        then = pack.entries[int(size) - 1]
        need((then["digest"], then["at"]) == (head, at), place, f"entry {size} was another")
    return f"the log goes on from {len(lines)} checkpoint(s)"

def check_run(pack: Pack) -> str:
    """The run's entry leads to manifest, result, published files and all that the run read."""
    files, facts = pack.files, json.loads(pack.files["pack.json"])
    entry, read = pack.entries[facts["run_entry"] - 1], json.loads(files["manifest.json"])
    pack.run, pack.manifest, run, objects = entry["body"], read, entry["body"], read["objects"]
    need(entry["kind"] == "run" and run["run_id"] == facts["run_id"], "pack.json", "no such run")
    listed = {f"run/{name}": digest for name, digest in json.loads(files["run/artifacts.json"]).items()}
    listed |= {"run/artifacts.json": run["artifacts_object"], "manifest.json": run["manifest_object"],
               "result.json": run["result_digest"]}
    listed |= {f"sql/{one['path']}": one["sha256"] for one in read["statements"]}
    for name in sorted(listed.keys() | {n for n in files if n.startswith(("run/", "sql/"))}):
        need(name in files and sha(files[name]) == listed.get(name), name, "not what the log names")
    began, bodies = pack.entries[read["checkpoint"]["size"] - 1], [one["body"] for one in pack.entries]
    need(began["seq"] < entry["seq"] and began["digest"] == read["checkpoint"]["head"], "manifest.json",
         "of another log")
    for one in (*read["captures"], *read["imports"]):
        same = one.keys() & {"capture_id", "import_id", "sha256", "records_object", "quarantine_object"}
        need(any(all(body.get(name) == one[name] for name in same) for body in bodies), "manifest.json",
             f"no entry of the log holds what was {one['original_name']!a}")
    rests = [run, *looked_back(pack, began["seq"]), *(one for v in read.values() if isinstance(v, list) for one in v)]
    needed = {*objects["vendors"].values(), *(objects[one] for one in ("settings", "mapping", "exclusions"))}
    needed = needed.union(*(rests_on(one) for one in rests if isinstance(one, dict)))
    there = {name for name in files if name.startswith("evidence/objects/")}
    named = files["manifest.json"] + b"".join(files[one["place"]] for one in pack.entries)
    for place in sorted(there | {f"evidence/objects/{digest}" for digest in needed}):
        need(place in files and sha(files[place]) == place[17:] and place[17:].encode() in named, place,
             "gone, not of its name, or named by nothing")
    said = "; SUPERSEDED by a later run" * any(b.get("supersedes") == run["run_id"] for b in bodies)
    return f"run {run['run_id']} of {run['period']}: {len(listed)} files, {len(there)} objects{said}"
def rests_on(record: Json) -> set[str]:
    """The objects that a record of the log names; an import names its file, which is not kept."""
    own = {"evidence_sha256", "sha256" if {"capture_id", "stated_by"} & record.keys() else ""}
    one = {record[name] for name in record if name.endswith("_object") or name in own}
    return {*one, *(each for name in record if name.endswith("_objects") for each in record[name])} - {"", None}
def looked_back(pack: Pack, size: int) -> list[Json]:
    """The groups of the newest earlier run of each period, and rulings that counted or are about this one."""
    newest = {one["body"]["period"]: one["body"] for one in pack.entries[:size] if one["kind"] == "run"}
    near = {pack.run["run_id"], pack.run["period"], *pack.manifest.get("rulings", [])}
    told = ((one, json.loads(base64.b64decode(one["body"]["envelope"]["payload"]))["predicate"]["ruling"].get)
            for one in pack.entries if one["kind"] == "signed")
    return [*({"groups_object": one.get("groups_object")} for one in newest.values()), *(
        one["body"] for one, said in told if near & {one["digest"], said("run_id"), said("period")})]
def check_script(pack: Pack) -> str:
    """``run.sql`` loads the typed tables and runs the statements of the manifest as they are."""
    tables = sorted(name[7:-8] for name in pack.files if name.startswith("tables/"))
    steps = [f"CREATE TABLE \"{one}\" AS FROM 'tables/{one}.parquet';\n" for one in tables]
    steps += [f"CREATE TABLE \"{one['table']}\" AS\n{pack.files['sql/' + one['path']].decode()}\n;\n"
              for one in pack.manifest["statements"]]
    opening, first, rest = pack.files["run.sql"].decode().partition("CREATE TABLE")
    need(all(re.match(r"--|SET \w+ = '\w+';$", line) for line in opening.splitlines()) and
         (first + rest).startswith("".join(steps) + "-- The figures."), "run.sql", "runs something else")
    return f"{len(steps) - len(tables)} statements over {len(tables)} typed tables"

def check_signatures(pack: Pack) -> str:
    """Every statement is signed by keys that might, in the place of the log it was signed for."""
    people, ever, asked = Json(), set[str](), Json()
    for entry in (one for one in pack.entries if one["kind"] in {"signed", "countersigned"}):
        place, body = entry["place"], entry["body"]
        if entry["kind"] == "signed":
            one, signatures = statement(pack, entry, place), body["envelope"]["signatures"]
            one["duty"] = [*DUTIES[one["kind"]], *map(set, asked.get(one["kind"], []))]
            pack.rulings.append(one)
        else:
            waits = [r for r in pack.rulings if r["entry"] == body["entry"] and not r["stands"]]
            need(waits, place, "signs what does not wait for a signature")
            one, signatures = waits[0], [body["signature"]]
        ruling, kind, text = one["ruling"], one["kind"], one["text"]
        come = {p["name"]: p for p in ruling.get("people", [ruling[n] for n in ["person"] if n in ruling])}
        need(signatures and may_stand(ruling, kind, come, people, ever), place, "cannot stand")
        roster = come if kind == "founding" else people
        for signature in signatures:
            by = [p for p in roster.values() if key_id(p) == signature["keyid"]]
            message = b"DSSEv1 28 application/vnd.in-toto+json %d %b" % (len(text), text)
            made = base64.b64decode(signature["sig"], validate=True)
            need(by and is_signed(base64.b64decode(by[0]["public_key"]), message, made), place, "not signed")
            counting = [s for s in one["signers"] if key_id(s) in {key_id(p) for p in roster.values()}]
            need(by[0]["name"] not in {s["name"] for s in one["signers"]}
                 and filled(one["duty"], [*counting, by[0]]) > filled(one["duty"], counting),
                 place, "signed by somebody who might not")
            one["signers"] += by
            one["stands"] = filled(one["duty"], [*counting, by[0]]) == len(one["duty"])
        need(one["by"] == one["signers"][0]["name"], place, "names another author")
        if kind == "withdrawal":
            back = [r for r in pack.rulings if r["entry"] == ruling["entry"] and not r["stands"]]
            need(back and (entry["kind"] != "signed" or one["by"] == back[0]["by"] or (back[0]["by"] not in
                 people and "administrator" in one["signers"][0]["roles"])), place, "withdraws what it may not")
            back[0]["entry"] *= not one["stands"]  # what is withdrawn is named by nothing any more
        if one["stands"] and kind in {"founding", "enrolment", "revocation"}:
            people = {name: p for name, p in people.items() if key_id(p) != ruling.get("key_id")} | come
            ever |= {key_id(p) for p in come.values()}
        asked = ruling.get("duties", {}) if one["stands"] and kind in {"founding", "policy"} else asked
    return f"{len(pack.rulings)} statements, {sum(one['stands'] for one in pack.rulings)} of them in force"
def statement(pack: Pack, entry: Json, place: str) -> Json:
    """A signed statement in its one form, made for this place of this log."""
    envelope = entry["body"]["envelope"]
    text = base64.b64decode(envelope["payload"], validate=True)
    need(base64.b64encode(text).decode() == envelope["payload"]
         and envelope["payloadType"] == "application/vnd.in-toto+json", place, "another envelope")
    said = strict(text, place)
    about, ruling, told = said["predicate"], said["predicate"]["ruling"], said["predicate"]["ruling"].get
    kind, rests = ruling["is"], [*told("evidence_objects", []), *filter(None, [told("policy_object")])]
    signs, groups = ("sign-off", told("signoff_digest")), told("groups", [])
    own = {"sign-off": [signs, (f"result of run {told('run_id')}", told("result_digest"))], "closing": [signs],
           "disposition": [(f"cause group {one['group_id']}", one["group_digest"]) for one in groups],
           "endorsement": [("entry", digest) for digest in told("entries", [])],
           "withdrawal": [("entry", told("entry"))]}.get(kind, [(kind, sha(canonical(ruling)))])
    under = told("input_digests", {}).items() if kind == "sign-off" else [("evidence", one) for one in rests]
    subject, rest = ([{"name": name, "digest": {"sha256": digest}} for name, digest in pairs]
                     for pairs in (own, sorted(under) if kind == "sign-off" else under))
    need(said == {"_type": "https://in-toto.io/Statement/v1", "predicateType": "urn:tieout:ruling:1",
                  "subject": subject, "predicate": {**about, "resolvedDependencies": rest}}
         and entry["body"]["evidence_objects"] == rests, place, "a statement of another form")
    need((about["origin"], about["after"]) == (pack.origin, entry["previous"]), place, "not signed here")
    return {"entry": entry["digest"], "place": place, "text": text, "by": about["by"], "signers": [],
            "ruling": ruling, "kind": ruling.get("signed_as", kind), "stands": False}
def key_id(person: Json) -> str: return sha(base64.b64decode(person["public_key"], validate=True))
def may_stand(ruling: Json, kind: str, come: Json, people: Json, ever: set[str]) -> bool:
    """Whether a change of the people can stand: new keys, roles that do not exclude one another."""
    roles, keys = [set(p["roles"]) for p in come.values()], {key_id(p) for p in come.values()}
    sound = all(one and one <= ANYBODY and not any(two <= one for two in APART) for one in roles)
    if kind == "founding": return sound and not ever and 1 < len(keys) == len(come) == len(ruling["people"])
    own = {key_id(p) for name, p in people.items() if name in come}
    return sound and (keys <= own or not keys & ever) and (
        kind != "revocation" or ruling["key_id"] in {key_id(p) for p in people.values()})
def filled(duty: list[set[str]], signers: list[Json]) -> int:
    """How many places different people fill."""
    rest = [1 + filled(duty[1:], [*signers[:at], *signers[at + 1:]])
            for at, one in enumerate(signers) if duty and duty[0] & set(one["roles"])]
    return max([filled(duty[1:], signers), *rest]) if duty else 0
def check_sign_offs(pack: Pack) -> str:
    """Sign-offs of this run cover its inputs and result, and whoever made it did not check it."""
    read, mine = pack.manifest, [one for one in pack.rulings if one["ruling"]["is"] == "sign-off"
                                 and one["ruling"]["run_id"] == pack.run["run_id"] and one["stands"]]
    records = [one for listed in read.values() if isinstance(listed, list) for one in listed]
    records += [read["period"], [[one["path"], one["sha256"]] for one in read["statements"]]]
    known = {sha(canonical(one)) for one in records} | {one["digest"] for one in pack.entries}
    inputs = {read["objects"][name] for name in ("settings", "mapping", "exclusions")}
    inputs |= {one["sha256"] for one in (*read["captures"], *read["imports"])}
    for said, place in ((one["ruling"], one["place"]) for one in mine):
        digests = set(said["input_digests"].values())
        foreign = [one for one in digests - known if one.encode() not in pack.files["manifest.json"]]
        need(said["result_digest"] == pack.run["result_digest"], place, "another result")
        need(inputs <= digests and not foreign, place, "other inputs than those of the run")
        policy = {"version": said["policy_version"], "object": said["policy_object"]}
        whole = canonical({"inputs": said["input_digests"], "result": said["result_digest"],
                           "policy": policy, "open_items": said["open_items"]})
        need(sha(whole) == said["signoff_digest"], place, "another digest")
    made, checked = ({part for one in mine if one["kind"] == kind for signer in one["signers"]
                      for part in (signer["name"], key_id(signer))} for kind in ("prepared", "checked"))
    need(not made & checked, "evidence/entries", "maker and checker are one person")
    return ", ".join(f"{one['kind']} by {one['by']}" for one in mine) or "NOBODY has signed this run"

def check_prices(pack: Pack) -> str:
    """Every rate that priced anything, derived again from the captured bytes at its place."""
    read, pages = pack.manifest["objects"], 0
    settings = tomllib.loads(pack.text(read["settings"])).get("prices", {})
    captures = {one["capture_id"]: one for one in pack.manifest["captures"]}
    prices = json.loads(pack.files["run/pricing_snapshot.json"])["prices"]
    for one in prices:
        capture, place, factor = captures[one["capture_id"]], one["locator"], one["multiplier_text"]
        rules = settings.get(capture["source_name"], {})
        sign, name = rules.get("delimiter", ","), rules.get("multiplier")
        if capture["format"].endswith("-catalog"):
            facts = read["vendors"][capture["format"].removesuffix("-catalog") + "/catalog.toml"]
            name = tomllib.loads(pack.text(facts))["ratio"]["key"]
        said = f"evidence/objects/{capture['sha256']}, {place}"
        if place.startswith(("css ", "md ")): pages += 1
        else:
            content = pack.text(capture["sha256"])
            need(text_at(content, place, "", sign) == one["price_text"], said, "another price")
            factor = text_at(content, place, name, sign) if name else factor
            factor = beside(content, place, rules) if rules.get("form") == "ratios" else factor
        block = re.match(r"(\d+)([KM]?) ", one["pricing_unit"] + " ")
        units = int(block[1]) * {"": 1, "K": 1000, "M": 10**6}[block[2]] if block else 1
        number, by = (Fraction(text.replace(",", ".") if rules.get("decimal") == "," else text)
                      for text in (one["price_text"], factor or "1"))
        need(number * by / units == Fraction(one["unit_rate"]), said, "gives another rate")
    return f"{len(prices)} rates; {pages} stand on a page, whose text is not read here"
def beside(content: str, place: str, rules: Json) -> str:
    """What a ratio of a gateway's table is multiplied by: the price at one, and other ratios."""
    own, group = place.split("/")[-1 if place.startswith("/data/") else 1], rules.get("group", "")
    names = ["model_ratio"] * (own not in {"model_price", "model_ratio"})
    names += ["audio_ratio"] * (own == "audio_completion_ratio")
    places = [place.replace(f"/{own}", f"/{name}", 1) for name in names]
    places += [f"/group_ratio/{group.replace('~', '~0').replace('/', '~1')}"] if group else []
    others = [Fraction(text_at(content, one, "", "")) for one in places]
    return str(prod(others, start=Fraction(1 if own == "model_price" else rules["price_at_one"])))
def text_at(content: str, place: str, beside: str, sign: str) -> str:
    """The text at a JSON pointer or in a CSV cell, or under another name beside it."""
    if place.startswith("/"):
        found, steps = json.loads(content, parse_float=str, parse_int=str), place.split("/")[1:]
        for step in [*steps[:-1], beside or steps[-1]]:
            key = step.replace("~1", "/").replace("~0", "~")
            found = found[int(key)] if isinstance(found, list) else found.get(key, "")
        return str(found or "")
    line, _, column = place.removeprefix("line ").partition(", column ")
    rows = list(io.StringIO(content, newline=""))
    header, cells = (next(filter(None, csv.reader(rows[first:], delimiter=sign, strict=True)))
                     for first in (0, int(line) - 1))
    return cells[header.index(beside or column)]

def check_found(pack: Pack) -> str:
    """The figures that ``run.sql`` found are those that were published."""
    if pack.found is None: return "NOT GIVEN: the calculation was not performed again; see VERIFY.md"
    found = dict(csv.reader(io.StringIO(pack.found.decode(), newline="")))
    read, totals = pack.manifest, json.loads(pack.files["run/report.json"])["summary"]["totals"]
    want = {f"rows {one['table']}": str(one["rows"]) for one in read["statements"]}
    want |= {f"digest {k}": v for k, v in json.loads(pack.files["result.json"])["tables"].items()}
    want |= {f"control {one['stage']}: {one['name']}, {side}": one[side]
             for one in read["control_totals"] for side in ("left", "right")}
    want |= {f"total {currency} {name}": total[name] or "" for currency, total in totals.items() for name
             in ("expected", "charged", "recorded", "variance", "booking", "billing", "low", "high")}
    want |= {f"differs sample, {name}": "0" for name in ("lines drawn", "amounts of lines", "rates")}
    want |= {name: "0" for name in found if name.startswith("differs ")}
    for one in read["imports"]:
        name = f"import {one['import_id']}"
        want |= {f"{name} typed": str(one["records_framed"] - int(found[f"{name} set aside"])),
                 f"differs {name} place": "0", f"differs {name} kept fields": "0"}
    for name, value in want.items():
        need(name in found and (found[name] == value or Fraction(found[name]) == Fraction(value)),
             "found.csv", f"{name}: {found.get(name)}, published {value}")
    return f"{len(want)} figures"

CHECKS = (read_container, check_sums, check_chain, check_kept, check_run, check_script, check_prices,
          check_signatures, check_sign_offs, check_found)
def check(content: bytes, kept: bytes | None = None, found: bytes | None = None) -> list[str]:
    """A line for each check; the first that does not agree ends it, for the next ones rest on it."""
    pack, lines = Pack(content=content, kept=kept, found=found, entries=[], rulings=[]), []
    for one in CHECKS:
        name = one.__name__.partition("_")[2]
        try:
            lines.append(f"ok     {name:10}  {one(pack)}")
        except Exception as error:
            return [*lines, f"WRONG  {name:10}  {error if isinstance(error, Wrong) else repr(error)}"]
    return lines
if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    [parser.add_argument(option, type=Path) for option in ("pack", "--checkpoint", "--found")]
    given = parser.parse_args()
    said = check(*(path and path.read_bytes() for path in (given.pack, given.checkpoint, given.found)))
    print("\n".join(said))
    raise SystemExit(said[-1].startswith("WRONG"))
