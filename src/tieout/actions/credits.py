"""Prepaid credits: movement lists, balance readings, and what the log says in words (B1, B2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pyarrow.compute as pc

from tieout.actions.opened import file_content
from tieout.actions.ruling_evidence import kept_evidence
from tieout.calendar import instant_text, parse_instant
from tieout.close.legs import records_of
from tieout.close.on_record import latest_imports
from tieout.credits.movement_list import StatedMovement, read_movements
from tieout.credits.movement_text import (
    AccountRow,
    Proposal,
    Sentence,
    proposed,
    read_sentences,
)
from tieout.errors import ConfigurationRefused, InputRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.documents import BalanceReading, Import, MovementList
from tieout.evidence.durable import write_new_file
from tieout.evidence.records import (
    append_once,
    balance_readings,
    imports,
    movement_lists,
    require,
)
from tieout.evidence.redact import redacted
from tieout.intake.feed import Feed
from tieout.metering.reading import read_usage
from tieout.report.credit_csv import proposal_csv
from tieout.vendors_path import vendor_credit_texts
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class ListTaken:
    """A movement list on record."""

    record: MovementList
    movements: tuple[StatedMovement, ...]
    is_new: bool


def import_movements(
    workspace: Workspace,
    file: Path,
    *,
    by: str,
    evidence: Sequence[Path] = (),
    replaces: str = "",
    at: datetime | None = None,
) -> ListTaken:
    """Record a movement list; the whole of it or nothing.

    Args:
        workspace: where it is recorded.
        file: the list.
        by: who stands behind it.
        evidence: receipts that show it; their bytes are kept.
        replaces: the list it corrects.
        at: the time of the entry; now, if it is left out.

    Raises:
        InputRefused: ``MOVEMENT_LIST``, ``MOVEMENT_LINE``, ``MOVEMENT_TWICE``: a row of the log or
            a receipt stands in another list that counts; a file cannot be read.
        ConfigurationRefused: ``MOVEMENT_UNKNOWN``: there is no list of that id.
    """
    require(name=by)
    content = file_content(file)
    movements = read_movements(content, file.name)
    if not movements:
        raise InputRefused(
            "MOVEMENT_LIST", "The movement list is empty.", where=(str(file),),
            remedy="Write a line for each movement below the header.",
        )  # fmt: skip
    known = movement_lists(workspace.log)
    if replaces and replaces not in {one.list_id for one in known}:
        raise ConfigurationRefused(
            "MOVEMENT_UNKNOWN", "There is no movement list of that id that counts.",
            where=(ascii(replaces[:64]),), remedy="List them with: tieout credits list",
        )  # fmt: skip
    same = [one for one in known if one.sha256 == sha256(content)]
    if same:
        # The same bytes are the same movements, whoever brings them and with whatever beside.
        return ListTaken(same[0], movements, is_new=False)
    _require_once(workspace, movements, [one for one in known if one.list_id != replaces])
    objects, names = kept_evidence(workspace, evidence)
    record = MovementList(
        workspace.store.put(content), redacted(file.name), len(movements), by.strip(), objects,
        tuple(redacted(name) for name in names), replaces,
    )  # fmt: skip
    is_new = append_once(workspace.log, record, at or datetime.now(UTC))
    return ListTaken(record, movements, is_new)


def _require_once(
    workspace: Workspace, movements: Sequence[StatedMovement], others: Sequence[MovementList]
) -> None:
    """One movement counts once: nothing that names it stands in two lists."""
    taken = {
        key: other.list_id
        for other in others
        for one in read_movements(workspace.store.get(other.sha256), other.original_name)
        for key in _keys(one)
    }
    twice = [
        f"line {one.line}: {key} stands in list {taken[key]}"
        for one in movements
        for key in _keys(one)
        if key in taken
    ]
    if twice:
        raise InputRefused(
            "MOVEMENT_TWICE",
            "A movement stands in another list already.",
            where=tuple(twice[:10]),
            remedy="Take the line out, or correct the other list with --replaces LIST.",
        )


def _keys(one: StatedMovement) -> list[str]:
    """What names a movement; one that nothing names is told by what it says."""
    found = [f"record {one.record}"] if one.record else []
    found += [f"reference {one.reference}"] if one.reference else []
    return found or [f"{one.kind} of {one.units} units at {one.at.isoformat()}Z"]


def state_balance(
    workspace: Workspace,
    *,
    read_at: str,
    units: str,
    source: str,
    evidence: Path,
    by: str,
    at: datetime | None = None,
) -> tuple[BalanceReading, bool]:
    """Record what the vendor said the balance was.

    Args:
        workspace: where it is recorded.
        read_at: when it was read, RFC 3339.
        units: the balance, in whole units of the vendor.
        source: where it was read, in words.
        evidence: the answer or picture that shows it; its bytes are kept.
        by: who read it.
        at: the time of the entry; now, if it is left out.

    Raises:
        InputRefused: ``BALANCE_UNITS``: no whole number; ``RECORD_FIELD``.
        ConfigurationRefused: ``CFG_INSTANT``.
    """
    require(name=by, source=source)
    moment = parse_instant(read_at, "--at")
    # A comma would be a thousand here and a fraction there.
    if re.fullmatch(r"-?[0-9]{1,12}", units) is None:
        raise InputRefused(
            "BALANCE_UNITS",
            "A balance is a whole number of the vendor's units, of at most 12 digits.",
            where=(ascii(units[:40]),),
            remedy="An amount in money is units times the worth of one; write the units.",
        )
    (digest,), (name,) = kept_evidence(workspace, [evidence])
    record = BalanceReading(
        instant_text(moment), str(int(units)), redacted(source.strip()), digest, redacted(name),
        by.strip(),
    )  # fmt: skip
    return record, append_once(workspace.log, record, at or datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class CreditsOnRecord:
    """The movement lists that count, and every reading of the balance."""

    lists: tuple[MovementList, ...]
    readings: tuple[BalanceReading, ...]


def credits_on_record(workspace: Workspace) -> CreditsOnRecord:
    """What is on record of the prepaid credits, beside the log's own rows."""
    readings = sorted(balance_readings(workspace.log), key=lambda one: one.read_at)
    return CreditsOnRecord(movement_lists(workspace.log), tuple(readings))


