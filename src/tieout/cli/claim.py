"""``tieout claim``: what the vendor took too much, from the finding to the credit (B6)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from tieout.actions.claim_signing import TakenStep
from tieout.actions.claiming import answer_claim, credit_claim, file_claim, make_claim
from tieout.actions.claims import list_claims, show_claim
from tieout.actions.start import find_workspace
from tieout.cli.face import Face, Here, next_text
from tieout.cli.review_text import signed_text
from tieout.cli.signing_key import signing_key
from tieout.findings import plural
from tieout.report.claim_text import claim_list, claim_show
from tieout.report.layout import INDENT, wrapped
from tieout.report.shown import visible

app = App(name="claim", help_epilogue="Example:\n\n    tieout claim list")

_CLAIM = Parameter(name="CLAIM")
_SHOWN = 10


@app.command(name="list", help_epilogue="Example:\n\n    tieout claim list --period 2026-08")
def list_(*, period: str | None = None, face: Here) -> None:
    """Every claim, oldest charges first: what runs find, and what was filed, answered, credited.

    Args:
        period: claims for the charges of this period alone.
        face: where the answer goes.
    """
    known = list_claims(find_workspace(face.workspace), period=period)
    part = known.part
    text = claim_list(part, face.width)
    unfiled = next((one for one in part.claims if one.state == "found"), None)
    if unfiled is not None:
        text += next_text(f"tieout claim make {unfiled.claim_id} --out FOLDER")
    face.answer(text, msgspec.to_builtins(part))


@app.command(help_epilogue="Example:\n\n    tieout claim show c-1a2b3c4d5e")
def show(claim: Annotated[str, _CLAIM], /, *, face: Here) -> None:
    """One claim: what is claimed, how far it is, and every step with who signed it.

    Args:
        claim: its name, from tieout claim list, or the start of it.
        face: where the answer goes.
    """
    part = show_claim(list_claims(find_workspace(face.workspace)).one(claim))
    face.answer(claim_show(part, face.width), msgspec.to_builtins(part))


@app.command(help_epilogue="Example:\n\n    tieout claim make c-1a2b3c4d5e --out claim")
def make(claim: Annotated[str, _CLAIM], /, *, out: Path, face: Here) -> None:
    """Write the file of a claim for the vendor: rows, ratios, prices, digests; no prompts, no keys.

    Args:
        claim: its name, from tieout claim list, or the start of it.
        out: the folder for claim.md, claim.json and rows.csv; nothing in it is overwritten.
        face: where the answer goes.
    """
    made = make_claim(find_workspace(face.workspace), claim, out=out)
    said = made.content.head["claim"]
    lines = wrapped(f"claim {said['claim_id']}: {said['title']}", face.width)
    lines += wrapped(
        f"{plural(said['rows'], 'row')}, {said['amount']} {said['currency']}", face.width
    )
    lines += [f"{INDENT * 2}{visible(str(one))}" for one in made.files]
    step = f"tieout claim filed {said['claim_id']} --ticket NUMBER --on DAY --key FILE"
    face.answer(
        "\n" + "\n".join(lines) + "\n" + next_text(step),
        {"claim": said, "files": [str(one) for one in made.files]},
    )


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout claim filed c-1a2b3c4d5e --ticket T-4711 --on 2026-09-07 --key ab.key\n\n"
        "Without --key the step is checked and shown, and nothing is written."
    )
)
def filed(
    claim: Annotated[str, _CLAIM],
    /,
    *,
    ticket: str,
    on: str,
    reason: str = "",
    evidence: Annotated[list[Path] | None, Parameter(negative="")] = None,
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Say that a claim was filed with the vendor, as the newest run finds it; its file is kept.

    Args:
        claim: its name, from tieout claim list, or the start of it.
        ticket: the vendor's own number for it.
        on: the day it was filed, like 2026-09-07.
        reason: what was written with it.
        evidence: a file that shows it; its bytes are kept; may be given more than once.
        key: the key file of who filed it; without it nothing is written.
        passphrase_file: the file with its passphrase.
        face: where the answer goes.
    """
    done = file_claim(
        find_workspace(face.workspace), claim, ticket=ticket, on=on, evidence=evidence or (),
        reason=reason, key=None if key is None else signing_key(key, passphrase_file),
    )  # fmt: skip
    _answer(face, done)


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout claim answered c-1a2b3c4d5e --accepted 12.50 --rejected 0.70 \\\n"
        "      --reference T-4711 --on 2026-09-14 --evidence answer.txt --key ab.key"
    )
)
def answered(  # noqa: PLR0913 - an answer has that many facts, all named
    claim: Annotated[str, _CLAIM],
    /,
    *,
    accepted: str,
    rejected: str,
    reference: str,
    on: str,
    evidence: Annotated[list[Path], Parameter(negative="")],
    reason: str = "",
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Say what the vendor answered: what it accepts and what it rejects; the rest stays open.

    Args:
        claim: its name, from tieout claim list, or the start of it.
        accepted: the amount the vendor accepts.
        rejected: the amount the vendor rejects.
        reference: the number or the date of its answer.
        on: the day of the answer, like 2026-09-14.
        evidence: a file that shows it; its bytes are kept; may be given more than once.
        reason: what the vendor says.
        key: the key file of who records it; without it nothing is written.
        passphrase_file: the file with its passphrase.
        face: where the answer goes.
    """
    done = answer_claim(
        find_workspace(face.workspace), claim, accepted=accepted, rejected=rejected,
        reference=reference, on=on, evidence=evidence, reason=reason,
        key=None if key is None else signing_key(key, passphrase_file),
    )  # fmt: skip
    _answer(face, done)


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout claim credited c-1a2b3c4d5e --amount 12.50 --movement R-881 \\\n"
        "      --on 2026-09-20 --key ab.key"
    )
)
def credited(  # noqa: PLR0913 - a credit has that many facts, all named
    claim: Annotated[str, _CLAIM],
    /,
    *,
    amount: str,
    movement: str,
    on: str,
    evidence: Annotated[list[Path] | None, Parameter(negative="")] = None,
    reason: str = "",
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Say which movement of the balance brought how much of a claim; several of them add up.

    Args:
        claim: its name, from tieout claim list, or the start of it.
        amount: what of the movement is for this claim.
        movement: the reference of the top-up, adjustment or refund that brought it.
        on: the day it came, like 2026-09-20.
        evidence: a file that shows it; needed where no movement on record does.
        reason: what the vendor wrote with it.
        key: the key file of who records it; without it nothing is written.
        passphrase_file: the file with its passphrase.
        face: where the answer goes.
    """
    done = credit_claim(
        find_workspace(face.workspace), claim, amount=amount, movement=movement, on=on,
        evidence=evidence or (), reason=reason,
        key=None if key is None else signing_key(key, passphrase_file),
    )  # fmt: skip
    _answer(face, done)


def _answer(face: Face, done: TakenStep) -> None:
    text = claim_show(show_claim(done.claim), face.width)
    for one in done.came:
        brought = "" if one.amount is None else f", {one.amount:f} {done.said.currency}"
        text += "\n" + "\n".join(wrapped(visible(f"came by {one.where}{brought}"), face.width))
    text += "\n" + "\n".join(wrapped(signed_text(done.ruling), face.width)) + "\n"
    ruling = done.ruling
    step = f"tieout claim show {done.claim.claim_id}"
    if ruling is None:
        step = "sign it: the same command with --key FILE"
    elif not ruling.is_in_force:
        step = f"tieout sign {ruling.ruling_id} --key FILE"
    face.answer(text + next_text(step), done.as_json())
