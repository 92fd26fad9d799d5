"""Two verifiers that share no code say the same of good packs and bad ones (G18)."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from tests.packing.mutations import (
    BOUND,
    KINDS,
    Case,
    Log,
    bad,
    by_other_role,
    cases,
    entries_of,
    relisted,
    withdrawing,
)
from tests.packing.signed_period import Signed, moment, sign_off
from tieout.close.runs import find_run
from tieout.errors import IntegrityRefused, Refusal
from tieout.evidence.outside import read_kept
from tieout.packing.check import check_pack
from tieout.packing.container import unpacked
from tieout.packing.make import make_pack
from tieout.people.record import record_ruling
from tieout.people.replay import replay
from tieout.people.ruling import Reopening
from tieout.signing.envelope import sign
from tieout.workspace.layout import Workspace

SEED = 20260901
# Every kind once here; hundreds at night.
COUNT = int(os.environ.get("TIEOUT_PACKS", str(len(KINDS))))


def ours(case: Case, kept: bytes) -> tuple[bool, str]:
    """Whether the program accepts a pack, and what it says."""
    where = Path("kept")
    try:
        found = check_pack(case.content, [("kept", read_kept(kept, where))])
    except Refusal as refused:
        return False, refused.letter()
    return found.agrees, "; ".join(one.detail for one in found.checks if not one.agrees)


def theirs(verifier: ModuleType, case: Case, kept: bytes) -> tuple[bool, str]:
    """Whether the stand-alone verifier accepts a pack, and what it says."""
    lines = verifier.check(case.content, kept)
    return not lines[-1].startswith("WRONG"), lines[-1]


@pytest.mark.slow
def test_both_verifiers_say_the_same_of_every_pack(signed: Signed, verifier: ModuleType) -> None:
    apart = []
    judged: Counter[tuple[str, bool]] = Counter()
    for case in cases(signed, COUNT, SEED):
        first, second = ours(case, signed.kept), theirs(verifier, case, signed.kept)
        judged[case.kind, first[0]] += 1
        if not first[0] == second[0] == case.is_good:
            apart.append((case.kind, case.what, case.is_good, first, second))
    assert apart == []
    # Each kind was judged, and none in two ways.
    kinds = {case.kind for case in cases(signed, min(COUNT, len(KINDS)), SEED)}
    assert sorted(kind for kind, _ in judged) == sorted(kinds)
    assert sum(judged.values()) == COUNT


def test_nothing_that_the_log_binds_is_gone_unseen(signed: Signed, verifier: ModuleType) -> None:
    """A run rests on more than files it read: earlier groups, open items, signed evidence."""
    members = unpacked(signed.pack.content)
    unseen = []
    for name in (one for one in sorted(members) if one.startswith(BOUND)):
        others = {one: content for one, content in members.items() if one != name}
        if theirs(verifier, bad("removed", relisted(others), name), signed.kept)[0]:
            unseen.append(name)
    assert unseen == []


def test_what_somebody_signed_who_might_not_is_in_force_nowhere(
    signed: Signed, verifier: ModuleType
) -> None:
    case = by_other_role(signed)
    assert "might not" in theirs(verifier, case, signed.kept)[1]
    entries, origin = entries_of(case.content)
    with contextlib.suppress(IntegrityRefused):
        assert [one.kind for one in replay(entries, origin).waiting] == ["revocation"]


def test_only_what_waits_is_withdrawn_and_only_by_its_author(
    signed: Signed, verifier: ModuleType
) -> None:
    entries, origin = entries_of(signed.pack.content)
    found = replay(entries, origin)
    (taken_back,) = (one for one in found.rulings if one.withdrawn is not None)
    in_force = next(one for one in found.rulings if one.kind == "comment")
    for target, name in ((taken_back, "AB"), (in_force, "GH"), (found.rulings[0], "AB")):
        case = withdrawing(signed, target.entry, name)
        assert not ours(case, signed.kept)[0]
        assert "withdraws what it may not" in theirs(verifier, case, signed.kept)[1]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "is_good"), [("AB", True), ("GH", False), ("IJ", False)])
def test_both_verifiers_know_whose_ruling_is_withdrawn(
    tmp_path: Path, signed: Signed, verifier: ModuleType, name: str, is_good: bool
) -> None:
    root = tmp_path / "small"
    shutil.copytree(signed.root, root)
    workspace = Workspace.open(root)
    asked = record_ruling(
        workspace.log, Reopening("2026-08", "by mistake"), signed.keys["AB"], moment(30)
    )
    packed = make_pack(workspace, find_run(workspace, None)).content
    log = Log(unpacked(packed))
    said = {"is": "withdrawal", "entry": asked.entry, "reason": "so"}
    log.add_signed(signed.keys[name], said, name)
    case = bad("withdrawn", log.chained())
    kept = (root / "witness" / "checkpoint").read_bytes()
    assert (ours(case, kept)[0], theirs(verifier, case, kept)[0]) == (is_good, is_good)
    # What was withdrawn takes no signature any more, in either account.
    signature = sign(asked.content, signed.keys["IJ"])
    log.add("countersigned", {"entry": asked.entry, "signature": msgspec.to_builtins(signature)})
    late = bad("signed late", log.chained())
    assert not ours(late, kept)[0]
    assert not theirs(verifier, late, kept)[0]


@pytest.mark.slow
@pytest.mark.parametrize("signed_as", ["prepared", "checked"])
def test_whoever_made_a_run_and_checked_it_is_found_by_both(
    tmp_path: Path, signed: Signed, verifier: ModuleType, signed_as: str
) -> None:
    """CD is of finance and a checker, and signs a run that was signed before in the other way."""
    root = tmp_path / "small"
    shutil.copytree(signed.root, root)
    workspace = Workspace.open(root)
    record_ruling(workspace.log, sign_off(root, signed_as), signed.keys["CD"], moment(30))
    other = "checked" if signed_as == "prepared" else "prepared"
    record_ruling(workspace.log, sign_off(root, other), signed.keys["CD"], moment(40))
    case = bad("one person", make_pack(workspace, find_run(workspace, None)).content)
    kept = (root / "witness" / "checkpoint").read_bytes()
    assert "one person" in ours(case, kept)[1]
    assert "one person" in theirs(verifier, case, kept)[1]


@pytest.mark.slow
def test_a_rolled_back_log_shows_only_beside_a_kept_checkpoint(
    signed: Signed, verifier: ModuleType
) -> None:
    log = Log(unpacked(signed.pack.content))
    del log.entries[-1]
    content = log.chained()
    assert check_pack(content).agrees
    assert "NOT GIVEN" in "".join(verifier.check(content))
    assert verifier.check(content)[-1].startswith("ok")
    case = bad("rolled back", content)
    assert "EV_ROLLBACK" in ours(case, signed.kept)[1]
    assert "cut short" in theirs(verifier, case, signed.kept)[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("result_digest", "0" * 64, "another result"),
        ("input_digests", {}, "input"),
        ("signoff_digest", "0" * 64, "another digest"),
    ],
)
def test_a_sign_off_of_something_else_is_refused(
    tmp_path: Path, signed: Signed, verifier: ModuleType, field: str, value: Any, said: str
) -> None:
    root = tmp_path / "small"
    shutil.copytree(signed.root, root)
    workspace = Workspace.open(root)
    wrong = msgspec.structs.replace(sign_off(root, "prepared"), **{field: value})
    record_ruling(workspace.log, wrong, signed.keys["AB"], moment(30))
    content = make_pack(workspace, find_run(workspace, None)).content
    assert said in verifier.check(content)[-1]
    with pytest.raises(IntegrityRefused, match="EV_SIGNATURE"):
        check_pack(content)
