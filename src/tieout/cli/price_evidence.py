"""``tieout prices attach`` and ``tieout prices key``: evidence that only people can read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tieout.actions.keying import attach, key_prices
from tieout.actions.origin import Origin
from tieout.actions.start import find_workspace
from tieout.calendar import parse_instant
from tieout.cli.face import Here, next_text
from tieout.cli.price_text import keyed_text
from tieout.findings import plural
from tieout.report.layout import wrapped
from tieout.report.shown import visible

ATTACH_EXAMPLE = (
    "Example:\n\n"
    "    tieout prices attach prices.pdf --source docs --by AB \\\n"
    "      --accessed-at 2026-08-10T09:00:00Z --url https://example.com/prices"
)
KEY_EXAMPLE = "Example:\n\n    tieout prices key 5c1e90aa12bb keyed-by-cd.csv --by CD"


def attach_(
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    source: str,
    accessed_at: str,
    by: str,
    url: str = "",
    face: Here,
) -> None:
    """Keep a PDF, a picture or a page as evidence; its prices are keyed in by two people.

    Args:
        file: the saved PDF, PNG, JPEG, HTML or Markdown file.
        source: the name the price book knows the source by.
        accessed_at: when it was read, like 2026-08-10T09:00:00Z.
        by: who read and saved it.
        url: where it was read.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    origin = Origin(url, parse_instant(accessed_at, "--accessed-at"), by)
    state, is_new = attach(workspace, file, source_name=source, origin=origin)
    one = state.attachment
    step = f"tieout prices key {one.attachment_id} FILE.csv --by NAME"
    kept = "kept" if is_new else "was there already"
    text = (
        f"\n  {visible(one.original_name)}  {kept} as {one.attachment_id}  {one.kind},"
        f" {plural(one.size, 'byte')}\n"
        "    two people key its prices in, each for themselves: a CSV of model, meter, price,\n"
        "    unit, currency\n"
    )
    face.answer(text + next_text(step), {**state.as_json(), "is_new": is_new, "next": step})


def key(
    attachment: Annotated[str, Parameter(name="ATTACHMENT")],
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    by: str,
    face: Here,
) -> None:
    """Record the prices one person keyed in from an attachment; two must agree on every one.

    Args:
        attachment: id of the attachment, from tieout prices list.
        file: a CSV of model, meter, price, unit, currency.
        by: who keyed it in; the name is recorded unsigned.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    state = key_prices(workspace, attachment, file, keyed_by=by)
    step = (
        f"tieout prices approve {state.capture_id} --by NAME"
        if state.capture_id
        else f"tieout prices key {attachment} FILE.csv --by NAME"
    )
    lines = wrapped(f"attachment {attachment}  {keyed_text(state)}", face.width, hang=2)
    text = "\n" + "\n".join(lines) + "\n"
    face.answer(text + next_text(step), {**state.as_json(), "next": step})
