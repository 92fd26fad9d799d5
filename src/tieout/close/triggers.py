"""The six escalation triggers, each answered from figures, never from a feeling (D20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from tieout.close.advice import declare_text, rows_text
from tieout.close.cross_check import CrossCheck, Waiting
from tieout.close.figures import Figures, money
from tieout.close.price_doubts import waiting_models, waiting_text
from tieout.close.stale_prices import StalePrice, models_text
from tieout.findings import plural
from tieout.review.decision import Trigger
from tieout.variance.cause import WITHOUT_PROOF

_CONTRADICTED: Final = "CONTRACT_CONTRADICTED"
_SHOWN = 3

Settled: TypeAlias = Mapping[str | None, tuple[int, Decimal]]


def find_triggers(
    figures: Figures,
    materiality: Decimal,
    stale: tuple[StalePrice, ...] = (),
    cross: CrossCheck | None = None,
    settled: Settled = MappingProxyType({}),
) -> tuple[Trigger, ...]:
    """All six, in the order of the method.

    Args:
        figures: the figures of the run.
        materiality: money up to this fires nothing.
        stale: prices that were older than the policy allows when they were used (P8).
        cross: what second sources say of the prices in use (P4).
        settled: lines and money without an explanation that a decision settled, by currency.
    """
    return (
        _sources_disagree(figures, () if cross is None else cross.waiting),
        _model_not_in_snapshot(figures),
        _usage_field_missing(figures),
        _unverified_billing(figures, materiality),
        _unproved_money(figures, materiality, settled),
        _price_source_unknown(figures, stale),
    )


def _sources_disagree(figures: Figures, waiting: tuple[Waiting, ...]) -> Trigger:
    overlaps = figures.state_rows("PRICE_OVERLAP")
    units = figures.state_rows("MAP_UNIT_MISMATCH")
    newer = waiting_models(figures)
    said = []
    if overlaps:
        said.append(
            "Pricing sources disagree, two prices are in force at once, and usage waits:"
            f" {rows_text(figures, 'PRICE_OVERLAP')}."
        )
    if waiting:
        said.append(f"Price sources state different prices, and money waits: {_named(waiting)}.")
    if units:
        said.append(
            "Mapping and price name different units, and usage waits:"
            f" {rows_text(figures, 'MAP_UNIT_MISMATCH')}."
        )
    if newer:
        said.append(
            "A newer capture disagrees with the approved price, and nobody has approved it:"
            f" {waiting_text(figures)}."
        )
    text = " ".join(said) or "No usage row has two prices in force or a mapping in another unit."
    amounts = _waiting(figures, "PRICE_OVERLAP", "MAP_UNIT_MISMATCH")
    models = newer | {one.source_model_id for one in waiting}
    for money_in, held in _of_models(figures, set(models)).items():
        amounts[money_in] = amounts.get(money_in, Decimal(0)) + held
    return Trigger("sources_disagree", bool(said), text, amounts)


def _named(waiting: tuple[Waiting, ...]) -> str:
    """The models, the most used first, the rest counted."""
    ordered = sorted(waiting, key=lambda one: (-one.usage_rows, one.source_model_id))
    texts = [f"{one.source_model_id} {plural(one.usage_rows, 'row')}" for one in ordered[:_SHOWN]]
    if len(ordered) > _SHOWN:
        texts.append(f"and {plural(len(ordered) - _SHOWN, 'more model')}")
    return ", ".join(texts)


def _model_not_in_snapshot(figures: Figures) -> Trigger:
    said = []
    if figures.usage_states["unmapped"]:
        said.append(
            "A model appears in usage but not in an approved price or mapping:"
            f" {rows_text(figures, 'unmapped')}."
        )
    if figures.state_rows("MAP_TARGET"):
        said.append(
            "A mapping points at a model that stands in no approved price:"
            f" {rows_text(figures, 'MAP_TARGET')}."
        )
    text = " ".join(said) or "Every model in use is in an approved price or mapping."
    amounts = _waiting(figures, "unmapped", "MAP_TARGET")
    return Trigger("model_not_in_snapshot", bool(said), text, amounts)


def _usage_field_missing(figures: Figures) -> Trigger:
    # A row that waits for a contradicted contract item has its fields.
    reasons = sorted(
        row["state_reason"]
        for row in figures["coverage"]
        if row["row_state"] == "not_reconcilable" and row["state_reason"] != _CONTRADICTED
    )
    text = (
        "Usage fields needed for pricing are missing from the logs:"
        f" {rows_text(figures, *reasons)}."
        if reasons
        else "No usage field that a price needs is missing."
    )
    return Trigger("usage_field_missing", bool(reasons), text, _waiting(figures, *reasons))


def _unverified_billing(figures: Figures, materiality: Decimal) -> Trigger:
    amounts = {
        row["currency"]: money(row["unverified"])
        for row in figures["provisional"]
        if money(row["unverified"]) > materiality
    }
    said = []
    if amounts:
        said.append(
            "Billing of incomplete or settled calls is not verified, and money depends on it."
        )
    if figures.state_rows(_CONTRADICTED):
        said.append(
            "A contract item was contradicted, and usage that rests on it waits:"
            f" {rows_text(figures, _CONTRADICTED)}."
        )
        for money_in, held in _waiting(figures, _CONTRADICTED).items():
            amounts[money_in] = amounts.get(money_in, Decimal(0)) + held
    text = " ".join(said) or "No money above materiality depends on an unverified billing rule."
    return Trigger("unverified_billing", bool(said), text, amounts)


def _unproved_money(figures: Figures, materiality: Decimal, settled: Settled) -> Trigger:
    """What nobody explained and nobody accepted or corrected."""
    open_money: dict[Any, tuple[int, Decimal]] = {}
    unexplained = [row for row in figures["buckets"] if row["bucket"] == "unknown"]
    for row in (*unexplained, *(one for one in figures["groups"] if one["cause"] in WITHOUT_PROOF)):
        held = open_money.get(row["currency"], (0, Decimal(0)))
        open_money[row["currency"]] = (held[0] + int(row["lines"]), held[1] + row["gross"])
    lines, amounts = 0, {}
    for currency, (count, gross) in open_money.items():
        settled_lines, settled_gross = settled.get(currency, (0, Decimal(0)))
        lines += count - settled_lines
        if (left := gross - settled_gross) > materiality:
            amounts[currency] = left
    text = (
        f"Ledger totals differ without an explanation: {plural(lines, 'line')}."
        if amounts
        else "No difference above materiality is without an explanation."
        if not settled
        else "Every difference above materiality has an explanation or a decision that settles it."
    )
    return Trigger("unproved_money", bool(amounts), text, amounts)


def _price_source_unknown(figures: Figures, stale: tuple[StalePrice, ...]) -> Trigger:
    """No price in force, none for tokens in use, one too old, or only a declared one."""
    declared = sum(int(r["usage_rows"]) for r in figures["rates_used"] if r["needs_name"])
    said = []
    if figures.state_rows("PRICE_NOT_IN_FORCE"):
        said.append(
            "The source of a historical price is not known, no price was in force:"
            f" {rows_text(figures, 'PRICE_NOT_IN_FORCE')}."
            f" {declare_text(figures)}".rstrip()
        )
    if figures.state_rows("METER_UNPRICED"):
        said.append(
            "No source states a price for some of the tokens used, and usage waits:"
            f" {rows_text(figures, 'METER_UNPRICED')}."
        )
    if stale:
        said.append(
            "No price source was captured within the age that the policy allows:"
            f" {models_text(stale)}."
        )
    if declared and not said:
        said.append(
            f"{plural(declared, 'rated meter rests', 'rated meters rest')} on a declared or"
            " estimated price that has one name, and not on a captured one."
        )
    text = " ".join(said) or "Every price used leads to a capture in force at that time."
    amounts = _waiting(figures, "PRICE_NOT_IN_FORCE", "METER_UNPRICED")
    for money_in, held in _of_models(figures, {one.source_model_id for one in stale}).items():
        amounts[money_in] = amounts.get(money_in, Decimal(0)) + held
    return Trigger("price_source_unknown", bool(said), text, amounts)


def _of_models(figures: Figures, models: set[str]) -> dict[str, Decimal]:
    """Ledger money per currency of these models."""
    if not models:
        return {}
    return _by_currency(
        row for row in figures["slices"] if row["currency"] and row["source_model_id"] in models
    )


def _waiting(figures: Figures, *reasons: str) -> dict[str, Decimal]:
    """Ledger money per currency beside usage in these states or with these reasons."""
    return _by_currency(
        row
        for row in figures["waiting_money"]
        if row["currency"] and not {row["row_state"], row["state_reason"]}.isdisjoint(reasons)
    )


def _by_currency(rows: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = {}
    for row in rows:
        amounts[row["currency"]] = amounts.get(row["currency"], Decimal(0)) + row["recorded_cost"]
    return amounts
