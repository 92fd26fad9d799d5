"""What a run rests on: the configuration put into the store, and what the log holds (K1)."""

from __future__ import annotations

from datetime import datetime

from tieout.close.captured_prices import SignedPrices, is_approved
from tieout.close.manifest import (
    StoredObjects,
)
from tieout.close.stored import StoredInputs
from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import Import
from tieout.evidence.log import LogRead
from tieout.evidence.records import (
    balance_readings,
    captures,
    contradictions,
    count_lists,
    declarations,
    imports,
    movement_lists,
    pool_openings,
    postings,
    resolutions,
    vendor_counts,
    verifications,
)
from tieout.people.record import rulings_until
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace


def inputs_on_record(
    workspace: Workspace, known_at: datetime | None = None, log: LogRead | None = None
) -> StoredInputs:
    """What a run of this workspace would read; nothing is written.

    Prices, approvals, declarations, roll-backs and rulings are those on record at ``known_at``, all
    of one state of the log: the given reading of it, or one that is made now.
    """
    log = log or workspace.log.read()
    return StoredInputs(
        settings=workspace.settings,
        mapping=workspace.mapping_path.read_bytes(),
        exclusions=workspace.exclusions_path.read_bytes(),
        captures=captures(log, known_at),
        declarations=declarations(log, known_at),
        imports=latest_imports(imports(log)),
        vendors=vendor_facts(),
        verifications=verifications(log, known_at),
        contradictions=contradictions(log, known_at),
        resolutions=resolutions(log, known_at),
        rulings=rulings_until(log, None, known_at),
        movement_lists=movement_lists(log, known_at),
        balances=balance_readings(log, known_at),
        count_lists=count_lists(log, known_at),
        vendor_counts=vendor_counts(log, known_at),
        postings=postings(log, known_at),
        pool_openings=pool_openings(log, known_at),
    )


def store_inputs(
    workspace: Workspace, known_at: datetime | None = None, log: LogRead | None = None
) -> tuple[StoredInputs, StoredObjects]:
    """Put the configuration into the store, so that the run rests on stored bytes alone (K1)."""
    stored, put = inputs_on_record(workspace, known_at, log), workspace.store.put
    objects = StoredObjects(
        settings=put(workspace.settings_content),
        mapping=put(stored.mapping),
        exclusions=put(stored.exclusions),
        vendors={place: put(content) for place, content in stored.vendors.items()},
    )
    return stored, objects


def latest_imports(found: tuple[Import, ...]) -> tuple[Import, ...]:
    """The imports a run reads: the newest of each file and leg, without those that are replaced."""
    latest = {(one.leg, one.sha256): one for one in found}
    replaced = {one.replaces for one in found}
    return tuple(
        one for one in found if latest[one.leg, one.sha256] is one and one.import_id not in replaced
    )


def require_witnesses(stored: StoredInputs, *, known_later: bool) -> None:
    """Refuse to run without prices, usage and ledger.

    Raises:
        ConfigurationRefused: ``NOTHING_IMPORTED``, or ``NOTHING_KNOWN`` at the instant asked for.
    """
    legs = {one.leg for one in stored.imports}
    signed = SignedPrices.of(stored.rulings)
    missing = [
        name
        for name, there in (
            ("an approved price source", any(is_approved(c, signed) for c in stored.captures)),
            ("a usage export", "usage" in legs),
            ("a ledger", "ledger" in legs),
        )
        if not there
    ]
    if missing and known_later and not stored.captures:
        raise ConfigurationRefused(
            "NOTHING_KNOWN",
            "At that instant no price was on record yet.",
            where=("prices were recorded after --known-at",),
            remedy="Leave --known-at out, or name an instant after the prices were recorded.",
        )
    if missing:
        raise ConfigurationRefused(
            "NOTHING_IMPORTED",
            f"A run needs three witnesses; missing: {', '.join(missing)}.",
            remedy="Import them: tieout prices import, tieout usage import, tieout ledger import.",
        )
