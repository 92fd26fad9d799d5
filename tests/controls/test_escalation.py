"""An escalation packet says what somebody else needs, in the same bytes each time (A6)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.controls.office import LEDGER_HEADER, USAGE_HEADER, bring, made, ran
from tieout.actions.escalation import escalate
from tieout.actions.variances import list_variances
from tieout.cli import main
from tieout.close.packet import Recipient
from tieout.errors import Refusal
from tieout.workspace.layout import Workspace


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One call was booked at double its price: 100,000 tokens at 2 a million are 0.2, not 0.4.

    Its id is one that a spreadsheet would run.
    """
    folder = tmp_path_factory.mktemp("office")
    workspace = made(folder)
    usage = "=2+3,2026-08-03T15:00:00Z,aster-1,200,100000,0,search,production\n"
    bring(workspace, "usage", USAGE_HEADER + usage, folder, "more")
    booked = "=2+3,2026-08-03T15:00:00Z,aster-1,search,0.4\n"
    bring(workspace, "ledger", LEDGER_HEADER + booked, folder, "more")
    ran(workspace)
    return workspace


def packet(workspace: Workspace, to: Recipient, out: Path) -> dict[str, bytes]:
    """The files of the packet of the only cause group."""
    (group,) = list_variances(workspace).groups
    done = escalate(workspace, group.group_id, to=to, out=out)
    return {path.name: path.read_bytes() for path in done.files}


def test_a_packet_names_request_amounts_prices_places_and_digests(
    office: Workspace, tmp_path: Path
) -> None:
    files = packet(office, "internal", tmp_path / "out")
    assert set(files) == {"escalation.md", "escalation.json", "lines.csv", "requests.csv"}
    whole = json.loads(files["escalation.json"])
    (line,) = whole["lines"]
    assert (line["line_key"], line["expected_cost"], line["recorded_cost"], line["variance"]) == (
        "id:=2+3", "0.2", "0.4", "0.2",
    )  # fmt: skip
    requests = {row["meter"]: row for row in whole["requests"]}
    assert set(requests) == {"input_tokens", "output_tokens"}
    request = requests["input_tokens"]
    assert (request["request_id"], request["quantity"], request["unit_rate"]) == (
        "=2+3", "100000", "0.000002",
    )  # fmt: skip
    assert (request["expected_cost"], request["charged_units"]) == ("0.2", None)
    meters = {price["meter"]: price for price in whole["prices"]}
    assert meters["input_tokens"]["price_text"] == "2"
    assert meters["input_tokens"]["source_url"] == "https://docs.example/list"
    assert len(meters["input_tokens"]["capture_sha256"]) == 64
    assert meters["input_tokens"]["locator"]
    assert set(whole["digests"]) >= {"result", "manifest", "report.json", "usage_export.parquet"}
    letter = files["escalation.md"].decode()
    assert "| 0.2 | unknown | 0.4 | 0.2 |" in letter
    assert meters["input_tokens"]["capture_sha256"] in letter


def test_no_cell_of_a_packet_is_a_formula(office: Workspace, tmp_path: Path) -> None:
    files = packet(office, "internal", tmp_path / "out")
    for name in ("lines.csv", "requests.csv"):
        rows = list(csv.DictReader(files[name].decode().splitlines()))
        assert rows
        for row in rows:
            assert not any((value or "")[:1] in "=+@" and value for value in row.values())
    assert b"'=2+3" in files["requests.csv"]


def test_the_vendor_is_not_told_who_bears_the_cost(office: Workspace, tmp_path: Path) -> None:
    for name, content in packet(office, "vendor", tmp_path / "out").items():
        assert b"search" not in content, name
        assert b"cost_center" not in content, name
    assert b"search" in packet(office, "internal", tmp_path / "own")["lines.csv"]


def test_the_same_group_gives_the_same_bytes_and_replaces_no_other(
    office: Workspace, tmp_path: Path
) -> None:
    first = packet(office, "vendor", tmp_path / "out")
    assert packet(office, "vendor", tmp_path / "out") == first
    assert packet(office, "vendor", tmp_path / "again") == first
    with pytest.raises(Refusal) as refused:
        packet(office, "internal", tmp_path / "out")
    assert refused.value.code == "FILE_EXISTS"


def test_an_unknown_group_and_a_folder_of_the_records_are_refused(
    office: Workspace, tmp_path: Path
) -> None:
    with pytest.raises(Refusal) as refused:
        escalate(office, "g-none", to="vendor", out=tmp_path / "out")
    assert refused.value.code == "VARIANCE_UNKNOWN"
    with pytest.raises(Refusal) as refused:
        packet(office, "vendor", office.root / "runs" / "claim")
    assert refused.value.code == "CFG_PATH_OVERLAP"


def test_the_command_says_which_files_it_wrote(
    office: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (group,) = list_variances(office).groups
    words = ["escalate", group.group_id, "--to", "vendor", "--out", str(tmp_path / "out")]
    assert main(["--workspace", str(office.root), *words]) == 0
    assert "escalation.md" in capsys.readouterr().out
