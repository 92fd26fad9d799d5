"""Quarantine: damaged records as a table, with place and reason and no content (D28)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from tieout.intake.records import Damage
from tieout.tables import QUARANTINE


def quarantine_table(damaged: Sequence[Damage], *, leg: str, import_id: str) -> pa.Table:
    """Damaged records as rows of ``tables.QUARANTINE``, in file order."""
    ordered = sorted(damaged, key=lambda damage: damage.place.ordinal)
    places = [damage.place for damage in ordered]
    return QUARANTINE.arrow(
        {
            "leg": [leg] * len(ordered),
            "import_id": [import_id] * len(ordered),
            "ordinal": [place.ordinal for place in places],
            "line": [place.line for place in places],
            "byte_offset": [place.byte_offset for place in places],
            "byte_length": [place.byte_length for place in places],
            "record_digest": [place.record_digest for place in places],
            "column_name": [damage.column_name for damage in ordered],
            "reason_code": [damage.reason_code for damage in ordered],
            "detail": [damage.detail for damage in ordered],
        }
    )
