"""``tieout exclusions``: what each rule leaves out, and who signed that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from tieout.actions.exclusions import RuleTaken, approve_exclusions, check_exclusions
from tieout.actions.people import ruling_json
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.cli.ruling_text import next_signature, ruling_lines
from tieout.cli.signing_key import signing_key
from tieout.findings import plural
from tieout.money import plain
from tieout.report.layout import wrapped
from tieout.report.shown import visible

app = App(name="exclusions", help_epilogue="Example:\n\n    tieout exclusions check")

_APPROVE = "tieout exclusions approve --key FILE --reason TEXT"


@app.command(help_epilogue="Example:\n\n    tieout exclusions check")
def check(*, face: Here) -> None:
    """What each rule of exclusions.csv takes out of all imported usage, and whether it counts.

    Args:
        face: where the answer goes.
    """
    found = check_exclusions(find_workspace(face.workspace))
    step = (
        _APPROVE if any(one.why and not one.waits_in for one in found) else "tieout mapping check"
    )
    lines = [f"  exclusions.csv: {plural(len(found), 'rule')}", *_lines(found, face.width)]
    face.answer(
        "\n" + "\n".join(lines) + "\n" + next_text(step),
        {"rules": [_json(one) for one in found], "next": step},
    )


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout exclusions approve --key ab.pem --evidence ticket.pdf \\\n"
        '      --reason "the load test of 3 August is booked elsewhere"'
    )
)
def approve(
    *rules: Annotated[str, Parameter(name="RULE")],
    key: Path,
    reason: str,
    evidence: tuple[Path, ...] = (),
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Sign exclusion rules; each counts once somebody else signed as well.

    Args:
        rules: names of the rules; by default every rule that nobody signed yet.
        key: the file of your key.
        reason: why.
        evidence: a file that shows it; repeat the option for more. The bytes are kept.
        passphrase_file: a file whose first line opens the key.
        face: where the answer goes.
    """
    done = approve_exclusions(
        find_workspace(face.workspace),
        signing_key(key, passphrase_file),
        reason=reason,
        rules=rules,
        evidence=evidence,
    )
    step = next_signature(done.ruling) or "tieout exclusions check"
    lines = ruling_lines(done.ruling, face.width)
    for one in done.taken:
        lines += wrapped(visible(one.text), face.width, indent="    ", hang=2)
    face.answer(
        "\n" + "\n".join(lines) + "\n" + next_text(step),
        {**ruling_json(done.ruling), "rules": [_json(one) for one in done.taken], "next": step},
    )


def _lines(found: Sequence[RuleTaken], width: int) -> list[str]:
    lines = []
    for one in found:
        stands = (
            f"counts, approved by {one.rule.approved_by}" if one.counts else "leaves nothing out"
        )
        why = f"; {one.why}" if one.why else ""
        lines += wrapped(f"line {one.rule.line}: {visible(one.text)}", width, hang=2)
        lines += wrapped(f"{visible(stands)}{visible(why)}", width, indent="    ", hang=2)
    return lines


def _json(one: RuleTaken) -> dict[str, object]:
    return {
        "rule_name": one.rule.rule_name,
        "line": one.rule.line,
        "field": one.rule.field,
        "equals": one.rule.equals,
        "counts": one.counts,
        "approved_by": one.rule.approved_by,
        "ruling": one.rule.ruling_id or one.waits_in or None,
        "waits_for": one.why or None,
        "rows": one.rows,
        "days": list(one.days) if one.days else None,
        "quantity": {meter: plain(units) for meter, units in one.quantity.items()},
        "money": [
            {
                "currency": each.currency,
                "rated": each.rated,
                "expected": None if each.expected is None else plain(each.expected),
                "charged": None if each.charged is None else plain(each.charged),
            }
            for each in one.money
        ],
    }
