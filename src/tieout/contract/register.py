"""The register of contract items: the shipped candidates with the log replayed over them (C1-C3).

Status is computed as of an instant: an item nobody verified is unverified, a proof past its
re-check date is expired, and a contradiction holds until somebody verifies the item anew. Nothing
is overwritten: every entry stays in the history of its item.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from tieout.calendar import parse_instant
from tieout.contract.candidate import FILE_NAME, Candidate, read_candidates
from tieout.contract.leaning import fetches, figures
from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import Contradiction, Verification
from tieout.findings import plural
from tieout.vendors_path import VendorFacts

__all__ = ["Candidate", "ContractItem", "Register", "Status", "read_candidates", "read_register"]

Status = Literal["unverified", "verified", "contradicted", "expired"]
Entry = Verification | Contradiction

RECHECK_WARNING: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when on a verified value holds; none where it always did."""

    value: str
    holds_from: datetime | None


@dataclass(frozen=True, slots=True)
class ContractItem:
    """One contract item as of an instant.

    Attributes:
        vendor: whose contract it is.
        candidate: what public sources say, and what leans on the item.
        status: as of that instant.
        value: the verified value; else the candidate's, which may be empty.
        history: every entry about it up to that instant, oldest first.
        stretches: the verified values by the time they hold from; empty unless verified.
    """

    vendor: str
    candidate: Candidate
    status: Status = "unverified"
    value: str = ""
    history: tuple[Entry, ...] = ()
    stretches: tuple[Stretch, ...] = field(default_factory=tuple)

    @property
    def item_id(self) -> str:
        """Its stable name."""
        return self.candidate.item_id

    @property
    def proof(self) -> Verification | None:
        """The latest verification on record, whatever came of it since."""
        found = [one for one in self.history if isinstance(one, Verification)]
        return found[-1] if found else None

    @property
    def contradiction(self) -> Contradiction | None:
        """What contradicts it now; none unless it is contradicted."""
        last = self.history[-1] if self.history else None
        return last if isinstance(last, Contradiction) else None

    @property
    def recheck_at(self) -> str:
        """From when on its proof counts as expired; empty where nothing was said."""
        return self.proof.recheck_at if self.proof else ""

    @property
    def owner(self) -> str:
        """Who looks after it."""
        return (self.proof.owner if self.proof else "") or self.candidate.owner

    @property
    def proves_not(self) -> str:
        """What is not proved, by the proof where one says so."""
        return (self.proof.proves_not if self.proof else "") or self.candidate.proves_not

    def expires_soon(self, as_of: datetime) -> bool:
        """Whether its re-check date is near: the warning before it (C2)."""
        if self.status != "verified" or not self.recheck_at:
            return False
        return as_of >= parse_instant(self.recheck_at, "evidence log") - RECHECK_WARNING


@dataclass(frozen=True, slots=True)
class Register:
    """Every contract item of the vendors at hand, as of one instant."""

    items: tuple[ContractItem, ...]
    as_of: datetime

    def item(self, item_id: str) -> ContractItem:
        """The item of that name.

        Raises:
            ConfigurationRefused: ``CONTRACT_UNKNOWN``.
        """
        for one in self.items:
            if one.item_id == item_id:
                return one
        raise ConfigurationRefused(
            "CONTRACT_UNKNOWN",
            "There is no contract item of that name.",
            where=(ascii(item_id[:80]),),
            remedy="List the items with: tieout contract list",
        )

    def require(self, *item_ids: str) -> dict[str, str]:
        """The values of these items, all of them verified; for what may not rest on less.

        Raises:
            ConfigurationRefused: ``CONTRACT_UNVERIFIED``, naming every item that is not verified;
                ``CONTRACT_UNKNOWN``.
        """
        found = [self.item(item_id) for item_id in item_ids]
        if missing := [one for one in found if one.status != "verified"]:
            named = plural(len(missing), "contract item that is not", "contract items that are not")
            raise ConfigurationRefused(
                "CONTRACT_UNVERIFIED",
                f"This needs {named} verified.",
                where=tuple(f"{one.item_id}: {one.status}; {_said(one)}" for one in missing),
                remedy="Verify each with proof of your own:"
                " tieout contract verify ITEM --proof KIND --file FILE --by NAME",
            )
        return {one.item_id: one.value for one in found}

    def require_fetch(self, fetch: str) -> dict[str, str]:
        """The values of every item that a fetch leans on, all of them verified.

        Raises:
            ConfigurationRefused: ``CONTRACT_UNVERIFIED``, naming every item that is not verified.
        """
        return self.require(*(one.item_id for one in self.leaning_on_fetch(fetch)))

    def leaning_on_fetch(self, fetch: str) -> tuple[ContractItem, ...]:
        """Every item that a fetch leans on."""
        return tuple(one for one in self.items if fetch in fetches(one.candidate.leans))

    def leaning(self, *, status: Status | None = None) -> tuple[ContractItem, ...]:
        """The items that some figure leans on, of that status where one is named."""
        return tuple(
            one
            for one in self.items
            if figures(one.candidate.leans) and status in (None, one.status)
        )


