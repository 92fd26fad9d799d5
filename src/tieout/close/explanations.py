"""What closes a line or a cause group: each explanation, and what it assumes (L7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.findings import plural
from tieout.meters import METER_NAMES
from tieout.money import plain
from tieout.tables.stage_groups import GROUP_COLUMNS
from tieout.variance.cause import BY_NAME, RANGES

Json = dict[str, Any]

# How a reason names the rule that leaves a row out.
_RULE: Final = "RULE:"
_BY_RULE: Final = frozenset({"left_out_booked", "usage_excluded"})
# What an assumption is, before its own words.
_SAID: Final[Mapping[str, str]] = {
    "other_model_price": "The other model is",
    "power_of_ten": "The factor:",
    "factor_thousand": "The factor:",
    "counted_repeatedly": "The factor:",
    "other_zone": "The other zone is",
    "left_out_booked": "They are the",
}
# How many other causes a sentence names; the list beside it has them all.
_NAMED: Final = 3


def of_line(line_key: str, figures: Figures) -> Json:
    """What closes a line, the explanation it is filed under first, and how many there are."""
    found = [row for row in figures["line_explanations"] if row["line_key"] == line_key]
    return {
        "explanations": [
            {
                "cause": row["cause"],
                "title": BY_NAME[row["cause"]].title,
                "assumed": assumed(row["cause"], row["variant"], figures),
                "is_filed": row["is_filed"],
                "counterpart": row["counterpart"],
                "counterpart_period": row["counterpart_period"],
            }
            for row in found
        ],
        "explanations_of": int(found[0]["explanations"]) if found else 0,
    }


def of_group(group: Mapping[str, Any], figures: Figures) -> Json:
    """What closes the lines of a cause group, each with its lines and what they come to."""
    found = _rows_of(group, figures)
    return {
        "explanations": [
            {
                "cause": row["closing_cause"],
                "title": BY_NAME[row["closing_cause"]].title,
                "assumed": assumed(row["closing_cause"], row["variant"], figures),
                "is_filed": row["is_filed"],
                "lines": int(row["lines"]),
                "net": plain(row["net"]),
            }
            for row in found
        ],
        "explanations_of": int(found[0]["explanations"]) if found else 0,
    }


def filed_in_words(group: Mapping[str, Any], figures: Figures) -> str:
    """The one thing that all lines of a group assume, as a sentence; nothing where it differs.

    Where another assumption of the same cause closes some of them as well, there is no one thing.
    """
    differs = any(
        row["closing_cause"] == group["cause"] and not row["is_filed"]
        for row in _rows_of(group, figures)
    )
    if differs or int(group["variants"]) != 1:
        return ""
    told = _told(group["cause"], group["first_variant"])
    return f" {told}" if told else ""


def filed_variants(group: Mapping[str, Any], figures: Figures) -> set[str]:
    """What the lines of a group assume, of their own cause."""
    found = {row["variant"] for row in _rows_of(group, figures) if row["is_filed"]}
    return found or {group["first_variant"]}


def others_of_group(group: Mapping[str, Any], figures: Figures) -> str:
    """What closes some lines of a group beside the cause they are filed under, as a sentence."""
    lines: dict[str, int] = {}
    for row in _rows_of(group, figures):
        if row["closing_cause"] != group["cause"]:
            title = BY_NAME[row["closing_cause"]].title
            # Several assumptions of one cause may close one line: the most lines of any of them.
            lines[title] = max(lines.get(title, 0), int(row["lines"]))
    named = [f"{title} ({plural(count, 'line')})" for title, count in lines.items()]
    return _others("some of them", named)


def others_of_line(line_key: str, cause: str, figures: Figures) -> str:
    """What closes a line beside the cause it is filed under, as a sentence."""
    found = dict.fromkeys(
        BY_NAME[row["cause"]].title
        for row in figures["line_explanations"]
        if row["line_key"] == line_key and row["cause"] != cause
    )
    return _others("it", list(found))


def assumed(cause: str, variant: str, figures: Figures) -> str:
    """What an explanation assumes, in a few words: a capture for a price, a name for a name."""
    for price in figures["explaining_prices"]:
        if price["price_set_id"] == variant:
            return f"the price of capture {price['capture_id']} ({price['accessed']:%Y-%m-%d})"
    first, _, rest = variant.partition(" ")
    if first in METER_NAMES:
        return f"{first.replace('_', ' ')} {rest}".rstrip()
    if cause in _BY_RULE and variant.startswith(_RULE):
        return f"the rule {variant.removeprefix(_RULE)}"
    if cause in RANGES:
        return f"{'one doubt' if rest == 'alone' else 'its doubts'} {rest}"
    if cause in {"other_model", "other_cost_center"} and first == "counterpart":
        return rest or "none stated"
    return variant


def _told(cause: str, variant: str) -> str:
    """The assumption as a sentence, where it says more than the cause does."""
    first, _, rest = variant.partition(" ")
    if cause in {"other_model", "other_cost_center"}:
        kind = "model" if cause == "other_model" else "cost center"
        return f"The other {kind} is {rest}." if rest else f"The other side names no {kind}."
    if first in METER_NAMES:
        return f"The meter: {first.replace('_', ' ')} {rest}".rstrip() + "."
    if cause in _BY_RULE and variant.startswith(_RULE):
        return f"The rule: {variant.removeprefix(_RULE)}."
    said = _SAID.get(cause)
    return f"{said} {variant}." if said else ""


def _others(what: str, named: list[str]) -> str:
    if not named:
        return ""
    more = len(named) - _NAMED
    said = ", ".join(named[:_NAMED]) + (f", and {more} more" if more > 0 else "")
    return f" What closes {what} as well: {said}."


def _rows_of(group: Mapping[str, Any], figures: Figures) -> list[Mapping[str, Any]]:
    return [
        row
        for row in figures["group_explanations"]
        if all(row[column.name] == group[column.name] for column in GROUP_COLUMNS)
    ]
