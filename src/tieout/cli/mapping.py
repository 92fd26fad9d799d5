"""``tieout mapping``: which model names of usage and books are priced as which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from cyclopts import App

from tieout.actions.names import MappingCheck, SeenName, check_mapping
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.findings import plural
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import UNKNOWN, counted, visible

app = App(name="mapping", help_epilogue="Example:\n\n    tieout mapping check")


@app.command(help_epilogue="Example:\n\n    tieout mapping check")
def check(*, face: Here) -> None:
    """Check mapping.csv, and say what every imported model name resolves to.

    Args:
        face: where the answer goes.
    """
    found = check_mapping(find_workspace(face.workspace))
    face.answer(_text(found, face.width), _json(found))


def _text(found: MappingCheck, width: int) -> str:
    lines = [f"  mapping.csv: {plural(found.rows, 'row')}, dated and unambiguous", ""]
    lines += aligned(_names(found.seen), "lllrr", width, flexible=(0, 2))
    for alias in found.without_price:
        lines += wrapped(
            f"line {alias.line}: no approved capture has a price for {alias.source_model_id}",
            width,
            hang=2,
        )
    for alias in found.merging:
        lines += wrapped(
            f"line {alias.line} merges the source id {alias.internal_model_alias} into"
            f" {alias.source_model_id}; finance and engineering both approve a merge",
            width,
            hang=2,
        )
    if found.suggestions:
        lines += ["", "  suggestions, none of them applied; a row of mapping.csv decides"]
    for one in found.suggestions:
        if one.row is None:
            sentence = f"{one.name}: {one.source_model_id}? ({one.reason})"
            lines += wrapped(sentence, width, indent="    ", hang=2)
        else:
            # On one line each, so that they can be pasted as they are.
            lines += [
                f"    # {visible(one.reason)}; a suggestion, fill in approved_by",
                f"    {visible(one.row)}",
            ]
    step = found.next_command
    if any(one.standing == "unmapped" for one in found.seen):
        step = f"add rows to mapping.csv for the unmapped names, then {step}"
    return "\n" + "\n".join(lines) + "\n" + next_text(step)


def _names(seen: Sequence[SeenName]) -> list[tuple[str, ...]]:
    """Each name once, with its rows in both legs; those in most rows first."""
    rows: dict[tuple[str, str, str], Counter[str]] = {}
    for one in seen:
        name = UNKNOWN if one.name is None else visible(one.name)
        key = (name, one.standing, visible(one.source_model_id or ""))
        rows.setdefault(key, Counter())[one.leg] += one.rows
    listed = sorted(rows.items(), key=lambda pair: -pair[1].total())
    head = ("model name", "is", "source model id", "usage rows", "ledger rows")
    return [
        head,
        *((*key, counted(legs["usage"]), counted(legs["ledger"])) for key, legs in listed),
    ]


def _json(found: MappingCheck) -> dict[str, object]:
    return {
        "rows": found.rows,
        "names": [asdict(one) for one in found.seen],
        "without_price": [
            {"line": a.line, "source_model_id": a.source_model_id} for a in found.without_price
        ],
        "merging": [
            {
                "line": a.line,
                "internal_model_alias": a.internal_model_alias,
                "source_model_id": a.source_model_id,
            }
            for a in found.merging
        ],
        "suggestions": [asdict(one) for one in found.suggestions],
        "next": found.next_command,
    }
