"""What stands out of our own rows, in words for a screen (V6)."""

from __future__ import annotations

from tieout.report.pattern_parts import AbsurdRow
from tieout.report.shown import counted, short, visible


def absurd_words(row: AbsurdRow) -> str:
    """One absurd call, the highest of the others beside it, and how many there are."""
    named = row.request_id or f"record {row.record}"
    return visible(
        f"- stands out: one call of {row.source_model_id} expected at {short(row.expected)}"
        f" {row.currency}, {named} {row.day}; the highest other of {counted(row.model_rows)} is"
        f" {short(row.highest_other)} {row.currency}"
    )
