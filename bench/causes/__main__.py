"""The injected-fault benchmark of causes: known faults in, what the calculation says of them out.

``python -m bench.causes --seeds 1-10``; ``--json`` prints one object, ``--truth FILE`` writes the
truth of every fault: row ids, bucket, causes and exact money. Prints figures and judges nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.__main__ import machine
from bench.causes.figures import figures, found_datasets
from bench.causes.judging import Judged, Score, every_kind, pairs, singles
from bench.causes.together import stacked


def seeds_of(text: str) -> tuple[int, ...]:
    """``3``, ``1-10`` or ``4,8,15``."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return tuple(found)


def main() -> int:
    """Inject, calculate, hold against the truth, print."""
    asked = argparse.ArgumentParser(prog="python -m bench.causes", description=__doc__)
    asked.add_argument("--seeds", type=seeds_of, default=seeds_of("1-10"))
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--truth", type=Path)
    asked.add_argument("--invented", action="store_true", help="leave the real data sets aside")
    asked.add_argument("--show", action="store_true", help="show what is not right")
    said = asked.parse_args()
    drawn = figures(None if said.invented else found_datasets())
    started = time.process_time()
    alone = [one for seed in said.seeds for one in singles(drawn, seed, every_kind())]
    paired = [one for seed in said.seeds for one in pairs(drawn, seed, every_kind())]
    on_one = [one for seed in said.seeds for one in stacked(drawn, seed)]
    seconds = time.process_time() - started
    if said.truth:
        written = [line for month in (*alone, *paired, *on_one) for line in month.truth]
        said.truth.write_text("".join(json.dumps(line) + "\n" for line in written), "utf-8")
    if said.json:
        print(json.dumps(_document(said.seeds, drawn.origin, alone, paired, on_one), indent=2))
        return 0
    print(machine())
    print(f"figures: {drawn.origin}; seeds {', '.join(map(str, said.seeds))}")
    _print_table("Single faults", alone, each_kind=True)
    _print_table("Two faults in one cell", paired, each_kind=False)
    _print_table("Two faults on one line", on_one, each_kind=False)
    print(f"\n{seconds:,.0f} processor seconds")
    if said.show:
        _show(alone + paired + on_one)
    return 0


def _scores(judged: Iterable[Judged]) -> list[Score]:
    return [score for month in judged for score in month.scores]


def _figures(scores: list[Score]) -> dict[str, Any]:
    true_money = sum((score.true_money for score in scores), Fraction(0))
    return {
        "faults": len(scores),
        "right_bucket": _share(score.bucket_right for score in scores),
        "right_cause": _share(score.cause_right for score in scores),
        "money_within_1_percent": _share(score.money_right for score in scores),
        "false_certainty": sum(len(score.falsely_proved) for score in scores),
        "true_money": f"{float(true_money):.6f}",
    }


def _share(answers: Iterable[bool]) -> str:
    counted = list(answers)
    return f"{100 * sum(counted) / len(counted):.1f}" if counted else "-"


def _document(
    seeds: tuple[int, ...],
    origin: str,
    alone: list[Judged],
    paired: list[Judged],
    on_one: list[Judged],
) -> dict[str, Any]:
    by_kind: dict[str, list[Score]] = defaultdict(list)
    for score in _scores(alone):
        by_kind[score.truth.kind.name].append(score)
    return {
        "seeds": list(seeds),
        "figures": origin,
        "kinds": {name: _figures(scores) for name, scores in sorted(by_kind.items())},
        "single": {**_figures(_scores(alone)), "strays": sum(len(m.strays) for m in alone)},
        "pairs": {**_figures(_scores(paired)), "strays": sum(len(m.strays) for m in paired)},
        "on_one_line": _figures(_scores(on_one)),
    }


HEAD = f"{'':50}{'faults':>7}{'bucket %':>10}{'cause %':>9}{'money %':>9}{'falsely proved':>16}"


def _row(name: str, scores: list[Score]) -> str:
    got = _figures(scores)
    return (
        f"{name:50}{got['faults']:>7}{got['right_bucket']:>10}{got['right_cause']:>9}"
        f"{got['money_within_1_percent']:>9}{got['false_certainty']:>16}"
    )


def _print_table(title: str, judged: list[Judged], *, each_kind: bool) -> None:
    print(f"\n{title}\n{HEAD}")
    scores = _scores(judged)
    if each_kind:
        by_kind: dict[tuple[str, str], list[Score]] = defaultdict(list)
        for score in scores:
            by_kind[score.truth.kind.bucket, score.truth.kind.name].append(score)
        for (bucket, name), found in sorted(by_kind.items()):
            print(_row(f"{bucket:9} {name}", found))
    print(_row("all", scores))
    print(f"lines open without a fault: {sum(len(month.strays) for month in judged)}")


def _show(judged: list[Judged]) -> None:
    for score in _scores(judged):
        if not (score.bucket_right and score.cause_right and score.money_right):
            print(
                f"seed {score.seed} {score.truth.kind.name} ({score.truth.grain}, beside"
                f" {score.beside or 'nothing'}): {' '.join(score.found)}"
            )
        for line in score.falsely_proved:
            print(f"  FALSELY PROVED seed {score.seed} {score.truth.kind.name}: {line}")
    for month in judged:
        for line in month.strays:
            print(f"  open without a fault: {line}")


if __name__ == "__main__":
    sys.exit(main())
