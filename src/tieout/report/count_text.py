"""The vendors' counts on one screen: how many agree, and where the first ones do not (U6)."""

from __future__ import annotations

from typing import Final

from tieout.findings import plural
from tieout.report.count_parts import CountCell, Counts
from tieout.report.layout import wrapped
from tieout.report.shown import units, visible

_MOST_CELLS: Final = 2


def count_lines(found: Counts | None, width: int) -> list[str]:
    """One sentence; nothing where nobody counted."""
    return [] if found is None else wrapped(f"counts       {_words(found)}", width, hang=13)


def _words(found: Counts) -> str:
    meters = ", ".join(dict.fromkeys(one.meter for one in found.states))
    whole = sum(one.cells for one in found.states)
    parts = [f"{found.cells_in('equal'):,} equal"]
    parts += [
        f"{cells:,} {word}"
        for word, cells in (
            ("explained", found.cells_in("explained")),
            ("not compared", found.cells_in("not_compared")),
            ("DIFFER", found.differing),
        )
        if cells
    ]
    said = f"{plural(whole, 'count')} of the vendor ({meters}): {', '.join(parts)}"
    named = [one for one in found.cells if one.is_open]
    if not named:
        return said
    rest = found.differing - len(named[:_MOST_CELLS])
    more = f"; and {rest:,} more in the report" if rest > 0 else ""
    return f"{said}: {'; '.join(_cell(one) for one in named[:_MOST_CELLS])}{more}"


def _cell(one: CountCell) -> str:
    scope = [one.day]
    scope += [one.model_as_logged or "no model name"] if one.by_model else []
    scope += [f"key {one.key_name or 'not named'}"] if one.by_key else []
    return visible(
        f"{' '.join(scope)}, {one.meter}: ours {units(one.ours)}, the vendor's {units(one.vendor)}"
    )
