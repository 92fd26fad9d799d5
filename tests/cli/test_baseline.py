"""The first period run is the baseline: a label and proposals, never another result (D22)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.cli.conftest import AS_OF, Commands
from tieout.close.baseline import largest_causes
from tieout.variance.cause import CAUSES


def _run(commands: Commands, period: str) -> Any:
    return commands.json("run", "--period", period, "--as-of", AS_OF, "--by", "AB")


def test_the_first_period_is_the_baseline_until_another_period_is_run(closed: Commands) -> None:
    first = closed.json("report")["summary"]
    again = _run(closed, "2026-08")
    assert first["baseline"]
    assert again["baseline"]
    assert not _run(closed, "2026-07")["baseline"]
    later = _run(closed, "2026-08")
    assert not later["baseline"]
    assert later["result_digest"] == first["result_digest"]


def test_the_baseline_proposes_an_id_for_the_unmapped_name_and_maps_nothing(
    closed: Commands,
) -> None:
    report = closed.json("report")
    # r3 is logged as Alpha, the price source writes alpha; r2 differs by 0.005 - 0.004.
    assert report["baseline"] == {
        "causes": [
            {
                "cause": "no explanation yet", "groups": 1, "lines": 1,
                "net": "0.001", "gross": "0.001", "currency": "USD",
            }
        ],
        "mapping": [
            {
                "name": "Alpha", "source_model_id": "alpha",
                "reason": "the same but for capital letters",
            }
        ],
        "policy": [],
    }  # fmt: skip
    assert report["summary"]["rows"]["unmapped"] == 1
    assert closed("report") == 0
    assert "Baseline, the first period run here: 1 cause group in 1 cause" in closed.out


def test_a_verified_baseline_stays_one_after_other_periods_were_run(closed: Commands) -> None:
    first = closed.json("report")["summary"]
    _run(closed, "2026-07")
    assert closed("verify", first["run_id"]) == 0


CAUSES_TWICE = [
    *((cause.name, "USD") for cause in CAUSES[:9]),
    *((cause.name, "EUR") for cause in CAUSES[:9]),
]


def test_all_open_money_is_in_at_most_ten_causes_and_two_currencies_never_add() -> None:
    groups = [
        {
            "cause": cause, "currency": currency, "lines": n + 1,
            "net": Decimal(-n), "gross": Decimal(n),
        }
        for n, (cause, currency) in enumerate(CAUSES_TWICE)
    ]  # fmt: skip
    shown = largest_causes(groups)
    assert len(shown) == 10
    # The nine largest are those in euros, 17 down to 9; what is left is all in dollars: 0 to 8.
    assert [row["gross"] for row in shown] == [*(str(n) for n in range(17, 8, -1)), "36"]
    assert shown[-1]["net"] == "-36"
    assert sum(row["lines"] for row in shown) == sum(range(1, 19))
    assert shown[-1]["currency"] == "USD"
    mixed = largest_causes([*groups, {**groups[0], "currency": "CNY"}])
    assert (mixed[-1]["net"], mixed[-1]["gross"], mixed[-1]["currency"]) == (None, None, None)
