"""``tieout variance diff``: what a corrected rerun changed, line by line and by cause."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from cyclopts import Parameter

from tieout.actions.rerun import compare_runs
from tieout.actions.start import find_workspace
from tieout.cli.face import Here
from tieout.close.line_diff import LineDiff
from tieout.findings import plural
from tieout.money import plain
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import short, visible

_LINES = 20


def diff(
    old: Annotated[str | None, Parameter(name="OLD")] = None,
    new: Annotated[str | None, Parameter(name="NEW")] = None,
    /,
    *,
    face: Here,
) -> None:
    """What changed between two runs of one period: by cause with its money, then the lines.

    Args:
        old: the run before; by default that which the new one supersedes.
        new: the run after; the newest one by default.
        face: where the answer goes.
    """
    found = compare_runs(find_workspace(face.workspace), old, new)
    face.answer(_text(found, face.width), diff_json(found))


def diff_json(found: LineDiff) -> dict[str, Any]:
    """The line diff as JSON: amounts as text, unknown as null."""
    return {
        "old": found.old.record.run_id,
        "new": found.new.record.run_id,
        "period": found.new.record.period,
        "calculation_versions": list(found.calculation),
        "result_is_same": found.result_is_same,
        "lines": found.lines,
        "by_cause": [_plain(row) for row in found.totals],
        "largest": [_plain(row) for row in found.shown],
    }


def diff_line(found: LineDiff) -> str:
    """One line that says how much a rerun changed, and where to look."""
    said = f"beside run {found.old.record.run_id}: {plural(found.lines, 'line')} changed"
    return f"\n  {said}   tieout variance diff\n"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    return value if value is None or isinstance(value, int | str) else str(value)


def _text(found: LineDiff, width: int) -> str:
    old, new = found.old.record, found.new.record
    head = (
        f"{visible(new.period)}: run {new.run_id} beside run {old.run_id},"
        f" {plural(found.lines, 'line')} changed"
    )
    lines = wrapped(head, width)
    if not found.lines:
        same = "the result digests are equal" if found.result_is_same else "no line explains it"
        return "\n" + "\n".join([*lines, f"  {same}"]) + "\n"
    rows: list[tuple[str, ...]] = [
        ("cause before", "cause after", "lines", "expected", "recorded", "variance", "")
    ]
    rows += [
        (
            _cause(row["old_cause"]),
            _cause(row["new_cause"]),
            f"{row['lines']:,}",
            *(_change(row[f"{name}_change"]) for name in ("expected", "recorded", "variance")),
            visible(row["currency"] or "no currency"),
        )
        for row in found.totals
    ]
    lines += ["", *aligned(rows, "llrrrrl", width, flexible=(1, 0)), ""]
    rows = [
        (
            visible(row["line_key"]), row["change"], _cause(row["old_cause"]),
            _cause(row["new_cause"]), _amount(row["old_variance"]), _amount(row["new_variance"]),
        )
        for row in found.shown[:_LINES]
    ]  # fmt: skip
    lines += aligned([("line", "", "before", "after", "was", "is"), *rows], "llllrr", width)
    if found.lines > _LINES:
        lines.append(f"  and {plural(found.lines - _LINES, 'more line')}; --json lists 200")
    return "\n" + "\n".join(lines) + "\n"


def _cause(name: str | None) -> str:
    return "no such line" if name is None else visible(name).replace("_", " ")


def _change(value: Decimal) -> str:
    return short(plain(value), signed=True)


def _amount(value: Decimal | None) -> str:
    return "-" if value is None else short(plain(value), signed=True)
