"""The log: append-only, chained, checkpointed; checked here by a second reader of the format."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evidence.small_store import NOON, Workspace
from tieout.errors import InputRefused, IntegrityRefused
from tieout.evidence.canonical import canonical
from tieout.evidence.store import EvidenceStore


def second_reader(workspace: Workspace) -> list[dict[str, Any]]:
    """Read the log with the standard library alone, trusting nothing but the bytes."""
    origin, size, head, time, rest = (workspace.root / "checkpoint").read_text().split("\n")
    assert (origin, rest) == ("tieout-evidence/1", "")
    entries: list[dict[str, Any]] = []
    lines = []
    digest = head
    while digest != "0" * 64:
        content = (workspace.root / "objects" / digest).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        entry = json.loads(content)
        text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert text.encode() == content
        assert sorted(entry) == ["at", "body", "kind", "previous", "seq"]
        lines.append(f"{entry['seq']} {digest} {entry['at']}\n")
        entries.append(entry)
        digest = entry["previous"]
    entries.reverse()
    assert [entry["seq"] for entry in entries] == list(range(1, int(size) + 1))
    assert not entries or entries[-1]["at"] == time
    assert (workspace.witness / "checkpoints.txt").read_text() == "".join(reversed(lines))
    latest = (workspace.witness / "checkpoint").read_text()
    assert latest == (workspace.root / "checkpoint").read_text()
    return entries


def test_a_second_reader_of_the_format_agrees(workspace: Workspace) -> None:
    ours = workspace.log.entries()
    theirs = second_reader(workspace)
    assert [entry.body for entry in ours] == [entry["body"] for entry in theirs]
    assert [entry.kind for entry in ours] == ["capture", "capture", "declaration", "import"]
    assert [entry.previous for entry in ours[1:]] == [entry.digest for entry in ours[:-1]]
    assert workspace.log.head() == ours[-1].digest


def test_a_new_log_is_empty_and_its_head_is_sixty_four_zeros(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).create()
    assert workspace.log.entries() == ()
    assert workspace.log.head() == "0" * 64
    assert (workspace.root / "checkpoint").read_bytes() == (
        b"tieout-evidence/1\n0\n" + b"0" * 64 + b"\nnone\n"
    )


def test_an_entry_has_one_known_text(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).create()
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    body = {"z": Decimal("1.50"), "a": ["é", None, True], "n": 12, "t": beijing}
    entry = workspace.log.append("note", body, beijing)
    expected = (
        '{"at":"2026-08-10T12:00:00Z","body":{"a":["é",null,true],"n":12,'
        '"t":"2026-08-10T12:00:00Z","z":"1.5"},"kind":"note","previous":"' + "0" * 64 + '","seq":1}'
    ).encode()
    assert entry.digest == hashlib.sha256(expected).hexdigest()
    assert workspace.store.get(entry.digest) == expected
    assert (workspace.root / "checkpoint").read_text() == (
        f"tieout-evidence/1\n1\n{entry.digest}\n2026-08-10T12:00:00Z\n"
    )


@pytest.mark.parametrize("body", [{"x": 0.5}, {"x": [1, {"y": 2.0}]}, {"x": float("nan")}])
def test_a_float_in_a_body_is_a_bug_and_nothing_is_written(
    workspace: Workspace, body: dict[str, object]
) -> None:
    before = {path: path.read_bytes() for path in workspace.files()}
    with pytest.raises(AssertionError, match="float"):
        workspace.log.append("note", body, NOON)
    assert {path: path.read_bytes() for path in workspace.files()} == before


@pytest.mark.parametrize("value", [b"bytes", {1: "a"}, {"a"}, object(), Decimal("NaN")])
def test_a_value_without_canonical_text_is_a_bug(value: object) -> None:
    with pytest.raises(AssertionError):
        canonical({"x": value})


def test_a_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(InputRefused, match="TEXT_NOT_UNICODE"):
        canonical({"note": "a\udcff"})


def test_order_is_the_number_of_the_entry_and_not_its_time(workspace: Workspace) -> None:
    late = workspace.log.append("note", {}, NOON - timedelta(days=400))
    assert workspace.log.entries()[-1] == late
    assert late.seq == 5


BODIES = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)


@pytest.mark.law
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(bodies=st.lists(BODIES, min_size=1, max_size=4))
def test_appended_entries_stay_identical_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[dict[str, Any]]
) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("law")).create()
    written: dict[str, bytes] = {}
    witnessed = b""
    for number, body in enumerate(bodies, start=1):
        entry = workspace.log.append("note", body, NOON)
        assert entry.seq == number
        for digest, content in written.items():
            assert (workspace.root / "objects" / digest).read_bytes() == content
        written[entry.digest] = (workspace.root / "objects" / entry.digest).read_bytes()
        listed = (workspace.witness / "checkpoints.txt").read_bytes()
        assert listed.startswith(witnessed)
        assert len(listed) > len(witnessed)
        witnessed = listed
    assert [entry["body"] for entry in second_reader(workspace)] == bodies
    assert [entry.body for entry in workspace.log.entries()] == bodies


def test_two_stores_with_the_same_entries_have_the_same_head(tmp_path: Path) -> None:
    heads = set()
    for name in ("one", "two"):
        workspace = Workspace(tmp_path / name)
        EvidenceStore.create(workspace.root, workspace.witness)
        workspace.capture(b"model,price\n")
        heads.add(workspace.log.head())
    assert len(heads) == 1


# --- before a new head names them, the bytes are read back ---------------------------------------


@pytest.mark.parametrize("kind", ["damaged", "gone", "never there"])
def test_no_head_names_an_object_that_is_not_what_it_was(workspace: Workspace, kind: str) -> None:
    digest = workspace.store.put(b"records of an import")
    path = workspace.root / "objects" / digest
    if kind == "damaged":
        # The disk returns other bytes than were written, and nobody has noticed yet.
        path.write_bytes(b"records 0f an import")
    elif kind == "gone":
        path.unlink()
    named = "ab" * 32 if kind == "never there" else digest
    before = (workspace.root / "checkpoint").read_bytes()
    code = "EV_OBJECT" if kind == "damaged" else "EV_MISSING"
    with pytest.raises(IntegrityRefused, match=code):
        workspace.log.append("import", {"records_object": named}, NOON)
    assert (workspace.root / "checkpoint").read_bytes() == before
    assert len(workspace.log.entries()) == 4
