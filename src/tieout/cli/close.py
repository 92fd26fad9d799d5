"""``tieout close``: close a period, once two people signed its run and nothing is open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.people import ruling_json
from tieout.actions.signing_off import close_period
from tieout.actions.start import find_workspace
from tieout.cli.approval_text import ruling_text, state_text
from tieout.cli.face import Here
from tieout.cli.signing_key import signing_key
from tieout.close.approval_record import approval_record
from tieout.review.decision import EXIT_CODE

app = App(name="close", help_epilogue="Example:\n\n    tieout close 2026-08 --key ali.key")


@app.default
def close(
    period: Annotated[str, Parameter(name="PERIOD")],
    /,
    *,
    key: Path,
    passphrase_file: Path | None = None,
    face: Here,
) -> int:
    """Close a period: its figures are those of its newest run, and do not move any more.

    Exits 0 where it is closed, 8 where something stands against it.

    Args:
        period: the period, as it was run.
        key: the key of a checker who had no hand in the figures.
        passphrase_file: a file with the passphrase of the key; else TIEOUT_PASSPHRASE, else asked.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    done = close_period(workspace, period, key=signing_key(key, passphrase_file))
    text = ruling_text(done.ruling, face.width) + state_text(done.state, face.width)
    face.answer(text, {**ruling_json(done.ruling), "state": approval_record(done.state)})
    return int(EXIT_CODE[done.state.facts.record.decision])
