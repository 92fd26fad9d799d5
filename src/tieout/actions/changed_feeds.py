"""Feeds that changed since their files were imported: a run reads with the feed of the import."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from tieout.close.on_record import latest_imports
from tieout.evidence.documents import Leg
from tieout.evidence.records import imports
from tieout.intake.feed import Feed
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class ChangedFeed:
    """A feed whose settings are not those its files were read with.

    Attributes:
        leg: usage or ledger.
        feed_name: the ``NAME`` of its table.
        import_ids: the imports that were read with the earlier settings.
        is_gone: whether the settings no longer have the feed at all.
    """

    leg: Leg
    feed_name: str
    import_ids: tuple[str, ...]
    is_gone: bool

    @property
    def sentence(self) -> str:
        """What is so, and what to do, in one line."""
        name = f"feed {self.leg}.{self.feed_name}"
        many = len(self.import_ids) > 1
        listed = f"import{'s' if many else ''} {', '.join(self.import_ids)}"
        if self.is_gone:
            return f"{name} is no longer in tieout.toml; a run still reads {listed} through it"
        again = "the files" if many else "the file"
        return f"{name} has changed since {listed}; import {again} again to use it"


def changed_feeds(workspace: Workspace, leg: Leg | None = None) -> tuple[ChangedFeed, ...]:
    """Every feed in force that differs from the one its imports were read with.

    Args:
        workspace: the workspace.
        leg: usage or ledger; both, if it is left out.
    """
    settings = workspace.settings
    legs: dict[Leg, dict[str, Feed]] = {"usage": settings.usage, "ledger": settings.ledger}
    changed: dict[tuple[Leg, str], list[str]] = {}
    for one in latest_imports(imports(workspace.log)):
        written = legs[one.leg].get(one.feed_name)
        if leg in (None, one.leg) and msgspec.convert(one.feed, Feed) != written:
            changed.setdefault((one.leg, one.feed_name), []).append(one.import_id)
    return tuple(
        ChangedFeed(which, name, tuple(ids), is_gone=name not in legs[which])
        for (which, name), ids in changed.items()
    )
