"""What a rehearsal captured: it is shown, and prices nothing in a workspace that does not rehearse.

A rehearsal leads names of a vendor to this machine, or believes an authority of its own. What it
captures is true bytes of a stand-in, so it must never pass for the vendor's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import Capture
from tieout.workspace.settings import Settings


def counted(captures: Iterable[Capture], settings: Settings) -> tuple[Capture, ...]:
    """The captures that may price: those of a rehearsal only where the workspace rehearses."""
    rehearses = settings.fetch.rehearsal
    return tuple(one for one in captures if rehearses or not one.is_rehearsed)


def require_counted(capture: Capture, settings: Settings) -> None:
    """Refuse to approve what a rehearsal captured, outside of one.

    Raises:
        ConfigurationRefused: ``CAPTURE_REHEARSED``.
    """
    if not counted([capture], settings):
        raise ConfigurationRefused(
            "CAPTURE_REHEARSED",
            "That capture was led to this machine, or believed an authority of its own.",
            where=tuple(note for note in capture.notes if note.startswith("LOCAL_")),
            remedy="Capture the vendor's own address; a rehearsal has rehearsal = true in [fetch].",
        )
