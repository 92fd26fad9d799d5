"""``tieout prices``: recording, approving, declaring and looking at price sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from tieout.actions.next_step import next_step
from tieout.actions.price_alarms import Word
from tieout.actions.price_approval import approve_prices
from tieout.actions.prices import (
    Origin,
    import_prices,
    list_prices,
    origin_from_meta,
    read_manifest,
)
from tieout.actions.start import find_workspace
from tieout.calendar import parse_instant
from tieout.cli import price_book
from tieout.cli.face import Here, next_text
from tieout.cli.price_capture import EXAMPLE, capture
from tieout.cli.price_evidence import ATTACH_EXAMPLE, KEY_EXAMPLE, attach_, key
from tieout.cli.price_text import imported_text, listed_text
from tieout.errors import ConfigurationRefused
from tieout.report.shown import visible

app = App(
    name="prices", help_epilogue="Example:\n\n    tieout prices show some-model --workspace acme-ai"
)

app.command(attach_, name="attach", help_epilogue=ATTACH_EXAMPLE)
app.command(key, help_epilogue=KEY_EXAMPLE)


app.command(capture, help_epilogue=EXAMPLE)


@app.command(
    name="import",
    help_epilogue=(
        "Example:\n\n"
        "    tieout prices import catalog.json --source catalog \\\n"
        "      --format cometapi-catalog --accessed-at 2026-08-10T09:00:00Z \\\n"
        "      --url https://example.com/prices --by AB --approved-by CD\n\n"
        "A history is a CSV of file, accessed_at and url: --manifest history.csv"
    ),
)
def import_(  # noqa: PLR0913 - one option for each fact of a capture
    file: Annotated[Path | None, Parameter(name="FILE")] = None,
    /,
    *,
    source: str,
    format_: Annotated[
        Literal[
            "cometapi-catalog",
            "litellm",
            "gateway-ratios",
            "price-list",
            "html-page",
            "markdown-page",
        ],
        Parameter(name="--format"),
    ],
    accessed_at: str | None = None,
    url: str | None = None,
    by: str | None = None,
    approved_by: str | None = None,
    accept: tuple[Word, ...] = (),
    meta: Path | None = None,
    manifest: Path | None = None,
    grade: Literal["A", "B", "C", "D"] = "B",
    evidence: Path | None = None,
    face: Here,
) -> None:
    """Record a price source: its bytes, where and when it was read, and by whom.

    Args:
        file: the saved source, plain, gzip or zstd.
        source: the name the price book knows the source by.
        format_: how it is read; what a price-list, a saved page or a table of ratios needs to be
            read stands in [prices.SOURCE] of tieout.toml.
        accessed_at: when the source was read, like 2026-08-10T09:00:00Z.
        url: where it was read.
        by: who read it: initials, or the id of a job.
        approved_by: who accepts it; a source that nobody accepted prices nothing.
        accept: an alarm of the policy that whoever accepts has looked at: free or jump.
        meta: the NAME.meta.json of a capture job; it says url, time and operator.
        manifest: a CSV with the columns file, accessed_at, url, for many files at once.
        grade: A signed agreement, B published, C observed in rows, D approved estimate; C and D
            need two names.
        evidence: the file that proves a grade other than B, like the order form.
        face: where the answer goes.
    """
    if manifest is not None:
        said = {"FILE": file, "--meta": meta, "--url": url, "--accessed-at": accessed_at}
        if twice := [name for name, value in said.items() if value is not None]:
            raise _conflict([f"{name} beside --manifest, which says it" for name in twice])
        files = list(read_manifest(manifest, by or ""))
    elif file is not None:
        files = [(file, _origin(url, accessed_at, by, meta))]
    else:
        raise _incomplete("Name one FILE, or --manifest CSV.")
    workspace = find_workspace(face.workspace)
    done = [
        import_prices(
            workspace,
            path,
            source_name=source,
            source_format=format_,
            origin=origin,
            approved_by=approved_by or "",
            accept=accept,
            grade=grade,
            evidence=evidence,
        )
        for path, origin in files
    ]
    step = next_step(workspace, [one.capture for one in done])
    face.answer(
        imported_text(done, face.width) + next_text(step),
        {"captures": [one.as_json() for one in done], "next": step},
    )


@app.command(help_epilogue="Example:\n\n    tieout prices approve 5c1e90aa12bb --by CD")
def approve(
    capture: Annotated[str, Parameter(name="CAPTURE")],
    /,
    *,
    by: str,
    reason: str = "",
    accept: tuple[Word, ...] = (),
    face: Here,
) -> None:
    """Accept a capture, so that it prices usage; the name is recorded unsigned.

    Args:
        capture: id of a capture, or of a declaration, from tieout prices list.
        by: who accepts it.
        reason: why, where that needs saying.
        accept: an alarm of the policy that you have looked at: free or jump.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    approval, is_new = approve_prices(
        workspace, capture, approved_by=by, reason=reason, accept=accept
    )
    text = f"\n  {capture} approved by {visible(approval.approved_by)} (unsigned)\n"
    face.answer(
        text,
        {"capture_id": capture, "approved_by": approval.approved_by, "is_new": is_new},
    )


@app.command(name="list", help_epilogue="Example:\n\n    tieout prices list")
def list_(*, face: Here) -> None:
    """Every captured price source, oldest first; pages kept as evidence; captures that failed.

    Args:
        face: where the answer goes.
    """
    found = list_prices(find_workspace(face.workspace))
    face.answer(
        listed_text(found, face.width),
        {
            "attachments": [one.as_json() for one in found.attached],
            **{
                kind: [
                    {name: getattr(one, name) for name in one.__struct_fields__} for one in listed
                ]
                for kind, listed in (
                    ("captures", found.captures),
                    ("declarations", found.declarations),
                    ("pages", found.pages),
                    ("failed", found.failed),
                )
            },
        },
    )


for _command, _example in price_book.COMMANDS:
    app.command(_command, help_epilogue=_example)


def _origin(url: str | None, accessed_at: str | None, by: str | None, meta: Path | None) -> Origin:
    known = origin_from_meta(meta) if meta is not None else None
    operator = by or (known.operator if known else "")
    if known is not None:
        moment_said = parse_instant(accessed_at, "--accessed-at") if accessed_at else None
        said = (
            ("--url", url, known.url),
            ("--accessed-at", moment_said, known.accessed_at),
            ("--by", by, known.operator),
        )
        if other := [f"{n}: {a}, --meta: {b}" for n, a, b in said if a and a != b]:
            raise _conflict(other)
    if not operator:
        raise _incomplete("Say who read the source: --by NAME.")
    if accessed_at:
        moment = parse_instant(accessed_at, "--accessed-at")
    elif known is not None:
        moment = known.accessed_at
    else:
        raise _incomplete("Say when it was read: --accessed-at INSTANT, or --meta FILE.meta.json.")
    return Origin(
        url or (known.url if known else ""), moment, operator, known.notes if known else ()
    )


def _conflict(places: list[str]) -> ConfigurationRefused:
    return ConfigurationRefused(
        "CFG_CONFLICT",
        "One fact of the capture is said twice.",
        where=tuple(places),
        remedy="Say it in one place only.",
    )


def _incomplete(remedy: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "COMMAND_LINE", "The facts of the capture are not complete.", remedy=remedy
    )
