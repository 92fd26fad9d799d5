"""``tieout checklist``: thirteen items, answered by query or by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from tieout.actions.checklist import answer_item, show_checklist
from tieout.actions.people import ruling_json
from tieout.actions.start import find_workspace
from tieout.cli.approval_text import checklist_json, checklist_text, ruling_text
from tieout.cli.face import Here, next_text
from tieout.cli.signing_key import signing_key

app = App(name="checklist", help_epilogue="Example:\n\n    tieout checklist --period 2026-08")


@app.default
def checklist(*, run: str | None = None, period: str | None = None, face: Here) -> None:
    """The thirteen items of a run: each answer, the query or the person behind it, and its rows.

    Args:
        run: this run, by its id or the start of it; the newest one by default.
        period: the newest run of this period.
        face: where the answer goes.
    """
    found = show_checklist(find_workspace(face.workspace), run, period)
    face.answer(checklist_text(found, face.width), checklist_json(found))


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout checklist answer 3 yes --detail 'read the docs of 4 August' \\\n"
        "      --evidence docs.html --key mia.key"
    )
)
def answer(
    item: Annotated[int, Parameter(name="ITEM")],
    said: Annotated[Literal["yes", "no"], Parameter(name="ANSWER")],
    /,
    *,
    detail: str,
    key: Path,
    period: str | None = None,
    evidence: tuple[Path, ...] = (),
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Answer an item that the machine left open; the next run of the period takes the answer.

    Args:
        item: the number of the item.
        said: yes or no.
        detail: what was looked at.
        key: the key of who answers.
        period: the period; that of the newest run, if it is left out.
        evidence: a file that shows it; its bytes are kept.
        passphrase_file: a file with the passphrase of the key; else TIEOUT_PASSPHRASE, else asked.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    signer = signing_key(key, passphrase_file)
    done = answer_item(
        workspace, item, said, detail=detail, key=signer, period=period, evidence=evidence
    )
    step = f"tieout run --period {getattr(done.document, 'period', period)}"
    face.answer(ruling_text(done, face.width) + next_text(step), ruling_json(done))
