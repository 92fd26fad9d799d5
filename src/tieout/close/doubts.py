"""Doubts of a run: what leaves expected open, by how much, and what would settle it (L3).

Every row of the period that has no single cost is in one doubt. They are ranked by the money they
leave open; those that nothing bounds come first, with what the vendor charged for their rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tieout.close.contract_terms import billing_kinds
from tieout.close.figures import Figures
from tieout.close.stake import Stake
from tieout.findings import plural
from tieout.money import EXACT, plain

Json = dict[str, Any]

_BILLING: Final = "billing:"
_ESTIMATE: Final = "estimate:"
_NO_PRICE: Final = "unrated:PRICE_NOT_IN_FORCE"
_MOMENT: Final = (
    "evidence of the moment: tieout prices declare CAPTURE --from INSTANT --model MODEL"
    " --reason WHY --evidence FILE --by NAME"
)
_START: Final = (
    "a capture of that time, or a declared start: tieout prices declare CAPTURE"
    " --from INSTANT --reason WHY --evidence FILE --by NAME"
)
_FIRST_PRICE: Final = (
    "a capture of that time, or a declared start: tieout prices declare {capture_id}"
    " --from {first_call} --model MODEL --reason WHY --evidence FILE --by NAME"
)
_RESOLVE: Final = (
    "evidence for one of them: tieout prices resolve CAPTURE OTHER --keep CAPTURE"
    " --evidence FILE --by NAME --reason WHY"
)
_STATED: Final = (
    "a capture of a source that states it: tieout prices import FILE --source NAME --format FORMAT"
    " --accessed-at INSTANT --by NAME"
)
_ESTIMATED: Final = (
    "an estimate: tieout estimate approve --meter METER --model MODEL --period PERIOD"
    " --quantity UNITS --method TEXT --reason TEXT --evidence FILE --key KEY"
)
# What is doubted, and what settles it; a reason is the state of a row where it has one.
_SAID: Final[dict[str, tuple[str, str]]] = {
    "price_changed_unseen": (
        "the price changed at an unknown time between two captures",
        _MOMENT,
    ),
    "price_not_approved": (
        "a newer capture states another price, and nobody has approved it",
        "a look at both: tieout prices show MODEL, then tieout prices approve CAPTURE --by NAME",
    ),
    "sources_disagree": (
        "another price source states another price",
        _RESOLVE,
    ),
    "price_changed_during_call": (
        "the price changed while the call ran, and only its end was logged",
        "an export with the start of each call, or with how long it took",
    ),
    "meter_not_recorded": (
        "the price charges a meter that the export cannot state",
        f"an export that records it, or {_ESTIMATED}",
    ),
    "unmapped": (
        "no approved price or mapping names the model",
        "a mapping: tieout mapping suggest",
    ),
    "not_reconcilable:METER_NOT_RECORDED": (
        "the price needs a meter that the row does not state",
        f"the meter, or {_ESTIMATED}",
    ),
    "not_reconcilable:REFUND_WITHOUT_ORIGIN": (
        "a refund gives back a call that no file has, or more than was taken",
        "the export that has the call: tieout usage import FILE --by NAME",
    ),
    "not_reconcilable:SETTLEMENT_WITHOUT_ORIGIN": (
        "a task that no file has was settled at another charge",
        "the export that has the task: tieout usage import FILE --by NAME",
    ),
    "not_reconcilable:SETTLEMENT_NOT_PRICED": (
        "a call was settled in no money, in other money than its price, or at what no rate holds",
        _STATED.replace(
            "a capture of a source that states it", "a price in the money of the charge"
        ),
    ),
    "not_reconcilable:SETTLED_CALL_WAITS": (
        "a call that waits itself was settled",
        "what its call waits for: tieout report, under coverage",
    ),
    "not_reconcilable:PRICE_EXPRESSION": (
        "the vendor priced the row by an expression",
        "the vendor's own rule for it; the charge counts all the same",
    ),
    _NO_PRICE: (
        "no price was in force at that time",
        _START,
    ),
    "unrated:PRICE_OVERLAP": (
        "two prices were in force at once",
        "a look at both: tieout prices show MODEL",
    ),
    "unrated:METER_UNPRICED": (
        "the price names no rate for what was used",
        _STATED,
    ),
    "unrated:MAP_UNIT_MISMATCH": (
        "the mapping was approved for another unit than the price has",
        "a mapping for that unit: tieout mapping suggest",
    ),
    "unrated:MAP_TARGET": (
        "the mapping leads to a model that no price names",
        "a price for it, or another mapping: tieout mapping check",
    ),
    "CONTRACT_CONTRADICTED": (
        "a contract item that the figure needs was contradicted",
        "the item as it is now: tieout contract list",
    ),
}
# The call kinds of U2, as a sentence names them.
_CALLS: Final = {
    "retried": "attempts that failed and were tried again",
    "refunded": "calls that were refunded",
    "settled": "settlements of calls at another charge",
    "timed_out": "calls that timed out",
    "failed": "calls that failed",
    "partial": "calls that ended early",
    "cancelled": "calls that were cancelled",
    "unclassified": "calls of which nobody knows how they ended",
}


def doubts_part(figures: Figures, contract_items: Sequence[Stake]) -> list[Json]:
    """The doubts of a run for ``report.json``, by the money they leave open.

    Args:
        figures: the figures of the run.
        contract_items: the contract items and what leans on them.
    """
    items = {kind: one.item.item_id for one in contract_items for kind in billing_kinds(one.item)}
    later = {row["source_model_id"]: row for row in figures["learned_later"]}
    return [_part(row, items, later) for row in sorted(figures["doubts"], key=_rank)]


def _rank(row: Mapping[str, Any]) -> tuple[bool, Decimal, Decimal, str, str]:
    """Unbounded first, by what was charged; then by the width; names settle what is equal."""
    charged = row["charged_cost"]
    width = EXACT.add(row["below"], row["bounded_above"])
    name = row["source_model_id"] or row["model_as_logged"] or ""
    size = Decimal(0) if charged is None else abs(charged)
    if not row["unbounded_rows"]:
        size = Decimal(0)
    return not row["unbounded_rows"], -size, -width, row["reason"], name


def _part(
    row: Mapping[str, Any], items: Mapping[str, str], later: Mapping[str, Mapping[str, Any]]
) -> Json:
    what, settled_by = _words(row["reason"], items)
    if row["reason"] == _NO_PRICE and row["source_model_id"] in later:
        what, settled_by = _learned_later(later[row["source_model_id"]], int(row["usage_rows"]))
    charged = row["charged_cost"]
    return {
        "reason": row["reason"],
        "what": what,
        "settled_by": settled_by,
        "source_model_id": row["source_model_id"],
        "model_as_logged": row["model_as_logged"],
        "rows": int(row["usage_rows"]),
        "rows_with_more": int(row["rows_with_more"]),
        "unbounded_rows": int(row["unbounded_rows"]),
        "below": plain(row["below"]),
        "above": None if row["unbounded_rows"] else plain(row["bounded_above"]),
        "currency": row["currency"],
        "charged": None if charged is None else plain(charged),
        "charge_currency": row["charge_currency"],
    }


def _learned_later(row: Mapping[str, Any], rows: int) -> tuple[str, str]:
    """That the first price of a model begins after its calls, and what it makes of their lines.

    Args:
        row: what the table ``learned_later`` says of the model.
        rows: the calls that the doubt is about; others of them may lie after a price that ended.
    """
    early, seen = int(row["usage_rows"]), row["start_basis"] == "seen"
    begins = "the price source learned the model later" if seen else "the first price begins later"
    what = (
        f"{_SAID[_NO_PRICE][0]}: {begins}, on {row['named_from']:%Y-%m-%d %H:%M}Z, and"
        f" {plural(early, 'call')} of the model came before, the first on"
        f" {row['first_call']:%Y-%m-%d %H:%M}Z"
    )
    if lines := int(row["lines_held_against_it"]):
        fitting = f"{int(row['lines_that_tie_out']):,} of {plural(lines, 'line')}"
        what += f"; at that price {fitting} would tie out"
    if not seen or early != rows:
        return what, _START
    return what, _FIRST_PRICE.format(
        capture_id=row["capture_id"], first_call=f"{row['first_call']:%Y-%m-%dT%H:%M:%SZ}"
    )


def _words(reason: str, items: Mapping[str, str]) -> tuple[str, str]:
    """What is doubted and what settles it."""
    if reason.startswith(_BILLING):
        kind = reason.removeprefix(_BILLING)
        item = items.get(kind)
        settled_by = "a verified rule: tieout contract list"
        if item is not None:
            settled_by = (
                f"a verified rule: tieout contract verify {item} --value VALUE --proof KIND"
                " --file FILE --by NAME"
            )
        return f"no verified rule says how {_CALLS[kind]} are billed", settled_by
    if reason.startswith(_ESTIMATE):
        return (
            "an approved estimate gives a range",
            "a closer estimate, or an export that records the meter",
        )
    state, _, detail = reason.partition(":")
    for name in (reason, detail, state):
        if name in _SAID:
            return _SAID[name]
    raise AssertionError(reason)
