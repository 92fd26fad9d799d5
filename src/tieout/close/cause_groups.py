"""Cause groups of a run: their names, their digests, and how the report writes each of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tieout.close.explanations import (
    filed_in_words,
    filed_variants,
    of_group,
    others_of_group,
)
from tieout.close.figures import Figures
from tieout.evidence.canonical import canonical, sha256
from tieout.findings import plural
from tieout.money import grouped, plain
from tieout.people.ruling import GroupScope
from tieout.review.cause_group import CauseGroup, group_id_of
from tieout.review.standing import Standing
from tieout.variance.cause import (
    BY_NAME,
    COUNTERPARTS,
    EQUAL_AMOUNT,
    LATE,
    LATE_VARIANT,
    OF_EITHER_DAY,
    RANGES,
    RIVALS,
    UNCOUNTED,
)

Json = dict[str, Any]

_CENT: Final = Decimal("0.01")
# Groups of what the vendor took, not of what the books hold.
_BILLED: Final = frozenset({"charged_above_price", "halves_cancel"})

# What stands at the end of a paragraph where the general words would not be true.
_OWN_WORDS: Final[Mapping[str, str]] = {
    "booked_as_charged": (
        " The books agree with the charge, and what is open is a question for the vendor."
    ),
    "left_out_booked": (
        " Those rows are on record; that the total holds them is known by its amount alone."
    ),
    "one_of_other_days": " The entries of those days, with ids of their calls, would settle it.",
}


def scope_of(row: Mapping[str, Any]) -> GroupScope:
    """What the cause group of a row is about."""
    return GroupScope(
        cause=row["cause"],
        bucket=row["bucket"],
        proof=row["proof"],
        source_model_id=row["source_model_id"],
        cost_center=row["cost_center"],
        project=row["project"],
        currency=row["currency"],
    )


def group_id(row: Mapping[str, Any]) -> str:
    """A name for a cause group that depends on its cause and scope alone (D16)."""
    return group_id_of(scope_of(row))


def claim_id(row: Mapping[str, Any]) -> str:
    """The claim group that a line belongs to which the vendor charged above its price (D9)."""
    cause = BY_NAME["charged_above_price"]
    named = {"cause": cause.name, "bucket": cause.bucket.value, "proof": cause.proof}
    return group_id({**row, **named, "cost_center": None, "project": None})


def groups_of(figures: Figures) -> tuple[CauseGroup, ...]:
    """The cause groups of a run with their digests, most money at stake first."""
    digests = {scope_of(row): digest_of_group(row) for row in figures["group_digests"]}
    assumed: dict[GroupScope, tuple[str, ...]] = {}
    for row in figures["group_assumptions"]:
        assumed[scope_of(row)] = (*assumed.get(scope_of(row), ()), row["assumed"])
    return tuple(
        CauseGroup(
            group_id=group_id(row),
            digest=digests[scope_of(row)],
            scope=scope_of(row),
            lines=int(row["lines"]),
            net=row["net"],
            gross=row["gross"],
            assumed=assumed.get(scope_of(row), ()),
        )
        for row in figures["groups"]
    )


def digest_of_group(row: Mapping[str, Any]) -> str:
    """The digest of a group: its scope, how many lines, and the sums over lines and rates."""
    seen = [int(row["lines"]), row["first_sum"], row["second_sum"]]
    return sha256(canonical({"scope": scope_of(row), "seen": seen}))


def group_part(row: Mapping[str, Any], standing: Standing, figures: Figures) -> Json:
    """One cause group as the report writes it: what it is, and what stands about it."""
    cause, group = BY_NAME[row["cause"]], standing.group
    return {
        "group_id": group.group_id,
        "group_digest": group.digest,
        "bucket": row["bucket"],
        "cause": row["cause"],
        "title": f"{row['source_model_id'] or 'no model'}: {cause.title}",
        "proof": row["proof"],
        "source_model_id": row["source_model_id"],
        "cost_center": row["cost_center"],
        "project": row["project"],
        "first_day": row["first_day"].isoformat() if row["first_day"] else None,
        "last_day": row["last_day"].isoformat() if row["last_day"] else None,
        "lines": group.lines,
        "net": plain(group.net),
        "gross": plain(group.gross),
        "currency": row["currency"] or "unknown",
        "explanation": in_words(row, figures),
        **of_group(row, figures),
        **standing_part(standing),
    }


def standing_part(standing: Standing) -> Json:
    """What stands about a cause group, as the report writes it."""
    own_id, state = standing.group.group_id, standing.state
    return {
        "status": state,
        "owner": standing.owner,
        "due": standing.due or None,
        "first_seen": standing.first_seen,
        "age_days": standing.age_days,
        "adjusted": plain(sum((one.amount for one in standing.adjustments), Decimal(0))),
        "left": "0" if standing.settled else plain(standing.left),
        "stale_because": standing.stale[0].why if standing.stale and state == "stale" else None,
        "next": f"tieout variance show {own_id}",
    }


def in_words(row: Mapping[str, Any], figures: Figures) -> str:
    """A cause group as a short paragraph: how much, where, why, and how that is known (V5)."""
    cause = BY_NAME[row["cause"]]
    return (
        f"{_how_much(row)} {cause.sentence}{filed_in_words(row, figures)}{_evidence(row, figures)}"
        f"{_doubt(row, figures)}{_standing(row)}{others_of_group(row, figures)}"
        f"{_not_searched(row, figures)}"
    )


def _how_much(row: Mapping[str, Any]) -> str:
    """Lines, days and money; more and less are said apart where a net would hide one of them."""
    net, gross, money = row["net"], row["gross"], row["currency"] or "of no currency"
    days = row["first_day"], row["last_day"]
    when = "" if None in days else f" from {days[0]} to {days[1]}"
    if days[0] == days[1] and days[0] is not None:
        when = f" on {days[0]}"
    billed = row["cause"] in _BILLED
    more, less = (gross + net) / 2, (gross - net) / 2
    sides = [
        f"{_amount(amount)} {money} {side}"
        for amount, side in ((more, "more"), (less, "less"))
        if amount
    ]
    who, what = ("The vendor charged", "its price") if billed else ("The ledger holds", "expected")
    said = " and ".join(sides) or f"0 {money} more"
    return f"{who} {said} than {what} on {plural(int(row['lines']), 'line')}{when}."


def _amount(value: Decimal) -> str:
    """Two decimals for the eye, and every digit below a hundredth; the figure itself is beside."""
    return plain(value) if value < _CENT else grouped(value, 2)


def _standing(row: Mapping[str, Any]) -> str:
    """Whether it is proved, where the sentence of the cause does not say so."""
    if row["proof"] == "proved":
        return " That is proved."
    if row["cause"] in RANGES:
        return " That explains it and proves nothing: other amounts lie in that range as well."
    if row["cause"] in _OWN_WORDS:
        return _OWN_WORDS[row["cause"]]
    if BY_NAME[row["cause"]].together:
        return " Each line says what each of them adds."
    if row["proof"] == "suspected" and BY_NAME[row["cause"]].proof == "suspected":
        return " The arithmetic closes, and no evidence beside it is on record."
    return ""


def _doubt(row: Mapping[str, Any], figures: Figures) -> str:
    cause = BY_NAME[row["cause"]]
    if row["proof"] != "suspected" or cause.proof != "proved":
        return ""
    if row["first_variant"] == "equal amount on another day":
        return f" {EQUAL_AMOUNT}"
    variants = filed_variants(row, figures)
    if cause.name == "not_in_usage" and variants != {"no usage row"}:
        said = [LATE] if LATE_VARIANT in variants else []
        said += [UNCOUNTED] if variants - {LATE_VARIANT, "no usage row"} else []
        said += [RIVALS] if "no usage row" in variants else []
        return "".join(f" {one}" for one in said)
    return f" {OF_EITHER_DAY if cause.name in COUNTERPARTS else RIVALS}"


def _evidence(row: Mapping[str, Any], figures: Figures) -> str:
    """The captures whose prices close the lines, where a captured price is the evidence (V5)."""
    named = [
        f"{price['capture_id']} ({price['accessed']:%Y-%m-%d})"
        for price in figures["prices_not_in_force"]
        if price["first_variant"] == row["first_variant"] and int(row["variants"]) == 1
    ]
    if not named:
        return ""
    said = "The price is that" if BY_NAME[row["cause"]].together else "It is the price"
    return f" {said} of capture {named[0]}."


def _not_searched(row: Mapping[str, Any], figures: Figures) -> str:
    """What was not tried on lines for which there may be nothing but a range, or nothing at all."""
    if row["cause"] not in RANGES | {"unknown", "booked_as_charged", "one_of_other_days"}:
        return ""
    own = row["source_model_id"], row["currency"]
    return "".join(
        f" {said(one)} are too many."
        for name, said in _LEFT_OUT.items()
        for one in figures[name]
        if (one["source_model_id"], one["currency"]) == own
    )


def _lines_left_out(found: Mapping[str, Any]) -> str:
    return (
        f"The prices of other models were not tried on {plural(int(found['lines']), 'line')} of"
        f" this model: {plural(int(found['usage_rows']), 'open call')}"
    )


def _model_left_out(found: Mapping[str, Any]) -> str:
    return (
        "Another price together with other quantities was not tried for this model:"
        f" {plural(int(found['usage_rows']), 'open call')} at"
        f" {plural(int(found['prices']), 'price')}"
    )


# By the figure that says what was left out.
_LEFT_OUT: Final = {
    "lines_not_repriced": _lines_left_out,
    "models_not_searched": _model_left_out,
}
