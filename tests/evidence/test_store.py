"""The store: bytes under their own digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evidence.small_store import Workspace
from tieout.errors import ConfigurationRefused, IntegrityRefused

# SHA-256 of "abc", from FIPS 180-2, appendix B.1.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def test_bytes_are_stored_under_their_sha256(empty: Workspace) -> None:
    assert empty.store.put(b"abc") == ABC
    assert empty.store.get(ABC) == b"abc"
    assert empty.store.verified_path(ABC).read_bytes() == b"abc"
    assert empty.store.digests() == (ABC,)


def test_storing_the_same_bytes_again_changes_nothing(empty: Workspace) -> None:
    empty.store.put(b"abc")
    before = (empty.root / "objects" / ABC).stat()
    assert empty.store.put(b"abc") == ABC
    after = (empty.root / "objects" / ABC).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_an_absent_object_is_missing_and_not_empty(empty: Workspace) -> None:
    assert not empty.store.has(ABC)
    for read in (empty.store.get, empty.store.verified_path):
        with pytest.raises(IntegrityRefused, match="EV_MISSING"):
            read(ABC)


def test_damaged_bytes_are_neither_read_nor_taken_for_stored(empty: Workspace) -> None:
    empty.store.put(b"abc")
    (empty.root / "objects" / ABC).write_bytes(b"abd")
    for read in (empty.store.get, empty.store.verified_path):
        with pytest.raises(IntegrityRefused, match="EV_OBJECT"):
            read(ABC)
    with pytest.raises(IntegrityRefused, match="EV_OBJECT"):
        empty.store.put(b"abc")


@pytest.mark.parametrize("digest", ["../checkpoint", "", "/etc/hostname", ABC.upper(), ABC + "\n"])
def test_a_digest_never_becomes_a_path_to_elsewhere(empty: Workspace, digest: str) -> None:
    with pytest.raises(IntegrityRefused, match="EV_MISSING"):
        empty.store.get(digest)


def test_a_store_is_created_once(empty: Workspace) -> None:
    with pytest.raises(ConfigurationRefused, match="STORE_EXISTS"):
        empty.create()


def test_nothing_is_put_where_no_store_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="STORE_ABSENT"):
        Workspace(tmp_path / "nothing").store.put(b"abc")
    assert list(tmp_path.iterdir()) == []


def test_a_leftover_of_a_crash_is_listed_and_never_read(empty: Workspace) -> None:
    leftover = empty.root / "objects" / f".staged-{'0' * 32}"
    leftover.write_bytes(b"half an obj")
    assert empty.store.leftovers() == (leftover,)
    assert empty.store.digests() == ()
    assert empty.verify()["leftovers"].count == 1
