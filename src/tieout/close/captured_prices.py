"""Captured prices: from a record of the log and stored bytes to what the price book is built of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tieout.calendar import parse_instant
from tieout.evidence.documents import Capture, Declaration
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import EstimateApproval
from tieout.pricebook.book import TWO_PEOPLE
from tieout.pricebook.captured import CapturedSource, DeclaredStart
from tieout.pricebook.parsing import parse_source
from tieout.vendors_path import VendorFacts
from tieout.workspace.price_rules import price_rules
from tieout.workspace.settings import Settings


@dataclass(frozen=True, slots=True)
class SignedPrices:
    """The signatures under prices of grade C and D, by capture or declaration (D21).

    Attributes:
        founded: whether people are enrolled; until then names stand for signatures (D27).
        rulings: the ruling in force behind each capture or declaration.
    """

    founded: bool = False
    rulings: Mapping[str, Ruling] = field(default_factory=dict)

    @classmethod
    def of(cls, replay: Replay) -> SignedPrices:
        """The signatures as they stand."""
        rulings = {
            one.document.price_id: one
            for one in replay.of(EstimateApproval)
            if isinstance(one.document, EstimateApproval) and one.document.price_id
        }
        return cls(replay.roster.is_founded, rulings)

    def behind(self, price_id: str, names: Sequence[str]) -> int:
        """How many people stand behind a price of grade C or D: by signature once they can."""
        if not self.founded:
            return different_names(names)
        ruling = self.rulings.get(price_id)
        # One name still says who is asked; it never is the second person.
        return 1 if ruling is None else len(ruling.signers)


NOBODY_SIGNED: Final = SignedPrices()


def captured_source(
    capture: Capture,
    get: Callable[[str], bytes],
    settings: Settings,
    vendors: VendorFacts,
    signed: SignedPrices = NOBODY_SIGNED,
) -> CapturedSource:
    """A capture with its content read.

    Args:
        capture: its record, with the approvals known.
        get: the bytes of a digest.
        settings: where the column maps stand.
        vendors: the vendor facts.
        signed: the signatures under prices of grade C and D; two of them approve it as well.
    """
    rules = price_rules(settings, capture.source_name, capture.format, vendors)
    return CapturedSource(
        capture_id=capture.capture_id,
        source_name=capture.source_name,
        accessed_at=parse_instant(capture.effective_from or capture.accessed_at, "evidence log"),
        grade=capture.grade,
        approved=is_approved(capture, signed) and not capture.set_aside,
        parsed=parse_source(get(capture.sha256), capture.format, rules),
        names=signed.behind(capture.capture_id, capture.approvals or (capture.approved_by,)),
        set_aside=bool(capture.set_aside),
    )


def is_approved(capture: Capture, signed: SignedPrices) -> bool:
    """Whether somebody approved a capture, by name or with two signatures."""
    return bool(capture.approved_by) or (
        capture.grade in TWO_PEOPLE and capture.capture_id in signed.rulings
    )


def declared_starts(
    declarations: Sequence[Declaration], signed: SignedPrices = NOBODY_SIGNED
) -> list[DeclaredStart]:
    """The declarations that count, oldest first; one that was set aside does not."""
    return [
        DeclaredStart(
            one.capture_id,
            parse_instant(one.effective_from, "evidence log"),
            parse_instant(one.effective_until, "evidence log") if one.effective_until else None,
            one.models,
            signed.behind(one.declaration_id, (one.declared_by, *one.approvals)),
        )
        for one in declarations
        if not one.set_aside
    ]


def different_names(names: Sequence[str]) -> int:
    """How many people these are; spelling in capitals makes nobody a second person."""
    return len({name.strip().casefold() for name in names if name.strip()})
