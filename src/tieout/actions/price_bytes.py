"""From a price line to its bytes: the text at a locator, with all that is known of its capture."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.actions.price_door import require_rules
from tieout.evidence.documents import Capture
from tieout.evidence.records import require_capture
from tieout.pricebook.locator import cell_around, verify_locator
from tieout.pricebook.rederived import text_at
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class PriceBytes:
    """The text at a place of a capture.

    Attributes:
        capture: the record of the capture.
        locator: the place.
        text: what stands there.
        byte_offset: its first byte in the stored object; none in a page, whose text is put
            together from its elements.
        around: the lines or the stretch it stands in; in a page, its cell.
    """

    capture: Capture
    locator: str
    text: str
    byte_offset: int | None
    around: str

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        capture = self.capture
        return {
            "capture_id": capture.capture_id,
            "locator": self.locator,
            "text": self.text,
            "byte_offset": self.byte_offset,
            "around": self.around,
            "sha256": capture.sha256,
            "size": capture.size,
            "object": f"evidence/objects/{capture.sha256}",
            "source_name": capture.source_name,
            "source_url": capture.source_url or None,
            "accessed_at": capture.accessed_at,
            "method": capture.method,
            "operator": capture.operator,
            "grade": capture.grade,
            "approved_by": list(capture.approvals),
            "set_aside": capture.set_aside or None,
            "original_name": capture.original_name,
        }


def show_price_bytes(workspace: Workspace, capture_id: str, locator: str) -> PriceBytes:
    """The text at a locator of a capture; the stored bytes are re-hashed before they are read.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``.
        IntegrityRefused: ``PRICE_LOCATOR``: nothing stands there; ``EV_OBJECT``: the bytes are not
            what their digest says.
    """
    capture = require_capture(workspace.log, capture_id)
    content = workspace.store.get(capture.sha256)
    rules = require_rules(workspace.settings, capture.source_name, capture.format)
    delimiter = rules.delimiter if isinstance(rules, PriceListMap) else ","
    if locator.startswith(("/", "line ")):
        found = text_at(content, locator, delimiter)
        return PriceBytes(capture, locator, found.value, found.offset, found.around)
    text = verify_locator(content, locator, delimiter)
    return PriceBytes(capture, locator, text, None, cell_around(content, locator))
