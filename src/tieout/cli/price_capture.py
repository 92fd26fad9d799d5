"""``tieout prices capture``: a price source or a page, fetched and put on record."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from tieout.actions.capturing import capture_page, capture_prices
from tieout.actions.fetched_sources import FetchedPage, FetchedPrices
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.errors import ConfigurationRefused
from tieout.findings import plural
from tieout.report.layout import wrapped
from tieout.report.shown import instant, visible

EXAMPLE = (
    "Example:\n\n"
    "    tieout prices capture catalog --by daily-job\n\n"
    "A page as evidence, from a host that tieout.toml names under [fetch] pages:\n"
    "tieout prices capture --page https://docs.example.com/prices --by AB"
)
_CHANGES_SHOWN = 5


def capture(
    source: Annotated[str, Parameter(name="SOURCE")] = "",
    /,
    *,
    page: str = "",
    by: str,
    face: Here,
) -> None:
    """Fetch a price source from its verified address, or a page as evidence, and record it.

    Args:
        source: the source, as tieout.toml or the vendor's file names it.
        page: the address of a public page to keep as evidence; it prices nothing.
        by: the id of the job, or the initials of who starts it.
        face: where the answer goes.
    """
    if bool(source) == bool(page):
        raise ConfigurationRefused(
            "COMMAND_LINE",
            "One thing is captured at a time.",
            remedy="Name one SOURCE, or one --page ADDRESS.",
        )
    workspace = find_workspace(face.workspace)
    if page:
        kept = capture_page(workspace, page, operator=by)
        face.answer(_page_text(kept, face.width), kept.as_json())
        return
    done = capture_prices(workspace, source, operator=by)
    step = next_text(f"tieout prices approve {done.capture.capture_id} --by NAME")
    face.answer(_prices_text(done, face.width) + step, done.as_json())


def _prices_text(done: FetchedPrices, width: int) -> str:
    capture, exchange = done.capture, done.exchange
    lines = wrapped(
        f"{capture.source_name}  recorded as {capture.capture_id}"
        f"  {plural(done.parsed.models, 'model')}, {plural(len(done.parsed.prices), 'price')}"
        f"  not approved: it prices nothing yet",
        width,
        hang=2,
    )
    lines += wrapped(
        f"{exchange.final_url}  status {exchange.status}, {exchange.size:,} bytes,"
        f" {plural(len(exchange.attempts), 'attempt')}, read {instant(capture.accessed_at)}",
        width,
        indent="    ",
        hang=2,
    )
    if done.before:
        said = plural(len(done.changes), "difference") if done.changes else "no difference"
        lines += wrapped(f"{said} against capture {done.before}", width, indent="    ")
    for one in done.changes[:_CHANGES_SHOWN]:
        what = f"{one.source_model_id} {one.meter or ''}".strip()
        text = f"{one.change.replace('_', ' ')}  {what}: {one.text}"
        lines += wrapped(text, width, indent="      ", hang=2)
    if len(done.changes) > _CHANGES_SHOWN:
        lines.append(f"      and {len(done.changes) - _CHANGES_SHOWN:,} more")
    lines += _notes(capture.notes, width)
    return "\n" + "\n".join(lines) + "\n"


def _page_text(kept: FetchedPage, width: int) -> str:
    page = kept.page
    lines = wrapped(
        f"{page.source_url}  kept as {page.capture_id}  {page.media_type}, {page.size:,} bytes",
        width,
        hang=2,
    )
    lines += _notes(page.notes, width)
    lines += wrapped("It is evidence and prices nothing.", width, indent="    ")
    return "\n" + "\n".join(lines) + "\n"


def _notes(notes: tuple[str, ...], width: int) -> list[str]:
    return [line for note in notes for line in wrapped(visible(note), width, indent="    ", hang=2)]
