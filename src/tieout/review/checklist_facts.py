"""What the machine knows when the checklist is answered (A1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SecondSource:
    """What the cross-check of prices found (P4).

    Attributes:
        declared: the sources declared to check.
        in_force: whether an approved capture of one is in force in the period.
        waiting_models: models whose price is disputed, and not settled.
        resolved_models: models whose dispute was settled with evidence.
        single_models: models of which some money has no second source.
        money: currency, money a second source agrees with, and all priced money.
        required: the share the policy asks for; none asks for none.
    """

    declared: Sequence[str] = ()
    in_force: bool = False
    waiting_models: int = 0
    resolved_models: int = 0
    single_models: int = 0
    money: Sequence[tuple[str, Decimal, Decimal]] = ()
    required: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FetchedFacts:
    """What was fetched of the vendors' own logs, for the period.

    Attributes:
        feeds: the feeds that read them.
        lacking: stretches of the period that such a log does not hold whole.
        empty_days: days without usage that they hold whole: the vendor recorded none.
    """

    feeds: Sequence[str] = ()
    lacking: Sequence[str] = ()
    empty_days: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CountFacts:
    """What independent counts of the vendors say of the period (U6, D17).

    Attributes:
        counts: the counts, by name.
        whole: whether the rows of every feed are counted over the whole period.
        cells: how many counts were held against our rows.
        explained: how many of them a known trap explains.
        differing: days and models where nothing explains the difference, the first of them.
        differing_cells: how many such counts there are.
        meters: what is counted.
    """

    counts: Sequence[str] = ()
    whole: bool = False
    cells: int = 0
    explained: int = 0
    differing: Sequence[str] = ()
    differing_cells: int = 0
    meters: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AdjustmentFacts:
    """The manual adjustments of the period (A4).

    Attributes:
        in_force: how many have every signature they need.
        lacking: ids of those in force without owner, reason or evidence.
        waiting: ids of those that wait for a signature.
    """

    in_force: int = 0
    lacking: Sequence[str] = ()
    waiting: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ChecklistFacts:
    """What the machine knows when the checklist is answered.

    Attributes:
        captures: approved captures that priced something in this run.
        captures_without_place: of these, how many lack a source address or an access time.
        contract_items: contract items of the vendors whose prices or logs are read.
        leaned_items: of these, those a figure of this run leans on, each with its status.
        gap_days: days of the period without a usage row between days that have some.
        usage_days: days of the period with usage rows.
        shared_origin: usage and ledger, or usage and charge, come from one file (D17).
        rows_without_environment: usage rows that name no environment.
        test_rows_counted: rows of another environment than production inside the totals.
        unclassified_rows: rows whose outcome is unclassified.
        outcomes: rows per outcome.
        unmapped_rows: rows without a source model id.
        not_rated_rows: rows that are mapped but not rated.
        calculation_version: the version in force.
        rounding: the declared rounding, in words.
        open_lines: lines that differ.
        unfiled_lines: lines that differ and stand in no bucket.
        statements: statements whose digests the manifest names.
        second_source: what the cross-check of prices found.
        fetched: what was fetched of the vendors' own logs.
        adjustments: the manual adjustments of the period.
        counted: what independent counts say.
    """

    captures: int
    captures_without_place: int
    contract_items: int
    leaned_items: Mapping[str, str]
    gap_days: Sequence[str]
    usage_days: int
    shared_origin: bool
    rows_without_environment: int
    test_rows_counted: int
    unclassified_rows: int
    outcomes: dict[str, int]
    unmapped_rows: int
    not_rated_rows: int
    calculation_version: str
    rounding: str
    open_lines: int
    unfiled_lines: int
    statements: int
    second_source: SecondSource = SecondSource()
    fetched: FetchedFacts = FetchedFacts()
    adjustments: AdjustmentFacts = AdjustmentFacts()
    counted: CountFacts = CountFacts()
