"""Verifying a large store in parts: all parts together are everything, and none claims more."""

from __future__ import annotations

import errno
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.faulty_disk import FaultyOs
from tests.evidence.small_store import Workspace
from tieout.errors import ConfigurationRefused, IntegrityRefused
from tieout.evidence import durable
from tieout.evidence.part import WHOLE, Part
from tieout.evidence.verify import verify_store

DIGESTS = st.binary(max_size=8).map(lambda content: hashlib.sha256(content).hexdigest())


@given(DIGESTS, st.integers(min_value=1, max_value=50))
def test_every_digest_falls_into_exactly_one_part(digest: str, parts: int) -> None:
    assert sum(Part(number, parts).holds(digest) for number in range(1, parts + 1)) == 1
    assert WHOLE.holds(digest)


@pytest.mark.parametrize("text", ["0/3", "4/3", "1/0", "1", "1/3/5", "-1/3", "1 / 3", "\uff11/3"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationRefused, match="VERIFY_PART"):
        Part.parse(text)
    assert Part.parse("2/3") == Part(2, 3)


def counts(workspace: Workspace, part: Part) -> dict[str, int]:
    found = verify_store(workspace.store, workspace.log, part=part)
    return {checked.name: checked.count for checked in found}


@pytest.mark.parametrize("parts", [2, 3, 7, 40])
def test_all_parts_together_read_every_object_and_every_byte(
    workspace: Workspace, parts: int
) -> None:
    files = list((workspace.root / "objects").iterdir())
    each = [counts(workspace, Part(number, parts)) for number in range(1, parts + 1)]
    assert sum(found["objects"] for found in each) == len(files)
    assert sum(found["bytes of objects"] for found in each) == sum(f.stat().st_size for f in files)
    assert all(found["log entries"] == 4 for found in each)


def test_a_damaged_object_is_noticed_by_its_own_part_alone(workspace: Workspace) -> None:
    digest = hashlib.sha256(b"model,price\nalpha,2\n").hexdigest()
    (workspace.root / "objects" / digest).write_bytes(b"model,price\nalpha,1\n")
    noticed = []
    for number in range(1, 6):
        try:
            verify_store(workspace.store, workspace.log, part=Part(number, 5))
        except IntegrityRefused:
            noticed.append(number)
    # The part is the digest as a number, modulo the parts.
    assert noticed == [int(digest, 16) % 5 + 1]


def test_a_part_says_that_it_is_a_part(workspace: Workspace) -> None:
    found = verify_store(workspace.store, workspace.log, part=Part(2, 3))
    (objects,) = [checked for checked in found if checked.name == "objects"]
    assert objects.detail == "re-hashed: part 2/3 of 9; the other parts were not read"


def test_verifying_writes_nothing_so_that_a_copy_without_the_right_to_write_can_be_read(
    workspace: Workspace,
) -> None:
    disk = FaultyOs(1, errno.EROFS, forever=True)
    before = {path: path.stat().st_mtime_ns for path in workspace.base.rglob("*")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(durable, "os", disk)
        verify_store(workspace.store, workspace.log)
    assert disk.calls == []
    assert {path: path.stat().st_mtime_ns for path in workspace.base.rglob("*")} == before
