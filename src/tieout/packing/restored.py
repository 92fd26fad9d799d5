"""A pack laid out as a workspace, in a folder of its own, so that our own code reads it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from tieout.close.manifest import Manifest
from tieout.close.runs import RunFolder
from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.checkpoint import Checkpoint
from tieout.evidence.documents import KINDS, Run
from tieout.evidence.known_prices import read_entry
from tieout.evidence.log import Entry, EvidenceLog
from tieout.evidence.store import EvidenceStore
from tieout.packing.evidence import ENTRIES, OBJECTS
from tieout.workspace.layout import SETTINGS_FILE, Workspace

# A folder that an entry of somebody else's log names becomes a path of this machine.
_FOLDER: Final = re.compile(r"runs/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/[0-9a-f]{12}")


class _Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    run_id: str
    run_entry: int
    made_by: str


@dataclass(frozen=True, slots=True)
class Restored:
    """The workspace of a pack.

    Attributes:
        workspace: where it lies.
        found: the run the pack is of.
        entries: its log.
        checkpoint: where the log ends.
        made_by: what the pack says it was made by.
    """

    workspace: Workspace
    found: RunFolder
    entries: tuple[Entry, ...]
    checkpoint: Checkpoint
    made_by: str


def restore(members: Mapping[str, bytes], root: Path) -> Restored:
    """Lay out a pack below a new folder; nothing is written anywhere else.

    Raises:
        IntegrityRefused: ``PACK_MEMBER``: a file is missing or not what its name says; or the log
            is not whole.
    """
    objects = root / "evidence" / "objects"
    objects.mkdir(parents=True)
    (root / "witness").mkdir()
    for name, content in members.items():
        folder, _, rest = name.rpartition("/")
        if folder == OBJECTS and sha256(content) != rest:
            raise wrong_member(name, "not the bytes of its name")
        if folder in {OBJECTS, ENTRIES}:
            (objects / sha256(content)).write_bytes(content)
    checkpoint = member(members, "evidence/checkpoint")
    (root / "evidence" / "checkpoint").write_bytes(checkpoint)
    (root / "witness" / "checkpoint").write_bytes(checkpoint)
    listed = member(members, "evidence/checkpoints.txt")
    (root / "witness" / "checkpoints.txt").write_bytes(listed)
    facts = _read(members, "pack.json", _Facts)
    entries, now = EvidenceLog(root / "evidence", root / "witness").verified()
    record = _record(entries, facts)
    workspace = _configured(EvidenceStore(root / "evidence"), record, root)
    folder_path = root / record.folder
    folder_path.mkdir(parents=True)
    for name, content in members.items():
        if name.startswith("run/"):
            place, _, rest = name.partition("/")
            if "/" in rest:
                raise wrong_member(name, f"nothing lies deeper than {place}/")
            (folder_path / rest).write_bytes(content)
    return Restored(workspace, RunFolder(record, folder_path), entries, now, facts.made_by)


def member(members: Mapping[str, bytes], name: str) -> bytes:
    """A file that every pack has.

    Raises:
        IntegrityRefused: ``PACK_MEMBER``.
    """
    if name not in members:
        raise wrong_member(name, "gone")
    return members[name]


def wrong_member(name: str, what: str) -> IntegrityRefused:
    """The refusal of one file of a pack."""
    return IntegrityRefused(
        "PACK_MEMBER",
        "A file of the pack is not what it was.",
        where=(f"{name}: {what}",),
        remedy="Get the file again from whoever made it, and find out who changed it.",
    )


def _record(entries: tuple[Entry, ...], facts: _Facts) -> Run:
    """The run of the pack, from the log alone."""
    for entry in entries:
        if entry.kind == KINDS[Run] and entry.seq == facts.run_entry:
            record = read_entry(entry, Run)
            if record.run_id == facts.run_id and _FOLDER.fullmatch(record.folder):
                return record
    raise wrong_member("pack.json", "the log holds no such run")


def _configured(store: EvidenceStore, record: Run, root: Path) -> Workspace:
    """The workspace with the settings, mapping and exclusions that the run read."""
    with contextlib.suppress(msgspec.MsgspecError):
        manifest = msgspec.json.decode(store.get(record.manifest_object), type=Manifest)
        for name, digest in (
            ("mapping.csv", manifest.objects.mapping),
            ("exclusions.csv", manifest.objects.exclusions),
            (SETTINGS_FILE, manifest.objects.settings),
        ):
            (root / name).write_bytes(store.get(digest))
        return Workspace.open(root)
    raise wrong_member("manifest.json", "not a manifest that this version can read")


def _read(members: Mapping[str, bytes], name: str, form: type[_Facts]) -> _Facts:
    try:
        return msgspec.json.decode(member(members, name), type=form)
    except msgspec.MsgspecError as error:
        raise wrong_member(name, str(error)) from error
