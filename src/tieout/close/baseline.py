"""The baseline: what the first run over history proposes, before anybody knows the normal (D22).

It puts all open money into at most ten causes, names ids that unmapped names may mean, and says
which declaration would explain a common difference. It decides nothing: a proposal becomes a row
of the mapping table, or a line of the settings, only when a person writes it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tieout.close.advice import rounding_text
from tieout.close.figures import Figures
from tieout.close.stored import Witnesses
from tieout.close.summary import Json, amount, currency
from tieout.mapping.suggestion import suggestions
from tieout.variance.cause import BY_NAME

_MOST: Final = 10
_SUMMED: Final = ("lines", "net", "gross")


def baseline_part(figures: Figures, witnesses: Witnesses) -> Json:
    """The proposals of a baseline run.

    Args:
        figures: the figures of the run.
        witnesses: what was read, for the ids that have a price.
    """
    unmapped = {
        row["model_as_logged"]
        for row in figures["completeness_models"]
        if row["row_state"] == "unmapped" and row["model_as_logged"]
    }
    ids: list[str] = witnesses.inputs.price_sets.column("source_model_id").to_pylist()
    rounding, _ = rounding_text(figures)
    return {
        "causes": largest_causes(figures["groups"]),
        "mapping": [
            {"name": s.name, "source_model_id": s.source_model_id, "reason": s.reason}
            for s in suggestions(sorted(unmapped), sorted(set(ids)))
        ],
        "policy": [rounding] if rounding else [],
    }


def largest_causes(groups: Sequence[Mapping[str, Any]]) -> list[Json]:
    """All differences by cause and currency, the largest first; the tenth row is all the rest."""
    found: dict[tuple[str, str], Json] = {}
    for row in groups:
        key = (row["cause"], currency(row))
        held = found.setdefault(
            key, {"groups": 0, "lines": 0, "net": Decimal(0), "gross": Decimal(0)}
        )
        held["groups"] += 1
        for name in _SUMMED:
            held[name] += row[name]
    largest = sorted(found.items(), key=lambda item: (-item[1]["gross"], item[0]))
    rest = largest[_MOST - 1 :] if len(largest) > _MOST else []
    shown = [
        _row(BY_NAME[cause].title, money_in, held)
        for (cause, money_in), held in largest[: len(largest) - len(rest)]
    ]
    return [*shown, *_rest(rest)]


def _rest(rest: Sequence[tuple[tuple[str, str], Json]]) -> list[Json]:
    """What is left in one row; money of two currencies is never added and stands as unknown."""
    if not rest:
        return []
    currencies = {money_in for (_, money_in), _ in rest}
    held = {"groups": sum(one["groups"] for _, one in rest)} | {
        name: sum((one[name] for _, one in rest), Decimal(0)) for name in _SUMMED
    }
    if len(currencies) > 1:
        held |= {"net": None, "gross": None}
    title = f"{len(rest)} further causes"
    return [_row(title, currencies.pop() if len(currencies) == 1 else None, held)]


def _row(title: str, money_in: str | None, held: Mapping[str, Any]) -> Json:
    return {
        "cause": title,
        "groups": int(held["groups"]),
        "lines": int(held["lines"]),
        "net": amount(held["net"]),
        "gross": amount(held["gross"]),
        "currency": money_in,
    }
