"""Attachments, and prices keyed in from them by two people who must agree (P3).

A PDF or a picture is evidence that no program reads: two people read it, each for themselves, and
where both saw the same prices a price source comes of it. It still waits for a third person, who
accepts it: nobody checks what they made themselves (A3).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from tieout.actions.file_names import kept_name, name_notes
from tieout.actions.guarded import opened, prices_read
from tieout.actions.origin import Origin
from tieout.actions.price_door import require_time
from tieout.calendar import parse_instant
from tieout.errors import InputRefused
from tieout.evidence.attaching import record_attachment, record_keying, require_attachment
from tieout.evidence.capture import record_capture
from tieout.evidence.documents import AttachedKind, Attachment, Capture, Keying
from tieout.evidence.records import attachments, captures, keyings
from tieout.evidence.source_url import check_source_url
from tieout.intake.saved_page import SavedAs, open_saved, take_in_saved, what_it_is
from tieout.money import plain
from tieout.pricebook.parsing import parse_source
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.price_text import read_price
from tieout.workspace.layout import Workspace

ATTACHED_LIMIT: Final = 64 << 20
HEADER: Final = ("model", "meter", "price", "unit", "currency")
_SHOWN: Final = 10
_BY_SUFFIX: Final[dict[str, SavedAs]] = {
    ".pdf": "pdf", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".html": "html",
    ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".txt": "markdown",
}  # fmt: skip

# Model and meter: price, unit and currency, as understood.
KeyedPrices = dict[tuple[str, str], tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment, and how far the keying of its prices is.

    Attributes:
        attachment: its record.
        keyed_by: who keyed its prices in, each once, in the order of their first keying.
        differences: where the latest keyings differ; empty while fewer than two people keyed.
        capture_id: the price source that came of it; or empty.
        approved_by: who accepted that; or empty.
    """

    attachment: Attachment
    keyed_by: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    capture_id: str = ""
    approved_by: str = ""

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {
            **msgspec.to_builtins(self.attachment),
            "keyed_by": list(self.keyed_by),
            "differences": list(self.differences),
            "capture_id": self.capture_id or None,
            "approved_by": self.approved_by or None,
        }


def attach(
    workspace: Workspace,
    file: Path,
    *,
    source_name: str,
    origin: Origin,
    at: datetime | None = None,
) -> tuple[Attached, bool]:
    """Keep a PDF, a picture or a page as supporting evidence; tells whether that is new.

    Raises:
        InputRefused: ``FILE_MAGIC``: its bytes are none of these, or not what its name says;
            ``SIZE_LIMIT``, ``FILE_EMPTY``, ``FILE_KIND`` or ``CAPTURE_TIME``.
        ConfigurationRefused: the code of an address that cannot be kept.
    """
    check_source_url(origin.url)
    moment = at or datetime.now(UTC)
    require_time(origin.accessed_at, moment)
    with opened(file, alone=True) as source:
        content, _ = take_in_saved(source.file, source.name, ATTACHED_LIMIT)
    found = what_it_is(content)
    open_saved(content, kept_name(file.name), _expected(file.suffix, found), ATTACHED_LIMIT)
    record, is_new = record_attachment(
        workspace.store,
        workspace.log,
        content,
        source_name=source_name,
        source_url=origin.url,
        accessed_at=origin.accessed_at,
        operator=origin.operator,
        kind=msgspec.convert(found, AttachedKind),
        original_name=kept_name(file.name),
        at=moment,
        notes=[*origin.notes, *name_notes(file.name)],
    )
    return _attached(workspace, record), is_new


def key_prices(
    workspace: Workspace,
    attachment_id: str,
    file: Path,
    *,
    keyed_by: str,
    at: datetime | None = None,
) -> Attached:
    """Record what a person keyed in; where all who keyed agree, a price source comes of it.

    Args:
        workspace: where it is recorded.
        attachment_id: the attachment it was keyed from.
        file: a CSV of model, meter, price, unit, currency.
        keyed_by: who keyed it; their latest keying counts.
        at: the time of the entry in the log; now, if it is left out.

    Raises:
        InputRefused: ``KEYED_UNREAD``: a line cannot be read, nothing was recorded;
            ``MANUAL_DISAGREE``: the keying is on record, it differs from another person's, and
            nothing prices.
        ConfigurationRefused: ``ATTACHMENT_UNKNOWN``.
    """
    attachment = require_attachment(workspace.log, attachment_id)
    with opened(file, alone=True) as source:
        content, parsed = prices_read(source, "keyed-list", None)
    _require_read(parsed, kept_name(file.name))
    moment = at or datetime.now(UTC)
    record_keying(
        workspace.store,
        workspace.log,
        attachment_id,
        content,
        keyed_by=keyed_by.strip(),
        original_name=kept_name(file.name),
        at=moment,
    )
    state = _attached(workspace, attachment)
    if state.differences:
        raise _disagree(state)
    if len(state.keyed_by) > 1:
        _record_agreed(workspace, state, _keyed(parsed), moment)
    return _attached(workspace, attachment)


