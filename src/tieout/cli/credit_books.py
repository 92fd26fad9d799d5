"""``tieout credits``: the pool in the books: journal, allocation, posting, ties (B3, B5)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tieout.actions.book_ties import (
    StatementCheck,
    check_statement,
    statement_checks,
    tie_books,
)
from tieout.actions.pool_journal import journal_of_period, write_journal
from tieout.actions.pool_records import approve_allocation, record_posting, state_pool_opening
from tieout.actions.start import find_workspace
from tieout.cli.credit_books_text import (
    journal_json,
    journal_lines,
    posting_json,
)
from tieout.cli.credit_ties_text import statement_json, statement_lines, tie_json, tie_lines
from tieout.cli.credits import app
from tieout.cli.face import Here, next_text
from tieout.errors import ExitCode, InputRefused
from tieout.evidence.pool_entries import Driver
from tieout.report.layout import wrapped
from tieout.report.shown import visible

__all__ = ["app"]

_POSTED = "tieout credits posted --period {} --entry NUMBER --file FILE --by NAME"


@app.command(
    help_epilogue="Example:\n\n    tieout credits journal --period 2026-08 --out august-journal"
)
def journal(*, period: str, out: Path | None = None, face: Here) -> None:
    """The entries of a period: what was bought, what each cost center used, what is prepaid.

    Args:
        period: the period; its newest run counts.
        out: a new folder for the journal as CSV, JSON, text and for plain-text accounting.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    found = journal_of_period(workspace, period)
    written = () if out is None else write_journal(found, out)
    step = _POSTED.format(found.journal.period)
    if not found.is_certified:
        step = f"tieout sign {found.run_id}"
    lines = journal_lines(found, face.width)
    for path in written:
        lines += wrapped(visible(f"written {path}"), face.width)
    face.answer(
        "\n" + "\n".join(lines) + "\n" + next_text(step),
        {**journal_json(found), "files": [str(path) for path in written], "next": step},
    )


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout credits opening --period 2026-08 --units 549700000 --cost 999.45 \\\n"
        "      --file july-prepaid.pdf --by AB"
    )
)
def opening(
    *,
    period: str,
    units: str,
    cost: str,
    file: Path,
    by: str,
    face: Here,
) -> None:
    """Record what the pool was when a period began; needed once, before the first journal.

    Args:
        period: the period it opens.
        units: whole units of the vendor.
        cost: what they cost, in the currency of the books.
        file: what shows it; its bytes are kept.
        by: who says so.
        face: where the answer goes.
    """
    record, is_new = state_pool_opening(
        find_workspace(face.workspace), period, units=units, cost=cost, evidence=file, by=by
    )
    step = f"tieout credits journal --period {period}"
    word = "recorded" if is_new else "on record already"
    said = f"pool at {record.starts_at} {word}: {int(record.units):,} units,"
    face.answer(
        f"\n  {said} {record.cost} {record.currency}\n{next_text(step)}",
        {
            "starts_at": record.starts_at,
            "units": int(record.units),
            "cost": record.cost,
            "currency": record.currency,
            "is_new": is_new,
            "next": step,
        },
    )


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout credits allocate --period 2026-08 --driver labelled_units \\\n"
        '      --reason "shared gateway, agreed 3 July" --by AB\n\n'
        "Fixed shares: --driver fixed --part ads=3 --part ops=1"
    )
)
def allocate(
    *,
    period: str,
    driver: Driver,
    reason: str,
    by: str,
    part: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    face: Here,
) -> None:
    """Approve the rule by which cost centers bear use that carries no label.

    It moves nothing that was certified: shares are lines of their own in the journal, once the run
    is signed as checked. The newest rule of a period counts.

    Args:
        period: the period it is for.
        driver: share by labelled units, by requests, or fixed.
        reason: why it is fair.
        by: who approves it; where people have keys, two of them endorse it.
        part: a fixed share, like ads=3; may be given more than once.
        face: where the answer goes.
    """
    rule, is_new = approve_allocation(
        find_workspace(face.workspace), period, driver=driver, parts=_parts(part), reason=reason,
        by=by,
    )  # fmt: skip
    step = f"tieout credits journal --period {period}"
    word = "recorded" if is_new else "on record already"
    face.answer(
        f"\n  rule {rule.rule_id} {word}: {rule.driver.replace('_', ' ')}, {rule.period}\n"
        + next_text(step),
        {
            "rule_id": rule.rule_id,
            "period": rule.period,
            "driver": rule.driver,
            "parts": dict(rule.parts),
            "reason": rule.reason,
            "approved_by": rule.approved_by,
            "is_new": is_new,
            "next": step,
        },
    )


