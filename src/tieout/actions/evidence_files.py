"""Files that show why something is decided: read whole, stored only once nothing is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tieout.actions.opened import file_content
from tieout.errors import ApprovalRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.redact import redacted
from tieout.evidence.store import EvidenceStore


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """Evidence in memory: the bytes, and the names they go by."""

    contents: tuple[bytes, ...]
    names: tuple[str, ...]

    @property
    def objects(self) -> tuple[str, ...]:
        """The digests under which the store keeps them."""
        return tuple(sha256(content) for content in self.contents)

    def keep(self, store: EvidenceStore) -> None:
        """Put the bytes into the store."""
        for content in self.contents:
            store.put(content)


def evidence_files(paths: Sequence[Path]) -> EvidenceFiles:
    """The evidence in these files.

    Raises:
        InputRefused: ``FILE_UNREADABLE``.
        ApprovalRefused: ``DISPOSE_EVIDENCE``: there is none, or a file of it is empty.
    """
    contents = tuple(file_content(path) for path in paths)
    if not contents or not all(contents):
        empty = [path for path, content in zip(paths, contents, strict=True) if not content]
        raise ApprovalRefused(
            "DISPOSE_EVIDENCE",
            "A decision about money needs evidence, and an empty file shows nothing.",
            where=tuple(str(path) for path in empty),
            remedy="Name the files that show it, each after --evidence.",
        )
    return EvidenceFiles(contents, tuple(redacted(path.name) for path in paths))
