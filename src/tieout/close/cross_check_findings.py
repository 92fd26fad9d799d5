"""What the cross-check found, as findings with an owner: conflicts, resolutions, single sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from tieout.close.cross_check import CrossCheck, Row, SingleSource, Waiting, in_time
from tieout.close.figures import Figures
from tieout.close.stored import StoredInputs, resolution_id
from tieout.evidence.documents import Resolution
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.money import EXACT, grouped, plain
from tieout.pricebook.diff import is_near_power_of_ten

_SHOWN: Final = 8
_PAIR: Final = 2
_OWNER: Final = FIRST_OWNER[Bucket.SOURCE]
_KIND: Final = Kind.PRICE_INTERPRETATION


def cross_check_findings(found: CrossCheck, stored: StoredInputs) -> Iterator[Finding]:
    """One finding for each model that waits, and one each for what was settled and what is single.

    Args:
        found: the cross-check.
        stored: the records of the run, with the resolutions.
    """
    for one in found.waiting:
        yield _conflict(one, found, stored.resolutions)
    models = sorted({row["source_model_id"] for row in found.resolved})
    if models:
        named = sorted({row["resolution"] for row in found.resolved})
        yield Finding(
            "SOURCE_RESOLVED", _KIND, Severity.NOTE, _OWNER,
            "Two sources disagreed on prices in use, and somebody settled them with evidence:"
            f" {', '.join(_by(one) for one in stored.resolutions if resolution_id(one) in named)}.",
            0, _cut(models),
        )  # fmt: skip
    if found.asked_for and found.single:
        yield _single(found)
    alike = [one for one in found.single if one.looks_like]
    if alike:
        yield Finding(
            "SOURCE_SPELLING", _KIND, Severity.OPEN, _OWNER,
            "A second source names models that look like those in use and are spelled otherwise;"
            " nothing is joined by a name that is merely alike.",
            0, _cut([f"{one.source_model_id} and {', '.join(one.looks_like)}" for one in alike]),
        )  # fmt: skip


def _conflict(waiting: Waiting, found: CrossCheck, resolutions: Sequence[Resolution]) -> Finding:
    mine = [row for row in found.conflicts if row["source_model_id"] == waiting.source_model_id]
    pairs = dict.fromkeys((row["price_capture"], row["check_capture"]) for row in mine)
    high = "no bound" if waiting.high is None else plain(waiting.high)
    stale = any(
        {model.kept.source_name, model.other.source_name}
        == {row["price_source"], row["check_source"]}
        for one in resolutions
        for model in one.models
        for row in mine
        if model.source_model_id == waiting.source_model_id
    )
    return Finding(
        "SOURCE_CONFLICT",
        _KIND,
        Severity.OPEN,
        _OWNER,
        f"{waiting.source_model_id}: two sources state different prices, so its money waits,"
        f" between {plain(waiting.low)} and {high} {waiting.currency}."
        + (" An earlier resolution was about other prices." if stale else "")
        + f" Decide which holds: {' or '.join(resolve_command(*pair) for pair in pairs)}",
        waiting.usage_rows,
        _cut([conflict_text(row, found.agreed) for row in mine]),
    )


def overlap_texts(figures: Figures) -> list[str]:
    """Models with two prices in force: each price, what waits between them, how it is settled."""
    texts = []
    for money in figures["overlap_money"]:
        model = money["source_model_id"]
        prices = [row for row in figures["overlap_prices"] if row["source_model_id"] == model]
        ids = list(dict.fromkeys(row["capture_id"] for row in prices))
        said = "; ".join(map(_in_force_text, prices))
        amount = f", between amounts in {money['currency']} that are not known"
        if money["low_cost"] is not None:
            low, high = plain(money["low_cost"]), plain(money["high_cost"])
            amount = f" between {low} and {high} {money['currency']}"
        texts.append(
            f"{model}: {plural(int(money['usage_rows']), 'row')}{amount}; {said}"
            + (f"; decide which holds: {resolve_command(*ids)}" if len(ids) == _PAIR else "")
        )
    return texts


def _in_force_text(row: Row) -> str:
    price = _written(row["price_text"], row["multiplier_text"])
    return (
        f"{row['meter']} {price} {row['currency']} per {row['pricing_unit']} by"
        f" {row['source_name']} (capture {row['capture_id']}, {row['locator']})"
    )


def resolve_command(price_capture: str, check_capture: str) -> str:
    """The command that settles two captures."""
    return (
        f"tieout prices resolve {price_capture} {check_capture} --keep CAPTURE --evidence FILE"
        " --by NAME --reason WHY"
    )


def conflict_text(row: Row, agreed: Sequence[Row] = ()) -> str:
    """Both prices of one meter, each with its capture and place, and what their times say."""
    until = f"{row['compared_until']:%Y-%m-%dT%H:%MZ}"
    return (
        f"{row['meter']}, from {row['compared_from']:%Y-%m-%dT%H:%MZ} until {until}:"
        f" {price_side(row)}, {check_side(row)}{_slip(row)}. {in_time(row, agreed)}"
    )


def price_side(row: Row) -> str:
    """The price in force as written, with its capture and place."""
    if row["price_text"] is None:
        return f"{row['price_source']} states none (capture {row['price_capture']})"
    return (
        f"{_written(row['price_text'], row['multiplier_text'])} {row['currency']} per"
        f" {row['pricing_unit']} by {row['price_source']} (capture {row['price_capture']},"
        f" {row['locator']})"
    )


def check_side(row: Row) -> str:
    """The price of the second source as written, with its capture and place."""
    if row["check_text"] is None:
        return f"{row['check_source']} states none (capture {row['check_capture']})"
    return (
        f"{_written(row['check_text'], row['check_multiplier'])} {row['check_currency']} per"
        f" {row['check_unit']} by {row['check_source']} (capture {row['check_capture']},"
        f" {row['check_locator']})"
    )


def is_unit_slip(row: Row) -> bool:
    """Whether the two rates are about a power of ten apart."""
    rates = row["unit_rate"], row["check_rate"]
    return row["difference"] == "price" and is_near_power_of_ten(*rates)


def _slip(row: Row) -> str:
    return ", about a power of ten apart" if is_unit_slip(row) else ""


def _written(text: str, multiplier: str | None) -> str:
    return text if multiplier is None else f"{text} x {multiplier}"


def _by(resolution: Resolution) -> str:
    return f"{resolution_id(resolution)} by {resolution.resolved_by}, {resolution.reason}"


def _single(found: CrossCheck) -> Finding:
    short = not found.reaches_share
    required = "" if found.required is None else f"; the policy asks for {percent(found.required)}"
    shares = ", ".join(
        f"{grouped(one.checked, 2)} of {grouped(one.priced, 2)} {one.currency}"
        for one in found.shares
    )
    models = len({one.source_model_id for one in found.single})
    return Finding(
        "SINGLE_SOURCE",
        _KIND,
        Severity.OPEN if short else Severity.NOTE,
        _OWNER,
        f"{plural(models, 'model is', 'models are')} priced by a single source, or in part:"
        f" {shares} of the priced money was cross-checked{required}.",
        0,
        _cut([single_text(one) for one in found.single]),
    )


def single_text(one: SingleSource) -> str:
    """One model with its money and the reason."""
    return f"{one.source_model_id}: {plain(one.expected)} {one.currency}, {one.reason}"


def percent(share: Decimal) -> str:
    """A share from 0 to 1 in hundredths, exact."""
    return f"{plain(EXACT.multiply(share, Decimal(100)))} %"


def _cut(texts: Sequence[str]) -> tuple[str, ...]:
    more = len(texts) - _SHOWN
    return (*texts[:_SHOWN], *([f"and {more:,} more"] if more > 0 else []))
