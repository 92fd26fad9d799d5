"""Stored inputs: from digests in the evidence store to the typed tables of the calculation.

A run and its verification read the same way: the settings, mapping and exclusions as bytes, the
captures and imports by their records in the log. Nothing outside the store takes part.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieout import tables
from tieout.close.calculation import Inputs
from tieout.close.captured_prices import SignedPrices, captured_source, declared_starts
from tieout.close.contract_terms import (
    contract_terms,
    vendors_used,
    without_withheld_charges,
)
from tieout.close.credit_inputs import covered, stated_movements
from tieout.close.fetched_log import FetchedLog, fetched_logs
from tieout.close.left_items import LeftBy, carried_items
from tieout.close.seen_groups import SeenBefore
from tieout.contract.register import Register, read_register
from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import short_id
from tieout.evidence.documents import (
    BalanceReading,
    Capture,
    Contradiction,
    Declaration,
    Import,
    MovementList,
    Resolution,
    Verification,
)
from tieout.evidence.store import EvidenceStore
from tieout.findings import Finding
from tieout.intake.feed import Feed
from tieout.ledger.reading import read_ledger
from tieout.mapping.alias import Alias, alias_table, read_mapping
from tieout.mapping.standing import Standing, standing
from tieout.metering.frozen import distinct_charges
from tieout.metering.reading import read_usage
from tieout.people.replay import Replay
from tieout.pricebook.book import PriceBook, build_price_book
from tieout.pricebook.source_roles import Roles, SettledPrice, with_roles
from tieout.rating.estimate import Estimates, estimate_table, estimates_of
from tieout.rating.exclusion import (
    Exclusions,
    exclusion_table,
    exclusions_of,
    read_exclusions,
)
from tieout.vendors_path import VendorFacts
from tieout.workspace.rehearsal import counted
from tieout.workspace.settings import Settings


@dataclass(frozen=True, slots=True)
class StoredInputs:
    """Everything a run reads, by record and by bytes.

    Attributes:
        settings: the checked settings.
        mapping: bytes of the mapping table.
        exclusions: bytes of the exclusion rules.
        captures: every capture on record.
        declarations: every declared start.
        imports: the imports of the run, both legs.
        vendors: the vendor facts the run leans on, as they were when it ran.
        verifications: every verification of a contract item.
        contradictions: every contradiction of one.
        resolutions: every resolution of a source conflict.
        rulings: everything that people signed, as it stood when the run began.
        seen: the cause groups that earlier runs left.
        left: the earlier runs whose unmatched items take part.
        movement_lists: the movement lists that count.
        balances: every reading of the vendor's balance.
    """

    settings: Settings
    mapping: bytes
    exclusions: bytes
    captures: tuple[Capture, ...]
    declarations: tuple[Declaration, ...]
    imports: tuple[Import, ...]
    vendors: VendorFacts
    verifications: tuple[Verification, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    rulings: Replay = field(default_factory=Replay)
    seen: SeenBefore = field(default_factory=SeenBefore)
    left: tuple[LeftBy, ...] = ()
    movement_lists: tuple[MovementList, ...] = ()
    balances: tuple[BalanceReading, ...] = ()

    def __post_init__(self) -> None:
        """Whatever takes part comes through here: what a rehearsal captured stays out."""
        object.__setattr__(self, "captures", counted(self.captures, self.settings))


@dataclass(frozen=True, slots=True)
class LegCount:
    """The records of one leg, counted twice, and what waits in quarantine.

    Attributes:
        received: records the framer counted.
        recounted: records the second counter found.
        quarantined: records that could not be framed or read.
        readings: records that became typed rows.
    """

    received: int
    recounted: int
    quarantined: int
    readings: int


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The typed inputs, and what was learned while reading them."""

    inputs: Inputs
    book: PriceBook
    mapping: Standing
    exclusions: Exclusions
    estimates: Estimates
    quarantine: pa.Table
    usage_count: LegCount
    ledger_count: LegCount
    notes: tuple[str, ...] = field(default_factory=tuple)
    fetched: tuple[FetchedLog, ...] = ()

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """The rows of the mapping that take part."""
        return self.mapping.aliases

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the price book found while it was built."""
        return self.book.findings


def read_witnesses(
    store: EvidenceStore, stored: StoredInputs, as_of: datetime | None = None
) -> Witnesses:
    """Read the three witnesses from stored bytes, as a run sees them from its instant (D23).

    Raises:
        IntegrityRefused: ``CONSERVATION`` when the records of a leg do not add up, ``EV_OBJECT``
            when stored bytes are not what their digest says.
    """
    in_file = read_mapping(stored.mapping, "mapping.csv")
    rules = read_exclusions(stored.exclusions, "exclusions.csv")
    exclusions = exclusions_of(rules, stored.rulings)
    estimates = estimates_of(stored.rulings, stored.settings.zone)
    usage = [one for one in stored.imports if one.leg == "usage"]
    ledger = [one for one in stored.imports if one.leg == "ledger"]
    leg = _read_usage(store, usage, as_of)
    logs = fetched_logs(store, usage)
    ledger_rows, ledger_quarantine = _read_ledger(store, ledger)
    mapped = standing(in_file, stored.rulings).aliases
    roles = price_roles(store, stored, models_in_use(mapped, leg.rows))
    book = roles.book
    mapping = standing(in_file, stored.rulings, roles.source_model_ids)
    usage_count = _counted(usage, leg.rows, leg.quarantined, "usage")
    ledger_count = _counted(ledger, ledger_rows, ledger_quarantine, "ledger")
    contract = contract_terms(
        register_of_run(stored, as_of), stored.captures, stored.imports, book.price_sets
    )
    return Witnesses(
        Inputs(
            usage=without_withheld_charges(leg.rows, contract),
            ledger=ledger_rows,
            recorded_meters=leg.recorded_meters,
            price_sets=book.price_sets,
            price_lines=pa.concat_tables([book.price_lines, book.waiting_lines]),
            aliases=alias_table(mapping.aliases),
            exclusions=exclusion_table(exclusions.rules),
            meter_estimates=estimate_table(estimates.counting),
            usage_waiting=leg.quarantined.num_rows,
            waiting_prices=book.waiting,
            contract=contract,
            check_sets=roles.check_sets,
            resolved_pairs=roles.resolved_pairs,
            carried_items=carried_items(store, stored.left),
            charges=leg.charges,
            stated_movements=stated_movements(store, stored.movement_lists),
            balances=covered(stored.balances, logs),
            frozen=leg.frozen,
        ),
        book,
        mapping,
        exclusions,
        estimates,
        pa.concat_tables([leg.quarantined, ledger_quarantine]),
        usage_count,
        ledger_count,
        fetched=logs,
    )


def register_of_run(stored: StoredInputs, as_of: datetime | None) -> Register:
    """The contract items of the vendors of a run, as of its instant; nothing without one."""
    used = vendors_used(stored.captures, stored.imports) if as_of else frozenset()
    return read_register(
        stored.vendors,
        used,
        stored.verifications,
        stored.contradictions,
        as_of or datetime.now(UTC),
    )


def price_roles(
    store: EvidenceStore, stored: StoredInputs, in_use: Collection[str] | None = None
) -> Roles:
    """The price book of the sources that price, what the others state, and what was settled."""
    book = _price_book(store, stored, in_use)
    return by_roles(book, stored.settings, stored.captures, stored.resolutions)


def by_roles(
    book: PriceBook,
    settings: Settings,
    captures: Sequence[Capture],
    resolutions: Sequence[Resolution],
) -> Roles:
    """A price book of all sources by what each of them does, with what was settled."""
    checks = settings.cross_check.check
    # A source that checks prices nothing, so that nothing of it waits to be priced by.
    checking = [one.capture_id for one in captures if one.source_name in checks]
    mine = pc.is_in(book.waiting.column("capture_id"), pa.array(checking, pa.string()))
    priced = replace(book, waiting=book.waiting.filter(pc.invert(mine)))
    return with_roles(priced, checks, settled_prices(resolutions))


def models_in_use(aliases: Sequence[Alias], usage: pa.Table) -> frozenset[str]:
    """The models that are used or mapped: only their changes need an approval (D27)."""
    used = {name for name in usage.column("model_as_logged").unique().to_pylist() if name}
    return frozenset(used | {alias.source_model_id for alias in aliases})


def settled_prices(resolutions: Sequence[Resolution]) -> tuple[SettledPrice, ...]:
    """The resolutions, model by model, as the price book applies them."""
    return tuple(
        SettledPrice(
            resolution_id(one),
            model.source_model_id,
            model.kept.source_name,
            model.kept.terms_digest,
            model.other.source_name,
            model.other.terms_digest,
        )
        for one in resolutions
        for model in one.models
    )


def resolution_id(resolution: Resolution) -> str:
    """The name of a resolution: the first 12 hexadecimal digits of its digest."""
    return short_id(resolution)


def _price_book(
    store: EvidenceStore, stored: StoredInputs, in_use: Collection[str] | None
) -> PriceBook:
    signed = SignedPrices.of(stored.rulings)
    captured = [
        captured_source(capture, store.get, stored.settings, stored.vendors, signed)
        for capture in stored.captures
    ]
    return build_price_book(captured, declared_starts(stored.declarations, signed), in_use)


@dataclass(frozen=True, slots=True)
class _UsageLeg:
    """The usage of all imports together."""

    rows: pa.Table
    quarantined: pa.Table
    recorded_meters: pa.Table
    charges: pa.Table
    frozen: pa.Table


def _read_usage(
    store: EvidenceStore, imports: Sequence[Import], as_of: datetime | None
) -> _UsageLeg:
    readings, waiting, first = [], [_empty(tables.QUARANTINE)], 0
    for one in imports:
        reading = read_usage(
            records_of(store, one),
            msgspec.convert(one.feed, Feed),
            import_id=one.import_id,
            first_row_id=first,
            as_of=as_of,
        )
        first += reading.rows.num_rows
        readings.append(reading)
        waiting += [reading.quarantined, _quarantine_of(store, one)]
    return _UsageLeg(
        _together(tables.USAGE_READING, (one.rows for one in readings)),
        pa.concat_tables(waiting),
        _together(tables.RECORDED_METER, (one.recorded_meters for one in readings)),
        _together(tables.CHARGE_READING, (one.charges for one in readings)),
        distinct_charges(_together(tables.FROZEN_CHARGE, (one.frozen for one in readings))),
    )


def _together(declared: tables.Table, parts: Iterable[pa.Table]) -> pa.Table:
    return pa.concat_tables([_empty(declared), *parts])


def _read_ledger(store: EvidenceStore, imports: Sequence[Import]) -> tuple[pa.Table, pa.Table]:
    rows, quarantined = [_empty(tables.LEDGER_READING)], [_empty(tables.QUARANTINE)]
    first = 0
    for one in imports:
        reading = read_ledger(
            records_of(store, one),
            msgspec.convert(one.feed, Feed),
            import_id=one.import_id,
            first_row_id=first,
        )
        first += reading.rows.num_rows
        rows.append(reading.rows)
        quarantined += [reading.quarantined, _quarantine_of(store, one)]
    return pa.concat_tables(rows), pa.concat_tables(quarantined)


def records_of(store: EvidenceStore, one: Import) -> pa.Table:
    """The framed records of an import, from stored bytes."""
    return pq.read_table(io.BytesIO(store.get(one.records_object)))


def _quarantine_of(store: EvidenceStore, one: Import) -> pa.Table:
    return pq.read_table(io.BytesIO(store.get(one.quarantine_object))).cast(
        tables.QUARANTINE.schema
    )


def _counted(
    imports: Sequence[Import], rows: pa.Table, quarantined: pa.Table, leg: str
) -> LegCount:
    """The conservation equation of one leg, both counters against what is there (L2)."""
    count = LegCount(
        received=sum(one.records_framed for one in imports),
        recounted=sum(one.records_recounted for one in imports),
        quarantined=quarantined.num_rows,
        readings=rows.num_rows,
    )
    if not count.received == count.recounted == count.quarantined + count.readings:
        raise IntegrityRefused(
            "CONSERVATION",
            f"The records of the {leg} leg do not add up.",
            where=(
                f"counted {count.received:,}, recounted {count.recounted:,}",
                f"quarantined {count.quarantined:,}, read {count.readings:,}",
            ),
            remedy="Nothing was published. Import the file again; if it repeats, report it.",
        )
    return count


def _empty(table: tables.Table) -> pa.Table:
    return table.schema.empty_table()
