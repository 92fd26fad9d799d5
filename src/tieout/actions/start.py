"""Starting: where the workspace is, and how a new one comes to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tieout.actions.guarded import looked_at
from tieout.errors import ConfigurationRefused
from tieout.workspace.layout import SETTINGS_FILE, Workspace
from tieout.workspace.proposal import Proposal, propose


@dataclass(frozen=True, slots=True)
class Started:
    """A workspace that was just made.

    Attributes:
        workspace: the workspace.
        proposal: what was proposed from the person's own files, where any were given.
    """

    workspace: Workspace
    proposal: Proposal | None

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        proposal = self.proposal
        return {
            "workspace": str(self.workspace.root),
            "confirmed": self.workspace.settings.confirmed,
            "files": {} if proposal is None else proposal.files,
            "unsure": 0 if proposal is None else proposal.unsure,
        }


def create_workspace(folder: Path, files: Sequence[Path] = ()) -> Started:
    """Make a workspace; with files, propose its settings from them.

    Args:
        folder: the folder, new or without settings in it.
        files: the person's own exports, ledgers and price lists.

    Raises:
        ConfigurationRefused: ``CFG_EXISTS``: there is a workspace here already.
        InputRefused: ``LOOK_UNREADABLE``: a file has no form Tieout reads.
    """
    if not files:
        return Started(Workspace.create(folder), None)
    looks = [looked_at(file) for file in files]
    proposal = propose(looks, folder.resolve().name)
    return Started(Workspace.create(folder, proposal.text), proposal)


def find_workspace(folder: Path | None = None) -> Workspace:
    """The workspace in a folder, or the one around the current folder.

    Args:
        folder: the folder; without one, the current folder and those above it are searched.

    Raises:
        ConfigurationRefused: ``CFG_NO_WORKSPACE``, or the code of a refused setting.
    """
    if folder is not None:
        return Workspace.open(folder)
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / SETTINGS_FILE).is_file():
            return Workspace.open(place)
    raise ConfigurationRefused(
        "CFG_NO_WORKSPACE",
        "There is no workspace here or in a folder above.",
        where=(str(here),),
        remedy="Make one with tieout init DIR, or name one with --workspace DIR.",
    )
