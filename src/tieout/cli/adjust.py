"""``tieout adjust``: an adjustment beside the books, never an edit of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.adjusting import adjust_period
from tieout.actions.start import find_workspace
from tieout.cli.face import Here
from tieout.cli.review_text import adjusted_text
from tieout.cli.signing_key import signing_key

app = App(
    name="adjust",
    help_epilogue=(
        "Example:\n\n"
        "    tieout adjust --period 2026-08 --amount -88.31 --currency USD \\\n"
        '      --owner AB --reason "posted twice on 3 August" \\\n'
        "      --evidence entry.pdf --group g-1a2b3c4d --key ab.key"
    ),
)


@app.default
def adjust(  # noqa: PLR0913 - an adjustment has that many facts, all named
    *,
    period: str,
    amount: Annotated[str, Parameter(allow_leading_hyphen=True)],
    currency: str,
    owner: str,
    reason: str,
    evidence: Annotated[list[Path], Parameter(negative="")],
    model: str = "",
    cost_center: str = "",
    project: str = "",
    group: str = "",
    key: Path,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Record an adjustment of a period; it counts once a checker has signed it as well.

    Args:
        period: the period it belongs to.
        amount: what is added to recorded, with its sign, like -88.31.
        currency: its currency, like USD.
        owner: who answers for it.
        reason: why.
        evidence: a file that shows it; its bytes are kept; may be given more than once.
        model: the source model id it is about.
        cost_center: who bears it.
        project: the project.
        group: the cause group it corrects.
        key: the key file of who makes it.
        passphrase_file: the file with its passphrase.
        face: where the answer goes.
    """
    done = adjust_period(
        find_workspace(face.workspace), period, amount=amount, currency=currency, owner=owner,
        reason=reason, evidence=evidence, source_model_id=model, cost_center=cost_center,
        project=project, group_id=group, key=signing_key(key, passphrase_file),
    )  # fmt: skip
    face.answer(adjusted_text(done, face.width), done.as_json())
