"""The files a person shows for a ruling: kept in the store before the ruling names them (L1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tieout.actions.opened import file_content
from tieout.errors import InputRefused
from tieout.workspace.layout import Workspace


def kept_evidence(
    workspace: Workspace, files: Sequence[Path]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The digests of the files, now in the store, and their names, in the order given.

    Raises:
        InputRefused: ``FILE_UNREADABLE``, or ``EVIDENCE_EMPTY``: a file that shows nothing.
    """
    contents = {file: file_content(file) for file in files}
    empty = [str(file) for file, content in contents.items() if not content]
    if empty:
        raise InputRefused(
            "EVIDENCE_EMPTY",
            "A file of evidence is empty.",
            where=tuple(empty),
            remedy="Give the file that shows it, and repeat the command.",
        )
    return (
        tuple(workspace.store.put(content) for content in contents.values()),
        tuple(file.name for file in contents),
    )
