"""``tieout contract``: entries are kept with their bytes, letters say what is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.small_period import AS_OF, contradict, made, proof, report, verify
from tieout.actions.closing import verify as verify_run
from tieout.actions.contract import register_of, shown, verify_items
from tieout.actions.contract_check import check_contract
from tieout.cli.app import main
from tieout.contract.leaning import fetches
from tieout.errors import ConfigurationRefused, InputRefused
from tieout.evidence.documents import objects_of
from tieout.workspace.layout import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


def test_the_bytes_of_a_proof_are_objects_that_the_log_names(workspace: Workspace) -> None:
    verify(workspace, "endpoint-log", "auth-access-token")
    contradict(workspace, "endpoint-log", at=AS_OF + timedelta(hours=1))
    entries = [e for e in workspace.log.entries() if e.kind in ("verification", "contradiction")]
    assert [e.kind for e in entries] == ["verification", "verification", "contradiction"]
    kept = [workspace.store.get(o) for e in entries for o in objects_of(e.kind, e.body)]
    assert kept == [b"rows of a test", b"rows of a test", b"statement"]


def test_saying_the_same_again_adds_no_entry(workspace: Workspace) -> None:
    verify(workspace, "endpoint-log")
    verify(workspace, "endpoint-log", at=AS_OF + timedelta(days=1))
    assert len(workspace.log.entries()) == 1
    contradict(workspace, "endpoint-log", at=AS_OF + timedelta(days=2))
    verify(workspace, "endpoint-log", at=AS_OF + timedelta(days=3))
    item = register_of(workspace, AS_OF + timedelta(days=4)).item("endpoint-log")
    assert item.status == "verified"
    assert len(item.history) == 3


def refused(workspace: Workspace, *items: str, **said: object) -> str:
    facts: dict[str, object] = {
        "proof": "letter", "evidence": proof(), "verified_by": "AB", "at": AS_OF, **said,
    }  # fmt: skip
    with pytest.raises((ConfigurationRefused, InputRefused)) as caught:
        verify_items(workspace, items, **facts)  # type: ignore[arg-type]
    assert not workspace.log.entries()
    return caught.value.code


def test_what_cannot_be_a_verification_is_refused_and_leaves_nothing(workspace: Workspace) -> None:
    assert refused(workspace, "endpoint-logs") == "CONTRACT_UNKNOWN"
    assert refused(workspace, "billing-failed") == "CONTRACT_VALUE"
    assert refused(workspace, "billing-failed", value="sometimes") == "CONTRACT_VALUE"
    assert refused(workspace, "endpoint-log", value="http://a.example") == "CONTRACT_VALUE"
    assert refused(workspace, "endpoint-log", "currency", value="USD") == "CONTRACT_VALUE"
    assert refused(workspace, "currency", recheck_at=AS_OF) == "CONTRACT_DATES"
    later = AS_OF + timedelta(days=1)
    assert refused(workspace, "currency", holds_from=later) == "CONTRACT_DATES"
    assert refused(workspace, "currency", evidence=proof("")) == "CONTRACT_PROOF"
    assert refused(workspace, "currency", verified_by=" ") == "RECORD_FIELD"
    nowhere = shown(workspace, file=Path(__file__), capture_id=None)
    assert refused(workspace, "currency", proof="capture", evidence=nowhere) == "CONTRACT_PROOF"


def test_a_proof_is_one_file_or_one_capture(workspace: Workspace) -> None:
    for file, capture in ((None, None), (Path(__file__), "0" * 12)):
        with pytest.raises(ConfigurationRefused) as caught:
            shown(workspace, file=file, capture_id=capture)
        assert caught.value.code == "CONTRACT_PROOF"
    with pytest.raises(ConfigurationRefused) as caught:
        shown(workspace, file=None, capture_id="0" * 12)
    assert caught.value.code == "CAPTURE_UNKNOWN"
    with pytest.raises(ConfigurationRefused) as caught:
        shown(
            workspace, file=Path(__file__), capture_id=None, source_url="https://a.example/?key=1"
        )
    assert caught.value.code == "CFG_INLINE_SECRET"


def test_the_check_names_what_each_fetch_waits_for(workspace: Workspace) -> None:
    now = register_of(workspace, AS_OF)
    catalog = [one.item_id for one in now.items if "catalog" in fetches(one.candidate.leans)]
    found = check_contract(workspace, AS_OF)
    assert found.refused["catalog"] == tuple(catalog)
    assert found.ready == ()
    verify(workspace, *catalog)
    found = check_contract(workspace, AS_OF)
    assert found.ready == ("catalog",)
    assert "catalog" not in found.refused
    contradict(workspace, catalog[0], at=AS_OF + timedelta(hours=1))
    found = check_contract(workspace, AS_OF + timedelta(hours=2))
    assert found.refused["catalog"] == (catalog[0],)


def test_a_run_keeps_the_register_it_used_and_the_check_shows_its_money(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    verify(workspace, "billing-failed", value="billable", recheck_at=AS_OF + timedelta(days=3))
    first = report(workspace)
    # 0.024 and 0.5 of completed calls, and 0.004 of the failed one.
    assert first["summary"]["totals"]["USD"]["expected"] == "0.528"
    # What is said later changes nothing of that run, and its re-calculation comes to the same.
    contradict(workspace, "billing-failed", at=AS_OF + timedelta(hours=1))
    contradict(workspace, "catalog-price-meaning", at=AS_OF + timedelta(hours=1))
    again = verify_run(workspace, threads=1)
    assert again.agrees, [one for one in again.checks if not one.agrees]
    checked = check_contract(workspace, AS_OF + timedelta(hours=2))
    assert checked.run_id == first["summary"]["run_id"]
    behind = {one.item.item_id: one for one in checked.items}
    assert behind["catalog-price-meaning"].item.status == "contradicted"
    assert [(m.leaning, m.change) for m in behind["catalog-price-meaning"].money] == [
        ("0.028", "0.007")  # 0.024 and 0.004 at 0.8 of list: a quarter more without the ratio
    ]
    assert checked.items[0].item.item_id == "units-per-usd"


def test_several_items_are_told_in_a_line_each_and_one_in_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, page = Workspace.create(tmp_path / "home").root, tmp_path / "order.txt"
    page.write_text("an order form")
    words = ["--proof", "agreement", "--file", str(page), "--by", "AB", "--workspace", str(home)]
    assert main(["contract", "verify", "units-per-usd", "log-page-size", *words]) == 0
    said = capsys.readouterr().out
    lines = [line.split() for line in said.splitlines() if line.strip()]
    assert [line for line in lines if line[1:2] == ["verified"]] == [
        ["units-per-usd", "verified", "500000"],
        ["log-page-size", "verified", "100"],
    ]
    # Where a line breaks depends on the digits of the time.
    told = " ".join(said.split())
    assert told.count("verified by AB (unsigned); agreement: order.txt, sha256") == 1
    assert "tieout contract show ITEM" in said
    assert "claim:" not in said
    assert main(["contract", "verify", "currency", *words]) == 0
    assert "claim:" in capsys.readouterr().out


def test_every_command_answers_as_text_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Workspace.create(tmp_path / "home").root
    page = tmp_path / "page.html"
    page.write_text("<p>answers</p>")
    where = ["--workspace", str(home)]
    shows = ["--proof", "capture", "--file", str(page), "--url", "https://docs.example/a"]
    soon = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    for words, told in (
        (["verify", "endpoint-log", "currency", *shows, "--by", "AB", "--recheck", soon],
         "verified"),
        (["show", "endpoint-log"], "verified by AB (unsigned)"),
        (["list", "--status", "verified"], "2 contract items, 2 verified"),
        (["check"], "endpoint-log is to be checked again by"),
        (["contradict", "currency", "--reason", "in EUR", "--by", "CD", "--file", str(page)],
         "contradicted by CD (unsigned): in EUR"),
    ):  # fmt: skip
        assert main(["contract", *words, *where]) == 0
        assert told in capsys.readouterr().out, words
        assert main(["contract", *words, *where, "--json"]) == 0
        assert isinstance(json.loads(capsys.readouterr().out), dict)
    assert main(["contract", "verify", "billing-failed", *shows, "--by", "AB", *where]) == 2
    assert "CONTRACT_VALUE" in capsys.readouterr().err
