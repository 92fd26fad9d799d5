"""Advice: which models a sentence is about, and which command or declaration would settle it.

Read from figures alone; advice never changes a state, a bucket or a cause.
"""

from __future__ import annotations

from datetime import UTC

from tieout.calendar import instant_text
from tieout.close.figures import Figures
from tieout.findings import plural
from tieout.money import plain

_NAMED = 3
# With fewer lines than this, a common size of differences may be chance.
_FEWEST_LINES = 10


def rows_text(figures: Figures, *reasons: str) -> str:
    """Rows of these states or reasons: by model, up to three with most rows, the rest counted."""
    rows: dict[str, int] = {}
    for row in figures["completeness_models"]:
        if not {row["row_state"], row["state_reason"]}.isdisjoint(reasons):
            name = row["model_as_logged"] or "no model name"
            rows[name] = rows.get(name, 0) + int(row["usage_rows"])
    ordered = sorted(rows.items(), key=lambda found: (-found[1], found[0]))
    texts = [f"{name} {plural(count, 'row')}" for name, count in ordered[:_NAMED]]
    if len(ordered) > _NAMED:
        texts.append(f"and {plural(len(ordered) - _NAMED, 'more model')}")
    named = ", ".join(texts)
    return named if len(ordered) == 1 else f"{plural(sum(rows.values()), 'row')} ({named})"


def declare_text(figures: Figures) -> str:
    """How usage before the first capture gets a price; empty where none lies before one (D22)."""
    parts = []
    for row in figures["before_capture"]:
        first = plural(int(row["usage_rows"]), "row lies", "rows lie")
        parts.append(
            f"{first} before the first capture of {row['source_name']}: tieout prices declare"
            f" {row['capture_id']} --from {instant_text(row['first_used'].replace(tzinfo=UTC))}"
            " --reason WHY"
            " --evidence FILE --by NAME gives a provisional price."
        )
    return " ".join(parts)


def rounding_text(figures: Figures) -> tuple[str, int]:
    """What an undeclared rounding of the booking would explain, and how many lines; often nothing.

    Rounded amounts are whole steps, and differ from the exact ones by at most half a step: the
    step that holds for most of the unexplained lines is named, and never taken for granted.
    """
    unknown = sum(int(row["lines"]) for row in figures["groups"] if row["cause"] == "unknown")
    fits = figures["rounding_fit"]
    if not fits:
        return "", 0
    # Of steps that hold for as many lines, the finest.
    best = max(fits, key=lambda row: (int(row["lines"]), -row["step"]))
    lines, step = int(best["lines"]), plain(best["step"])
    if lines < _FEWEST_LINES or 2 * lines < unknown:
        return "", 0
    level = "request" if int(best["request_lines"]) == lines else "line"
    said = (
        f"{lines:,} of {plural(unknown, 'unexplained line')} differ by at most"
        f" {plain(best['half_step'])};"
        f" if the books round to steps of {step}, declare it:"
        f' [ledger_terms] rounding = {{ level = "{level}", step = "{step}",'
        f' mode = "half_away" }} and recorded_step = "{step}".'
    )
    return said, lines
