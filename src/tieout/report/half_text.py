"""What the screen says of the two halves beside their totals: where they cancel or are unknown."""

from __future__ import annotations

from tieout.findings import plural
from tieout.report.half_parts import CurrencyHalves
from tieout.report.layout import wrapped
from tieout.report.shown import short, visible


def half_lines(halves: tuple[CurrencyHalves, ...], currency: str, width: int) -> list[str]:
    """Sentences for one currency; nothing where neither half hides anything."""
    lines: list[str] = []
    for one in halves:
        if one.currency != currency:
            continue
        money = visible(currency)
        if one.cancelling_lines:
            cancels = plural(one.cancelling_lines, "line")
            said = (
                f"booking and billing cancel on {cancels}: {short(one.cancelling_gross)} {money}"
                " gross on either side, hidden by a variance of zero"
            )
            lines += ["", *wrapped(said, width, most=2, hang=9)]
        if one.unsplit_lines:
            unknown = plural(one.unsplit_lines, "line")
            said = (
                f"the charge of {unknown} is unknown: {short(one.unsplit_variance, signed=True)}"
                f" {money} is in neither booking nor billing"
            )
            lines += ["", *wrapped(said, width, most=2, hang=9)]
    return lines
