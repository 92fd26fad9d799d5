"""``tieout prices show``, ``used``, ``declare``, ``rollback``: the price book and its history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from tieout.actions.price_approval import declare_prices
from tieout.actions.price_at import price_at
from tieout.actions.price_bytes import show_price_bytes
from tieout.actions.price_history import show_prices
from tieout.actions.price_rollback import rollback_prices
from tieout.actions.price_use import used_prices
from tieout.actions.start import find_workspace
from tieout.calendar import parse_instant
from tieout.cli.face import Here
from tieout.cli.price_book_text import answer_text, bytes_text, rolled_back_text, used_text
from tieout.cli.price_text import shown_text
from tieout.errors import ConfigurationRefused
from tieout.people.record import rulings_of
from tieout.report.shown import instant


def show(
    model: Annotated[str | None, Parameter(name="MODEL")] = None,
    /,
    *,
    at: str | None = None,
    known_at: str | None = None,
    capture: str | None = None,
    locator: str | None = None,
    face: Here,
) -> None:
    """One model in the price book, its price at an instant, or the bytes of one price.

    Args:
        model: the source model id, exactly as the source spells it.
        at: the price in force at this instant, instead of the whole history.
        known_at: as it was known at this instant; now, if it is left out.
        capture: the capture whose bytes are shown, with --locator.
        locator: where in the capture, as a report names it.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    if capture is not None and locator is not None and model is None:
        found = show_price_bytes(workspace, capture, locator)
        face.answer(bytes_text(found, face.width), found.as_json())
        return
    if model is None or capture is not None or locator is not None:
        raise _incomplete("Name a MODEL, or --capture ID together with --locator PLACE.")
    if at is None and known_at is None:
        history = show_prices(workspace, model)
        face.answer(shown_text(history, face.width), history.as_json())
        return
    if at is None:
        raise _incomplete("Say for which time too: --at INSTANT.")
    known = None if known_at is None else parse_instant(known_at, "--known-at")
    answer = price_at(workspace, model, parse_instant(at, "--at"), known)
    face.answer(answer_text(answer, face.width), answer.as_json())


def used(  # noqa: PLR0913 - one option for each field a figure may be limited to
    *,
    model: str | None = None,
    day: str | None = None,
    cost_center: str | None = None,
    project: str | None = None,
    currency: str | None = None,
    request: str | None = None,
    period: str | None = None,
    run: str | None = None,
    face: Here,
) -> None:
    """The price lines behind a figure of a run, with the command that prints their bytes.

    Without a limit it is the expected total. Whatever is not rated has no price.

    Args:
        model: only this source model id.
        day: only this reporting day, like 2026-08-14.
        cost_center: only this cost center.
        project: only this project.
        currency: only this currency.
        request: only the call of this request id.
        period: the newest run of this period.
        run: this run, by its id or the start of it; the newest by default.
        face: where the answer goes.
    """
    said = {
        "model": model, "day": day, "cost_center": cost_center, "project": project,
        "currency": currency, "request": request,
    }  # fmt: skip
    limits = {name: value for name, value in said.items() if value is not None}
    found = used_prices(find_workspace(face.workspace), run_id=run, period=period, limits=limits)
    face.answer(used_text(found, face.width), found.as_json())


def declare(
    capture: Annotated[str, Parameter(name="CAPTURE")],
    /,
    *,
    from_: Annotated[str, Parameter(name="--from")],
    until: str | None = None,
    model: tuple[str, ...] = (),
    reason: str,
    evidence: Path,
    by: str,
    face: Here,
) -> None:
    """Declare that prices of a capture held over a time that no capture shows (grade D).

    Args:
        capture: id of the capture, from tieout prices list.
        from_: the instant from which its prices held, with its offset.
        until: the instant at which they ended, where an end was announced.
        model: only this model of the capture; may be said again.
        reason: why that is so.
        evidence: a file that shows it; its bytes are kept.
        by: who declares it; a second person approves it with tieout prices approve, or two people
            with keys sign it with tieout estimate approve.
        face: where the answer goes.
    """
    moment = parse_instant(from_, "--from")
    end = None if until is None else parse_instant(until, "--until")
    workspace = find_workspace(face.workspace)
    declared, is_new = declare_prices(
        workspace,
        capture,
        effective_from=moment,
        reason=reason,
        evidence=evidence,
        declared_by=by,
        effective_until=end,
        models=model,
    )
    ends = f" until {instant(declared.effective_until)}" if declared.effective_until else " on"
    text = (
        f"\n  capture {capture} declared from {instant(declared.effective_from)}{ends} (grade D)\n"
    )
    text += _second(declared.declaration_id, signed=rulings_of(workspace.log).roster.is_founded)
    face.answer(
        text,
        {
            "declaration_id": declared.declaration_id,
            "capture_id": capture,
            "effective_from": declared.effective_from,
            "effective_until": declared.effective_until or None,
            "models": list(declared.models),
            "evidence_sha256": declared.evidence_sha256,
            "is_new": is_new,
        },
    )


def _second(declaration_id: str, *, signed: bool) -> str:
    """How it comes to count: by a second name, or by two signatures once people are enrolled."""
    if not signed:
        return f"  a second name: tieout prices approve {declaration_id} --by NAME\n"
    words = "--key FILE --method TEXT --reason TEXT --evidence FILE"
    return f"  two people sign it: tieout estimate approve {declaration_id} {words}\n"


def rollback(
    *,
    to: str,
    by: str,
    reason: str,
    evidence: Path,
    source: str = "",
    face: Here,
) -> None:
    """Set the price book back to what it was; nothing is deleted, a rerun supersedes.

    Args:
        to: a capture, whose later ones of its source are set aside; or an instant: whatever was
            approved or declared after it is set aside.
        by: who does it.
        reason: why.
        evidence: a file that shows it; its bytes are kept.
        source: only this price source, with an instant.
        face: where the answer goes.
    """
    done = rollback_prices(
        find_workspace(face.workspace),
        to,
        reason=reason,
        evidence=evidence,
        rolled_back_by=by,
        source_name=source,
    )
    face.answer(rolled_back_text(done, face.width), done.as_json())


def _incomplete(remedy: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "COMMAND_LINE", "What is to be shown is not complete.", remedy=remedy
    )


_SHOW: Final = (
    "Example:\n\n"
    "    tieout prices show some-model --at 2026-08-10T09:00:00+08:00 \\\n"
    "      --known-at 2026-08-12T00:00:00Z\n\n"
    "The bytes of one price:\n\n"
    "    tieout prices show --capture 5c1e90aa12bb --locator /data/3/pricing/input"
)
_DECLARE: Final = (
    "Example:\n\n"
    "    tieout prices declare 5c1e90aa12bb --from 2026-08-01T09:00:00+08:00 \\\n"
    "      --until 2026-08-21T00:00:00Z --model some-model --by AB \\\n"
    '      --reason "announced on 1 August" --evidence announcement.html'
)
_ROLLBACK: Final = (
    "Example:\n\n"
    "    tieout prices rollback --to 5c1e90aa12bb --by AB \\\n"
    '      --reason "saved while it was being edited" --evidence mail.txt'
)
COMMANDS: Final = (
    (show, _SHOW),
    (used, "Example:\n\n    tieout prices used --model some-model --day 2026-08-14"),
    (declare, _DECLARE),
    (rollback, _ROLLBACK),
)
