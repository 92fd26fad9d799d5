"""The review in the report: who decided what on which evidence, and what was accepted (V5, A9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from tieout.close.reviewing import Review
from tieout.close.trivial import TrivialSum
from tieout.money import EXACT, plain
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Comment, DisposedGroup, Disposition, GroupScope
from tieout.review.adjusting import MadeAdjustment
from tieout.review.standing import Standing

Json = dict[str, Any]
# Each group as the author of a ruling saw it, by the ruling and what the group is about.
_Seen: TypeAlias = Mapping[tuple[str, GroupScope], DisposedGroup]


def review_part(review: Review, rulings: Replay, period: str, materiality: Decimal) -> Json:
    """The review section of ``report.json``."""
    seen = _seen_in(rulings.rulings)
    return {
        "decisions": [
            *(one for standing in review.standings for one in _decisions(standing, seen)),
            *_gone(review, rulings, period),
            *_withdrawn(rulings, period),
        ],
        "comments": [
            _comment(ruling) for standing in review.standings for ruling in standing.comments
        ],
        "adjustments": [_adjustment(one) for one in review.adjustments],
        "accumulated": _accumulated(review, materiality),
        "trivial": [_trivial(one) for one in review.trivial],
    }


def said_of(standing: Standing) -> Json:
    """What people said of one cause group, in the form of the section."""
    stale = [one.ruling for one in standing.stale]
    decided = [] if standing.ruling is None else [standing.ruling]
    seen = _seen_in([*decided, *stale, *standing.waiting])
    return {
        "decisions": list(_decisions(standing, seen)),
        "comments": [_comment(ruling) for ruling in standing.comments],
        "adjustments": [_adjustment(one) for one in standing.adjustments],
        "accumulated": [],
        "trivial": [],
    }


def _decisions(standing: Standing, seen_in: _Seen) -> Iterator[Json]:
    """Every decision about one group: the one that stands first, then newest first."""
    found: list[tuple[Ruling, str, str | None]] = []
    if standing.ruling is not None and isinstance(standing.ruling.document, Disposition):
        found.append((standing.ruling, "stands", None))
    found += [(one.ruling, "stale", one.why) for one in standing.stale]
    found += [(one, "waits", "it waits for another signature") for one in standing.waiting]
    for ruling, state, why in found:
        said = ruling.document
        assert isinstance(said, Disposition)
        seen = seen_in.get((ruling.entry, standing.group.scope))
        if seen is not None:
            yield _decision(ruling, said, seen, standing.group.group_id, state, why)


def _seen_in(rulings: Iterable[Ruling]) -> _Seen:
    return {
        (ruling.entry, one.scope): one
        for ruling in rulings
        if isinstance(ruling.document, Disposition)
        for one in ruling.document.groups
    }


def _gone(review: Review, rulings: Replay, period: str) -> Iterator[Json]:
    """Decisions of the period about groups that the run does not have any more."""
    here = {one.group.group_id for one in review.standings}
    for ruling in reversed(rulings.rulings):
        said = ruling.document
        taken_back = ruling.withdrawn is not None
        if isinstance(said, Disposition) and said.period == period and not taken_back:
            for seen in said.groups:
                if seen.group_id not in here:
                    why = "the run does not have this group any more"
                    yield _decision(ruling, said, seen, seen.group_id, "gone", why)


def _withdrawn(rulings: Replay, period: str) -> Iterator[Json]:
    """Decisions of the period that were taken back before they were in force."""
    for ruling in reversed(rulings.rulings):
        said, back = ruling.document, ruling.withdrawn
        if back is not None and isinstance(said, Disposition) and said.period == period:
            why = f"{back.by} withdrew it: {back.reason}"
            for seen in said.groups:
                yield _decision(ruling, said, seen, seen.group_id, "withdrawn", why)


def _decision(
    ruling: Ruling, said: Disposition, seen: DisposedGroup, group_id: str, state: str,
    why: str | None,
) -> Json:  # fmt: skip
    return {
        **_signed(ruling),
        "group_id": group_id,
        "period": said.period,
        "disposed": said.disposed,
        "reason": said.reason,
        "evidence": _evidence(said),
        "net": seen.net,
        "gross": seen.gross,
        "currency": seen.scope.currency or "unknown",
        "cap": said.cap or None,
        "expires_on": said.expires_on or None,
        "state": state,
        "why": why,
    }


def _adjustment(one: MadeAdjustment) -> Json:
    said = one.said
    return {
        **_signed(one.ruling),
        "amount": said.amount,
        "currency": said.currency,
        "owner": said.owner,
        "reason": said.reason,
        "evidence": _evidence(said),
        "source_model_id": said.source_model_id or None,
        "cost_center": said.cost_center or None,
        "project": said.project or None,
        "group_id": said.group_id or None,
        "counts": one.counts,
        "why": one.why_not or None,
    }


def _comment(ruling: Ruling) -> Json:
    said = ruling.document
    assert isinstance(said, Comment)
    return {**_signed(ruling), "group_id": said.group_id, "text": said.text}


def _signed(ruling: Ruling) -> Json:
    return {"ruling_id": ruling.ruling_id, "by": list(ruling.names), "at": ruling.statement.at}


def _evidence(said: Any) -> list[Json]:  # noqa: ANN401 - whatever ruling rests on evidence
    # A log that was written another way may name fewer files than it has; none is left out.
    names = [*said.evidence_names, *[""] * len(said.evidence_objects)]
    return [
        {"name": name or "no name", "sha256": digest}
        for name, digest in zip(names, said.evidence_objects, strict=False)
    ]


def _trivial(one: TrivialSum) -> Json:
    return {
        "currency": one.currency,
        "groups": one.groups,
        "gross": plain(one.gross),
        "most": plain(one.most),
        "left": one.left,
        "left_gross": plain(one.left_gross),
    }


def _accumulated(review: Review, materiality: Decimal) -> list[Json]:
    """Accepted differences over all periods, gross, by currency, against materiality (A9)."""
    found = []
    for currency in sorted({one.currency for one in review.accepted}):
        mine = [one for one in review.accepted if one.currency == currency]
        total = Decimal(0)
        for one in mine:
            total = EXACT.add(total, one.gross)
        found.append(
            {
                "currency": currency,
                "gross": plain(total),
                "materiality": plain(materiality),
                "above": total > materiality,
                "periods": [
                    {"period": one.period, "gross": plain(one.gross), "groups": one.groups}
                    for one in mine
                ],
            }
        )
    return found
