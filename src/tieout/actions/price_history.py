"""One model in the price book: every price as written and as understood, and what changed when."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from tieout.calendar import instant_text
from tieout.close.captured_prices import SignedPrices, captured_source, declared_starts
from tieout.close.stored import by_roles
from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import Capture
from tieout.evidence.records import captures, declarations, resolutions
from tieout.money import plain
from tieout.people.record import rulings_until
from tieout.pricebook.book import build_price_book
from tieout.pricebook.captured import CapturedSource
from tieout.pricebook.diff import PriceDifference, diff
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.source_roles import Roles
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace
from tieout.workspace.rehearsal import counted


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One meter of one price set: as written, and as understood."""

    meter: str
    price_text: str
    pricing_unit: str
    multiplier_text: str | None
    dialect: str
    locator: str
    unit_rate: str


@dataclass(frozen=True, slots=True)
class PriceSet:
    """The prices of the model that one capture puts in force over one interval."""

    capture_id: str
    source_name: str
    currency: str
    effective_from: str
    effective_until: str | None
    grade: str
    declared: bool
    start_basis: str
    needs_name: bool
    lines: tuple[PriceLine, ...]
    role: Literal["prices", "check"] = "prices"

    def as_json(self) -> dict[str, object]:
        """The price set as one JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PriceStep:
    """What a capture says differently from the one before it, of the same source."""

    source_name: str
    before: str
    after: str
    accessed_at: str
    difference: PriceDifference


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """A model in the price book.

    Attributes:
        source_model_id: the model.
        sets: its prices, oldest first.
        steps: what changed between consecutive captures of one source.
        refused: its prices that could not be read: capture, reason, place.
        unapproved: captures that name it and are not approved; they price nothing.
    """

    source_model_id: str
    sets: tuple[PriceSet, ...]
    steps: tuple[PriceStep, ...]
    refused: tuple[tuple[str, str, str], ...]
    unapproved: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {
            "source_model_id": self.source_model_id,
            "price_sets": [asdict(one) for one in self.sets],
            "changes": [
                {
                    "source_name": step.source_name,
                    "before": step.before,
                    "after": step.after,
                    "accessed_at": step.accessed_at,
                    "change": step.difference.change,
                    "meter": step.difference.meter,
                    "text": step.difference.text,
                }
                for step in self.steps
            ],
            "not_read": [
                {"capture_id": capture, "reason_code": reason, "locator": locator}
                for capture, reason, locator in self.refused
            ],
            "unapproved": list(self.unapproved),
        }


def show_prices(workspace: Workspace, source_model_id: str) -> PriceHistory:
    """Everything the price book knows about a model.

    Raises:
        ConfigurationRefused: ``MODEL_UNKNOWN``: no capture names it; near ids are offered.
    """
    mine = model_sources(workspace, captures(workspace.log), source_model_id)
    named = [source for source in mine if source.parsed.models]
    roles = model_roles(workspace, mine, source_model_id)
    book = roles.book
    checks = [{**row, "role": "check"} for row in roles.check_sets.to_pylist()]
    return PriceHistory(
        source_model_id,
        tuple(price_sets([*book.price_sets.to_pylist(), *checks], book.price_lines.to_pylist())),
        tuple(_steps(mine)),
        tuple(
            (one.capture_id, one.refusal.reason_code, one.refusal.locator) for one in book.refused
        ),
        tuple(source.capture_id for source in named if not source.approved),
    )


def model_roles(
    workspace: Workspace,
    sources: Sequence[CapturedSource],
    model: str,
    known_at: datetime | None = None,
) -> Roles:
    """The price book of one model, by what each source does, with what was settled.

    Args:
        workspace: the workspace.
        sources: what its captures say about the model.
        model: the source model id.
        known_at: only what was on record at this instant; everything by default.
    """
    signed = SignedPrices.of(rulings_until(workspace.log, known_at=known_at))
    said = declared_starts(declarations(workspace.log, known_at), signed)
    book = build_price_book(sources, said, {model})
    records = captures(workspace.log, known_at)
    return by_roles(book, workspace.settings, records, resolutions(workspace.log, known_at))


def model_sources(
    workspace: Workspace,
    records: Sequence[Capture],
    source_model_id: str,
    known_at: datetime | None = None,
) -> list[CapturedSource]:
    """Every capture, with what it says about one model and nothing else, as signed at an instant.

    Raises:
        ConfigurationRefused: ``MODEL_UNKNOWN``: no capture names it; near ids are offered.
    """
    facts = vendor_facts()
    signed = SignedPrices.of(rulings_until(workspace.log, known_at=known_at))
    sources = [
        captured_source(record, workspace.store.get, workspace.settings, facts, signed)
        for record in counted(records, workspace.settings)
    ]
    mine = [_of_model(source, source_model_id) for source in sources]
    if not any(source.parsed.models for source in mine):
        raise _unknown(source_model_id, sources)
    return mine


def _of_model(source: CapturedSource, model: str) -> CapturedSource:
    parsed = ParsedSource(
        tuple(price for price in source.parsed.prices if price.source_model_id == model),
        tuple(refusal for refusal in source.parsed.refused if refusal.source_model_id == model),
        (),
    )
    return replace(source, parsed=parsed)


def price_sets(sets: list[dict[str, Any]], lines: list[dict[str, Any]]) -> Iterable[PriceSet]:
    """Rows of PRICE_SET with their rows of PRICE_LINE, oldest first."""
    by_set: defaultdict[str, list[PriceLine]] = defaultdict(list)
    for line in lines:
        by_set[line["price_set_id"]].append(
            PriceLine(
                line["meter"],
                line["price_text"],
                line["pricing_unit"],
                line["multiplier_text"],
                line["dialect"],
                line["locator"],
                plain(line["unit_rate"]),
            )
        )
    for one in sorted(sets, key=lambda row: (row["effective_from"], row["source_name"])):
        yield PriceSet(
            one["capture_id"],
            one["source_name"],
            one["currency"],
            _text(one["effective_from"]),
            _text(one["effective_until"]) if one["effective_until"] else None,
            one["grade"],
            one["declared"],
            one["start_basis"],
            one["needs_name"],
            tuple(by_set[one["price_set_id"]]),
            one.get("role", "prices"),
        )


def _steps(sources: list[CapturedSource]) -> Iterable[PriceStep]:
    before: dict[str, CapturedSource] = {}
    for source in sorted(sources, key=lambda one: (one.accessed_at, one.capture_id)):
        earlier = before.get(source.source_name)
        before[source.source_name] = source
        if earlier is None:
            continue
        for difference in diff(earlier.parsed, source.parsed, source.accessed_at):
            if difference.change != "unchanged":
                yield PriceStep(
                    source.source_name,
                    earlier.capture_id,
                    source.capture_id,
                    instant_text(source.accessed_at),
                    difference,
                )


def _text(moment: datetime) -> str:
    return instant_text(moment.replace(tzinfo=UTC))


def _unknown(model: str, sources: list[CapturedSource]) -> ConfigurationRefused:
    ids = {price.source_model_id for source in sources for price in source.parsed.prices}
    near = difflib.get_close_matches(model, sorted(ids), n=3, cutoff=0.6)
    offered = f"Near by spelling: {', '.join(near)}." if near else "Look at: tieout prices list."
    return ConfigurationRefused(
        "MODEL_UNKNOWN",
        "No capture names that model.",
        where=(f"{model[:80]!a}, among {len(ids)} ids of {len(sources)} captures",),
        remedy=f"Write the id exactly as the source spells it. {offered}",
    )
