"""The charges on one screen: how many rows the vendor's own ratios account for (K5)."""

from __future__ import annotations

from typing import Final

from tieout.report.charge_parts import Charges
from tieout.report.layout import wrapped
from tieout.report.shown import counted, visible

_WORDS: Final = (
    ("equal", "equal to the unit"),
    ("within_band", "within the band of known versions"),
    ("differs", "differ"),
    ("not_recomputed", "not recomputed"),
    ("no_charge", "without a charge"),
)


def charge_lines(charges: Charges | None, width: int) -> list[str]:
    """One sentence, and what it rests on; nothing where no row froze anything."""
    if charges is None:
        return []
    rows = dict.fromkeys((name for name, _ in _WORDS), 0)
    for one in charges.agreement:
        rows[one.agreement] += one.rows
    told = ", ".join(f"{counted(rows[name])} {words}" for name, words in _WORDS if rows[name])
    said = f"charges once more, from the ratios in each row: {told}"
    if charges.provisional:
        rests = ", ".join(f"{visible(one.item_id)} ({one.status})" for one in charges.provisional)
        said = f"{said}; provisional, for they rest on {rests}"
    return wrapped(said, width, hang=9)
