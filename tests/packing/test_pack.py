"""The pack: what is in it, what it refuses, and that an outsider comes to the same."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tieout
from tests.controls import office
from tests.fetching.canary import CANARY, contents, hits
from tests.packing.mutations import relisted
from tests.packing.signed_period import (
    AS_OF,
    PROMPT,
    SETTINGS,
    Signed,
    filled,
    run_august,
)
from tests.report.spreadsheet import live
from tests.tidy.repository import PACKAGE
from tieout.cli import main
from tieout.close.runs import find_run
from tieout.errors import InputRefused, IntegrityRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.documents import (
    KINDS,
    BalanceReading,
    Capture,
    Contradiction,
    CountList,
    Declaration,
    Document,
    Import,
    MovementList,
    PoolOpening,
    Posting,
    Resolution,
    Run,
    VendorCount,
    Verification,
    objects_of,
)
from tieout.evidence.documents import Signed as SignedEntry
from tieout.evidence.records import runs
from tieout.packing.check import check_pack
from tieout.packing.container import unpacked
from tieout.packing.make import make_pack
from tieout.workspace.layout import Workspace

ALONE = PACKAGE / "packing" / "verify_pack.py"
# What an outsider types: the engine alone, and nothing of ours in the process.
PERFORM = (
    "import duckdb, sys\n"
    "duckdb.connect().execute(open('run.sql', encoding='utf-8').read())\n"
    "assert not [name for name in sys.modules if name.startswith('tieout')]\n"
)


def unzipped(content: bytes, folder: Path) -> Path:
    """The pack as a folder."""
    for name, member in unpacked(content).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(member)
    return folder


def performed(folder: Path) -> bytes:
    """What ``run.sql`` finds, run in a process of its own."""
    subprocess.run([sys.executable, "-I", "-c", PERFORM], cwd=folder, check=True)
    return (folder / "found.csv").read_bytes()


def alone(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The stand-alone verifier in a process of its own."""
    command = [sys.executable, "-I", str(ALONE), *map(str, words)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_both_verifiers_accept_the_pack_of_a_signed_run(
    signed: Signed, verifier: ModuleType
) -> None:
    lines = verifier.check(signed.pack.content, signed.kept)
    assert [line[:5] for line in lines] == ["ok   "] * len(verifier.CHECKS)
    assert "ok     signatures  11 statements, 10 of them in force" in lines
    assert "ok     sign_offs   prepared by AB, checked by IJ" in lines
    assert check_pack(signed.pack.content).agrees


@pytest.mark.slow
def test_the_same_run_makes_the_same_bytes_twice(signed: Signed) -> None:
    workspace = signed.workspace
    again = make_pack(workspace, find_run(workspace, None), threads=1)
    assert again.content == signed.pack.content


@pytest.mark.slow
def test_an_outsider_performs_the_run_and_finds_what_was_published(
    signed: Signed, tmp_path: Path
) -> None:
    file, folder = tmp_path / "august.zip", tmp_path / "pack"
    file.write_bytes(signed.pack.content)
    unzipped(signed.pack.content, folder)
    found = performed(folder)
    done = alone(file, "--checkpoint", signed.root / "witness" / "checkpoints.txt",
                 "--found", folder / "found.csv")  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "NOT GIVEN" not in done.stdout
    assert live(found, frozenset({"found"})) == []
    figures = dict(csv.reader(io.StringIO(found.decode())))
    assert figures["total USD recorded"].startswith("0.143198")
    assert {value for name, value in figures.items() if name.startswith("differs ")} == {"0"}


def test_the_command_line_of_duckdb_finds_the_same(signed: Signed, tmp_path: Path) -> None:
    program = shutil.which("duckdb")
    if program is None:
        pytest.skip("the command line of DuckDB is not installed")
    unzipped(signed.pack.content, tmp_path)
    with (tmp_path / "run.sql").open("rb") as script:
        subprocess.run([program], stdin=script, cwd=tmp_path, check=True, capture_output=True)
    by_command_line = (tmp_path / "found.csv").read_bytes()
    assert by_command_line == performed(tmp_path)


def test_the_list_of_digests_is_the_one_of_sha256sum(signed: Signed, tmp_path: Path) -> None:
    unzipped(signed.pack.content, tmp_path)
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("sha256sum is not installed")
    done = subprocess.run(
        [program, "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False
    )
    assert done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("usage_reading", "output_tokens"),
        ("ledger_reading", "recorded_cost"),
        ("price_line", "unit_rate"),
    ],
)
def test_a_typed_table_that_does_not_follow_from_the_records_is_found(
    signed: Signed, verifier: ModuleType, tmp_path: Path, table: str, column: str
) -> None:
    """Nothing in the log names the typed tables: performing the run is what finds the change."""
    members = unpacked(signed.pack.content)
    name = f"tables/{table}.parquet"
    rows = pq.read_table(io.BytesIO(members[name]))
    values = rows.column(column).to_pylist()
    values[0] += Decimal("0.001")
    at = rows.schema.get_field_index(column)
    changed = rows.set_column(at, column, pa.array(values, rows.schema.field(at).type))
    sink = io.BytesIO()
    pq.write_table(changed, sink)
    content = relisted({**members, name: sink.getvalue()})
    assert verifier.check(content, signed.kept)[-1].startswith("ok")
    found = performed(unzipped(content, tmp_path))
    last = verifier.check(content, signed.kept, found)[-1]
    assert last.startswith("WRONG  found       found.csv: ")
    wrong = [one for one in check_pack(content).checks if not one.agrees]
    assert [(one.name, one.detail) for one in wrong] == [("packed again, file by file", name)]


