"""A checkpoint kept outside the workspace shows what no file inside it can: rollback, fork."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.evidence.small_store import Workspace, filled
from tieout.errors import InputRefused, IntegrityRefused
from tieout.evidence.checkpoint import Checkpoint, new_origin
from tieout.evidence.outside import read_kept
from tieout.evidence.store import EvidenceStore
from tieout.evidence.verify import verify_store


def verify(workspace: Workspace, *kept: Path) -> str:
    """The code of the refusal, or nothing where everything agrees."""
    outside = [(path.name, read_kept(path.read_bytes(), path)) for path in kept]
    try:
        verify_store(workspace.store, workspace.log, kept=outside)
    except IntegrityRefused as refused:
        return refused.code
    return ""


@pytest.fixture
def kept(tmp_path: Path, workspace: Workspace) -> list[Path]:
    """Copies of checkpoint, list and report, taken after the third of four entries."""
    third = workspace.log.entries()[2]
    checkpoint = Checkpoint(third.seq, third.digest, third.at)
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "checkpoint").write_bytes(checkpoint.text())
    lines = (workspace.witness / "checkpoints.txt").read_text().splitlines(keepends=True)
    (folder / "checkpoints.txt").write_text("".join(lines[:3]))
    words = {
        "origin": "",
        "size": 3,
        "head": third.digest,
        "at": third.at,
    }
    report = {"summary": {}, "evidence": {"checkpoint": words, "captures": []}}
    (folder / "report.json").write_text(json.dumps(report))
    return sorted(folder.iterdir())


def test_a_log_that_goes_on_agrees_with_every_form_that_was_kept(
    workspace: Workspace, kept: list[Path]
) -> None:
    assert len(kept) == 3
    assert verify(workspace, *kept) == ""


def put(workspace: Workspace, other: Workspace) -> None:
    """Another history in place of store and witness, whole and consistent in itself."""
    for name in ("evidence", "witness"):
        shutil.rmtree(workspace.base / name)
        shutil.copytree(other.base / name, workspace.base / name)


@pytest.mark.parametrize("form", [0, 1, 2])
def test_a_rollback_of_store_and_witness_together_is_noticed(
    workspace: Workspace, kept: list[Path], tmp_path: Path, form: int
) -> None:
    earlier = Workspace(tmp_path / "earlier").create()
    earlier.capture(b"model,price\nalpha,2\n")
    earlier.capture(b"model,price\nalpha,3\n", hour=1)
    put(workspace, earlier)
    assert verify(workspace) == ""
    assert verify(workspace, kept[form]) == "EV_ROLLBACK"


@pytest.mark.parametrize("form", [0, 1, 2])
def test_a_rebuilt_history_of_store_and_witness_is_noticed(
    workspace: Workspace, kept: list[Path], tmp_path: Path, form: int
) -> None:
    rebuilt = Workspace(tmp_path / "rebuilt").create()
    for hour in range(5):
        rebuilt.capture(f"model,price\nalpha,{hour}\n".encode(), hour=hour)
    put(workspace, rebuilt)
    assert verify(workspace) == ""
    assert verify(workspace, kept[form]) == "EV_FORK"


def test_what_comes_after_the_kept_checkpoint_is_not_covered_by_it(
    workspace: Workspace, kept: list[Path], tmp_path: Path
) -> None:
    """A limit, not a promise: the guide says so."""
    other = filled(tmp_path / "other")
    other.capture(b"another end", hour=9)
    put(workspace, other)
    assert verify(workspace, *kept) == ""


def test_the_checkpoint_of_another_workspace_is_no_witness_of_this_one(tmp_path: Path) -> None:
    names = [new_origin("acme"), new_origin("acme")]
    assert names[0] != names[1]
    made = [Workspace(tmp_path / name) for name in names]
    for workspace, name in zip(made, names, strict=True):
        EvidenceStore.create(workspace.root, workspace.witness, name)
    assert verify(made[0], made[0].root / "checkpoint") == ""
    assert verify(made[0], made[1].root / "checkpoint") == "EV_FORK"
    # Inside the workspace too: a witness of another log, as empty as this one.
    shutil.copy(made[1].witness / "checkpoint", made[0].witness / "checkpoint")
    assert verify(made[0]) == "EV_FORK"


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"nothing\n", b"1 " + b"0" * 63 + b" none\n", b'{"evidence": {"checkpoint": {}}}',
     b'{"evidence": {"checkpoint": {"origin": "", "size": -1, "head": "' + b"0" * 64
     + b'", "at": "none"}}}', b'{"evidence": {"checkpoint": null}}', b"\xff\xfe"],
)  # fmt: skip
def test_a_file_without_a_checkpoint_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="CHECKPOINT_FORM"):
        read_kept(content, tmp_path / "kept")


def test_the_origin_is_that_of_the_first_attempt_when_a_crash_came_between(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    EvidenceStore.create(workspace.root, workspace.witness, "first-00000000")
    (workspace.root / "checkpoint").unlink()
    EvidenceStore.create(workspace.root, workspace.witness, "second-11111111")
    assert workspace.log.checkpoint().origin == "first-00000000"


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("acme-ai", "acme-ai-"),
        ("Größe & Co.", "Gr-e-Co-"),
        ("..", "workspace-"),
        ("", "workspace-"),
    ],
)
def test_a_name_of_a_log_is_plain_text(name: str, begins: str) -> None:
    assert new_origin(name).startswith(begins)
    assert len(new_origin(name)) == len(begins) + 8
