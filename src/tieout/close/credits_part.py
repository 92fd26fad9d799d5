"""The prepaid credits as a report states them: movements, the proof, what is open (B1, B2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.money import EXACT, plain

_SHOWN: Final = 50
_WHERE: Final = 8


def credits_part(
    figures: Figures, *, waiting: int = 0, logs: Sequence[str] = ()
) -> dict[str, Any] | None:
    """The credits of a run for ``report.json``; null for a log that counts no units.

    Args:
        figures: the summaries of the run.
        waiting: balance readings later than what is on record of the log.
        logs: the feeds that count units; the proof takes them as one account.
    """
    totals = figures["movement_totals"]
    (proof,) = figures["balance_proof"]
    read = proof["opening_at"] is not None or proof["closing_at"] is not None
    if not totals and not (read or waiting) and not figures["account_rows"]:
        return None
    worth = unit_value(figures)
    (unknown,) = figures["unknown_movements"]
    return {
        "state": state_of(figures),
        "unit_value": None if worth is None else plain(worth),
        "opening": _side(proof, "opening", worth),
        "closing": _side(proof, "closing", worth),
        "moved_units": plain(proof["moved_units"]),
        "unexplained_units": _text(proof["unexplained_units"]),
        "unexplained": _money(proof["unexplained_units"], worth),
        "movements": [_total(row, worth) for row in totals],
        "use": [
            {
                "cost_center": row["cost_center"],
                "units": plain(row["units"]),
                "requests": int(row["requests"]),
                "refunds": int(row["refunds"]),
            }
            for row in figures["pool_use"]
        ],
        **_around(figures),
        "unconfirmed": [
            {
                "record": row["record"],
                "row_type": row["row_type"],
                "at": _instant(row["moved_at"]),
                "text": row["movement_text"],
            }
            for row in figures["account_rows"][:_SHOWN]
        ],
        "unconfirmed_of": len(figures["account_rows"]),
        "stated": [_stated(row) for row in figures["stated_movements"][:_SHOWN]],
        "stated_of": len(figures["stated_movements"]),
        "doubts": [*_one_account(logs), *_waiting(waiting), *_doubts(figures, unknown)],
    }


def _total(row: Mapping[str, Any], worth: Decimal | None) -> dict[str, Any]:
    return {
        "window": row["movement_window"],
        "kind": row["kind"],
        "funding": row["funding"],
        "movements": int(row["movements"]),
        "units": plain(row["units"]),
        "money": _money(row["units"], worth),
        "charged_units": plain(row["charged_units"]),
    }


def _around(figures: Figures) -> dict[str, Any]:
    """What was under way at a reading or at the close."""
    return {
        "open_at_reading": [
            {"reading": row["reading"], "calls": int(row["calls"]), "units": _text(row["units"])}
            for row in figures["open_at_reading"]
        ],
        "tasks_across": [
            {
                "task_id": row["task_id"],
                "taken_at": _instant(row["taken_at"]),
                "taken_units": plain(row["taken_units"]),
                "settled_at": _instant(row["settled_at"]),
                "settled_units": plain(row["settled_units"]),
            }
            for row in figures["tasks_across"][:_SHOWN]
        ],
        "tasks_across_of": len(figures["tasks_across"]),
    }


def state_of(figures: Figures) -> str:
    """``proved`` to the unit, ``unexplained``, or ``not_read``: a balance is lacking."""
    (proof,) = figures["balance_proof"]
    if proof["unexplained_units"] is None:
        return "not_read"
    return "unexplained" if proof["unexplained_units"] else "proved"


def unit_value(figures: Figures) -> Decimal | None:
    """What one unit is worth, where every log that counts units says the same."""
    worths = {row["unit_value"] for row in figures["unit_values"]}
    return worths.pop() if len(worths) == 1 else None


def _side(proof: Mapping[str, Any], side: str, worth: Decimal | None) -> dict[str, Any]:
    return {
        "read_at": _instant(proof[f"{side}_at"]),
        "read_units": _text(proof[f"{side}_read_units"]),
        "units": _text(proof[f"{side}_units"]),
        "money": _money(proof[f"{side}_units"], worth),
    }


def _stated(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "list_id": row["list_id"],
        "line": int(row["line"]),
        "at": _instant(row["moved_at"]),
        "window": row["movement_window"],
        "kind": row["kind"],
        "units": plain(row["units"]),
        "cash": _text(row["cash"]),
        "currency": row["currency"],
        "reference": row["reference"],
        "record": row["record"],
    }


def _one_account(logs: Sequence[str]) -> list[str]:
    """Two feeds may be two accounts, or one account read twice; either would prove nothing."""
    if len(logs) < 2:
        return []
    return [f"The rows of {len(logs)} feeds are taken as one account: {', '.join(logs)}."]


def _waiting(readings: int) -> list[str]:
    """Readings that the fetched log does not reach."""
    if not readings:
        return []
    said = plural(readings, "balance reading waits", "balance readings wait")
    return [f"{said} until the log is fetched up to its time."]


def _doubts(figures: Figures, unknown: Mapping[str, Any]) -> list[str]:
    """What the proof cannot see, in sentences; each is a row that may hold a movement."""
    found = []
    quarantined = figures.usage_states["quarantined"]
    if quarantined:
        found.append(f"{plural(quarantined, 'record waits', 'records wait')} in quarantine unread.")
    if int(unknown["in_conflict"]):
        rows = plural(int(unknown["in_conflict"]), "row stands", "rows stand")
        found.append(f"{rows} under an id that another row has as well; all of them are counted.")
    if int(unknown["without_units"]):
        found.append(
            f"{plural(int(unknown['without_units']), 'row states', 'rows state')} no units."
        )
    if figures["account_rows"]:
        rows = plural(len(figures["account_rows"]), "row", "rows")
        found.append(f"{rows} about the account were confirmed by nobody.")
    return found


def credit_findings(figures: Figures) -> Iterator[Finding]:
    """A proof that fails, and rows about the account that nobody confirmed."""
    owner = FIRST_OWNER[Bucket.TIMING]
    (proof,) = figures["balance_proof"]
    if state_of(figures) == "unexplained":
        yield Finding(
            "BALANCE_UNEXPLAINED", Kind.BOOKING, Severity.OPEN, owner, unexplained_words(figures),
            where=(
                f"opening read {_instant(proof['opening_at'])}",
                f"closing read {_instant(proof['closing_at'])}",
            ),
        )  # fmt: skip
    rows = figures["account_rows"]
    if rows:
        yield Finding(
            "MOVEMENT_UNCONFIRMED", Kind.BOOKING, Severity.NOTE, owner,
            "Rows of the log about the account say in words what moved; no movement list confirms"
            " them. Start one: tieout credits propose --out FILE.",
            len(rows),
            tuple(f"record {row['record']}" for row in rows[:_WHERE]),
        )  # fmt: skip


def failed_proofs(figures: Figures) -> tuple[str, ...]:
    """The sentence that holds a run, where the balance proof fails (D19)."""
    return (unexplained_words(figures),) if state_of(figures) == "unexplained" else ()


def unexplained_words(figures: Figures) -> str:
    """What the balance proof leaves unexplained, as a sentence."""
    (proof,) = figures["balance_proof"]
    units = proof["unexplained_units"]
    money = _money(abs(units), unit_value(figures))
    worth = "" if money is None else f" ({money} in money)"
    return (
        f"The balance proof fails: {plural(int(abs(units)), 'unit')}{worth}"
        f" {'came' if units > 0 else 'went'} that no movement explains."
    )


def _money(units: Decimal | None, worth: Decimal | None) -> str | None:
    """Units in money, exactly."""
    if units is None or worth is None:
        return None
    return plain(EXACT.multiply(units, worth))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat()}Z"
