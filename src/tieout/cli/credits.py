"""``tieout credits``: movement lists, balance readings, what the log says in words (B1, B2)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.credits import (
    CreditsOnRecord,
    Proposed,
    credits_on_record,
    import_movements,
    propose_movements,
    state_balance,
)
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.findings import plural
from tieout.report.layout import wrapped
from tieout.report.shown import visible

app = App(name="credits", help_epilogue="Example:\n\n    tieout credits list")

_RUN = "tieout run --period PERIOD"
_SHOWN = 20


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout credits propose --out movements.csv\n\n"
        "Check every line, add what was paid, and import the list:\n\n"
        "    tieout credits import movements.csv --by AB --evidence receipt.pdf"
    )
)
def propose(*, out: Path | None = None, face: Here) -> None:
    """What rows about the account say in words, as a movement list to be checked.

    A row that a list confirms already is left out. Nothing counts before somebody imports the list.

    Args:
        out: a new file for the list; without it the proposals are only shown.
        face: where the answer goes.
    """
    found = propose_movements(find_workspace(face.workspace), out)
    step = "tieout credits import FILE --by NAME" if found.proposals else "tieout credits list"
    face.answer(
        "\n" + "\n".join(_proposed_lines(found, out, face.width)) + "\n" + next_text(step),
        {
            "proposals": [
                {
                    "record": one.row.record,
                    "row_type": one.row.row_type,
                    "at": f"{one.row.at.isoformat()}Z",
                    "text": one.row.text,
                    "kind": one.kind or None,
                    "units": one.units,
                }
                for one in found.proposals
            ],
            "confirmed": found.confirmed,
            "out": None if out is None else str(out),
            "next": step,
        },
    )


def _proposed_lines(found: Proposed, out: Path | None, width: int) -> list[str]:
    rows = plural(len(found.proposals), "row")
    lines = [f"  {rows} about the account nobody confirmed, {found.confirmed} confirmed"]
    for one in found.proposals[:_SHOWN]:
        units = "units not read" if one.units is None else f"{one.units:+,} units"
        said = f"{one.row.at.isoformat()}Z  {one.kind or 'kind not read'}  {units}: {one.row.text}"
        lines += wrapped(visible(said), width, indent="    ", hang=2)
    if len(found.proposals) > _SHOWN:
        lines.append(f"    and {len(found.proposals) - _SHOWN} more, all of them with --out")
    if out is not None:
        lines += wrapped(visible(f"written to {out}; check every line"), width, indent="  ")
    return lines


@app.command(
    name="import",
    help_epilogue=(
        "Example:\n\n    tieout credits import movements.csv --by AB --evidence receipt.pdf"
    ),
)
def import_(
    file: Path,
    *,
    by: str,
    evidence: Annotated[tuple[Path, ...], Parameter(negative="")] = (),
    replaces: str = "",
    face: Here,
) -> None:
    """Record a movement list: receipts, gifts, confirmed changes of the balance.

    Args:
        file: the list, as `tieout credits propose` writes it.
        by: who stands behind it.
        evidence: a receipt that shows it; its bytes are kept; may be given more than once.
        replaces: the list it corrects; both stay on record, and only the new one counts.
        face: where the answer goes.
    """
    taken = import_movements(
        find_workspace(face.workspace), file, by=by, evidence=evidence, replaces=replaces
    )
    units = sum(one.units for one in taken.movements)
    word = "recorded" if taken.is_new else "on record already"
    said = f"list {taken.record.list_id} {word}: {plural(len(taken.movements), 'movement')}"
    face.answer(
        f"\n  {said}, {units:+,} units\n{next_text(_RUN)}",
        {
            "list_id": taken.record.list_id,
            "is_new": taken.is_new,
            "movements": len(taken.movements),
            "units": units,
            "next": _RUN,
        },
    )


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout credits balance --at 2026-09-01T00:10:00Z --units 24589302478 \\\n"
        '      --source "console" --evidence balance.png --by AB'
    )
)
def balance(
    *,
    at: str,
    units: Annotated[str, Parameter(allow_leading_hyphen=True)],
    source: str,
    evidence: Path,
    by: str,
    face: Here,
) -> None:
    """Record what the vendor said the balance was, in whole units.

    A period is proved between the readings nearest to its start and to its end.

    Args:
        at: when it was read, with its offset.
        units: the balance in whole units of the vendor, not in money.
        source: where it was read, in words.
        evidence: the answer or the picture that shows it; its bytes are kept.
        by: who read it.
        face: where the answer goes.
    """
    reading, is_new = state_balance(
        find_workspace(face.workspace), read_at=at, units=units, source=source, evidence=evidence,
        by=by,
    )  # fmt: skip
    word = "recorded" if is_new else "on record already"
    face.answer(
        f"\n  balance {reading.balance_id} {word}: {int(reading.units):,} units at"
        f" {reading.read_at}\n{next_text(_RUN)}",
        {
            "balance_id": reading.balance_id,
            "read_at": reading.read_at,
            "units": int(reading.units),
            "is_new": is_new,
            "next": _RUN,
        },
    )


@app.command(name="list", help_epilogue="Example:\n\n    tieout credits list")
def list_(*, face: Here) -> None:
    """The movement lists that count, and every reading of the balance.

    Args:
        face: where the answer goes.
    """
    found = credits_on_record(find_workspace(face.workspace))
    step = _RUN if found.readings else "tieout credits propose --out FILE"
    face.answer(
        "\n" + "\n".join(_record_lines(found, face.width)) + "\n" + next_text(step),
        {
            "lists": [
                {
                    "list_id": one.list_id,
                    "file": one.original_name,
                    "movements": one.movements,
                    "stated_by": one.stated_by,
                    "evidence": list(one.evidence_names),
                }
                for one in found.lists
            ],
            "readings": [
                {
                    "balance_id": one.balance_id,
                    "read_at": one.read_at,
                    "units": int(one.units),
                    "source": one.source,
                    "evidence": one.evidence_name,
                    "stated_by": one.stated_by,
                }
                for one in found.readings
            ],
            "next": step,
        },
    )


def _record_lines(found: CreditsOnRecord, width: int) -> list[str]:
    lines = [f"  {plural(len(found.lists), 'movement list')}"]
    for one in found.lists:
        said = (
            f"{one.list_id}  {one.original_name}, {plural(one.movements, 'movement')},"
            f" {one.stated_by}"
        )
        lines += wrapped(visible(said), width, indent="    ", hang=2)
    lines.append(f"  {plural(len(found.readings), 'balance reading')}")
    for reading in found.readings:
        said = (
            f"{reading.read_at}  {int(reading.units):,} units, {reading.source},"
            f" {reading.stated_by}"
        )
        lines += wrapped(visible(said), width, indent="    ", hang=2)
    return lines
