"""A real workspace with a published run: whatever is changed in it, verify notices (G16, G17).

By lot here; every byte of every file in three bit positions: ``make nightly-crash``.
"""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import pytest

from tests.crash.commands import AS_OF
from tests.evidence.tampering import BITS, flips, is_noticed, kept_files
from tieout.actions.evidence import verify_evidence
from tieout.cli import main
from tieout.evidence.part import Part
from tieout.workspace.layout import Workspace

pytestmark = pytest.mark.slow
# No multiple of three, so that each of the three positions of the bit has its turn.
LOT = 2999


@pytest.fixture
def root(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared / "small", tmp_path / "small")
    return tmp_path / "small"


def test_flipped_bits_anywhere_are_noticed(root: Path) -> None:
    assert not is_noticed(root)
    bits, missed = set(), []
    for path, place, bit in flips(root, step=LOT):
        bits.add(bit)
        if not is_noticed(root):
            missed.append((path.name, place, bit))
    assert missed == []
    assert bits == set(BITS)
    assert not is_noticed(root)


def test_every_file_of_every_kind_cut_extended_or_gone_is_noticed(root: Path) -> None:
    missed = []
    files = kept_files(root)
    assert len(files) > 30
    for path in files:
        content = path.read_bytes()
        for changed in (content[:-1], content[: len(content) // 2], b"", content + b"\n"):
            path.write_bytes(changed)
            if not is_noticed(root):
                missed.append((path.name, len(changed)))
        path.unlink()
        if not is_noticed(root):
            missed.append((path.name, -1))
        path.write_bytes(content)
    assert missed == []
    assert not is_noticed(root)


def test_every_two_files_of_a_run_swapped_are_noticed(root: Path) -> None:
    (folder,) = root.glob("runs/*/*/")
    files = sorted(path for path in folder.iterdir() if path.is_file())
    assert len(files) == 15
    for one, two in itertools.pairwise(files):
        spare = root.parent / "spare"
        for source, target in ((one, spare), (two, one), (spare, two)):
            source.rename(target)
        assert is_noticed(root), (one.name, two.name)
        for source, target in ((two, spare), (one, two), (spare, one)):
            source.rename(target)
    assert not is_noticed(root)


@pytest.mark.parametrize(
    "place",
    ["evidence/notes.txt", "evidence/objects/notes.txt", "witness/notes.txt", "runs/notes.txt",
     "runs/2026-08/notes.txt", "runs/2026-08/ffffffffffff/report.json", "runs/2026-08/RUN/more.csv",
     "runs/2026-08/RUN/.staged-" + "0" * 32, "witness/checkpoint.old", "evidence/lock"],
)  # fmt: skip
def test_a_stray_file_is_noticed_wherever_it_lies(root: Path, place: str) -> None:
    (folder,) = root.glob("runs/2026-08/*/")
    path = root / place.replace("RUN", folder.name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"stray")
    assert is_noticed(root)


def test_what_version_control_keeps_beside_the_witness_is_let_be(root: Path) -> None:
    (root / "witness" / ".git").mkdir()
    (root / "witness" / ".gitattributes").write_text("* -text\n")
    assert not is_noticed(root)


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("mode", [0o002, 0o4000, 0o2000])
def test_a_loose_mode_is_noticed(root: Path, kind: str, mode: int) -> None:
    for path in (
        kept_files(root)
        if kind == "file"
        else [root / "evidence", root / "evidence/objects", root / "witness",
              root / "runs/2026-08", *root.glob("runs/2026-08/*/")]
    ):  # fmt: skip
        if path.name.startswith(".staged"):
            continue
        before = path.stat().st_mode
        path.chmod(before | mode)
        assert is_noticed(root), path
        path.chmod(before)
    assert not is_noticed(root)


def test_a_link_in_place_of_any_file_is_noticed(root: Path, tmp_path: Path) -> None:
    for path in kept_files(root):
        shutil.move(path, tmp_path / "moved")
        path.symlink_to(tmp_path / "moved")
        assert is_noticed(root), path.name
        path.unlink()
        shutil.move(tmp_path / "moved", path)
    (folder,) = root.glob("runs/2026-08/*/")
    shutil.move(folder, tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert is_noticed(root)


def test_a_rolled_back_workspace_is_noticed_through_a_report_that_was_kept(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Evidence, witness and runs from the same older backup: whole, consistent, and false."""
    shutil.copytree(root, tmp_path / "backup")
    words = ("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB")
    assert main(["--workspace", str(root), *words]) in (0, 1, 9)
    capsys.readouterr()
    newest = max(root.glob("runs/*/*/report.json"), key=lambda path: path.stat().st_mtime_ns)
    shutil.copy(newest, tmp_path / "kept.json")
    shutil.copy(root / "witness" / "checkpoint", tmp_path / "kept")
    shutil.rmtree(root)
    shutil.copytree(tmp_path / "backup", root)
    assert not is_noticed(root)
    assert is_noticed(root, tmp_path / "kept")
    # A report names the log before its own entry; that its run is gone shows it nevertheless.
    found = verify_evidence(Workspace.open(root), kept=[tmp_path / "kept.json"])
    assert [what for _, what in found.wrong] == [f"its run {newest.parent.name} is not in the log"]


def test_a_report_that_was_kept_and_is_another_one_now_is_noticed(
    root: Path, tmp_path: Path
) -> None:
    (report,) = root.glob("runs/*/*/report.json")
    shutil.copy(report, tmp_path / "kept.json")
    assert not is_noticed(root, tmp_path / "kept.json")
    content = (tmp_path / "kept.json").read_bytes()
    (tmp_path / "kept.json").write_bytes(content.replace(b'"decision": "', b'"decision":  "', 1))
    assert is_noticed(root, tmp_path / "kept.json")


def test_a_whole_folder_without_an_entry_is_named_and_is_no_run(root: Path) -> None:
    (folder,) = root.glob("runs/2026-08/*/")
    shutil.copytree(folder, folder.with_name("ffffffffffff"))
    found = verify_evidence(Workspace.open(root))
    assert found.agrees
    assert any("runs/2026-08/ffffffffffff" in remark for remark in found.remarks)
    # Not one that claims more than it holds.
    (folder.with_name("ffffffffffff") / "report.html").unlink()
    assert is_noticed(root)


@pytest.mark.parametrize("name", ["settings", "mapping", "exclusions"])
def test_a_lost_input_of_a_run_is_noticed_without_calculating_again(root: Path, name: str) -> None:
    (manifest,) = root.glob("runs/*/*/calculation_manifest.json")
    digest = manifest.read_text().partition(f'"{name}": "')[2][:64]
    (root / "evidence" / "objects" / digest).unlink()
    assert is_noticed(root)


def test_all_parts_together_read_every_byte_of_the_published_files(root: Path) -> None:
    sizes = [path.stat().st_size for path in root.glob("runs/*/*/*")]
    read = [
        {one.name: one.count for one in verify_evidence(Workspace.open(root), part=part).checked}
        for part in (Part(number, 4) for number in range(1, 5))
    ]
    assert sum(one["files of runs"] for one in read) == len(sizes) == 15
    assert sum(one["bytes of runs"] for one in read) == sum(sizes)


def test_a_folder_that_cannot_be_read_is_no_tampering(root: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the system lets this account read everything")
    (root / "evidence" / "checkpoint").chmod(0)
    assert main(["--workspace", str(root), "verify"]) == 5
