"""``tieout reopen``: open a closed period again, with a reason, evidence and two signatures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.people import ruling_json
from tieout.actions.signing_off import reopen_period
from tieout.actions.start import find_workspace
from tieout.cli.approval_text import ruling_text, state_text
from tieout.cli.face import Here
from tieout.cli.signing_key import signing_key
from tieout.close.approval_record import approval_record

app = App(
    name="reopen",
    help_epilogue=(
        "Example:\n\n"
        "    tieout reopen 2026-08 --reason 'a late export of the gateway' \\\n"
        "      --evidence mail.txt --key mia.key"
    ),
)


@app.default
def reopen(
    period: Annotated[str, Parameter(name="PERIOD")],
    /,
    *,
    reason: str,
    key: Path,
    evidence: tuple[Path, ...] = (),
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Ask to reopen a closed period; it is open once a checker signed it too.

    What was closed stays readable, and what comes next is run and signed anew.

    Args:
        period: the period, as it was closed.
        reason: why.
        key: the key of who asks.
        evidence: a file that shows the need; its bytes are kept.
        passphrase_file: a file with the passphrase of the key; else TIEOUT_PASSPHRASE, else asked.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    done = reopen_period(
        workspace, period, reason=reason, evidence=evidence, key=signing_key(key, passphrase_file)
    )
    text = ruling_text(done.ruling, face.width) + state_text(done.state, face.width)
    face.answer(text, {**ruling_json(done.ruling), "state": approval_record(done.state)})