def _said(one: ContractItem) -> str:
    """What is known about an item that is not verified."""
    if one.contradiction is not None:
        return one.contradiction.reason
    if one.status == "expired":
        return f"its proof was to be checked again at {one.recheck_at}"
    return f"{one.candidate.source} says {one.value!r}" if one.value else one.candidate.claim


def read_register(
    vendors: VendorFacts,
    names: Iterable[str],
    verifications: Sequence[Verification],
    contradictions: Sequence[Contradiction],
    as_of: datetime,
) -> Register:
    """The register of these vendors as of an instant.

    Args:
        vendors: the vendor facts with the candidates.
        names: whose contracts, by the name of their folder.
        verifications: entries of the log, oldest first; later ones than ``as_of`` do not count.
        contradictions: the same.
        as_of: the instant looked from (D23).
    """
    entries: dict[tuple[str, str], list[tuple[datetime, int, Entry]]] = {}
    dated: list[tuple[str, Entry]] = [(one.verified_at, one) for one in verifications]
    dated += [(one.contradicted_at, one) for one in contradictions]
    for number, (at, one) in enumerate(dated):
        moment = parse_instant(at, "evidence log")
        if moment <= as_of:
            entries.setdefault((one.vendor, one.item_id), []).append((moment, number, one))
    return Register(
        tuple(
            replay(
                vendor,
                candidate,
                [e for *_, e in sorted(entries.get((vendor, candidate.item_id), []), key=_order)],
                as_of,
            )
            for vendor in sorted(set(names))
            for candidate in read_candidates(vendors, vendor)
        ),
        as_of,
    )


def _order(entry: tuple[datetime, int, Entry]) -> tuple[datetime, int]:
    return entry[0], entry[1]


def replay(
    vendor: str, candidate: Candidate, entries: Sequence[Entry], as_of: datetime
) -> ContractItem:
    """One item after its entries, oldest first, as of an instant."""
    status: Status = "unverified"
    value = candidate.value
    stretches: list[Stretch] = []
    recheck = ""
    for one in entries:
        if isinstance(one, Contradiction):
            status, stretches = "contradicted", []
            continue
        status, value, recheck = "verified", one.value, one.recheck_at
        start = parse_instant(one.holds_from, "evidence log") if one.holds_from else None
        stretches = [s for s in stretches if start and (s.holds_from or _EVER) < start]
        stretches.append(Stretch(one.value, start))
    if status == "verified" and recheck and as_of >= parse_instant(recheck, "evidence log"):
        status, stretches = "expired", []
    return ContractItem(vendor, candidate, status, value, tuple(entries), tuple(stretches))


_EVER: Final = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


def vendors_with_items(vendors: VendorFacts) -> tuple[str, ...]:
    """Every vendor that candidates come with."""
    return tuple(
        sorted(path.partition("/")[0] for path in vendors if path.endswith(f"/{FILE_NAME}"))
    )
