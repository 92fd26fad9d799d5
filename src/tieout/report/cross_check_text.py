"""The cross-check of price sources on the terminal: what waits, what is settled or single."""

from __future__ import annotations

from typing import Final

from tieout.findings import plural
from tieout.report.cross_check_parts import CrossCheck
from tieout.report.layout import INDENT, wrapped
from tieout.report.shown import counted, short, visible

_MOST: Final = 3
_LABEL: Final = "sources  "


def compared_lines(checked: CrossCheck | None, width: int) -> list[str]:
    """What a second source says of the prices, in a few lines; none where nothing asks for one."""
    if checked is None:
        return []
    shares = ", ".join(
        f"{short(one.checked)} of {short(one.priced)} {visible(one.currency)}"
        for one in checked.shares
    )
    single = len({one.source_model_id for one in checked.single_source})
    settled = len({one.source_model_id for one in checked.conflicts if one.status == "resolved"})
    lines = wrapped(
        f"{_LABEL}cross-checked {shares or 'nothing'}; {plural(len(checked.waiting), 'model')} in"
        f" conflict, {counted(settled)} settled, {counted(single)} with a single source",
        width,
        hang=len(_LABEL),
    )
    for one in checked.waiting[:_MOST]:
        high = "no bound" if one.high is None else short(one.high)
        lines += wrapped(
            f"{visible(one.source_model_id)} waits: {plural(one.rows, 'row')}, between"
            f" {short(one.low)} and {high} {visible(one.currency)}",
            width,
            indent=INDENT + " " * len(_LABEL),
            hang=2,
        )
    more = len(checked.waiting) - _MOST
    if more > 0:
        lines.append(f"{INDENT}{' ' * len(_LABEL)}and {plural(more, 'more model')} in the report")
    return lines
