"""What changed between two snapshots of a price source: captures, or a file and the book (P6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from tieout.actions.guarded import opened, prices_read
from tieout.actions.price_door import require_rules
from tieout.calendar import parse_instant
from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import Capture, PriceFormat
from tieout.evidence.records import captures, require_capture
from tieout.money import plain
from tieout.pricebook.diff import WEIGHTS, Change, PriceDifference, diff
from tieout.pricebook.parsing import parse_source
from tieout.pricebook.price_line import ParsedSource, SourcePrice
from tieout.workspace.layout import Workspace

_NEVER: Final = "unchanged"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One side of a comparison: a capture, or a file that is not captured.

    Attributes:
        name: the id of the capture, or the name of the file.
        source_name: the price source.
        format: how its bytes are read.
        accessed_at: when it was read.
        parsed: what it says.
    """

    name: str
    source_name: str
    format: PriceFormat
    accessed_at: datetime
    parsed: ParsedSource


@dataclass(frozen=True, slots=True)
class PriceDiff:
    """Every difference between two snapshots, what may be an error first.

    Attributes:
        before: the earlier one.
        after: the later one.
        differences: without what is unchanged.
        unchanged: how many prices are.
    """

    before: Snapshot
    after: Snapshot
    differences: tuple[PriceDifference, ...]
    unchanged: int

    @property
    def counts(self) -> dict[Change, int]:
        """How many differences each class has, in the order of their weight."""
        found = Counter(one.change for one in self.differences)
        return {change: found[change] for change in WEIGHTS if found[change]}

    @property
    def to_approve(self) -> int:
        """How many differences somebody must accept before they price (D27)."""
        return sum(1 for one in self.differences if one.needs_approval)

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {
            "before": _snapshot(self.before),
            "after": _snapshot(self.after),
            "counts": self.counts,
            "unchanged": self.unchanged,
            "to_approve": self.to_approve,
            "differences": [
                {
                    "change": one.change,
                    "source_model_id": one.source_model_id,
                    "meter": one.meter,
                    "old": _price(one.old),
                    "new": _price(one.new),
                    "text": one.text,
                    "needs_approval": one.needs_approval,
                }
                for one in self.differences
            ],
        }


def _snapshot(one: Snapshot) -> dict[str, object]:
    return {
        "name": one.name,
        "source_name": one.source_name,
        "accessed_at": one.accessed_at.isoformat(),
        "models": one.parsed.models,
    }


def _price(price: SourcePrice | None) -> dict[str, object] | None:
    if price is None:
        return None
    return {
        "price_text": price.price_text,
        "multiplier_text": price.multiplier_text,
        "pricing_unit": price.pricing_unit,
        "currency": price.currency,
        "dialect": price.dialect,
        "unit_rate": plain(price.unit_rate),
        "locator": price.locator,
    }


def diff_prices(
    workspace: Workspace,
    snapshots: tuple[str, ...],
    *,
    source_name: str | None = None,
    at: datetime | None = None,
) -> PriceDiff:
    """Compare two snapshots of prices, the earlier with the later.

    Args:
        workspace: where captures and settings are.
        snapshots: two captures; or one file, against the last capture of the source; or nothing,
            for the last two captures of the source.
        source_name: the price source, where no two captures are named.
        at: when the file was read; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``; ``DIFF_NOTHING``: there are no two snapshots to
            compare; or a ``CFG_`` code of the source's settings.
        InputRefused: the file cannot be read as the source's format.
    """
    known = [one for one in captures(workspace.log) if one.source_name == source_name]
    ordered = sorted(known, key=lambda one: (one.accessed_at, one.capture_id))
    match snapshots:
        case (first, second):
            before = _captured(workspace, require_capture(workspace.log, first))
            after = _captured(workspace, require_capture(workspace.log, second))
        case (file,) if ordered:
            before = _captured(workspace, ordered[-1])
            after = _file(workspace, Path(file), ordered[-1], at or datetime.now(UTC))
        case () if len(ordered) > 1:
            before, after = (_captured(workspace, one) for one in ordered[-2:])
        case _:
            raise _nothing(source_name, len(ordered))
    found = diff(before.parsed, after.parsed, after.accessed_at)
    changed = [one for one in found if one.change != _NEVER]
    return PriceDiff(
        before, after, tuple(sorted(changed, key=_weight)), sum(1 for _ in found) - len(changed)
    )


def _captured(workspace: Workspace, record: Capture) -> Snapshot:
    rules = require_rules(workspace.settings, record.source_name, record.format)
    return Snapshot(
        record.capture_id,
        record.source_name,
        record.format,
        parse_instant(record.accessed_at, "evidence log"),
        parse_source(workspace.store.get(record.sha256), record.format, rules),
    )


def _file(workspace: Workspace, file: Path, like: Capture, at: datetime) -> Snapshot:
    """A file that is not captured, read as the last capture of its source was."""
    rules = require_rules(workspace.settings, like.source_name, like.format)
    with opened(file) as source:
        _, parsed = prices_read(source, like.format, rules)
    return Snapshot(file.name, like.source_name, like.format, at, parsed)


def _weight(one: PriceDifference) -> tuple[int, Fraction, str, str]:
    """By class, then by how far the charge moved, then by name."""
    moved = Fraction(0)
    if one.old is not None and one.new is not None:
        old, new = _rate(one.old), _rate(one.new)
        # From nothing to something is further than any factor.
        moved = Fraction(10**30) if not old or not new else max(old, new) / min(old, new)
    return WEIGHTS[one.change], -moved, one.source_model_id, one.meter or ""


def _rate(price: SourcePrice) -> Fraction:
    rate: Decimal = price.unit_rate
    return Fraction(rate)


def _nothing(source_name: str | None, count: int) -> ConfigurationRefused:
    where = (
        "neither two captures nor a source are named"
        if source_name is None
        else f"{source_name[:80]!a} has {count} captures"
    )
    return ConfigurationRefused(
        "DIFF_NOTHING",
        "There are no two snapshots to compare.",
        where=(where,),
        remedy="Name two captures, or FILE or nothing with --source NAME: tieout prices list"
        " shows what there is.",
    )
