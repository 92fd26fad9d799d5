"""Records in the log: what is recorded twice is there once, what differs stays apart."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.evidence.small_store import NOON, Workspace
from tieout.calendar import instant_text
from tieout.errors import ConfigurationRefused, ConflictRefused, InputRefused, IntegrityRefused
from tieout.evidence.capture import (
    Capture,
    Import,
    Run,
    captures,
    declarations,
    import_identity,
    imports,
    record_approval,
    record_capture,
    record_declaration,
    record_import,
    record_run,
    runs,
)
from tieout.evidence.redact import redacted

PRICES = b"model,price\nalpha,2\n"


@pytest.fixture
def empty(tmp_path: Any) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def record(workspace: Workspace, **changes: Any) -> tuple[Capture, bool]:
    facts: dict[str, Any] = {
        "source_name": "catalog",
        "source_url": "https://prices.example/list?page=1&key=SeCrEt",
        "accessed_at": NOON,
        "method": "fetched",
        "operator": "job-7",
        "format": "litellm",
        "original_name": "prices.json",
        "at": NOON + timedelta(minutes=1),
    }
    return record_capture(workspace.store, workspace.log, PRICES, **(facts | changes))


def test_a_capture_keeps_the_exact_bytes_and_what_was_said(empty: Workspace) -> None:
    capture, new = record(
        empty, effective_from=datetime(2026, 8, 1, tzinfo=UTC), notes=["two people"]
    )
    assert new
    assert capture.sha256 == hashlib.sha256(PRICES).hexdigest()
    assert empty.store.get(capture.sha256) == PRICES
    assert capture.size == 20
    assert capture.accessed_at == "2026-08-10T12:00:00Z"
    assert capture.effective_from == "2026-08-01T00:00:00Z"
    assert capture.approved_by == ""
    assert capture.notes == ("two people",)
    assert captures(empty.log) == (capture,)
    assert empty.log.entries()[0].at == "2026-08-10T12:01:00Z"


def test_the_id_of_a_capture_covers_bytes_source_and_access_time(empty: Workspace) -> None:
    capture, _ = record(empty)
    digest = hashlib.sha256(PRICES).hexdigest()
    text = f'["{digest}","catalog","2026-08-10T12:00:00Z"]'
    assert capture.capture_id == hashlib.sha256(text.encode()).hexdigest()[:12]


def test_the_same_capture_again_changes_nothing(empty: Workspace) -> None:
    first, _ = record(empty)
    state = {path: path.read_bytes() for path in empty.files()}
    again, new = record(empty, operator="somebody else", at=NOON + timedelta(days=3))
    assert (again, new) == (first, False)
    assert {path: path.read_bytes() for path in empty.files()} == state


def test_the_same_bytes_at_another_time_are_linked_to_the_first(empty: Workspace) -> None:
    first, _ = record(empty)
    second, new = record(empty, accessed_at=NOON + timedelta(days=1))
    assert new
    assert second.capture_id != first.capture_id
    assert second.sha256 == first.sha256
    assert second.notes == (f"DUPLICATE_BYTES: the same bytes as capture {first.capture_id}",)
    assert first.notes == ()
    assert captures(empty.log) == (first, second)


def test_no_secret_of_an_address_enters_the_evidence(empty: Workspace) -> None:
    capture, _ = record(empty, notes=["read with Authorization: Bearer SeCrEt"])
    assert capture.source_url == "https://prices.example/list?page=1&key=REDACTED"
    for path in empty.files():
        assert b"SeCrEt" not in path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/p?key=abc&x=1", "https://a.example/p?key=REDACTED&x=1"),
        (
            "https://a.example/p?x=1&API_KEY=a%20b#top",
            "https://a.example/p?x=1&API_KEY=REDACTED#top",
        ),
        ("https://a.example/#access_token=abc", "https://a.example/#access_token=REDACTED"),
        ("https://me:pw@a.example/p", "https://REDACTED@a.example/p"),
        ("see https://a.example/?sig=Q1 now", "see https://a.example/?sig=REDACTED now"),
        ("Bearer abc.def", "Bearer REDACTED"),
        ("used sk-abcdefghijklmnop", "used sk-REDACTED"),
        ("https://a.example/p?page=2&monkeys", "https://a.example/p?page=2&monkeys"),
        ("the key is in the safe", "the key is in the safe"),
    ],
)
def test_what_looks_like_a_secret_is_redacted(text: str, expected: str) -> None:
    assert redacted(text) == expected
    assert redacted(expected) == expected


def test_a_later_approval_leaves_the_capture_as_it_was_recorded(empty: Workspace) -> None:
    capture, _ = record(empty)
    written = empty.log.entries()[0]
    _, new = record_approval(empty.log, capture.capture_id, approved_by="AL", at=NOON)
    assert new
    assert captures(empty.log)[0].approved_by == "AL"
    assert empty.log.entries()[0] == written
    _, again = record_approval(empty.log, capture.capture_id, approved_by="AL", at=NOON)
    assert not again
    assert len(empty.log.entries()) == 2


def test_an_approval_of_an_unknown_capture_is_refused(empty: Workspace) -> None:
    with pytest.raises(ConfigurationRefused, match="CAPTURE_UNKNOWN"):
        record_approval(empty.log, "0" * 12, approved_by="AL", at=NOON)
    assert empty.log.entries() == ()


@pytest.mark.parametrize("blank", ["source_name", "operator"])
def test_a_capture_without_a_name_is_refused(empty: Workspace, blank: str) -> None:
    with pytest.raises(InputRefused, match="RECORD_FIELD"):
        record(empty, **{blank: " "})
    assert empty.log.entries() == ()


def test_a_declaration_keeps_its_evidence(empty: Workspace) -> None:
    capture, _ = record(empty)
    facts: dict[str, Any] = {
        "effective_from": NOON - timedelta(days=60),
        "reason": "the vendor's letter",
        "declared_by": "MK",
        "at": NOON,
    }
    for expected in (True, False):
        declaration, new = record_declaration(
            empty.store, empty.log, capture.capture_id, b"letter", **facts
        )
        assert new is expected
    assert declarations(empty.log) == (declaration,)
    assert empty.store.get(declaration.evidence_sha256) == b"letter"
    assert declaration.effective_from == "2026-06-11T12:00:00Z"
    with pytest.raises(InputRefused, match="RECORD_FIELD"):
        record_declaration(empty.store, empty.log, capture.capture_id, b"", **facts)


def bring_in(workspace: Workspace, **changes: Any) -> tuple[Import, bool]:
    facts: dict[str, Any] = {
        "leg": "usage",
        "feed_name": "gateway",
        "feed": {"format": "csv", "meters": {"requests": "n"}},
        "original_sha256": "ab" * 32,
        "size": 100,
        "original_name": "usage.csv",
        "records": b"records",
        "quarantine": b"aside",
        "records_framed": 3,
        "records_recounted": 3,
        "quarantined": 1,
        "operator": "MK",
        "at": NOON,
        "notes": ["BOM: 1"],
    }
    return record_import(workspace.store, workspace.log, **(facts | changes))


def test_importing_a_file_twice_changes_nothing(empty: Workspace) -> None:
    first, new = bring_in(empty)
    assert new
    state = {path: path.read_bytes() for path in empty.files()}
    assert bring_in(empty, original_name="renamed.csv", records=b"other") == (first, False)
    assert {path: path.read_bytes() for path in empty.files()} == state
    assert imports(empty.log) == (first,)
    assert first.recorded_at == instant_text(NOON)
    assert empty.store.get(first.records_object) == b"records"
    assert first.import_id == import_identity("ab" * 32, "usage", first.feed)


@pytest.mark.parametrize(
    "change", [{"leg": "ledger"}, {"feed": {"format": "jsonl"}}, {"original_sha256": "cd" * 32}]
)
def test_another_leg_feed_or_file_is_another_import(
    empty: Workspace, change: dict[str, object]
) -> None:
    first, _ = bring_in(empty)
    second, new = bring_in(empty, **change)
    assert new
    assert second.import_id != first.import_id
    assert imports(empty.log) == (first, second)


@pytest.mark.parametrize(
    "change", [{"records_recounted": 2}, {"quarantined": 4}, {"quarantined": -1}]
)
def test_counters_that_disagree_import_nothing(empty: Workspace, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityRefused, match="COUNTERS_DISAGREE"):
        bring_in(empty, **change)
    assert empty.log.entries() == ()


RUN = Run("7f3a", "2026-08", "2026-09-02T09:00:00Z", "hold", "ef" * 32, "", "runs/x", "v1", "MK")


def test_a_run_is_recorded_once_with_its_manifest(empty: Workspace) -> None:
    run, new = record_run(empty.store, empty.log, RUN, b"{}", NOON)
    assert new
    assert empty.store.get(run.manifest_object) == b"{}"
    assert record_run(empty.store, empty.log, RUN, b"{}", NOON) == (run, False)
    with pytest.raises(ConflictRefused, match="RUN_DIFFERS"):
        record_run(empty.store, empty.log, RUN, b"[]", NOON)
    later = msgspec.structs.replace(RUN, run_id="8b21", supersedes="7f3a")
    second, _ = record_run(empty.store, empty.log, later, b"{}", NOON)
    assert runs(empty.log) == (run, second)


def test_an_entry_with_an_unknown_field_is_refused_and_not_ignored(empty: Workspace) -> None:
    empty.log.append("declaration", {"capture_id": "0" * 12, "surprise": "x"}, NOON)
    with pytest.raises(IntegrityRefused, match="EV_NOTE_FORM"):
        declarations(empty.log)
