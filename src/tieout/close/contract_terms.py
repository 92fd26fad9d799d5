"""What the contract register says to a calculation, as loaded tables (C3, U2).

Code asks the register, never the vendor: which rules decide a range, and what may not be used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa

from tieout import tables
from tieout.contract.leaning import figures
from tieout.contract.register import ContractItem, Register, Stretch
from tieout.contract.value_form import BILLABLE
from tieout.evidence.documents import Capture, Import

_BILLING: Final = "billing:"


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """The four loaded tables, each empty where no vendor's contract takes part.

    Attributes:
        price_vendor: whose contract each price set stands under.
        usage_vendor: whose log each import is.
        billing_rule: the verified rules of billing.
        contradicted_term: the figure classes that may not be used.
    """

    price_vendor: pa.Table
    usage_vendor: pa.Table
    billing_rule: pa.Table
    contradicted_term: pa.Table

    @property
    def charges_withheld_of(self) -> frozenset[str]:
        """The imports whose charges may not be used: the worth of a unit was contradicted."""
        vendors = {
            row["vendor"]
            for row in self.contradicted_term.to_pylist()
            if row["term"] == "charged:units"
        }
        return frozenset(
            row["import_id"] for row in self.usage_vendor.to_pylist() if row["vendor"] in vendors
        )


NO_CONTRACT: Final = ContractTerms(
    *(
        table.schema.empty_table()
        for table in (
            tables.PRICE_VENDOR, tables.USAGE_VENDOR, tables.BILLING_RULE, tables.CONTRADICTED_TERM,
        )
    )
)  # fmt: skip


def catalog_vendor(capture: Capture) -> str:
    """Whose own catalog a capture is, by the name of its format; empty for a general form."""
    return capture.format.partition("-")[0]


def log_vendor(one: Import) -> str:
    """Whose log an import is, as its feed says; empty where it says nothing."""
    return str(one.feed.get("vendor") or "")


def vendors_used(captures: Iterable[Capture], imports: Iterable[Import]) -> frozenset[str]:
    """Every name that may be a vendor's; names without contract items are harmless."""
    named = {catalog_vendor(one) for one in captures} | {log_vendor(one) for one in imports}
    return frozenset(named - {""})


def contract_terms(
    register: Register,
    captures: Sequence[Capture],
    imports: Sequence[Import],
    price_sets: pa.Table,
) -> ContractTerms:
    """The register as of a run, in the terms of its statements.

    Args:
        register: the items of the vendors of this run, as of its instant.
        captures: the captures the price sets come from.
        imports: the imports of the run.
        price_sets: PRICE_SET.
    """
    known = {one.vendor for one in register.items}
    own = {one.capture_id: catalog_vendor(one) for one in captures if catalog_vendor(one) in known}
    logs = {one.import_id: log_vendor(one) for one in imports if log_vendor(one) in known}
    return replace(
        NO_CONTRACT,
        price_vendor=_price_vendors(price_sets, own, frozenset(own.values()) | set(logs.values())),
        usage_vendor=tables.USAGE_VENDOR.arrow(
            {"import_id": list(logs), "vendor": list(logs.values())}
        ),
        billing_rule=_billing_rules(register),
        contradicted_term=_contradicted(register),
    )


def without_withheld_charges(usage: pa.Table, terms: ContractTerms) -> pa.Table:
    """The usage rows, with the charge unknown where the worth of a unit was contradicted."""
    withheld = terms.charges_withheld_of
    if not withheld:
        return usage
    place = usage.schema.get_field_index("charged_cost")
    kept = [
        None if units is not None and import_id in withheld else cost
        for import_id, units, cost in zip(
            usage.column("import_id").to_pylist(),
            usage.column("charged_units").to_pylist(),
            usage.column("charged_cost").to_pylist(),
            strict=True,
        )
    ]
    field = usage.schema.field(place)
    return usage.set_column(place, field, pa.array(kept, field.type))


def _price_vendors(
    price_sets: pa.Table, own: Mapping[str, str], vendors: frozenset[str]
) -> pa.Table:
    """A price list of a general form stands under the one vendor of the run, if there is one."""
    (only,) = vendors if len(vendors) == 1 else ("",)
    rows: dict[str, list[Any]] = {"price_set_id": [], "vendor": [], "own_catalog": []}
    for price_set_id, capture_id in zip(
        price_sets.column("price_set_id").to_pylist(),
        price_sets.column("capture_id").to_pylist(),
        strict=True,
    ):
        vendor = own.get(capture_id, only)
        if vendor:
            rows["price_set_id"].append(price_set_id)
            rows["vendor"].append(vendor)
            rows["own_catalog"].append(capture_id in own)
    return tables.PRICE_VENDOR.arrow(rows)


def _billing_rules(register: Register) -> pa.Table:
    rules = [
        (item.vendor, kind, stretch, until)
        for item in register.items
        for kind in billing_kinds(item)
        for stretch, until in _stretches(item.stretches)
    ]
    return tables.BILLING_RULE.arrow(
        {
            "vendor": [vendor for vendor, *_ in rules],
            "call_kind": [kind for _, kind, *_ in rules],
            "billable": [stretch.value == BILLABLE for _, _, stretch, _ in rules],
            "holds_from": [_naive(stretch.holds_from) for _, _, stretch, _ in rules],
            "holds_until": [_naive(until) for *_, until in rules],
        }
    )


def billing_kinds(item: ContractItem) -> tuple[str, ...]:
    """The kinds of calls whose billing an item decides."""
    return tuple(
        lean.removeprefix(_BILLING)
        for lean in figures(item.candidate.leans)
        if lean.startswith(_BILLING)
    )


def _stretches(found: Sequence[Stretch]) -> Iterator[tuple[Stretch, datetime | None]]:
    """Each verified value with the instant the next one begins at."""
    yield from ((one, following.holds_from) for one, following in pairwise(found))
    if found:
        yield found[-1], None


def _contradicted(register: Register) -> pa.Table:
    """The figure classes that may not be used; a billing rule that fell makes a range again."""
    terms = sorted(
        {
            (item.vendor, lean)
            for item in register.leaning(status="contradicted")
            for lean in figures(item.candidate.leans)
            if not lean.startswith(_BILLING)
        }
    )
    return tables.CONTRADICTED_TERM.arrow(
        {"vendor": [vendor for vendor, _ in terms], "term": [term for _, term in terms]}
    )


def _naive(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
