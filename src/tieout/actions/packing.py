"""Packs: one file of a run that an outsider re-performs, and checking such a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tieout.actions.opened import file_content
from tieout.close.runs import find_run
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.durable import write_new_file
from tieout.evidence.outside import read_kept
from tieout.packing.check import PackChecked
from tieout.packing.check import check_pack as check_content
from tieout.packing.make import make_pack
from tieout.workspace.layout import Workspace, refuse_inside_records


@dataclass(frozen=True, slots=True)
class PackedRun:
    """A pack that was written.

    Attributes:
        path: the file.
        run_id: the run it is of.
        size: its bytes.
        sha256: their digest.
        members: how many files are in it.
        lines: how many lines were drawn and traced to their records.
        is_new: whether it was written now; the same file may have been there.
    """

    path: Path
    run_id: str
    size: int
    sha256: str
    members: int
    lines: int
    is_new: bool


def pack(
    workspace: Workspace,
    run_id: str | None = None,
    *,
    out: Path | None = None,
    threads: int | None = None,
) -> PackedRun:
    """Write the pack of a run: everything an outsider needs to re-perform and check it.

    The run is calculated again first; one that comes out otherwise gets no pack. The same run and
    the same log give the same bytes.

    Args:
        workspace: the workspace.
        run_id: the run, by its id or the start of it; the newest one by default.
        out: a new file; by default ``PERIOD-RUN.pack.zip`` in the current folder.
        threads: threads of the engine; no result depends on it.

    Raises:
        ConfigurationRefused: there is no such run; ``CFG_PATH_OVERLAP``: the file would lie in the
            records of a workspace; ``PACK_PLACE``: a folder has its name.
        ConflictRefused: ``FILE_EXISTS``: a file with other content is there.
        IntegrityRefused: ``PACK_RUN_DIFFERS``, or stored bytes are not what they were.
        InputRefused: ``PACK_SIZE``, ``PACK_CONTENT``, ``PACK_SECRET``.
    """
    found = find_run(workspace, run_id)
    period = found.record.folder.split("/")[1]
    path = out or Path(f"{period}-{found.record.run_id}.pack.zip")
    refuse_inside_records(path)
    if path.is_dir():
        raise ConfigurationRefused(
            "PACK_PLACE",
            "A pack is one file, and a folder has that name.",
            where=(str(path),),
            remedy="Name a file that is not there yet: tieout pack RUN --out august.pack.zip",
        )
    made = make_pack(workspace, found, threads)
    is_new = write_new_file(path, made.content)
    return PackedRun(
        path, made.run_id, len(made.content), sha256(made.content), made.members, made.lines, is_new
    )


def check_pack(path: Path, *, kept: Sequence[Path] = (), threads: int | None = None) -> PackChecked:
    """Check every byte of a pack, and calculate its run again from what is in it.

    Args:
        path: the file.
        kept: files with checkpoints that were kept elsewhere; its log must extend each of them.
        threads: threads of the engine; no result depends on it.

    Raises:
        IntegrityRefused: the first thing that is not what it was; ``where`` names the file.
        InputRefused: ``FILE_UNREADABLE``, or ``CHECKPOINT_FORM``: a file holds no checkpoint.
    """
    outside = [(str(one), read_kept(file_content(one), one)) for one in kept]
    return check_content(file_content(path), outside, threads)
