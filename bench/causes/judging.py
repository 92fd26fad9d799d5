"""Runs a month through the calculation and holds what it says against the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, Final

from bench.causes import kinds_contract, kinds_source, kinds_timing, kinds_usage
from bench.causes.figures import Figures
from bench.causes.months import Maker, Month, injected, month_of
from bench.causes.truth import KINDS, Books, FaultKind, Truth
from tests.world import rows, stated, terms
from tieout.close.calculation import Terms
from tieout.money import RoundingRule

# Imported for the kinds they enter into the list.
SOURCES: Final = (kinds_contract, kinds_source, kinds_timing, kinds_usage)
ONE_PERCENT: Final = Fraction(1, 100)
# What the books of a month declare.
DECLARED: Final[dict[Books, Terms]] = {
    "exact": terms(),
    "row": terms(rounding=RoundingRule("request", Decimal("0.000001"), "half_even")),
    "row_down": terms(rounding=RoundingRule("request", Decimal("0.00001"), "down")),
    "line": terms(rounding=RoundingRule("line", Decimal("0.01"), "half_even")),
    "step": terms(step="0.000000001"),
}
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """What the calculation made of one fault.

    Attributes:
        truth: the fault.
        seed: the seed of its month.
        beside: the other kind in its cell, where there is one.
        found: cause and proof of each of its lines.
        bucket_right: most of its money stands in its bucket.
        cause_right: most of its money stands under a cause that names it.
        true_money: its effect, gross.
        attributed: the money of its lines that stand in its bucket, gross.
        falsely_proved: lines with a wrong cause or bucket that is called proved.
    """

    truth: Truth
    seed: int
    beside: str
    found: tuple[str, ...]
    bucket_right: bool
    cause_right: bool
    true_money: Fraction
    attributed: Fraction
    falsely_proved: tuple[str, ...]

    @property
    def money_right(self) -> bool:
        """What is attributed is the truth within 1 %."""
        return abs(self.attributed - self.true_money) <= ONE_PERCENT * self.true_money


@dataclass(frozen=True, slots=True)
class Judged:
    """A month judged: its faults, and lines that are open without one."""

    scores: tuple[Score, ...]
    strays: tuple[str, ...]
    truth: tuple[dict[str, Any], ...]


def singles(figures: Figures, seed: int, kinds: tuple[FaultKind, ...]) -> Iterator[Judged]:
    """Each kind once, in a cell of its own; a month for each way to declare the books."""
    for books in DECLARED:
        chance = Random(f"{seed} {books}")
        maker = Maker(figures, chance)
        made = [
            injected(maker, (kind,), _grain(kind, chance)) for kind in kinds if kind.books == books
        ]
        if made:
            yield judge(month_of(made, chance), DECLARED[books], seed)


def pairs(figures: Figures, seed: int, kinds: tuple[FaultKind, ...]) -> Iterator[Judged]:
    """Kinds two by two in one cell, each on lines of its own."""
    chance = Random(f"{seed} pairs")
    maker = Maker(figures, chance)
    fitting = [kind for kind in kinds if kind.books == "exact" and "whole" not in kind.needs]
    made = []
    for grain in ("request", "group"):
        mixed = [kind for kind in fitting if grain in kind.grains]
        chance.shuffle(mixed)
        two = zip(mixed[::2], mixed[1::2], strict=False)
        made += [injected(maker, both, grain) for both in two if not _contradict(*both)]
    yield judge(month_of(made, chance), DECLARED["exact"], seed)


def _contradict(one: FaultKind, other: FaultKind) -> bool:
    """A cell whose vendor has a verified rule of billing cannot be one without."""
    return {"seller", "no_rule"} <= one.needs | other.needs


def _grain(kind: FaultKind, chance: Random) -> str:
    return kind.grains[0] if len(kind.grains) == 1 or chance.random() < 0.7 else kind.grains[1]


def judge(month: Month, said: Terms, seed: int) -> Judged:
    """Calculate a month as a run does, and hold every fault against its lines."""
    return scored(month, *calculated(month, said), seed)


def calculated(month: Month, said: Terms) -> tuple[dict[str, Line], dict[tuple[str, int], str]]:
    """The lines of a month, and which line each row is a member of."""
    engine = stated(month.world, said, threads=2)
    lines = {line["line_key"]: line for line in rows(engine, "SELECT * FROM variance_line")}
    members = {
        (member["leg"], member["row_id"]): member["line_key"]
        for member in rows(engine, "SELECT leg, row_id, line_key FROM match_member")
    }
    engine.close()
    return lines, members


def scored(
    month: Month, lines: dict[str, Line], members: dict[tuple[str, int], str], seed: int
) -> Judged:
    """Hold every fault against what the lines of its rows say."""
    beside: dict[str, list[str]] = defaultdict(list)
    for truth in month.truths:
        beside[truth.cell].append(truth.kind.name)
    scores, seen = [], set()
    for truth in month.truths:
        keys = [lines_of(month, mark.rows, lines, members) for mark in truth.marks]
        seen |= {key for each in keys for key in each}
        other = [name for name in beside[truth.cell] if name != truth.kind.name]
        scores.append(_score(truth, keys, lines, seed, " ".join(other)))
    strays = tuple(
        f"{key} {line['cause']} {line['proof']}"
        for key, line in lines.items()
        if key not in seen and line["line_state"] != "ties_out"
        and line["cause"] != "declared_rounding"
    )  # fmt: skip
    return Judged(tuple(scores), strays, tuple(_written(month, one, seed) for one in month.truths))


def lines_of(
    month: Month, marked: tuple[Any, ...], lines: dict[str, Line],
    members: dict[tuple[str, int], str],
) -> list[str]:  # fmt: skip
    """The lines that some rows of the truth are members of."""
    keys = {members.get(month.row_ids[id(row)]) for row in marked if id(row) in month.row_ids}
    return sorted(key for key in keys if key is not None and key in lines)


def _score(
    truth: Truth, keys: list[list[str]], lines: dict[str, Line], seed: int, beside: str
) -> Score:
    kind = truth.kind
    true_money = sum((abs(mark.money) for mark in truth.marks), Fraction(0))
    in_bucket = named = attributed = Fraction(0)
    found, falsely = [], []
    for mark, each in zip(truth.marks, keys, strict=True):
        there = [lines[key] for key in each]
        found += [f"{line['cause']}/{line['bucket']}/{line['proof']}" for line in there]
        if there and all(line["bucket"] == kind.bucket for line in there):
            in_bucket += abs(mark.money)
            amounts = (Fraction(line["variance"]) - Fraction(line["basis_part"]) for line in there)
            attributed += abs(sum(amounts, Fraction(0)))
            if all(line["cause"] in kind.causes for line in there):
                named += abs(mark.money)
        falsely += [
            f"{line['line_key']} {line['cause']}"
            for line in there
            if line["proof"] == "proved"
            and (line["bucket"] != kind.bucket or line["cause"] not in kind.causes)
        ]
    return Score(
        truth, seed, beside, tuple(found), 2 * in_bucket > true_money, 2 * named > true_money,
        true_money, attributed, tuple(falsely),
    )  # fmt: skip


def _written(month: Month, truth: Truth, seed: int) -> dict[str, Any]:
    """A line of the truth file."""
    return {
        "seed": seed,
        "kind": truth.kind.name,
        "bucket": truth.kind.bucket,
        "causes": list(truth.kind.causes),
        "cell": truth.cell,
        "grain": truth.grain,
        "lines": [
            {
                "rows": [month.row_ids[id(row)] for row in mark.rows if id(row) in month.row_ids],
                "money": str(mark.money),
            }
            for mark in truth.marks
        ],
    }


def every_kind() -> tuple[FaultKind, ...]:
    """All kinds, in the order of their names."""
    return tuple(KINDS[name] for name in sorted(KINDS))