def jsonl(content: bytes) -> list[dict[str, Any]]:
    """A member with one JSON object a line."""
    return [json.loads(line) for line in content.splitlines()]


def by_hand(meter: str) -> Decimal:
    """The price of one token of alpha, from the price list as a person reads it: 2 at half."""
    prices = {"input_tokens": "1", "cache_read_tokens": "0.1", "output_tokens": "4"}
    return Decimal(prices[meter]) * Decimal("0.000001")


def test_the_drawn_lines_lead_to_the_bytes_of_the_originals(signed: Signed) -> None:
    """An independent path: the original files, the price list by hand, plain decimals."""
    members = unpacked(signed.pack.content)
    lines, rows, rates = (
        jsonl(members[f"trace/{name}.jsonl"]) for name in ("lines", "rows", "rates")
    )
    assert len(lines) == signed.pack.lines == 25
    originals = {leg: (signed.files / f"{leg}.csv").read_bytes() for leg in ("usage", "ledger")}
    checked = 0
    for line in lines:
        mine = [row for row in rows if row["line_key"] == line["line_key"]]
        for row in mine:
            record = originals[row["leg"]][row["byte_offset"] :][: row["byte_length"]]
            assert hashlib.sha256(record).hexdigest() == row["record_digest"]
            said = [text for text in row["fields"].values() if '"' not in text]
            assert all(text in record.decode() for text in said)
        booked = [row["fields"]["cost"] for row in mine if row["leg"] == "ledger"]
        recorded = sum(Decimal(text.replace(",", ".")) for text in booked)
        assert recorded == Decimal(line["recorded_cost"])
        expected = Decimal(0)
        used = [row["fields"] for row in mine if row["leg"] == "usage"]
        for fields in (one for one in used if one["model"] == "alpha"):
            cached = Decimal(fields["cached"])
            expected += (Decimal(fields["tokens_in"]) - cached) * by_hand("input_tokens")
            expected += cached * by_hand("cache_read_tokens")
            expected += Decimal(fields["tokens_out"]) * by_hand("output_tokens")
            checked += 1
        if line["source_model_id"] == "alpha":
            assert expected == Decimal(line["expected_cost"])
            own = [one for one in rates if one["line_key"] == line["line_key"]]
            assert sum(Decimal(one["expected_cost"]) for one in own) == expected
            assert Decimal(line["variance"]) == recorded - expected
    assert checked >= 20