def _parts(said: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in said:
        name, sign, count = one.rpartition("=")
        if not sign or not count.isdecimal() or not count.isascii() or name in found:
            raise InputRefused(
                "ALLOCATION_RULE",
                "That is no rule to allocate by.",
                where=(ascii(one[:80]),),
                remedy="Write each part once, as a cost center and a whole number, like ads=3.",
            )
        found[name] = int(count)
    return found


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout credits posted --period 2026-08 --entry JE-1042 --file posting.pdf \\\n"
        "      --by AB"
    )
)
def posted(
    *,
    period: str,
    entry: str,
    file: Path,
    by: str,
    journal: str = "",
    draft: Annotated[bool, Parameter(negative="")] = False,
    face: Here,
) -> None:
    """Take back the number under which the journal of a period was posted.

    The posting is bound to the journal as it is now; if that changes, the posting is stale.

    Args:
        period: the period.
        entry: the number the general ledger gave it.
        file: what shows it; its bytes are kept.
        by: who posted it.
        journal: the digest of the journal that was posted, at least 12 digits; it is then compared.
        draft: record it although nobody signed the run as checked; the posting says so.
        face: where the answer goes.
    """
    posting, found, is_new = record_posting(
        find_workspace(face.workspace), period, entry=entry, evidence=file, by=by, journal=journal,
        draft=draft,
    )  # fmt: skip
    step = f"tieout credits tie --period {period} --gl FILE"
    word = "recorded" if is_new else "on record already"
    said = f"posted as {posting.entry_number} {word}: journal {posting.journal_digest[:12]}"
    face.answer(
        "\n" + "\n".join(wrapped(visible(said), face.width)) + "\n" + next_text(step),
        {"postings": [posting_json(one) for one in found.postings], "is_new": is_new, "next": step},
    )


@app.command(help_epilogue="Example:\n\n    tieout credits tie --period 2026-08 --gl august-gl.csv")
def tie(*, period: str, gl: Path, face: Here) -> int:
    """Compare the general ledger with the journal, and the journal with the cost ledger.

    By account and cost center, to the cent. It ends with 4 where the two do not agree.

    Args:
        period: the period.
        gl: its lines in the general ledger, as CSV: account, cost_center, amount, currency.
        face: where the answer goes.
    """
    done = tie_books(find_workspace(face.workspace), period, gl)
    face.answer("\n" + "\n".join(tie_lines(done, face.width)) + "\n", tie_json(done))
    return ExitCode.APPROVE if done.tie.holds else ExitCode.INTEGRITY


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout credits statement --period 2026-08 --amount 10432.17 --currency USD \\\n"
        "      --file invoice.pdf --by AB\n\n"
        "What is on record: tieout credits statement --period 2026-08"
    )
)
def statement(
    *,
    period: str,
    amount: str = "",
    currency: str = "",
    file: Path | None = None,
    by: str = "",
    face: Here,
) -> None:
    """Check one number of an invoice or statement against what was charged and recorded.

    Args:
        period: the period it is about.
        amount: its total; without one the statements on record are compared again.
        currency: its currency.
        file: the statement; its bytes are kept.
        by: who read it.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    checks: tuple[StatementCheck, ...]
    if amount or file is not None:
        if file is None:
            raise InputRefused(
                "STATEMENT_FILE",
                "A statement is shown by its file.",
                remedy="Name the invoice or the statement with: --file FILE",
            )
        checks = (
            check_statement(
                workspace, period, amount=amount, currency=currency, evidence=file, by=by
            ),
        )
    else:
        checks = statement_checks(workspace, period)
    lines = [line for one in checks for line in statement_lines(one, face.width)]
    face.answer(
        "\n" + "\n".join(lines or ["  no statement of that period is on record"]) + "\n",
        {"statements": [statement_json(one) for one in checks]},
    )
