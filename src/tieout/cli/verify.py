"""``tieout verify``: calculate a run again and compare every digest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tieout.actions.closing import verify as verify_action
from tieout.actions.start import find_workspace
from tieout.cli.face import Here
from tieout.close.verify import Verification
from tieout.engine.opening import EngineName
from tieout.errors import ExitCode
from tieout.findings import plural
from tieout.report.layout import aligned
from tieout.report.shown import visible

app = App(name="verify", help_epilogue="Example:\n\n    tieout verify 7f3a9c12")


@app.default
def verify(
    run: Annotated[str | None, Parameter(name="RUN")] = None,
    /,
    *,
    threads: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    engine: EngineName = "duckdb",
    face: Here,
) -> int:
    """Calculate a run again from stored bytes; exits 4 where anything differs.

    Args:
        run: the run, by its id or the start of it; the newest one by default.
        threads: threads of the engine; no result depends on it.
        engine: the engine that calculates again; with the other one the proof is stronger.
        face: where the answer goes.
    """
    found = verify_action(find_workspace(face.workspace), run, threads=threads, engine=engine)
    document = {
        "run_id": found.run_id,
        "agrees": found.agrees,
        "checks": [asdict(check) for check in found.checks],
    }
    face.answer(_text(found, face.width), document)
    return int(ExitCode.APPROVE if found.agrees else ExitCode.INTEGRITY)


def _text(found: Verification, width: int) -> str:
    rows = [
        ("agrees" if check.agrees else "DIFFERS", visible(check.name), visible(check.detail))
        for check in found.checks
    ]
    wrong = sum(1 for check in found.checks if not check.agrees)
    verdict = f"{plural(wrong, 'check')} of {len(rows)} differ" if wrong else "everything agrees"
    lines = [f"  run {found.run_id}: {verdict}", "", *aligned(rows, "lll", width, flexible=(2, 1))]
    return "\n" + "\n".join(lines) + "\n"
