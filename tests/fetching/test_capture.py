"""A capture over https: what is recorded, what is refused unasked, what is put aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fetching.loopback import NAME, answer, serving
from tests.fetching.rehearsed import AT, catalog, hurried, register, workspace_for
from tieout.actions.capturing import capture_page, capture_prices
from tieout.actions.contract import shown
from tieout.cli import main
from tieout.errors import CaptureRefused, ConfigurationRefused, ExitCode
from tieout.evidence.canonical import sha256
from tieout.evidence.exchange import read_exchange
from tieout.evidence.records import captures, failed_captures, pages
from tieout.workspace.layout import Workspace

BODY = catalog("0.5", "2")


def test_a_capture_keeps_the_bytes_and_how_they_came(tmp_path: Path) -> None:
    with serving([answer(BODY, "X-Some-Request-Id: r-1", "Set-Cookie: a=b")]) as seen:
        workspace = workspace_for(seen, tmp_path / "w")
        done = capture_prices(
            workspace, "catalog", operator="job-7", at=AT, register=register(), adjust=hurried
        )
    (capture,) = captures(workspace.log)
    assert done.capture == capture
    assert workspace.store.get(capture.sha256) == BODY
    assert (capture.method, capture.operator, capture.approved_by) == ("fetched", "job-7", "")
    assert capture.accessed_at == "2026-11-20T12:00:00Z"
    told = read_exchange(workspace.store.get(capture.exchange_object))
    assert (told.asked, told.final_url, told.status) == (capture.source_url,) * 2 + (200,)
    assert (told.wire_size, told.size, len(told.attempts)) == (len(BODY), len(BODY), 1)
    assert told.contract_items["endpoint-catalog"] == f"https://{NAME}/list"
    assert dict(told.headers)["x-some-request-id"] == "r-1"
    assert "set-cookie" not in dict(told.headers)
    assert told.tls is not None
    assert {note.partition(":")[0] for note in capture.notes} == {
        "LOCAL_RESOLUTION", "LOCAL_AUTHORITY",
    }  # fmt: skip
    assert capture.is_rehearsed


def test_an_item_that_nobody_verified_is_named_and_nothing_is_asked(tmp_path: Path) -> None:
    with serving([answer(BODY)]) as seen:
        workspace = workspace_for(seen, tmp_path / "w")
        items = register(success_flag="unverified", retry_codes="expired")
        with pytest.raises(ConfigurationRefused) as refused:
            capture_prices(workspace, "catalog", operator="job-7", register=items, adjust=hurried)
    assert refused.value.code == "CONTRACT_UNVERIFIED"
    assert [line.partition(":")[0] for line in refused.value.where] == [
        "success-flag", "retry-codes",
    ]  # fmt: skip
    assert seen.connections == 0
    assert workspace.log.entries() == ()


def test_two_captures_that_differ_are_both_kept_and_the_difference_is_named(tmp_path: Path) -> None:
    with serving([answer(BODY), answer(catalog("0.5", "3"))]) as seen:
        workspace = workspace_for(seen, tmp_path / "w")
        first, second = (
            capture_prices(
                workspace, "catalog", operator="job-7", at=AT, register=register(), adjust=hurried
            )
            for _ in range(2)
        )
    assert [one.sha256 for one in captures(workspace.log)] == [
        sha256(BODY), sha256(catalog("0.5", "3")),
    ]  # fmt: skip
    assert (first.changes, second.before) == ((), first.capture.capture_id)
    assert [(c.change, c.source_model_id, c.meter) for c in second.changes] == [
        ("price_change", "m1", "requests")
    ]
    assert second.capture.notes[-1].startswith("PRICE_CHANGED: 1 difference against capture ")
    assert second.capture.approved_by == ""


def test_a_failed_capture_is_on_record_and_is_no_capture(tmp_path: Path) -> None:
    body = b'{"success": false, "message": "no"}'
    with serving([answer(body)]) as seen:
        workspace = workspace_for(seen, tmp_path / "w")
        with pytest.raises(CaptureRefused) as refused:
            capture_prices(
                workspace, "catalog", operator="job-7", at=AT, register=register(), adjust=hurried
            )
    assert (refused.value.code, refused.value.exit_code) == ("API_NOT_SUCCESS", ExitCode.CAPTURE)
    assert captures(workspace.log) == ()
    (failure,) = failed_captures(workspace.log)
    assert (failure.code, failure.source_name) == ("API_NOT_SUCCESS", "catalog")
    assert workspace.store.get(failure.body_object) == body
    assert len(read_exchange(workspace.store.get(failure.exchange_object)).attempts) == 1


def test_a_page_is_kept_as_evidence_only_from_a_host_that_the_settings_name(tmp_path: Path) -> None:
    page = b"<!doctype html><title>Prices</title>"
    with serving([answer(page, kind="text/html; charset=utf-8")]) as seen:
        more = f'rehearsal = true\npages = ["{NAME}"]'
        workspace = workspace_for(seen, tmp_path / "w", more)
        kept = capture_page(workspace, f"https://{NAME}/p", operator="AB", at=AT, adjust=hurried)
        with pytest.raises(ConfigurationRefused, match="CFG_PAGE_HOST"):
            capture_page(workspace, "https://other.example.com/p", operator="AB")
    assert pages(workspace.log) == (kept.page,)
    assert captures(workspace.log) == ()
    assert workspace.store.get(kept.page.sha256) == page
    assert kept.page.media_type == "text/html"


def test_a_page_that_was_captured_proves_a_contract_item(tmp_path: Path) -> None:
    page = b"<!doctype html><title>Prices</title>"
    with serving([answer(page, kind="text/html; charset=utf-8")]) as seen:
        more = f'rehearsal = true\npages = ["{NAME}"]'
        workspace = workspace_for(seen, tmp_path / "w", more)
        kept = capture_page(workspace, f"https://{NAME}/p", operator="AB", at=AT, adjust=hurried)
    proof = shown(workspace, file=None, capture_id=kept.page.capture_id)
    assert (proof.content, proof.source_url) == (page, f"https://{NAME}/p")
    settings = (tmp_path / "w" / "tieout.toml").read_text(encoding="utf-8")
    plain = settings.replace("rehearsal = true", "rehearsal = false")
    (tmp_path / "w" / "tieout.toml").write_text(plain, encoding="utf-8")
    with pytest.raises(ConfigurationRefused, match="CAPTURE_REHEARSED"):
        shown(Workspace.open(tmp_path / "w"), file=None, capture_id=kept.page.capture_id)


def test_what_failed_and_what_is_evidence_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving([answer(b"<p>Log in", kind="text/html")]) as seen:
        workspace = workspace_for(seen, tmp_path / "w", f'rehearsal = true\npages = ["{NAME}"]')
        for _ in range(7):
            with pytest.raises(CaptureRefused):
                capture_prices(
                    workspace, "catalog", operator="j", at=AT, register=register(), adjust=hurried
                )
        kept = capture_page(workspace, f"https://{NAME}/p", operator="AB", at=AT, adjust=hurried)
    assert main(["--workspace", str(tmp_path / "w"), "prices", "list"]) == 0
    said = capsys.readouterr().out
    assert f"page {kept.page.capture_id}  https://{NAME}/p" in said
    assert said.count("HTTP_CONTENT_TYPE; what came: object") == 5
    assert "and 2 earlier failed captures" in said
