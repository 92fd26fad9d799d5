"""Stored inputs: from digests in the evidence store to the typed tables of the calculation.

A run and its verification read the same way: the settings, mapping and exclusions as bytes, the
captures and imports by their records in the log. Nothing outside the store takes part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from tieout.close.calculation import Inputs
from tieout.close.captured_prices import SignedPrices, captured_source, declared_starts
from tieout.close.contract_terms import (
    contract_terms,
    vendors_used,
    without_withheld_charges,
)
from tieout.close.count_inputs import count_tables
from tieout.close.credit_inputs import covered, stated_movements
from tieout.close.fetched_log import FetchedLog, fetched_logs
from tieout.close.left_items import LeftBy, carried_items
from tieout.close.legs import LegCount, counted_leg, read_ledger_leg, read_usage_leg
from tieout.close.prepaid_pool import PoolBefore, pool_before
from tieout.close.seen_groups import SeenBefore
from tieout.contract.register import Register, read_register
from tieout.evidence.canonical import short_id
from tieout.evidence.documents import (
    BalanceReading,
    Capture,
    Contradiction,
    CountList,
    Declaration,
    Import,
    MovementList,
    Resolution,
    VendorCount,
    Verification,
)
from tieout.evidence.pool_entries import PoolOpening, Posting
from tieout.evidence.store import EvidenceStore
from tieout.findings import Finding
from tieout.mapping.alias import Alias, alias_table, read_mapping
from tieout.mapping.standing import Standing, standing
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
        count_lists: the lists of a vendor's counts that count.
        vendor_counts: the readings of a vendor's own sums that meet the period.
        postings: the journals that were posted; in a run, the one up to the start of its period.
        pool_openings: what was stated of the pool; in a run, at that instant.
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
    count_lists: tuple[CountList, ...] = ()
    vendor_counts: tuple[VendorCount, ...] = ()
    postings: tuple[Posting, ...] = ()
    pool_openings: tuple[PoolOpening, ...] = ()

    def __post_init__(self) -> None:
        """Whatever takes part comes through here: what a rehearsal captured stays out."""
        object.__setattr__(self, "captures", counted(self.captures, self.settings))


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
    pool_before: PoolBefore = field(default_factory=PoolBefore)

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
    leg = read_usage_leg(store, usage, as_of)
    logs = fetched_logs(store, usage)
    ledger_rows, ledger_quarantine = read_ledger_leg(store, ledger)
    mapped = standing(in_file, stored.rulings).aliases
    roles = price_roles(store, stored, models_in_use(mapped, leg.rows))
    book = roles.book
    mapping = standing(in_file, stored.rulings, roles.source_model_ids)
    usage_count = counted_leg(usage, leg.rows, leg.quarantined, "usage")
    ledger_count = counted_leg(ledger, ledger_rows, ledger_quarantine, "ledger")
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
            counts=count_tables(
                store,
                usage,
                lists=stored.count_lists,
                sums=stored.vendor_counts,
                vendors=stored.vendors,
                zone_name=stored.settings.zone,
            ),
        ),
        book,
        mapping,
        exclusions,
        estimates,
        pa.concat_tables([leg.quarantined, ledger_quarantine]),
        usage_count,
        ledger_count,
        fetched=logs,
        pool_before=pool_before(store, stored.postings, stored.pool_openings),
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
