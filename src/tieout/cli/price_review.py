"""``tieout prices diff`` and ``prices resolve``: prices compared, and settled between two."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tieout.actions.price_diff import diff_prices
from tieout.actions.resolving import resolve_prices
from tieout.actions.start import find_workspace
from tieout.cli.face import Here
from tieout.cli.price_review_text import diff_text, resolved_text
from tieout.cli.prices import app

__all__ = ["app"]


@app.command(help_epilogue="Example:\n\n    tieout prices diff 5c1e90aa12bb 9b7022cd01fe")
def diff(
    *snapshots: Annotated[str, Parameter(name="CAPTURE")],
    source: str | None = None,
    face: Here,
) -> None:
    """What changed between two captures, by meaning: what may be an error of the source first.

    Args:
        snapshots: two captures, the earlier first; or one FILE, against the last capture of
            --source; or nothing, for the last two captures of --source.
        source: the price source, where no two captures are named.
        face: where the answer goes.
    """
    found = diff_prices(find_workspace(face.workspace), snapshots, source_name=source)
    face.answer(diff_text(found, face.width), found.as_json())


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout prices resolve 5c1e90aa12bb 9b7022cd01fe --keep 9b7022cd01fe \\\n"
        '      --evidence letter.pdf --by AB --reason "the documentation holds"'
    )
)
def resolve(
    first: Annotated[str, Parameter(name="CAPTURE")],
    second: Annotated[str, Parameter(name="CAPTURE")],
    /,
    *,
    keep: str,
    evidence: Path,
    by: str,
    reason: str,
    model: str | None = None,
    face: Here,
) -> None:
    """Settle which of two captures holds, where two sources state different prices at one time.

    Args:
        first: id of one capture, from tieout prices list.
        second: id of the other.
        keep: the one of the two whose price holds.
        evidence: a file that shows it; its bytes are kept.
        by: who settles it; nobody who read one of the two.
        reason: why that price holds.
        model: one model only; all on which they differ, if it is left out.
        face: where the answer goes.
    """
    done = resolve_prices(
        find_workspace(face.workspace),
        first,
        second,
        keep=keep,
        reason=reason,
        evidence=evidence,
        resolved_by=by,
        model=model,
    )
    face.answer(resolved_text(done, face.width), done.as_json())
