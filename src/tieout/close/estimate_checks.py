"""Checks of the estimates: what they stand for, what waits for a signature, what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tieout.close.figures import Figures
from tieout.close.stored import StoredInputs, Witnesses
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.money import plain
from tieout.people.duty import in_words
from tieout.people.replay import Ruling
from tieout.people.ruling import EstimateApproval


def estimate_findings(
    figures: Figures, witnesses: Witnesses, stored: StoredInputs
) -> Iterator[Finding]:
    """What the estimates make of the rows, and those that count nothing yet (U5, D21)."""
    texts = {one.ruling.ruling_id: one.text for one in witnesses.estimates.counting if one.ruling}
    rows = figures["estimated"]
    if rows:
        yield Finding(
            "METER_ESTIMATED", Kind.USAGE_EXTRACTION, Severity.NOTE, FIRST_OWNER[Bucket.USAGE],
            "A quantity that the price needs was not recorded; an estimate that two people signed"
            " stands for it, and its money is a range.",
            sum(int(row["usage_rows"]) for row in rows),
            tuple(_used(row, texts) for row in rows),
        )  # fmt: skip
    waiting = [one for one in stored.rulings.waiting if isinstance(one.document, EstimateApproval)]
    if waiting:
        yield Finding(
            "ESTIMATE_APPROVAL", Kind.PROCESS, Severity.OPEN, FIRST_OWNER[Bucket.USAGE],
            "Estimates lack a signature; they stand for nothing. Next: tieout sign RULING --key"
            " FILE",
            len(waiting), tuple(map(_waits, waiting)),
        )  # fmt: skip
    for ruling, refusal in witnesses.estimates.refused:
        yield Finding(
            refusal.code, Kind.PROCESS, Severity.OPEN, FIRST_OWNER[Bucket.USAGE],
            "A signed estimate cannot be applied; it stands for nothing.", 1,
            (f"ruling {ruling.ruling_id}: {refusal.what} {' '.join(refusal.where)}",),
        )  # fmt: skip


def _used(row: dict[str, Any], texts: dict[str, str]) -> str:
    money = (
        f"{row['currency']} {plain(row['expected_cost'])} expected,"
        f" {plain(row['low_cost'])} to {plain(row['high_cost'])}"
    )
    return (
        f"ruling {row['estimate_id']}, {texts.get(row['estimate_id'], '')}:"
        f" {plural(int(row['usage_rows']), 'row')}, {plain(row['quantity'])} {row['meter']},"
        f" {money}"
    )


def _waits(ruling: Ruling) -> str:
    document = ruling.document
    assert isinstance(document, EstimateApproval)
    said = document.estimated
    about = (
        f"prices of {document.price_id!a}"
        if said is None
        else f"{said.meter!a} of {said.source_model_id!a}, {said.period!a}"
    )
    return (
        f"ruling {ruling.ruling_id}, {about}: signed by {', '.join(ruling.names)}, waits for"
        f" {in_words(ruling.lacking)}"
    )
