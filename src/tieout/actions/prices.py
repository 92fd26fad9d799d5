"""Price sources: recording their bytes, approving and declaring them, listing what is on record.

A source is read before it is recorded, so that unreadable bytes are refused while the person who
captured them is still there. A single price that cannot be read is counted and listed, never zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tieout.actions.file_names import kept_name, name_notes
from tieout.actions.guarded import opened, prices_read
from tieout.actions.keying import Attached, list_attached
from tieout.actions.opened import file_content
from tieout.actions.origin import Origin, origin_from_meta, read_manifest
from tieout.actions.price_alarms import Word, require_words, with_words
from tieout.actions.price_door import require_rules, require_time, require_two
from tieout.calendar import instant_text
from tieout.errors import ConfigurationRefused, InputRefused
from tieout.evidence.capture import record_capture
from tieout.evidence.documents import (
    Capture,
    Declaration,
    FailedCapture,
    Grade,
    Page,
    PriceFormat,
)
from tieout.evidence.records import captures, declarations, failed_captures, pages
from tieout.evidence.source_url import check_source_url
from tieout.pricebook.price_line import ParsedSource
from tieout.workspace.layout import Workspace

__all__ = [
    "CapturedPrices",
    "Origin",
    "PriceSources",
    "import_prices",
    "list_prices",
    "origin_from_meta",
    "read_manifest",
]

_REFUSALS_SHOWN: Final = 3
_UNDECLARED: Final = frozenset({"cometapi-catalog", "litellm"})


@dataclass(frozen=True, slots=True)
class CapturedPrices:
    """One price source on record.

    Attributes:
        capture: its record.
        is_new: false where the same bytes of the same source and time were there already.
        parsed: what the source says.
        is_first: whether no earlier capture of the source is on record.
    """

    capture: Capture
    is_new: bool
    parsed: ParsedSource
    is_first: bool = True

    @property
    def prices_from(self) -> str | None:
        """The instant from which it prices usage; none where every price has its own."""
        if all(price.effective_from is not None for price in self.parsed.prices):
            return None
        return self.capture.effective_from or self.capture.accessed_at

    @property
    def refused(self) -> dict[str, int]:
        """How many prices could not be read, by reason."""
        return dict(sorted(Counter(r.reason_code for r in self.parsed.refused).items()))

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {
            "capture_id": self.capture.capture_id,
            "sha256": self.capture.sha256,
            "source_name": self.capture.source_name,
            "format": self.capture.format,
            "accessed_at": self.capture.accessed_at,
            "approved_by": self.capture.approved_by or None,
            "original_name": self.capture.original_name,
            "is_new": self.is_new,
            "prices_from": self.prices_from,
            "models": self.parsed.models,
            "prices": len(self.parsed.prices),
            "not_read": self.refused,
            "notes": [
                {"code": note.code, "rows": note.rows, "message": note.message}
                for note in self.parsed.notes
            ],
        }


@dataclass(frozen=True, slots=True)
class PriceSources:
    """Every capture and every declared start on record, and what was kept beside them.

    Attributes:
        captures: each with its latest approval.
        declarations: every declared start.
        attached: every attachment, with its keyings.
        pages: what was kept as evidence; it prices nothing.
        failed: fetches that did not do; nothing that prices reads them.
    """

    captures: tuple[Capture, ...]
    declarations: tuple[Declaration, ...]
    attached: tuple[Attached, ...] = ()
    pages: tuple[Page, ...] = ()
    failed: tuple[FailedCapture, ...] = ()


def import_prices(  # noqa: PLR0913 - a capture has that many facts, all named
    workspace: Workspace,
    file: Path,
    *,
    source_name: str,
    source_format: PriceFormat,
    origin: Origin,
    approved_by: str = "",
    accept: Sequence[Word] = (),
    grade: Grade = "B",
    evidence: Path | None = None,
    at: datetime | None = None,
) -> CapturedPrices:
    """Record the bytes of a price source, after reading them.

    Args:
        workspace: where it is recorded.
        file: the saved source; gzip and zstd are unpacked, and the digest of the packed file is
            noted.
        source_name: the name the price book knows the source by.
        source_format: how the bytes are read.
        origin: where, when and by whom the source was read.
        approved_by: who accepts it for pricing; an unapproved source prices nothing (D27).
        accept: alarms of the policy that whoever accepts has looked at.
        grade: A signed agreement, B published, C observed in the vendor's frozen ratios, D approved
            estimate (D21).
        evidence: what proves a grade other than B, the order form say; its bytes are kept.
        at: the time of the entry in the log; now, if it is left out.

    Raises:
        InputRefused: the bytes cannot be read as that format; ``PRICE_NOTHING_READ``: not one
            price can; ``CAPTURE_TIME``: the access time lies ahead, or before the page's own date.
            Nothing was recorded.
        ApprovalRefused: ``PRICE_ZERO`` or ``PRICE_JUMP``: it is to be accepted with an alarm of the
            policy and without its word.
        ConfigurationRefused: ``CFG_PRICE_MAP``: a price list without its column map; ``CFG_SOD``:
            whoever read the source approves it; ``PRICE_GRADE``: a grade without its evidence; or
            the code of an address that cannot be kept.
    """
    _require_evidence(grade, evidence)
    check_source_url(origin.url)
    require_two((origin.operator,), approved_by)
    moment = at or datetime.now(UTC)
    require_time(origin.accessed_at, moment)
    rules = require_rules(workspace.settings, source_name, source_format)
    notes = [*origin.notes, *name_notes(file.name)]
    with opened(file, alone=True) as source:
        if source.packed:
            notes.append(f"unpacked from {source.packed}, sha256 {source.sha256}")
        content, parsed = prices_read(source, source_format, rules)
    require_time(origin.accessed_at, moment, parsed.stated_on)
    _require_prices(parsed, kept_name(file.name), source_name, source_format)
    if approved_by:
        accessed = instant_text(origin.accessed_at)
        free = require_words(workspace, parsed, source_name, accessed, accept, source_format)
        notes += [with_words("", accept, free)] if accept else []
    capture, is_new = record_capture(
        workspace.store,
        workspace.log,
        content,
        source_name=source_name,
        source_url=origin.url,
        accessed_at=origin.accessed_at,
        method="manual",
        operator=origin.operator,
        format=source_format,
        original_name=kept_name(file.name),
        at=moment,
        approved_by=approved_by,
        notes=notes,
        grade=grade,
        evidence=b"" if evidence is None else file_content(evidence),
    )
    starts = [one.accessed_at for one in captures(workspace.log) if one.source_name == source_name]
    return CapturedPrices(capture, is_new, parsed, capture.accessed_at == min(starts))


def _require_evidence(grade: Grade, evidence: Path | None) -> None:
    """Only what is published proves itself; an agreement, a ratio, an estimate needs its paper."""
    if grade != "B" and evidence is None:
        raise ConfigurationRefused(
            "PRICE_GRADE",
            f"A price source of grade {grade} needs its evidence.",
            where=("A signed agreement, B published, C observed in rows, D estimate",),
            remedy="Name the file that shows it: --evidence FILE.",
        )


def _require_prices(
    parsed: ParsedSource, name: str, source_name: str, source_format: PriceFormat
) -> None:
    """Refuse a source that prices nothing: approved, it would look like a price book."""
    if parsed.usable():
        return
    settings = f"Correct [prices.{source_name}] in tieout.toml (what is read, unit, currency)"
    form = "Check that --format names the form of this file"
    raise InputRefused(
        "PRICE_NOTHING_READ",
        f"Not one price of {name!a} can be used.",
        where=tuple(
            f"{one.source_model_id or 'no model'}: {one.reason_code} at {one.locator}, {one.detail}"
            for one in parsed.refused[:_REFUSALS_SHOWN]
        ),
        remedy=f"{form if source_format in _UNDECLARED else settings}, then import it again.",
    )


def list_prices(workspace: Workspace) -> PriceSources:
    """Every capture with its latest approval, declared start, attachment, page, failed capture."""
    log = workspace.log
    return PriceSources(
        captures(log),
        declarations(log),
        list_attached(workspace),
        pages(log),
        failed_captures(log),
    )
