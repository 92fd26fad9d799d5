"""``tieout contract``: contract items, what is verified and what leans on it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from tieout.actions.contract import contradict_item, register_of, shown, verify_items
from tieout.actions.contract_check import check_contract, item_json
from tieout.actions.start import find_workspace
from tieout.calendar import parse_instant
from tieout.cli.contract_text import checked_text, listed_text, shown_text, verified_text
from tieout.cli.face import Here

app = App(name="contract", help_epilogue="Example:\n\n    tieout contract check")


@app.command(name="list", help_epilogue="Example:\n\n    tieout contract list --status unverified")
def list_(
    *,
    status: Literal["unverified", "verified", "contradicted", "expired"] | None = None,
    area: str | None = None,
    face: Here,
) -> None:
    """Every contract item with its status as of now.

    Args:
        status: only items of this status.
        area: only items of this area, like endpoint or price.
        face: where the answer goes.
    """
    register = register_of(find_workspace(face.workspace), datetime.now(UTC))
    found = [
        one
        for one in register.items
        if status in (None, one.status) and area in (None, one.candidate.area)
    ]
    face.answer(listed_text(found, face.width), {"items": [item_json(one) for one in found]})


@app.command(help_epilogue="Example:\n\n    tieout contract show units-per-usd")
def show(item: Annotated[str, Parameter(name="ITEM")], /, *, face: Here) -> None:
    """One item: claim, source, what leans on it, and everything ever said about it.

    Args:
        item: the name of the item, from tieout contract list.
        face: where the answer goes.
    """
    found = register_of(find_workspace(face.workspace), datetime.now(UTC)).item(item)
    face.answer(shown_text(found, face.width), item_json(found))


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout contract verify endpoint-log auth-access-token --proof capture \\\n"
        "      --file docs.html --url https://example.com/docs --by AB \\\n"
        "      --recheck 2027-02-01T00:00:00Z\n\n"
        "A value of your own: tieout contract verify billing-failed --value billable --proof test"
        " --file rows.csv --by AB"
    )
)
def verify(  # noqa: PLR0913 - one option for each fact of a verification
    item: Annotated[str, Parameter(name="ITEM")],
    /,
    *more: Annotated[str, Parameter(name="MORE")],
    proof: Literal["capture", "agreement", "letter", "test"],
    by: str,
    file: Path | None = None,
    capture: str | None = None,
    url: str = "",
    value: str = "",
    recheck: str | None = None,
    holds_from: str | None = None,
    owner: str = "",
    proves_not: str = "",
    face: Here,
) -> None:
    """Verify items with one proof, whose bytes are kept; the name is recorded unsigned.

    Args:
        item: the name of the item.
        more: further items that the same proof shows.
        proof: a captured page, the agreement, a letter of the vendor, or a controlled test.
        by: who verified it.
        file: the proof; for a test, its rows.
        capture: a capture on record, in place of a file.
        url: where the proof was read; a captured page needs it.
        value: what was shown, where it is not what the candidate says.
        recheck: the instant from which the proof counts as expired.
        holds_from: the instant from which the fact is shown to hold; always, if left out.
        owner: who looks after the item.
        proves_not: what the proof does not prove.
        face: where the answer goes.
    """
    dates = [
        None if said is None else parse_instant(said, name)
        for said, name in ((recheck, "--recheck"), (holds_from, "--holds-from"))
    ]
    workspace = find_workspace(face.workspace)
    done = verify_items(
        workspace,
        (item, *more),
        proof=proof,
        evidence=shown(workspace, file=file, capture_id=capture, source_url=url),
        verified_by=by,
        value=value,
        recheck_at=dates[0],
        holds_from=dates[1],
        owner=owner,
        proves_not=proves_not,
    )
    face.answer(
        verified_text([one for one, _ in done], face.width),
        {"items": [{**item_json(one), "is_new": is_new} for one, is_new in done]},
    )


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout contract contradict billing-failed --by AB --file statement.pdf \\\n"
        '      --reason "the statement of August bills three failed calls"'
    )
)
def contradict(
    item: Annotated[str, Parameter(name="ITEM")],
    /,
    *,
    reason: str,
    by: str,
    file: Path | None = None,
    capture: str | None = None,
    face: Here,
) -> None:
    """Contradict an item with evidence: what leans on it may not be used until it is verified anew.

    Args:
        item: the name of the item.
        reason: what contradicts it.
        by: who says so.
        file: the evidence; its bytes are kept.
        capture: a capture on record, in place of a file.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    found, is_new = contradict_item(
        workspace,
        item,
        reason=reason,
        evidence=shown(workspace, file=file, capture_id=capture),
        contradicted_by=by,
    )
    face.answer(shown_text(found, face.width), {**item_json(found), "is_new": is_new})


@app.command(help_epilogue="Example:\n\n    tieout contract check")
def check(*, face: Here) -> None:
    """What is not verified, what it blocks, and the money of the newest run behind it.

    Args:
        face: where the answer goes.
    """
    found = check_contract(find_workspace(face.workspace))
    face.answer(checked_text(found, face.width), found.as_json())
