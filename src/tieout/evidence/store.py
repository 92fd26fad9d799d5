"""The content-addressed store: bytes under their own SHA-256, written once, re-hashed when read.

Flat on purpose: one folder, every name the digest of its content. Putting the same bytes again
changes nothing, so an interrupted import is simply repeated.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from tieout.errors import ConfigurationRefused, ConflictRefused, IntegrityRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.checkpoint import (
    Checkpoint,
    commit,
    parse_checkpoint,
    rolled_back,
    store_absent,
    write_witness,
)
from tieout.evidence.durable import is_leftover, make_folder, sync_folder, write_new_file
from tieout.evidence.machine import digest_and_size, machine, not_a_file, read_file

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KNOWN: Final = frozenset({"checkpoint", "lock", "lock-owner"})
_WITNESS: Final = frozenset({"checkpoint", "checkpoints.txt"})


class EvidenceStore:
    """The objects of one evidence folder."""

    def __init__(self, root: Path) -> None:
        """Name the folder; nothing is read yet."""
        self.root = root
        self._objects = root / "objects"

    @classmethod
    def create(cls, root: Path, witness: Path, origin: str = "") -> EvidenceStore:
        """Make a new, empty store with an empty log and its witness.

        Repeating it after a crash completes what was begun, under the origin it was begun with.

        Args:
            root: the evidence folder.
            witness: where the checkpoints are copied to.
            origin: which log this is; see :func:`tieout.evidence.checkpoint.new_origin`.

        Raises:
            ConfigurationRefused: ``STORE_EXISTS``: a store is already there.
            IntegrityRefused: ``EV_ROLLBACK``: there was a store here and its head is gone.
        """
        store = cls(root)
        if read_file(root / "checkpoint") is not None:
            raise ConfigurationRefused(
                "STORE_EXISTS",
                "There is already an evidence store here.",
                where=(str(root),),
                remedy="Use it as it is, or choose another folder.",
            )
        latest = read_file(witness / "checkpoint")
        begun = Checkpoint(origin=origin)
        if latest is not None:
            begun = parse_checkpoint(latest, witness / "checkpoint")
        if begun.size:
            raise rolled_back("The witness knows a log that is gone.", str(witness / "checkpoint"))
        if store._objects.is_dir() and store.digests():
            raise rolled_back("The log has lost its checkpoint.", str(root / "checkpoint"))
        for folder in (store._objects, witness):
            make_folder(folder)
            # Again where it was there before: an earlier attempt may have died before this.
            sync_folder(folder.parent)
        sync_folder(root.parent)
        write_witness(witness, b"", begun)
        commit(root, begun)
        return store

    def put(self, content: bytes) -> str:
        """Store bytes durably and return their SHA-256; the same bytes again change nothing.

        Raises:
            IntegrityRefused: ``EV_OBJECT``: other bytes are stored under that digest.
        """
        digest = sha256(content)
        self._require_store()
        try:
            write_new_file(self._objects / digest, content)
        except ConflictRefused as error:
            raise self._damaged(digest) from error
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of that digest, re-hashed.

        Raises:
            IntegrityRefused: ``EV_MISSING`` or ``EV_OBJECT``.
        """
        content = read_file(self._path(digest))
        if content is None:
            raise self._missing(digest)
        if sha256(content) != digest:
            raise self._damaged(digest)
        return content

    def has(self, digest: str) -> bool:
        """Whether an object of that digest is there; its bytes are checked when they are read."""
        return self._path(digest).is_file()

    def verified_path(self, digest: str) -> Path:
        """The file of that digest after re-hashing it in pieces, for an engine that reads files.

        Raises:
            IntegrityRefused: ``EV_MISSING`` or ``EV_OBJECT``.
        """
        self.size_of_verified(digest)
        return self._path(digest)

    def size_of_verified(self, digest: str) -> int:
        """How many bytes that object has, after re-hashing all of them in pieces.

        Raises:
            IntegrityRefused: ``EV_MISSING``, ``EV_OBJECT``, or ``EV_UNKNOWN_FILE`` where something
                else is in its place, or anybody may write to it.
        """
        found = digest_and_size(self._path(digest))
        if found is None:
            raise self._missing(digest)
        if found[0] != digest:
            raise self._damaged(digest)
        return found[1]

    def digests(self) -> tuple[str, ...]:
        """Every stored digest, sorted.

        Raises:
            IntegrityRefused: ``EV_UNKNOWN_FILE``: something else lies in the evidence folder.
        """
        return self._listing()[0]

    def leftovers(self) -> tuple[Path, ...]:
        """Temporary files that a crash left behind; readers never see them."""
        return self._listing()[1]

    def require_quiet_lock(self) -> None:
        """Refuse bytes in the lock file: nothing of ours ever writes there.

        Raises:
            IntegrityRefused: ``EV_UNKNOWN_FILE``.
        """
        if read_file(self.root / "lock"):
            raise not_a_file(self.root / "lock")

    def _listing(self) -> tuple[tuple[str, ...], tuple[Path, ...]]:
        digests, leftovers = [], []
        with machine(self.root):
            # A folder that is no folder, a link among files: nothing here is trusted by its name.
            found = [entry for entry in os.scandir(self.root) if entry.name != "objects"]
            if self._objects.is_symlink() or not self._objects.is_dir():
                raise not_a_file(self._objects)
            found.extend(os.scandir(self._objects))
        for entry in found:
            path = Path(entry.path)
            inside = path.parent == self._objects
            if not entry.is_file(follow_symlinks=False):
                raise not_a_file(path)
            if is_leftover(entry.name):
                leftovers.append(path)
            elif inside and _DIGEST.fullmatch(entry.name):
                digests.append(entry.name)
            elif inside or entry.name not in _KNOWN:
                raise not_a_file(path)
        return tuple(sorted(digests)), tuple(sorted(leftovers))

    def _path(self, digest: str) -> Path:
        # A digest may come from a document; it must never become a path to somewhere else.
        if _DIGEST.fullmatch(digest) is None:
            raise IntegrityRefused(
                "EV_MISSING",
                "That is not the digest of an object.",
                where=(ascii(digest[:80]),),
                remedy="Give the 64 hexadecimal digits of a SHA-256.",
            )
        return self._objects / digest

    def _require_store(self) -> None:
        if not self._objects.is_dir():
            raise store_absent(self.root)

    def _missing(self, digest: str) -> IntegrityRefused:
        return IntegrityRefused(
            "EV_MISSING",
            "Bytes that the log refers to are gone.",
            where=(str(self._objects / digest),),
            remedy="Restore the file from a backup; its name is the digest it must have.",
        )

    def _damaged(self, digest: str) -> IntegrityRefused:
        return IntegrityRefused(
            "EV_OBJECT",
            "Stored bytes do not have the digest they are stored under.",
            where=(str(self._objects / digest),),
            remedy="Restore the file from a backup; its name is the digest it must have.",
        )


def witness_leftovers(witness: Path) -> tuple[Path, ...]:
    """Temporary files in the witness folder, after refusing what has no place there.

    What version control keeps there (names that begin with ``.git``) is let be.

    Raises:
        IntegrityRefused: ``EV_UNKNOWN_FILE``.
    """
    with machine(witness):
        found = sorted(os.scandir(witness), key=lambda entry: entry.name)
    for entry in found:
        known = entry.name in _WITNESS or is_leftover(entry.name)
        if not entry.name.startswith(".git") and not (
            known and entry.is_file(follow_symlinks=False)
        ):
            raise not_a_file(Path(entry.path))
    return tuple(Path(entry.path) for entry in found if is_leftover(entry.name))
