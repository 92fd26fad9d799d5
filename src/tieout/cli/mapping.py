"""``tieout mapping``: which model names of usage and books are priced as which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter, validators

from tieout.actions.mapping_approval import approve_mapping
from tieout.actions.mapping_proposal import write_proposal
from tieout.actions.names import MappingCheck, SeenName, check_mapping, propose_mapping
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.cli.mapping_text import signed_json, signed_text, suggested_json, suggested_text
from tieout.cli.signing_key import signing_key
from tieout.findings import plural
from tieout.mapping.suggestion import MOST
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


@app.command(help_epilogue="Example:\n\n    tieout mapping suggest --out proposed.csv")
def suggest(
    *,
    out: Annotated[Path | None, Parameter(name="--out")] = None,
    top: Annotated[int, Parameter(validator=validators.Number(gte=1, lte=MOST))] = 3,
    face: Here,
) -> None:
    """Which ids each unmapped name may mean, with reasons; nothing is applied.

    Args:
        out: a new CSV in the form of mapping.csv with the suggestions beside: fill in
            source_model_id where you agree, and sign the file.
        top: how many ids for each name at most.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    found = propose_mapping(workspace, top)
    if out is not None:
        write_proposal(found, top, out)
    face.answer(suggested_text(found, out, face.width), suggested_json(found, out))


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout mapping approve proposed.csv --key ab.pem --evidence ticket.pdf \\\n"
        '      --reason "deployment names of team search"\n\n'
        "A merge of two source ids is signed by finance and engineering: tieout mapping approve"
        ' --merge --key cd.pem --reason "renamed by the vendor"'
    )
)
def approve(
    file: Annotated[Path | None, Parameter(name="FILE")] = None,
    /,
    *,
    key: Path,
    reason: str,
    evidence: tuple[Path, ...] = (),
    merge: bool = False,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Sign rows of the mapping; what is signed counts, whether or not it stands in mapping.csv.

    Args:
        file: rows in the form of mapping.csv, or of tieout mapping suggest; by default the rows of
            mapping.csv that nobody signed yet.
        key: the file of your key.
        reason: why.
        evidence: a file that shows it; repeat the option for more. The bytes are kept.
        merge: sign the rows that merge two source ids, and only those.
        passphrase_file: a file whose first line opens the key.
        face: where the answer goes.
    """
    done = approve_mapping(
        find_workspace(face.workspace),
        signing_key(key, passphrase_file),
        reason=reason,
        file=file,
        merge=merge,
        evidence=evidence,
    )
    face.answer(signed_text(done, face.width), signed_json(done))


def _text(found: MappingCheck, width: int) -> str:
    waits = f"; {plural(len(found.waiting), 'row waits', 'rows wait')}" if found.waiting else ""
    rows = f"mapping.csv: {plural(found.rows, 'row')}"
    if found.signed or found.waiting:
        rows = f"mapping: {plural(found.signed, 'signed row')}"
    lines = [f"  {rows}, dated and unambiguous{waits}", ""]
    lines += aligned(_names(found.seen), "lllrr", width, flexible=(0, 2))
    for alias in found.without_price:
        lines += wrapped(
            f"{alias.alias_id}: no approved capture has a price for {alias.source_model_id}",
            width,
            hang=2,
        )
    for alias in found.merging:
        lines += wrapped(
            f"{alias.alias_id} merges the source id {alias.internal_model_alias} into"
            f" {alias.source_model_id}; "
            + (
                f"signed by {alias.approved_by}"
                if alias.ruling_id
                else "finance and engineering both approve a merge"
            ),
            width,
            hang=2,
        )
    for waiting in found.waiting:
        lines += wrapped(
            f"{waiting.place}: {waiting.name} to {waiting.source_model_id} does not count:"
            f" {waiting.why}",
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
        "signed": found.signed,
        "waiting": [asdict(one) for one in found.waiting],
        "suggestions": [asdict(one) for one in found.suggestions],
        "next": found.next_command,
    }
