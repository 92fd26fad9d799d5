"""Laying out text for a terminal: aligned columns, wrapped sentences, never wider than asked."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.report.shown import columns, cut, visible

INDENT = "  "
_GAP = "  "
_NARROWEST = 12


def aligned(
    rows: Sequence[Sequence[str]],
    sides: str,
    width: int,
    *,
    flexible: Sequence[int] = (0,),
    indent: str = INDENT,
) -> list[str]:
    """Rows as aligned columns.

    Args:
        rows: cells of visible text; every row has as many as ``sides``.
        sides: ``l`` or ``r`` per column; amounts with equal decimals align on the point at ``r``.
        width: the most columns a line may take.
        flexible: the columns that give way when a line would be too wide, the first one first.
        indent: what every line starts with.
    """
    widths = [
        max((columns(cell) for cell in cells), default=0) for cells in zip(*rows, strict=True)
    ]
    over = sum(widths) + len(_GAP) * (len(widths) - 1) + len(indent) - width
    for column in flexible if widths else ():
        given = min(max(over, 0), max(widths[column] - _NARROWEST, 0))
        widths[column] -= given
        over -= given
    lines = []
    for row in rows:
        cells = [
            _padded(cut(cell, room), room, side)
            for cell, room, side in zip(row, widths, sides, strict=True)
        ]
        lines.append(cut((indent + _GAP.join(cells)).rstrip(), width))
    return lines


def flowing(items: Sequence[str], gap: str, width: int, indent: str = INDENT) -> list[str]:
    """Items one after another with a gap between, on as many lines as they need."""
    lines: list[str] = []
    for item in items:
        shown = cut(item, width - len(indent))
        if lines and columns(lines[-1]) + len(gap) + columns(shown) <= width:
            lines[-1] += gap + shown
        else:
            lines.append(indent + shown)
    return lines


def wrapped(
    text: str, width: int, *, indent: str = INDENT, most: int = 0, hang: int = 0
) -> list[str]:
    """A sentence over several lines.

    Args:
        text: the sentence.
        width: the most columns a line may take.
        indent: what every line starts with.
        most: the most lines, then it is cut and marked; 0 for no limit.
        hang: how much further the lines after the first are indented.
    """
    room = width - len(indent) - hang
    words = [piece for word in visible(text).split(" ") for piece in _pieces(word, room)]
    lines = [line[len(indent) :] for line in flowing(words, " ", width - hang, indent)]
    if most and len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), room)]
    margins = [indent, *[indent + " " * hang] * (len(lines) - 1)]
    return [(margin + line).rstrip() for margin, line in zip(margins, lines, strict=True)]


def _padded(cell: str, room: int, side: str) -> str:
    space = " " * (room - columns(cell))
    return space + cell if side == "r" else cell + space


def _pieces(word: str, room: int) -> list[str]:
    """A word in pieces that each fit one line."""
    pieces = [""]
    for character in word:
        if columns(pieces[-1]) + columns(character) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces
