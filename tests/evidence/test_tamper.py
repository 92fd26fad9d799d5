"""Whatever is changed in a store, a fresh verification notices (EV01-EV04, G16, G17)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.evidence.small_store import Workspace, filled
from tieout.errors import ConfigurationRefused, IntegrityRefused
from tieout.evidence.checkpoint import parse_checkpoint


def refusal(workspace: Workspace) -> str:
    """The code a fresh verification refuses with, or nothing when it is content."""
    try:
        workspace.verify()
    except IntegrityRefused as refused:
        return refused.code
    return ""


def names(workspace: Workspace) -> list[str]:
    return [str(path.relative_to(workspace.base)) for path in workspace.files()]


def test_an_untouched_store_verifies_and_says_what_was_checked(workspace: Workspace) -> None:
    checked = workspace.verify()
    # Four entries; two price files, one letter, records and quarantine.
    assert checked["log entries"].count == 4
    assert checked["objects"].count == 9
    assert checked["witness checkpoints"].count == 4
    assert checked["objects without an entry"].count == 0
    assert checked["leftovers"].count == 0


@pytest.mark.parametrize("bit", [0, 3, 7])
def test_every_single_flipped_bit_of_every_byte_is_noticed(workspace: Workspace, bit: int) -> None:
    missed, tried = [], 0
    for path in workspace.files():
        content = path.read_bytes()
        for place in range(len(content)):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            path.write_bytes(changed)
            tried += 1
            if not refusal(workspace):
                missed.append((path.name, place))
        path.write_bytes(content)
    assert tried > 2000
    assert missed == []
    assert refusal(workspace) == ""


def test_every_truncation_of_every_file_is_noticed(workspace: Workspace) -> None:
    missed = []
    for path in workspace.files():
        content = path.read_bytes()
        for length in range(len(content)):
            path.write_bytes(content[:length])
            if not refusal(workspace):
                missed.append((path.name, length))
        path.write_bytes(content)
    assert missed == []


@pytest.mark.parametrize("tail", [b"\n", b"\0", b" ", b"{}\n", b"5 " + b"0" * 64 + b" none\n"])
def test_every_extension_of_every_file_is_noticed(workspace: Workspace, tail: bytes) -> None:
    for path in workspace.files():
        content = path.read_bytes()
        path.write_bytes(content + tail)
        assert refusal(workspace), path.name
        path.write_bytes(content)


def test_every_deleted_file_is_noticed(workspace: Workspace) -> None:
    for path in workspace.files():
        content = path.read_bytes()
        path.unlink()
        assert refusal(workspace), path.name
        path.write_bytes(content)


def test_every_pair_of_swapped_files_is_noticed(workspace: Workspace) -> None:
    files = workspace.files()
    for first in files:
        for second in files:
            one, two = first.read_bytes(), second.read_bytes()
            if one != two:
                first.write_bytes(two)
                second.write_bytes(one)
                assert refusal(workspace), (first.name, second.name)
                first.write_bytes(one)
                second.write_bytes(two)


@pytest.mark.parametrize(
    "place",
    ["evidence/notes.txt", "evidence/objects/notes.txt", "evidence/objects/" + "A" * 64,
     "evidence/.staged-1", "evidence/objects/.DS_Store", "evidence/extra/deep.txt"],
)  # fmt: skip
def test_a_stray_file_is_refused_by_name(workspace: Workspace, place: str) -> None:
    path = workspace.base / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"stray")
    with pytest.raises(IntegrityRefused) as refused:
        workspace.log.entries()
    assert refused.value.code == "EV_UNKNOWN_FILE"
    assert place.split("/")[1] in refused.value.letter()


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "link to the objects"])
def test_anything_but_a_file_in_place_of_an_object_is_refused(
    workspace: Workspace, kind: str, tmp_path: Path
) -> None:
    target = next((workspace.root / "objects").iterdir())
    shutil.move(target, tmp_path / "moved")
    if kind == "link":
        target.symlink_to(tmp_path / "moved")
    elif kind == "folder":
        target.mkdir()
    elif kind == "pipe":
        os.mkfifo(target)
    else:
        shutil.move(tmp_path / "moved", target)
        shutil.move(workspace.root / "objects", tmp_path / "objects")
        (workspace.root / "objects").symlink_to(tmp_path / "objects")
    assert refusal(workspace) == "EV_UNKNOWN_FILE"


@pytest.mark.parametrize("name", ["evidence/checkpoint", "witness/checkpoint"])
def test_a_link_in_place_of_a_checkpoint_is_refused(
    workspace: Workspace, name: str, tmp_path: Path
) -> None:
    path = workspace.base / name
    shutil.move(path, tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    assert refusal(workspace) == "EV_UNKNOWN_FILE"


def test_a_damaged_object_is_named_with_the_entries_it_touches(workspace: Workspace) -> None:
    digest = workspace.store.put(b"model,price\nalpha,2\n")
    (workspace.root / "objects" / digest).write_bytes(b"model,price\nalpha,1\n")
    with pytest.raises(IntegrityRefused) as refused:
        workspace.verify()
    assert refused.value.code == "EV_OBJECT"
    assert digest in refused.value.letter()
    assert "entry 1, capture" in refused.value.letter()


# --- rollback and fork: an older or another history, whole and self-consistent -----------------


@pytest.fixture
def histories(tmp_path: Path) -> tuple[Workspace, Workspace]:
    """The same store before and after one more capture."""
    after = filled(tmp_path / "after")
    before = after.copy(tmp_path / "before")
    after.capture(b"model,price\nalpha,4\n", hour=9)
    return before, after


def test_a_log_rolled_back_by_one_entry_is_noticed(
    histories: tuple[Workspace, Workspace],
) -> None:
    before, after = histories
    shutil.rmtree(after.root)
    shutil.copytree(before.root, after.root)
    assert refusal(after) == "EV_ROLLBACK"


@pytest.mark.parametrize(
    "restored",
    [["evidence/checkpoint"], ["evidence/checkpoint", "witness/checkpoint"],
     ["witness/checkpoints.txt"], ["evidence/checkpoint", "witness/checkpoints.txt"]],
)  # fmt: skip
def test_a_rollback_of_some_of_the_checkpoint_files_is_noticed(
    histories: tuple[Workspace, Workspace], restored: list[str]
) -> None:
    before, after = histories
    for name in restored:
        shutil.copy(before.base / name, after.base / name)
    assert refusal(after) == "EV_ROLLBACK"


def test_a_log_rolled_back_to_its_beginning_is_noticed(tmp_path: Path) -> None:
    workspace = filled(tmp_path / "filled")
    empty = Workspace(tmp_path / "empty").create()
    shutil.rmtree(workspace.root)
    shutil.copytree(empty.root, workspace.root)
    assert refusal(workspace) == "EV_ROLLBACK"


def test_a_witness_rolled_back_by_two_checkpoints_is_noticed(workspace: Workspace) -> None:
    lines = (workspace.witness / "checkpoints.txt").read_text().splitlines(keepends=True)
    size, head, at = lines[1].split()
    (workspace.witness / "checkpoints.txt").write_text("".join(lines[:2]))
    (workspace.witness / "checkpoint").write_text(f"tieout-evidence/1\n{size}\n{head}\n{at}\n")
    assert refusal(workspace) == "EV_ROLLBACK"


@pytest.mark.parametrize("more", [0, 1, 2])
def test_a_log_rewritten_from_its_second_entry_is_a_fork(tmp_path: Path, more: int) -> None:
    workspace = filled(tmp_path / "true")
    forged = Workspace(tmp_path / "forged").create()
    forged.capture(b"model,price\nalpha,2\n")
    for hour in range(1, 4 + more):
        forged.capture(f"model,price\nalpha,{hour}9\n".encode(), hour=hour)
    shutil.rmtree(workspace.root)
    shutil.copytree(forged.root, workspace.root)
    # Two ahead of its witness is as impossible as being beside it.
    assert refusal(workspace) == ("EV_ROLLBACK" if more == 2 else "EV_FORK")


def test_a_deleted_witness_is_noticed(workspace: Workspace) -> None:
    shutil.rmtree(workspace.witness)
    assert refusal(workspace) == "EV_ROLLBACK"


def test_a_deleted_evidence_folder_is_noticed_through_the_witness(workspace: Workspace) -> None:
    shutil.rmtree(workspace.root)
    assert refusal(workspace) == "EV_ROLLBACK"
    with pytest.raises(IntegrityRefused, match="EV_ROLLBACK"):
        workspace.create()


def test_a_store_without_head_cannot_be_created_anew(workspace: Workspace) -> None:
    (workspace.root / "checkpoint").unlink()
    shutil.rmtree(workspace.witness)
    with pytest.raises(IntegrityRefused, match="EV_ROLLBACK"):
        workspace.create()


def test_a_writer_refuses_a_store_that_does_not_verify(
    histories: tuple[Workspace, Workspace],
) -> None:
    before, after = histories
    shutil.copy(before.root / "checkpoint", after.root / "checkpoint")
    state = {path: path.read_bytes() for path in after.files()}
    with pytest.raises(IntegrityRefused, match="EV_ROLLBACK"):
        after.capture(b"model,price\nalpha,5\n", hour=10)
    assert {path: path.read_bytes() for path in after.files()} == state


def test_a_folder_that_never_was_a_store_is_told_apart_from_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="STORE_ABSENT"):
        Workspace(tmp_path / "nothing").log.entries()
    with pytest.raises(ConfigurationRefused, match="STORE_ABSENT"):
        Workspace(tmp_path / "nothing").capture(b"x")
    assert not (tmp_path / "nothing").exists()


# --- the exact form of a checkpoint (EV04) ------------------------------------------------------

HEAD = "ab" * 32
GOOD = f"tieout-evidence/1\n12\n{HEAD}\n2026-08-10T12:00:00Z\n"


def test_the_exact_form_of_a_checkpoint_is_read(tmp_path: Path) -> None:
    found = parse_checkpoint(GOOD.encode(), tmp_path)
    assert (found.size, found.head, found.at) == (12, HEAD, "2026-08-10T12:00:00Z")


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.rstrip("\n"),
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace("12\n", "12 \n", 1),
        GOOD.replace("\n12\n", "\n012\n"),
        GOOD.replace("\n12\n", "\n+12\n"),
        GOOD.replace("\n12\n", "\n\uff11\uff12\n"),
        GOOD.replace(HEAD, HEAD.upper()),
        GOOD.replace(HEAD, HEAD[:-1]),
        f"tieout-evidence/1\n{HEAD}\n12\n2026-08-10T12:00:00Z\n",
        GOOD.replace("evidence/1", "evidence/2"),
        GOOD.replace("\n12\n", "\n0\n"),
        f"tieout-evidence/1\n3\n{'0' * 64}\nnone\n",
        "\ufeff" + GOOD,
        "",
    ],
)
def test_any_other_form_of_a_checkpoint_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(IntegrityRefused, match="EV_NOTE_FORM"):
        parse_checkpoint(text.encode(), tmp_path)
