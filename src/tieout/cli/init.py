"""``tieout init``: a new workspace, with settings proposed from a person's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.next_step import IMPORT_PRICES
from tieout.actions.start import Started, create_workspace
from tieout.cli.face import Here, next_text
from tieout.findings import plural
from tieout.report.shown import visible

app = App(
    name="init",
    help_epilogue="Example:\n\n    tieout init acme-ai --from usage.csv ledger.csv prices.csv",
)


@app.default
def init(
    folder: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    from_: Annotated[tuple[Path, ...], Parameter(name="--from", consume_multiple=True)] = (),
    face: Here,
) -> None:
    """Make a workspace; propose its settings from your own files.

    Args:
        folder: the folder of the workspace, new or without settings in it.
        from_: exports, ledgers and price lists to propose the settings from.
        face: where the answer goes.
    """
    started = create_workspace(folder, from_)
    face.answer(_text(started), {**started.as_json(), "next": IMPORT_PRICES})


def _text(started: Started) -> str:
    root = visible(str(started.workspace.root))
    lines = [f"  workspace {root}"]
    if started.proposal is None:
        lines += ["", f"  Describe your feeds in {root}/tieout.toml."]
    else:
        unsure = started.proposal.unsure
        lines += [f"    {visible(name)}: {kind}" for name, kind in started.proposal.files.items()]
        lines += [
            "",
            f"  {root}/tieout.toml is a proposal: {plural(unsure, 'question')} marked UNSURE",
            "  Read it, settle each question, set confirmed = true.",
        ]
    lines += ["", "  Names are recorded unsigned until people have keys: tieout key new FILE"]
    return "\n" + "\n".join(lines) + "\n" + next_text(IMPORT_PRICES)