@dataclass(frozen=True, slots=True)
class Proposed:
    """What rows about the account seem to say; those that a list confirms already are left out."""

    proposals: tuple[Proposal, ...]
    confirmed: int

    @property
    def open_units(self) -> int:
        """How many proposals nobody could read units from."""
        return sum(1 for one in self.proposals if one.units is None)


def propose_movements(workspace: Workspace, out: Path | None = None) -> Proposed:
    """Read the rows about the account, and write a movement list to be checked.

    Args:
        workspace: whose imports.
        out: a new file for the list; None writes nothing.

    Raises:
        InputRefused: the file exists, or cannot be written.
    """
    confirmed = {
        one.record
        for known in movement_lists(workspace.log)
        for one in read_movements(workspace.store.get(known.sha256), known.original_name)
        if one.record
    }
    rows = [
        found
        for one in latest_imports(imports(workspace.log))
        if one.leg == "usage"
        for found in _account_rows(workspace, one)
    ]
    open_rows = [one for one in rows if one.row.record not in confirmed]
    open_rows.sort(key=lambda one: (one.row.at, one.row.record))
    if out is not None:
        write_new_file(out, proposal_csv(open_rows).encode())
    return Proposed(tuple(open_rows), len(rows) - len(open_rows))


def _account_rows(workspace: Workspace, one: Import) -> list[Proposal]:
    feed = msgspec.convert(one.feed, Feed)
    if feed.movement_text is None:
        return []
    sentences = _sentences(feed)
    charged = feed.charged
    worth = Decimal(charged.unit_value) if charged and charged.unit_value else Decimal(1)
    currency = (charged.currency if charged else None) or ""
    reading = read_usage(
        records_of(workspace.store, one), feed, import_id=one.import_id, first_row_id=0, hasher=None
    )
    about = reading.rows.filter(pc.equal(reading.rows["entry_kind"], "not_usage"))
    names = ("ordinal", "row_type", "occurred_at", "movement_text")
    return [
        proposed(
            AccountRow(f"{one.import_id}:{ordinal}", row_type or "", moment, text or "", currency),
            sentences,
            worth,
        )
        for ordinal, row_type, moment, text in zip(
            *(about[name].to_pylist() for name in names), strict=True
        )
    ]


def _sentences(feed: Feed) -> tuple[Sentence, ...]:
    content = vendor_credit_texts().get(f"{feed.vendor}/credit-texts.toml")
    return () if content is None else read_sentences(content)
