"""``tieout variance assign``, ``comment``, ``resolve``, ``export`` and ``propose``: deciding."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tieout.actions.disposing import assign_groups, comment_group, resolve_groups
from tieout.actions.proposing import propose_decisions, write_review_table
from tieout.actions.start import find_workspace
from tieout.actions.variances import list_variances
from tieout.cli.face import Here, next_text
from tieout.cli.review_text import decided_text
from tieout.cli.signing_key import signing_key
from tieout.cli.variance import app
from tieout.findings import plural
from tieout.people.ruling import Disposed
from tieout.report.shown import visible

__all__ = ["app"]

_GROUPS = Parameter(name="GROUP")


@app.command(
    help_epilogue=(
        "Example:\n\n    tieout variance assign g-1a2b3c4d --owner AB --due 2026-09-15 --key ab.key"
    )
)
def assign(
    *groups: Annotated[str, _GROUPS],
    owner: str,
    due: str = "",
    reason: str = "",
    period: str | None = None,
    key: Path,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Say who settles cause groups, and until when.

    Args:
        groups: ids of cause groups, from tieout variance list.
        owner: who settles them, by name or initials.
        due: the last day for it; by default what the policy says.
        reason: why this owner.
        period: the newest run of this period; by default the newest run.
        key: the key file of who assigns.
        passphrase_file: the file with its passphrase.
        face: where the answer goes.
    """
    done = assign_groups(
        find_workspace(face.workspace), groups, owner=owner, due=due, reason=reason,
        period=period, key=signing_key(key, passphrase_file),
    )  # fmt: skip
    face.answer(decided_text([done], face.width, ""), done.as_json())


@app.command(
    help_epilogue=(
        'Example:\n\n    tieout variance comment g-1a2b3c4d --text "asked the vendor" --key ab.key'
    )
)
def comment(
    group: Annotated[str, _GROUPS],
    /,
    *,
    text: str,
    period: str | None = None,
    key: Path,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Remark something about a cause group; it decides nothing.

    Args:
        group: the id of the cause group.
        text: the remark.
        period: the newest run of this period; by default the newest run.
        key: the key file of who remarks it.
        passphrase_file: the file with its passphrase.
        face: where the answer goes.
    """
    done = comment_group(
        find_workspace(face.workspace), group, text=text, period=period,
        key=signing_key(key, passphrase_file),
    )  # fmt: skip
    face.answer(decided_text([done], face.width, ""), done.as_json())


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout variance resolve g-1a2b3c4d --as accepted \\\n"
        '      --reason "rounding of the old gateway" --evidence mail.txt --key ab.key\n\n'
        "Without --key the decision is checked and shown, and nothing is written."
    )
)
def resolve(  # noqa: PLR0913 - a decision has that many facts, all named
    *groups: Annotated[str, _GROUPS],
    as_: Annotated[Disposed, Parameter(name="--as")],
    reason: str,
    evidence: Annotated[list[Path], Parameter(negative="")],
    cap: str = "",
    expires: str = "",
    period: str | None = None,
    run: str | None = None,
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Decide what becomes of cause groups: accepted, corrected or escalated, in one step.

    Args:
        groups: ids of cause groups, from tieout variance list.
        as_: what becomes of them.
        reason: why.
        evidence: a file that shows it; its bytes are kept; may be given more than once.
        cap: accept the same cause in later periods, up to this amount a group, gross.
        expires: the last day of such an acceptance, like 2026-12-31.
        period: the newest run of this period; by default the newest run.
        run: the run that was looked at, by its id or the start of it.
        key: the key file of who decides; without it nothing is written.
        passphrase_file: the file with its passphrase.
        face: where the answer goes.
    """
    done = resolve_groups(
        find_workspace(face.workspace), groups, disposed=as_, reason=reason, evidence=evidence,
        cap=cap, expires_on=expires, period=period, run_id=run,
        key=None if key is None else signing_key(key, passphrase_file),
    )  # fmt: skip
    face.answer(
        decided_text([done], face.width, "the same command with --key FILE"), done.as_json()
    )


@app.command(help_epilogue="Example:\n\n    tieout variance export review.csv --period 2026-08")
def export(
    out: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    period: str | None = None,
    run: str | None = None,
    face: Here,
) -> None:
    """Write the open cause groups into a new CSV file whose last columns take the decisions.

    Args:
        out: the new file; an existing one is not overwritten.
        period: the newest run of this period; by default the newest run.
        run: this run, by its id or the start of it.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    found = list_variances(workspace, run_id=run, period=period, open_only=True)
    write_review_table(found.period, found.groups, out)
    said = f"\n  {plural(len(found.groups), 'open cause group')} in {visible(str(out))}\n"
    step = f"tieout variance propose {out} --evidence-dir FOLDER"
    face.answer(
        said + next_text(step),
        {"file": str(out), "period": found.period, "groups": len(found.groups)},
    )


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout variance propose review.csv --evidence-dir mails --key ab.key\n\n"
        "Without --key the table is checked and shown, and nothing is written."
    )
)
def propose(
    table: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    evidence_dir: Path,
    period: str | None = None,
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Sign the decisions of a table that went out and came back; all of its rows or none.

    Args:
        table: the file that tieout variance export wrote, filled in.
        evidence_dir: the folder of the files that its evidence column names, parted by semicolons.
        period: the newest run of this period; by default the period of the rows.
        key: the key file of who decides; without it nothing is written.
        passphrase_file: the file with its passphrase.
        face: where the answer goes.
    """
    done = propose_decisions(
        find_workspace(face.workspace), table, evidence_dir=evidence_dir, period=period,
        key=None if key is None else signing_key(key, passphrase_file),
    )  # fmt: skip
    face.answer(
        decided_text(done, face.width, "the same command with --key FILE"),
        {"decisions": [one.as_json() for one in done]},
    )
