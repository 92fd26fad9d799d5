"""The evidence as a whole: everything that was kept, read and hashed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tieout.actions.opened import file_content
from tieout.close.published import (
    Published,
    check_kept_report,
    check_published,
    unrecorded_words,
)
from tieout.evidence.checkpoint import Checkpoint
from tieout.evidence.outside import read_kept
from tieout.evidence.part import WHOLE, Part
from tieout.evidence.verify import Checked, verify_store
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class EvidenceVerified:
    """What one verification of the kept bytes read, and what it found.

    Attributes:
        checkpoint: where the log ends; keep a copy where nobody of this workspace can write.
        part: which part of the bytes was read.
        checked: what was checked, how many, and a sentence where there is more to say.
        wrong: what does not agree: the place, and how.
        remarks: what is harmless and still worth knowing.
    """

    checkpoint: Checkpoint
    part: Part
    checked: tuple[Checked, ...]
    wrong: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything that was read agrees; nothing empty passes."""
        return bool(self.checked) and not self.wrong

    def as_json(self) -> dict[str, object]:
        """The verification as one JSON object."""
        now = self.checkpoint
        return {
            "agrees": self.agrees,
            "checkpoint": {
                "origin": now.origin, "size": now.size, "head": now.head, "at": now.at,
            },
            "part": str(self.part),
            "checked": [
                {"name": one.name, "count": one.count, "detail": one.detail}
                for one in self.checked
            ],
            "wrong": [{"place": place, "what": what} for place, what in self.wrong],
            "remarks": list(self.remarks),
        }  # fmt: skip


def verify_evidence(
    workspace: Workspace, *, part: Part = WHOLE, kept: Sequence[Path] = ()
) -> EvidenceVerified:
    """Read every byte of the store, the witness and the published runs, or one part of them.

    Args:
        workspace: the workspace.
        part: which objects and files are read, by their digest; all parts together are all bytes.
        kept: files with checkpoints that were kept elsewhere; the log must extend each of them.

    Raises:
        IntegrityRefused: the chain, the witness or an object is not what it was; the first one.
        EnvironmentRefused: something could not be read.
        InputRefused: ``CHECKPOINT_FORM``: a file holds no checkpoint.
    """
    contents = {path: file_content(path) for path in kept}
    outside = [(str(path), read_kept(content, path)) for path, content in contents.items()]
    checked = verify_store(workspace.store, workspace.log, part=part, kept=outside)
    published = check_published(workspace, part)
    return EvidenceVerified(
        workspace.log.checkpoint(),
        part,
        (*checked, *_counts(published, part)),
        (*published.wrong, *_kept_reports(workspace, contents)),
        tuple(_remarks(workspace, checked, published)),
    )


def _kept_reports(workspace: Workspace, contents: dict[Path, bytes]) -> Iterator[tuple[str, str]]:
    """The reports that were kept elsewhere and are not what this workspace published."""
    for path, content in contents.items():
        wrong = check_kept_report(workspace, content)
        if wrong:
            yield str(path), wrong


def _counts(published: Published, part: Part) -> list[Checked]:
    read = "read and hashed"
    if not part.is_whole:
        read = f"read and hashed: part {part}; every name was compared"
    return [
        Checked("published runs", published.folders),
        Checked("files of runs", published.files, read),
        Checked("bytes of runs", published.size, "read and hashed"),
    ]


def _remarks(workspace: Workspace, checked: Sequence[Checked], published: Published) -> list[str]:
    counts = {one.name: one for one in checked}
    said = [unrecorded_words(path, workspace.root) for path in published.unrecorded]
    if counts["leftovers"].count or published.leftovers:
        count = counts["leftovers"].count + len(published.leftovers)
        said.append(f"{count} half-written by a command that died: tieout doctor shows them")
    if counts["witness checkpoints"].detail:
        said.append(counts["witness checkpoints"].detail)
    return said
