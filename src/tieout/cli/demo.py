"""``tieout demo``: the main job on a generated month, or on real data made by others."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tieout.actions.demo_month import REQUESTS, PlantedFault, run_demo
from tieout.actions.demo_real import ClassOfRows, RealDemo, run_real_demo
from tieout.cli.face import Face, Here, ProgressLine
from tieout.close.run import RunResult
from tieout.engine.opening import EngineName
from tieout.findings import plural
from tieout.money import grouped, plain
from tieout.report import text
from tieout.report.document import load
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import counted, visible

app = App(
    name="demo",
    help_epilogue=(
        "Example:\n\n    tieout demo --keep my-demo\n\nOn real data: tieout demo --real DATA"
    ),
)


@app.default
def demo(
    *,
    real: Annotated[Path | None, Parameter(name="--real")] = None,
    keep: Path | None = None,
    seed: int = 1,
    requests: Annotated[int, Parameter(validator=Number(gte=1))] = REQUESTS,
    engine: EngineName = "duckdb",
    face: Here,
) -> int:
    """Tie out a generated month with known faults, and say which of them were found.

    Args:
        real: a folder of data sets with aider-usage-ledger and litellm-price-history.
        keep: a new folder for the workspace; without it the workspace is thrown away.
        seed: the same seed and size give the same month.
        requests: answered calls of the generated month.
        engine: the engine that runs the statements; no result depends on it.
        face: where the answer goes.
    """
    progress = ProgressLine(sys.stderr)
    with _folder(keep) as root:
        try:
            if real is not None:
                found = run_real_demo(root, real, progress=progress, engine=engine)
                result, rest = found.result, real_text(found)
            else:
                month = run_demo(
                    root, seed=seed, requests=requests, progress=progress, engine=engine
                )
                result, rest = month.result, faults_text(month.faults, face.width)
        finally:
            progress.close()
        face.answer(_page(result, face) + rest + _kept(keep), result.summary)
    return int(result.exit_code)


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    root = Path(tempfile.mkdtemp(prefix="tieout-demo-"))
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _page(result: RunResult, face: Face) -> str:
    return text.render(load(result.document), face.width, color=face.color)


def faults_text(faults: tuple[PlantedFault, ...], width: int) -> str:
    """Every planted fault beside what the run made of it."""
    lines = ["", "  what the demo planted, and what Tieout found"]
    for one in faults:
        word = "agrees" if one.agrees else "DIFFERS"
        lines += ["", *wrapped(f"{one.fault_id}  {one.story}", width, hang=5)]
        planted = f"planted  {_money(one)} USD over {plural(one.rows, 'row')}"
        planted += f", {one.bucket}" if one.bucket else ", no money differs"
        lines += wrapped(planted, width, indent="       ", hang=9)
        if not one.agrees:
            amount = grouped(one.found_variance, 6, sign=True)
            found = f"found    {amount} USD over {plural(one.found_rows, 'row')}"
            lines += wrapped(found, width, indent="       ", hang=9)
        places = ", ".join(one.found_in) or "nowhere"
        lines += wrapped(f"{word}   in {places}", width, indent="       ", hang=9)
    right = sum(one.agrees for one in faults)
    lines += ["", f"  {right} of {len(faults)} planted faults agree in rows, money and bucket"]
    return "\n".join(lines) + "\n"


def _money(one: PlantedFault) -> str:
    return grouped(one.variance, 6, sign=True)


def real_text(found: RealDemo) -> str:
    """The classes of rows, as the data's own description states them and as the run has them."""
    rows: list[tuple[str, ...]] = [
        ("class of rows", "stated", "found", "stated USD", "found USD", "")
    ]
    rows += [_class_row(one) for one in (*found.classes, found.total)]
    lines = ["", f"  what {found.stated_in} states, and what Tieout found", ""]
    lines += aligned(rows, "lrrrrl", 100, flexible=(0,))
    exact = plain(found.total.recorded)
    lost = found.total.stated_rows - found.total.rows
    lines += ["", f"  recorded to the last digit: {exact} USD; {plural(lost, 'row')} lost"]
    return "\n".join(lines) + "\n"


def _class_row(one: ClassOfRows) -> tuple[str, ...]:
    places = len(one.stated_recorded.partition(".")[2])
    return (
        visible(one.name),
        counted(one.stated_rows),
        counted(one.rows),
        one.stated_recorded,
        grouped(one.recorded, places),
        "agrees" if one.agrees else "DIFFERS",
    )


def _kept(keep: Path | None) -> str:
    if keep is None:
        return "\n  This workspace was temporary; keep one with tieout demo --keep DIR.\n"
    return f"\n  The workspace is in {visible(str(keep))}; go there for the next command.\n"