def md5(text: str) -> str:
    """The order in which lines are drawn."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def test_which_lines_are_drawn_follows_from_the_result_alone(signed: Signed) -> None:
    members = unpacked(signed.pack.content)
    seed = json.loads(members["manifest.json"])["result_digest"]
    keys = pq.read_table(io.BytesIO(members["run/variance_lines.parquet"])).column("line_key")
    order = sorted(keys.to_pylist(), key=lambda key: (md5(f"{seed}{key}"), key))
    assert [one["line_key"] for one in jsonl(members["trace/lines.jsonl"])] == order[:25]


@pytest.mark.slow
def test_no_prompt_and_no_secret_stands_in_a_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY_TOKEN", CANARY)
    root = filled(tmp_path)
    (root / "tieout.toml").write_text(
        SETTINGS + '\n[fetch]\naccess_token_env = "CANARY_TOKEN"\n', encoding="utf-8"
    )
    run_august(root)
    workspace = Workspace.open(root)
    made = make_pack(workspace, find_run(workspace, None))
    assert PROMPT.encode() in (tmp_path / "usage.csv").read_bytes()
    for name, content in unpacked(made.content).items():
        assert hits(contents(content)) == [], name
        assert PROMPT.encode() not in contents(content), name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("planted", "said"),
    [(CANARY, "access_token_env"), ("sk-" + "a1B2" * 8, "a key of a vendor")],
)
def test_a_secret_in_what_the_run_read_is_refused_without_being_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: str, said: str
) -> None:
    monkeypatch.setenv("CANARY_TOKEN", CANARY)
    root = filled(tmp_path)
    (root / "tieout.toml").write_text(
        SETTINGS + '\n[fetch]\naccess_token_env = "CANARY_TOKEN"\n', encoding="utf-8"
    )
    mapping = (root / "mapping.csv").read_text(encoding="utf-8")
    (root / "mapping.csv").write_text(mapping.replace(",CD", f",{planted}"), encoding="utf-8")
    run_august(root)
    workspace = Workspace.open(root)
    with pytest.raises(InputRefused) as refused:
        make_pack(workspace, find_run(workspace, None))
    letter = refused.value.letter()
    assert refused.value.code == "PACK_SECRET"
    assert said in letter
    assert planted not in letter


@pytest.mark.slow
def test_a_run_that_was_superseded_is_packed_as_it_was(tmp_path: Path, signed: Signed) -> None:
    root = tmp_path / "small"
    shutil.copytree(signed.root, root)
    first = find_run(Workspace.open(root), None).record.run_id
    run_august(root)
    workspace = Workspace.open(root)
    assert find_run(workspace, None).record.run_id != first
    made = make_pack(workspace, find_run(workspace, first))
    found = check_pack(made.content)
    assert found.agrees
    assert any("supersedes this one" in one for one in found.remarks)
    old, new = unpacked(signed.pack.content), unpacked(made.content)
    apart = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    assert all(name.startswith("evidence/") or name == "SHA256SUMS" for name in apart)


@pytest.mark.slow
def test_the_pack_of_a_second_run_holds_the_groups_it_looked_back_on(tmp_path: Path) -> None:
    workspace = office.approved(tmp_path)
    first, second = runs(workspace.log)
    made = make_pack(workspace, find_run(workspace, second.run_id))
    assert check_pack(made.content).agrees
    assert f"evidence/objects/{first.groups_object}" in unpacked(made.content)
    (tmp_path / "second.zip").write_bytes(made.content)
    # Its calculation was not performed, which alone is no fault.
    assert alone(tmp_path / "second.zip").returncode == 0


@pytest.mark.slow
def test_a_run_whose_files_were_changed_gets_no_pack(tmp_path: Path, signed: Signed) -> None:
    root = tmp_path / "small"
    shutil.copytree(signed.root, root)
    workspace = Workspace.open(root)
    found = find_run(workspace, None)
    (found.folder / "variances.csv").write_text("nothing\n", encoding="utf-8")
    with pytest.raises(IntegrityRefused, match="PACK_RUN_DIFFERS"):
        make_pack(workspace, found)


def test_the_verifier_has_at_most_400_lines_and_the_standard_library() -> None:
    text = ALONE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    program = (
        "import sys\nbefore = set(sys.modules)\n"
        f"import runpy; runpy.run_path({str(ALONE)!r})\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "kind",
    [Run, Capture, Declaration, Verification, Contradiction, Resolution, MovementList,
     BalanceReading, CountList, VendorCount, Posting, PoolOpening, Import, SignedEntry],
    ids=lambda kind: KINDS[kind],
)  # fmt: skip
def test_the_verifier_finds_the_objects_that_each_kind_of_record_names(
    verifier: ModuleType, kind: type[Document]
) -> None:
    """Each field of the record holds another digest; the two lists share no line of code."""
    body: dict[str, Any] = {}
    for number, name in enumerate(kind.__struct_fields__):
        digests = [sha256(f"{number} {part}".encode()) for part in range(2)]
        body[name] = digests if name.endswith("_objects") else digests[0]
    expected = set(objects_of(KINDS[kind], body))
    assert verifier.rests_on(body) == expected
    blank = {name: [] if name.endswith("_objects") else "" for name in body}
    assert verifier.rests_on(blank) == set()


def test_the_verifier_in_the_pack_is_the_one_of_the_release(signed: Signed) -> None:
    assert unpacked(signed.pack.content)["verify_pack.py"] == ALONE.read_bytes()


@pytest.mark.parametrize("changed", [True, False])
def test_the_exit_code_of_the_verifier_says_whether_all_agrees(
    signed: Signed, tmp_path: Path, changed: bool
) -> None:
    content = bytearray(signed.pack.content)
    content[5000] ^= changed
    (tmp_path / "p.zip").write_bytes(content)
    done = alone(tmp_path / "p.zip")
    assert done.returncode == changed
    assert ("WRONG" in done.stdout) == changed


@pytest.mark.slow
class TestCommands:
    """The commands, and their letters."""

    def test_pack_writes_a_file_and_verify_reads_it(
        self, signed: Signed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "august.pack.zip"
        words = ["--workspace", str(signed.root), "pack", "--out", str(file)]
        assert main(words) == 0
        assert "everything agrees" in capsys.readouterr().out
        assert file.read_bytes() == signed.pack.content
        kept = str(signed.root / "witness" / "checkpoint")
        assert main(["verify", "--pack", str(file), "--checkpoint", kept, "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["agrees"], said["run_id"]) == (True, signed.pack.run_id)
        assert said["remarks"] == []
        # The same bytes again are no conflict; others are.
        assert main(words) == 0
        file.write_bytes(b"something of mine")
        assert main(words) == 6
        assert file.read_bytes() == b"something of mine"
        assert main(["verify", "--pack", str(file)]) == 4

    def test_pack_names_its_file_after_period_and_run(
        self, signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        done = tieout.pack(signed.workspace, signed.pack.run_id[:6])
        assert done.path == Path(f"2026-08-{signed.pack.run_id}.pack.zip")
        assert tieout.check_pack(done.path).agrees
        assert not tieout.pack(signed.workspace, out=done.path).is_new

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["pack", "ffffffffffff"], 2, "RUN_UNKNOWN"),
            (["pack", "--out", "evidence/pack.zip"], 2, "CFG_PATH_OVERLAP"),
            (["pack", "--out", "witness/pack.zip"], 2, "CFG_PATH_OVERLAP"),
            (["pack", "--out", "."], 2, "PACK_PLACE"),
            (["verify", "--pack", "nothing.zip"], 3, "FILE_UNREADABLE"),
            (["verify", "--pack", "tieout.toml"], 4, "PACK_FORM"),
            (["verify", "--pack", "x.zip", "--store-only"], 2, "CFG_CONFLICT"),
        ],
    )
    def test_what_cannot_be_done_is_said_in_a_letter(
        self,
        signed: Signed,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        words: list[str],
        code: int,
        said: str,
    ) -> None:
        monkeypatch.chdir(signed.root)
        before = sorted(signed.root.iterdir())
        assert main(words) == code
        assert said in capsys.readouterr().err
        assert sorted(signed.root.iterdir()) == before


def test_the_period_was_run_as_of_an_instant_that_is_in_the_manifest(signed: Signed) -> None:
    manifest = json.loads(unpacked(signed.pack.content)["manifest.json"])
    assert manifest["as_of"] == AS_OF