def list_attached(workspace: Workspace) -> tuple[Attached, ...]:
    """Every attachment with its keyings, oldest first."""
    return tuple(_attached(workspace, one) for one in attachments(workspace.log))


def require_agreement(workspace: Workspace, capture: Capture) -> None:
    """Refuse to accept keyed prices that somebody has keyed otherwise since.

    Raises:
        InputRefused: ``MANUAL_DISAGREE``.
    """
    if capture.attachment_id:
        state = _attached(workspace, require_attachment(workspace.log, capture.attachment_id))
        if state.differences:
            raise _disagree(state)


def _attached(workspace: Workspace, attachment: Attachment) -> Attached:
    latest: dict[str, Keying] = {}
    for keying in keyings(workspace.log):
        if keying.attachment_id == attachment.attachment_id:
            latest[keying.keyed_by.casefold()] = keying
    people = tuple(one.keyed_by for one in latest.values())
    lists = [_keyed(_stored(workspace, one)) for one in latest.values()]
    made = [one for one in captures(workspace.log) if one.attachment_id == attachment.attachment_id]
    return Attached(
        attachment,
        people,
        tuple(_differences(people, lists)),
        made[-1].capture_id if made else "",
        made[-1].approved_by if made else "",
    )


def _expected(suffix: str, found: str) -> SavedAs:
    """What a file should be: what its name says, or whatever may be attached."""
    kinds = [*_BY_SUFFIX.values()]
    if suffix.lower() in _BY_SUFFIX:
        return _BY_SUFFIX[suffix.lower()]
    return next((kind for kind in kinds if kind == found), kinds[0])


def _stored(workspace: Workspace, keying: Keying) -> ParsedSource:
    return parse_source(workspace.store.get(keying.sha256), "keyed-list", None)


def _keyed(parsed: ParsedSource) -> KeyedPrices:
    return {
        (one.source_model_id, one.meter): (
            plain(read_price(one.price_text)),
            one.pricing_unit,
            one.currency,
        )
        for one in parsed.prices
    }


def _differences(people: tuple[str, ...], lists: list[KeyedPrices]) -> list[str]:
    """A sentence for every model and meter that not all keyed alike."""
    told = []
    for key in sorted({key for keyed in lists for key in keyed}):
        if len({keyed.get(key) for keyed in lists}) > 1:
            said = (
                f"{who} {'{} {} per {}'.format(*_shown(keyed[key])) if key in keyed else 'nothing'}"
                for who, keyed in zip(people, lists, strict=True)
            )
            told.append(f"{key[0]}, {key[1]}: {'; '.join(said)}")
    return told


def _shown(price: tuple[str, str, str]) -> tuple[str, str, str]:
    number, unit, currency = price
    return number, currency, unit


def _record_agreed(
    workspace: Workspace, state: Attached, agreed: KeyedPrices, moment: datetime
) -> None:
    """The price source that comes of two equal keyings: the agreed list, in one canonical form."""
    attachment = state.attachment
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for (model, meter), (price, unit, currency) in sorted(agreed.items()):
        writer.writerow((model, meter, price, unit, currency))
    who = " and ".join(state.keyed_by)
    record_capture(
        workspace.store,
        workspace.log,
        text.getvalue().encode(),
        source_name=attachment.source_name,
        source_url=attachment.source_url,
        accessed_at=parse_instant(attachment.accessed_at, "evidence log"),
        method="manual",
        operator=attachment.operator,
        format="keyed-list",
        original_name=attachment.original_name,
        at=moment,
        notes=[_keyed_note(who, attachment)],
        attachment_id=attachment.attachment_id,
        keyed_by=state.keyed_by,
    )


def _keyed_note(who: str, attachment: Attachment) -> str:
    return (
        f"MANUAL_KEYED: keyed in by {who} from attachment {attachment.attachment_id},"
        f" sha256 {attachment.sha256}; names unsigned"
    )


def _require_read(parsed: ParsedSource, name: str) -> None:
    if parsed.prices and not parsed.refused:
        return
    raise InputRefused(
        "KEYED_UNREAD",
        "Not every line that was keyed in can be read; nothing was recorded.",
        where=tuple(
            f"{name}: {one.source_model_id or 'no model'}: {one.reason_code} at {one.locator},"
            f" {one.detail}"
            for one in parsed.refused[:_SHOWN]
        )
        or (name,),
        remedy=f"Correct the file (columns {', '.join(HEADER)}), then key it again.",
    )


def _disagree(state: Attached) -> InputRefused:
    more = len(state.differences) - _SHOWN
    return InputRefused(
        "MANUAL_DISAGREE",
        "The people who keyed this attachment saw different prices; nothing prices.",
        where=(*state.differences[:_SHOWN], *([f"and {more} more"] if more > 0 else [])),
        remedy="Look at it again, each for yourself; whoever misread it keys it again: "
        f"tieout prices key {state.attachment.attachment_id} FILE.csv --by NAME.",
    )
