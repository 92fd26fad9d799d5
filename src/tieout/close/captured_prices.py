"""Captured prices: from a record of the log and stored bytes to what the price book is built of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tieout.calendar import parse_instant
from tieout.evidence.documents import Capture, Declaration
from tieout.pricebook.captured import CapturedSource, DeclaredStart
from tieout.pricebook.parsing import parse_source
from tieout.vendors_path import VendorFacts
from tieout.workspace.price_rules import price_rules
from tieout.workspace.settings import Settings


def captured_source(
    capture: Capture, get: Callable[[str], bytes], settings: Settings, vendors: VendorFacts
) -> CapturedSource:
    """A capture with its content read.

    Args:
        capture: its record, with the approvals known.
        get: the bytes of a digest.
        settings: where the column maps stand.
        vendors: the vendor facts.
    """
    rules = price_rules(settings, capture.source_name, capture.format, vendors)
    return CapturedSource(
        capture_id=capture.capture_id,
        source_name=capture.source_name,
        accessed_at=parse_instant(capture.effective_from or capture.accessed_at, "evidence log"),
        grade=capture.grade,
        approved=bool(capture.approved_by) and not capture.set_aside,
        parsed=parse_source(get(capture.sha256), capture.format, rules),
        names=different_names(capture.approvals or (capture.approved_by,)),
        set_aside=bool(capture.set_aside),
    )


def declared_starts(declarations: Sequence[Declaration]) -> list[DeclaredStart]:
    """The declarations that count, oldest first; one that was set aside does not."""
    return [
        DeclaredStart(
            one.capture_id,
            parse_instant(one.effective_from, "evidence log"),
            parse_instant(one.effective_until, "evidence log") if one.effective_until else None,
            one.models,
            different_names((one.declared_by, *one.approvals)),
        )
        for one in declarations
        if not one.set_aside
    ]


def different_names(names: Sequence[str]) -> int:
    """How many people these are; spelling in capitals makes nobody a second person."""
    return len({name.strip().casefold() for name in names if name.strip()})
