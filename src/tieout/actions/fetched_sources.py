"""What was fetched and is on record: a price source, a page; as an object for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.evidence.documents import Capture, Page
from tieout.evidence.exchange import ExchangeRecord
from tieout.pricebook.diff import PriceDifference
from tieout.pricebook.price_line import ParsedSource


@dataclass(frozen=True, slots=True)
class FetchedPrices:
    """A price source that was fetched and is on record.

    Attributes:
        capture: its record.
        exchange: how it was fetched.
        parsed: what the source says.
        changes: what it says otherwise than the capture before it and wants an approval.
        before: the id of that capture; empty where there is none.
    """

    capture: Capture
    exchange: ExchangeRecord
    parsed: ParsedSource
    changes: tuple[PriceDifference, ...] = ()
    before: str = ""

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {
            "capture_id": self.capture.capture_id,
            "sha256": self.capture.sha256,
            "source_name": self.capture.source_name,
            "source_url": self.capture.source_url,
            "format": self.capture.format,
            "accessed_at": self.capture.accessed_at,
            "approved_by": self.capture.approved_by or None,
            "models": self.parsed.models,
            "prices": len(self.parsed.prices),
            "is_rehearsed": self.capture.is_rehearsed,
            **_exchange_json(self.exchange),
            "notes": list(self.capture.notes),
            "compared_with": self.before or None,
            "changes": [
                {
                    "change": one.change,
                    "source_model_id": one.source_model_id,
                    "meter": one.meter,
                    "text": one.text,
                }
                for one in self.changes
            ],
        }


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page that was fetched as evidence and is on record."""

    page: Page
    exchange: ExchangeRecord

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {
            "capture_id": self.page.capture_id,
            "sha256": self.page.sha256,
            "source_url": self.page.source_url,
            "accessed_at": self.page.accessed_at,
            "media_type": self.page.media_type,
            "is_rehearsed": self.page.is_rehearsed,
            **_exchange_json(self.exchange),
            "notes": list(self.page.notes),
        }


def _exchange_json(exchange: ExchangeRecord) -> dict[str, object]:
    tls = exchange.tls
    return {
        "status": exchange.status,
        "final_url": exchange.final_url,
        "size": exchange.size,
        "wire_size": exchange.wire_size,
        "attempts": len(exchange.attempts),
        "tls": None if tls is None else {"version": tls.version, "issuer": tls.issuer},
        "contract_items": dict(exchange.contract_items),
    }
