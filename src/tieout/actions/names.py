"""Model names: which of usage and books are exact ids, which are mapped, which are not (M1-M4).

The same statement decides here as in a run. A suggestion is a sentence for a person; it maps
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from tieout import tables
from tieout.actions.mapping_proposal import Proposed
from tieout.actions.suggested import first_seen, pricing_unit, suggested_rows
from tieout.close.on_record import inputs_on_record
from tieout.close.stored import Witnesses, read_witnesses
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement
from tieout.evidence.documents import Leg
from tieout.mapping.alias import Alias, merges
from tieout.mapping.standing import WaitingRow
from tieout.mapping.suggestion import Suggestion, suggestions
from tieout.workspace.layout import Workspace

Standing = Literal[
    "exact",
    "exact, no price in force",
    "alias",
    "mapped to an id without a price",
    "unmapped",
]

_COUNTED: Final = (
    "SELECT m.leg, s.name, m.resolved_by, m.source_model_id, count(*) AS name_rows"
    " FROM model_resolution AS m JOIN seen AS s ON s.leg = m.leg AND s.row_id = m.row_id"
    " GROUP BY m.leg, s.name, m.resolved_by, m.source_model_id"
    " ORDER BY name_rows DESC, m.leg, s.name, m.resolved_by, m.source_model_id"
)


@dataclass(frozen=True, slots=True)
class SeenName:
    """A model name as it stands in one leg, and what became of it.

    Attributes:
        leg: usage or ledger.
        name: byte for byte; none for rows without a name.
        standing: exact, exact without a price at that time, alias, alias of an id that no approved
            capture prices, or unmapped.
        source_model_id: what it resolves to.
        rows: in how many rows.
    """

    leg: Leg
    name: str | None
    standing: Standing
    source_model_id: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class MappingCheck:
    """The mapping table against the names that were seen.

    Attributes:
        rows: how many rows the mapping has; they are well formed, dated and unambiguous.
        signed: how many of them are signed; 0 while nobody is enrolled.
        seen: every name of both legs.
        without_price: rows whose source model id no approved capture prices.
        merging: rows that map one source model id onto another (M3).
        waiting: rows that take no part, each with the signature it waits for.
        suggestions: for the unmapped names; nothing is applied.
        month: the month of the reporting zone with the most usage; none without usage.
    """

    rows: int
    signed: int
    seen: tuple[SeenName, ...]
    without_price: tuple[Alias, ...]
    merging: tuple[Alias, ...]
    waiting: tuple[WaitingRow, ...]
    suggestions: tuple[Suggestion, ...]
    month: str | None

    @property
    def next_command(self) -> str:
        """The run of the month that is at hand, or what a run still lacks."""
        unsigned = {one.code for one in self.waiting if one.line and not one.ruling_id}
        if unsigned:
            merge = " --merge" if unsigned == {"MAP_MERGE"} else ""
            return f"tieout mapping approve{merge} --key FILE --reason TEXT"
        if self.month is None:
            return "tieout usage import FILE --by NAME"
        return f"tieout run --period {self.month}"


def check_mapping(workspace: Workspace) -> MappingCheck:
    """Check the mapping table and resolve every imported name with it.

    Raises:
        ConfigurationRefused: the mapping table cannot be used.
    """
    stored = inputs_on_record(workspace)
    witnesses = read_witnesses(workspace.store, stored)
    ids = frozenset(witnesses.inputs.price_sets.column("source_model_id").to_pylist())
    seen = tuple(_seen(witnesses, ids))
    aliases = witnesses.aliases
    unmapped = {one.name for one in seen if one.standing == "unmapped" and one.name}
    return MappingCheck(
        rows=len(aliases),
        signed=sum(1 for one in aliases if one.ruling_id),
        seen=seen,
        without_price=tuple(a for a in aliases if a.source_model_id not in ids),
        merging=merges(aliases, ids),
        waiting=witnesses.mapping.waiting,
        suggestions=suggested_rows(
            tuple(suggestions(sorted(unmapped), sorted(ids))), witnesses.inputs, stored.mapping
        ),
        month=_month(witnesses, workspace.settings.zone),
    )


def propose_mapping(workspace: Workspace, top: int) -> tuple[Proposed, ...]:
    """Every unmapped name with the ids it may mean, those in most rows first.

    Args:
        workspace: the workspace.
        top: how many ids for each name at most.

    Raises:
        ConfigurationRefused: the mapping table cannot be used.
    """
    witnesses = read_witnesses(workspace.store, inputs_on_record(workspace))
    inputs = witnesses.inputs
    ids = frozenset(inputs.price_sets.column("source_model_id").to_pylist())
    rows: Counter[str] = Counter()
    for one in _seen(witnesses, ids):
        if one.standing == "unmapped" and one.name:
            rows[one.name] += one.rows
    found: dict[str, list[Suggestion]] = {}
    for said in suggestions(sorted(rows), sorted(ids), top):
        found.setdefault(said.name, []).append(said)
    return tuple(
        Proposed(
            name,
            count,
            first_seen(name, inputs),
            tuple(found.get(name, ())),
            pricing_unit(found[name][0].source_model_id, inputs) if name in found else "",
        )
        for name, count in sorted(rows.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _month(witnesses: Witnesses, zone: str) -> str | None:
    moments = witnesses.inputs.usage.column("occurred_at")
    local = pc.local_timestamp(
        moments.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", zone))
    )
    months = Counter(zip(pc.year(local).to_pylist(), pc.month(local).to_pylist(), strict=True))
    if not months:
        return None
    year, month = max(months, key=lambda one: (months[one], one))
    return f"{year}-{month:02}"


def _seen(witnesses: Witnesses, ids: frozenset[str]) -> Iterator[SeenName]:
    inputs = witnesses.inputs
    usage = inputs.usage.select(["row_id", "model_as_logged", "occurred_at"])
    ledger = inputs.ledger.select(["row_id", "model_as_recorded", "posted_at"])
    engine = DuckDBEngine()
    try:
        engine.load("usage_record", usage)
        engine.load("ledger_record", ledger)
        engine.load(tables.PRICE_SET.name, inputs.price_sets)
        engine.load(tables.ALIAS.name, inputs.aliases)
        engine.load("seen", _names(usage, ledger))
        for path in ("pricebook/price_in_force", "mapping/model_resolution"):
            engine.run(statement(path))
        counted: list[dict[str, Any]] = engine.fetch(_COUNTED).to_pylist()
    finally:
        engine.close()
    for row in counted:
        standing: Standing = row["resolved_by"] or "unmapped"
        if standing == "alias" and row["source_model_id"] not in ids:
            standing = "mapped to an id without a price"
        yield SeenName(row["leg"], row["name"], standing, row["source_model_id"], row["name_rows"])


def _names(usage: pa.Table, ledger: pa.Table) -> pa.Table:
    parts = [
        pa.table({"leg": pa.repeat(leg, len(table)), "row_id": table[0], "name": table[1]})
        for leg, table in (("usage", usage), ("ledger", ledger))
    ]
    return pa.concat_tables(parts)
