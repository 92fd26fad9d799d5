"""Estimates are signed by two people: prices of grade D, and a meter that was not recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.run_case import AS_OF, SETTINGS
from tests.mapping.conftest import findings, homes
from tests.signers import founded
from tieout.actions.closing import run, verify
from tieout.actions.estimates import (
    Shown,
    approve_estimated_meter,
    approve_estimated_prices,
    list_estimates,
)
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.cli import main
from tieout.errors import ApprovalRefused, ConfigurationRefused, InputRefused
from tieout.evidence.records import captures
from tieout.people.record import record_ruling
from tieout.people.ruling import EstimateApproval, EstimatedMeter
from tieout.workspace.layout import Workspace

TOKENS = SETTINGS.replace('"input" }', '"input", output_tokens = "output" }')
USAGE = "id,at,model,status,input,output\n"
CALLS = (
    "r1,2026-08-03T09:00:00Z,aster-1,200,100000,\nr2,2026-08-03T10:00:00Z,aster-1,200,100000,5\n"
)
LEDGER = "entry,id,at,model,cost\ne1,r1,2026-08-03T09:00:00Z,aster-1,0.2\n"
PERIOD = "2026-08-03"
SAID = EstimatedMeter("2026-08", "aster-1", "output_tokens", "10000", "5000", "20000")


def opened(folder: Path, grade: str = "B", approved_by: str = "finance") -> Workspace:
    """A workspace whose first call lost its output tokens: 2 and 10 a million."""
    workspace = Workspace.create(folder / "workspace", TOKENS)
    prices = folder / "prices.csv"
    prices.write_text("model,input,output\naster-1,2,10\n")
    evidence = folder / "working.txt"
    evidence.write_text("the median of the ratios")
    origin = Origin("https://prices.example/list", datetime(2026, 7, 20, tzinfo=UTC), "AB")
    import_prices(
        workspace, prices, source_name="list", source_format="price-list", origin=origin,
        approved_by=approved_by, grade=grade, at=AS_OF,  # type: ignore[arg-type]
        evidence=None if grade == "B" else evidence,
    )  # fmt: skip
    for leg, text in (("usage", USAGE + CALLS), ("ledger", LEDGER)):
        file = folder / f"{leg}.csv"
        file.write_text(text)
        list(import_files(workspace, leg, [file], operator="AB", at=AS_OF))  # type: ignore[arg-type]
    return workspace


def ran(workspace: Workspace, *, verified: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """The report of a run and its pricing snapshot."""
    result = run(workspace, PERIOD, operator="AB", as_of=AS_OF, threads=1)
    if verified:
        assert verify(workspace, result.run_id, threads=1).agrees
    snapshot = json.loads((result.folder / "pricing_snapshot.json").read_bytes())
    return json.loads(result.document), snapshot


def shown(folder: Path) -> Shown:
    """Method, reason and evidence."""
    return Shown("median of 4,210 rows", "the page is gone", [folder / "working.txt"])


def capture_of(workspace: Workspace) -> str:
    """The id of the one capture."""
    return captures(workspace.log)[0].capture_id


def test_an_estimate_with_one_signature_closes_nothing(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    people = founded(workspace, AS_OF)
    ruling = approve_estimated_meter(workspace, SAID, people["AB"], shown(tmp_path), at=AS_OF)
    report, _ = ran(workspace)
    assert homes(report) == {"not_reconcilable": 1, "rated": 1}
    (said,) = findings(report, "ESTIMATE_APPROVAL")
    assert f"ruling {ruling.ruling_id}" in said
    assert "signed by AB, waits for checker" in said


def test_an_estimate_with_two_signatures_rates_the_row_as_a_range(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    people = founded(workspace, AS_OF)
    ruling = approve_estimated_meter(workspace, SAID, people["AB"], shown(tmp_path), at=AS_OF)
    people.countersign(ruling, "EF", AS_OF)
    report, snapshot = ran(workspace, verified=True)
    assert homes(report) == {"rated": 2}
    total = report["summary"]["totals"]["USD"]
    # r1: 0.2 and 10,000 at 10 a million, 5,000 to 20,000; r2: 0.2 and 5 at 10 a million.
    assert Decimal(total["expected"]) == Decimal("0.3") + Decimal("0.20005")
    assert Decimal(total["low"]) == Decimal("0.25") + Decimal("0.20005")
    assert Decimal(total["high"]) == Decimal("0.4") + Decimal("0.20005")
    (said,) = findings(report, "METER_ESTIMATED")
    assert "1 row, 10000 output_tokens, USD 0.1 expected, 0.05 to 0.2" in said
    (one,) = snapshot["meter_estimates"]
    assert (one["method"], [s["name"] for s in one["signers"]]) == (
        "median of 4,210 rows", ["AB", "EF"],
    )  # fmt: skip
    assert report["summary"]["decision"] != "approve"


def test_an_estimate_of_the_same_period_replaces_the_one_before(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    people = founded(workspace, AS_OF)
    for quantity in ("10000", "20000"):
        said = EstimatedMeter("2026-08", "aster-1", "output_tokens", quantity, "5000", "20000")
        ruling = approve_estimated_meter(workspace, said, people["AB"], shown(tmp_path), at=AS_OF)
        people.countersign(ruling, "EF", AS_OF)
    day = EstimatedMeter("2026-08-03", "aster-1", "output_tokens", "1", "1", "1")
    with pytest.raises(ConfigurationRefused, match="ESTIMATE_OVERLAP"):
        approve_estimated_meter(workspace, day, people["AB"], shown(tmp_path), at=AS_OF)
    # Written around the command, it stands for nothing either.
    hidden = EstimateApproval("guess", "quietly", (), (), estimated=day)
    people.countersign(record_ruling(workspace.log, hidden, people["AB"], AS_OF), "EF", AS_OF)
    report, _ = ran(workspace)
    assert Decimal(report["summary"]["totals"]["USD"]["expected"]) == Decimal("0.60005")
    assert len(findings(report, "ESTIMATE_OVERLAP")) == 1
    assert len(list_estimates(workspace)) == 3


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (EstimatedMeter("2026-08", "aster-1", "tokens", "1", "1", "1"), "ESTIMATE_FORM"),
        (EstimatedMeter("2026-08", "aster-1", "output_tokens", "1", "2", "3"), "ESTIMATE_FORM"),
        (EstimatedMeter("2026-08", "aster-1", "output_tokens", "1e3", "1", "9"), "ESTIMATE_FORM"),
        (EstimatedMeter("2026-08", "aster-1", "seconds", "1", "1", "1", "seconds"),
         "ESTIMATE_FORM"),
        (EstimatedMeter("August", "aster-1", "output_tokens", "1", "1", "1"), "CFG_PERIOD"),
        (EstimatedMeter("2026-08", "aster", "output_tokens", "1", "1", "1"), "ESTIMATE_MODEL"),
    ],
)  # fmt: skip
def test_an_estimate_that_cannot_be_applied_is_not_signed(
    tmp_path: Path, said: EstimatedMeter, code: str
) -> None:
    workspace = opened(tmp_path)
    people = founded(workspace, AS_OF)
    with pytest.raises(ConfigurationRefused, match=code):
        approve_estimated_meter(workspace, said, people["AB"], shown(tmp_path), at=AS_OF)


def test_prices_of_grade_d_count_by_two_signatures(tmp_path: Path) -> None:
    workspace = opened(tmp_path, "D")
    people = founded(workspace, AS_OF)
    report, _ = ran(workspace)
    assert homes(report)["rated"] == 1
    before = triggers(report)["price_source_unknown"]
    ruling = approve_estimated_prices(
        workspace, capture_of(workspace), people["AB"], shown(tmp_path), at=AS_OF
    )
    assert triggers(ran(workspace)[0])["price_source_unknown"] is before is True
    people.countersign(ruling, "EF", AS_OF)
    report, snapshot = ran(workspace, verified=True)
    assert triggers(report)["price_source_unknown"] is False
    assert [one["grade"] for one in report["evidence"]["grades"]] == ["D"]
    (capture,) = report["evidence"]["captures"]
    assert capture["approved_by"] == "AB, EF, signed"
    (one,) = snapshot["estimates"]
    assert one["capture_id"] == capture_of(workspace)
    assert [shown["name"] for shown in one["evidence"]] == ["working.txt"]


def triggers(report: dict[str, Any]) -> dict[str, bool]:
    """Which triggers fired."""
    return {one["code"]: one["fired"] for one in report["summary"]["triggers"]}


def test_two_signatures_approve_a_capture_that_nobody_named(tmp_path: Path) -> None:
    workspace = opened(tmp_path, "D", approved_by="")
    people = founded(workspace, AS_OF)
    name = capture_of(workspace)
    ruling = approve_estimated_prices(workspace, name, people["AB"], shown(tmp_path), at=AS_OF)
    with pytest.raises(ApprovalRefused, match="SOD_SELF"):
        people.countersign(ruling, "AB", AS_OF)
    people.countersign(ruling, "EF", AS_OF)
    assert homes(ran(workspace)[0])["rated"] == 1


def test_published_prices_and_unknown_captures_are_no_estimates(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    people = founded(workspace, AS_OF)
    name = capture_of(workspace)
    with pytest.raises(ConfigurationRefused, match="ESTIMATE_GRADE"):
        approve_estimated_prices(workspace, name, people["AB"], shown(tmp_path), at=AS_OF)
    with pytest.raises(ConfigurationRefused, match="CAPTURE_UNKNOWN"):
        approve_estimated_prices(workspace, "0" * 12, people["AB"], shown(tmp_path), at=AS_OF)
    nothing = Shown("a guess", "no time", [])
    with pytest.raises(InputRefused, match="ESTIMATE_EVIDENCE"):
        approve_estimated_prices(workspace, name, people["AB"], nothing, at=AS_OF)


def test_the_next_step_of_an_estimate_is_to_sign_it_once_people_are_enrolled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = opened(tmp_path)

    def told(*words: str) -> dict[str, Any]:
        assert main(["--workspace", str(workspace.root), "--json", *words]) == 0
        read: dict[str, Any] = json.loads(capsys.readouterr().out)
        return read

    (first,) = captures(workspace.log)
    declared = (
        "prices", "declare", first.capture_id, "--reason", "the page said so", "--by", "AB",
        "--evidence", str(tmp_path / "prices.csv"),
    )  # fmt: skip
    estimate = (
        "prices", "import", str(tmp_path / "prices.csv"), "--source", "list", "--by", "AB",
        "--format", "price-list", "--grade", "D", "--evidence", str(tmp_path / "ledger.csv"),
        "--url", "https://prices.example/paper",
    )  # fmt: skip
    one = told(*declared, "--from", "2026-06-01T00:00:00Z")
    assert one["next"] == f"tieout prices approve {one['declaration_id']} --by NAME"
    before = told(*estimate, "--accessed-at", "2026-07-21T00:00:00Z")
    assert before["next"] == "tieout mapping check"
    people = founded(workspace)
    sign = "--method TEXT --reason TEXT --evidence FILE --key FILE"
    two = told(*declared, "--from", "2026-06-02T00:00:00Z")
    assert two["next"] == f"tieout estimate approve {two['declaration_id']} {sign}"
    after = told(*estimate, "--accessed-at", "2026-07-22T00:00:00Z")
    capture = after["captures"][0]["capture_id"]
    assert after["next"] == f"tieout estimate approve {capture} {sign}"
    approve_estimated_prices(
        workspace, capture, people["AB"], Shown("median", "gone", (tmp_path / "ledger.csv",))
    )
    again = told(*estimate, "--accessed-at", "2026-07-22T00:00:00Z")
    assert again["next"] == "tieout mapping check"
    plain = told(
        "prices", "import", *estimate[2:7], "--format", "price-list",
        "--url", "https://prices.example/x", "--accessed-at", "2026-07-23T00:00:00Z",
    )  # fmt: skip
    assert plain["next"] == "tieout mapping check"
