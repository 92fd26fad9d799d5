"""``tieout estimate``: prices and meters that nobody can show, signed by two people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.estimates import (
    Shown,
    approve_estimated_meter,
    approve_estimated_prices,
    list_estimates,
)
from tieout.actions.people import ruling_json
from tieout.actions.price_alarms import Word
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.cli.ruling_text import next_signature, ruling_lines
from tieout.cli.signing_key import signing_key
from tieout.errors import ConfigurationRefused
from tieout.people.replay import Ruling
from tieout.people.ruling import EstimateApproval, EstimatedMeter
from tieout.report.layout import wrapped
from tieout.report.shown import visible

app = App(name="estimate", help_epilogue="Example:\n\n    tieout estimate list")


@app.command(name="list", help_epilogue="Example:\n\n    tieout estimate list")
def list_(*, face: Here) -> None:
    """Every estimate that was signed, in force or waiting.

    Args:
        face: where the answer goes.
    """
    found = list_estimates(find_workspace(face.workspace))
    lines = [line for one in found for line in _lines(one, face.width)]
    text = "\n".join(lines) if lines else "  no estimate was signed"
    face.answer(f"\n{text}\n", {"estimates": [_json(one) for one in found]})


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout estimate approve --meter output_tokens --model atlas-4 \\\n"
        "      --period 2026-06 --quantity 350 --lowest 200 --highest 900 \\\n"
        '      --method "mean of 400 calls" --reason "the export lost the column" \\\n'
        "      --evidence sample.csv --key ab.pem\n\n"
        "Prices of grade C or D: tieout estimate approve 5c1e90aa12bb --key ab.pem"
        ' --evidence working.csv --method "median of 4,210 rows" --reason "the page is gone"'
    )
)
def approve(  # noqa: PLR0913 - one option for each fact of a ruling
    price: Annotated[str, Parameter(name="CAPTURE")] = "",
    /,
    *,
    meter: str = "",
    model: str = "",
    period: str = "",
    quantity: str = "",
    lowest: str = "",
    highest: str = "",
    per: str = "",
    key: Path,
    method: str,
    reason: str,
    evidence: tuple[Path, ...],
    accept: tuple[Word, ...] = (),
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Sign an estimate: prices of a capture, or a meter that was not recorded; two people do.

    Args:
        price: a capture of grade C or D, or a declaration, from tieout prices list.
        meter: the meter that was not recorded, like output_tokens; in place of a capture.
        model: the source model id that it is about.
        period: the period: a month, a day or start/end, in the reporting zone.
        quantity: units of each call; or of each unit of --per.
        lowest: the least it may have been.
        highest: the most it may have been.
        per: a meter that the calls do state, of which the quantity is a multiple.
        key: the file of your key.
        method: how the estimate was made.
        reason: why there is nothing better.
        evidence: a file that shows it; repeat the option for more. The bytes are kept.
        accept: an alarm of the policy on prices that you have looked at: free or jump.
        passphrase_file: a file whose first line opens the key.
        face: where the answer goes.
    """
    said = EstimatedMeter(period, model, meter, quantity, lowest, highest, per)
    about_meter = any((period, model, meter, quantity, lowest, highest, per))
    if bool(price) is about_meter:
        raise ConfigurationRefused(
            "ESTIMATE_WHAT",
            "An estimate is about the prices of one capture, or about one meter.",
            where=(price or "neither is named",),
            remedy="Name a capture; or --meter, --model, --period, --quantity, --lowest and"
            " --highest.",
        )
    workspace, opened = find_workspace(face.workspace), signing_key(key, passphrase_file)
    shown = Shown(method, reason, evidence)
    ruling = (
        approve_estimated_prices(workspace, price, opened, shown, accept=accept)
        if price
        else approve_estimated_meter(workspace, said, opened, shown)
    )
    step = next_signature(ruling) or "tieout estimate list"
    text = "\n".join(_lines(ruling, face.width))
    face.answer(f"\n{text}\n" + next_text(step), {**_json(ruling), "next": step})


def _lines(ruling: Ruling, width: int) -> list[str]:
    document = ruling.document
    assert isinstance(document, EstimateApproval)
    said = document.estimated
    if said is None:
        about = f"prices of {document.price_id}"
    else:
        per = f"each of {said.per_meter}" if said.per_meter else "each call"
        about = (
            f"{said.source_model_id}, {said.period}: {said.quantity} {said.meter} for {per},"
            f" {said.lowest} to {said.highest}"
        )
    return [
        *ruling_lines(ruling, width),
        *wrapped(visible(about), width, indent="    ", hang=2),
        *wrapped(visible(f"method: {document.method}"), width, indent="    ", hang=2),
    ]


def _json(ruling: Ruling) -> dict[str, object]:
    document = ruling.document
    assert isinstance(document, EstimateApproval)
    said = document.estimated
    return {
        **ruling_json(ruling),
        "price": document.price_id or None,
        "estimated": None
        if said is None
        else {name: getattr(said, name) for name in said.__struct_fields__},
        "method": document.method,
        "reason": document.reason,
    }
