"""``tieout pack``: one file from which an outsider re-performs a run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tieout.actions.packing import PackedRun
from tieout.actions.packing import pack as pack_action
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.findings import plural
from tieout.report.layout import wrapped
from tieout.report.shown import visible

app = App(
    name="pack",
    help_epilogue="Example:\n\n    tieout pack 7f3a9c12 --out august.pack.zip",
)


@app.default
def pack(
    run: Annotated[str | None, Parameter(name="RUN")] = None,
    /,
    *,
    out: Path | None = None,
    threads: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    face: Here,
) -> None:
    """Write one file from which an outsider re-performs a run; its VERIFY.md says how.

    Args:
        run: the run, by its id or the start of it; the newest one by default.
        out: a new file; by default named after period and run, in the current folder.
        threads: threads of the engine; no result depends on it.
        face: where the answer goes.
    """
    done = pack_action(find_workspace(face.workspace), run, out=out, threads=threads)
    face.answer(_text(done, face.width), {**asdict(done), "path": str(done.path)})


def _text(done: PackedRun, width: int) -> str:
    state = "written" if done.is_new else "was there already, the same bytes"
    lines = [
        f"  run {done.run_id}: calculated again, everything agrees",
        "",
        f"  pack    {visible(str(done.path))}, {state}",
        f"  bytes   {done.size:,} in {plural(done.members, 'file')}",
        f"  sha256  {done.sha256}",
        "",
    ]
    lines += wrapped(
        f"{plural(done.lines, 'line')} were drawn by the result and traced to their records. Hand"
        " it on with a checkpoint that was kept elsewhere: without one, a history rewritten as a"
        " whole does not show.",
        width,
    )
    step = f"tieout verify --pack {done.path}"
    return "\n" + "\n".join(lines) + "\n" + next_text(step)
