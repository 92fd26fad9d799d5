"""What a vendor bills is a fact about it, and no term of the local policy stands in for one (U2).

The failed call, the failed attempt and the task that came back are ranges under every policy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.contract.small_period import SETTINGS, made, report
from tieout.errors import ConfigurationRefused
from tieout.workspace.policy import Policy
from tieout.workspace.settings import read_settings

# Every term as far as it goes, but price_gap_range_hours: that is about prices, and widens ranges.
LENIENT: Final = """
[policy]
version = "p9"
hold_limit = "1000000"
materiality = "1000000"
escalated_limit = "1000000"
unverified_limit = "1000000"
trivial_amount = "1000000"
trivial_total = "1000000"
quarantine_limit = 1000000
absurd_factor = "1.5"
absurd_row_factor = 2
absurd_row_least_rows = 2
gap_least_days = 1
gap_step_factor = 2
auto_clear_timing = true
price_max_age_days = 3650
claim_days = 3650
second_source_share = "0"
price_jump_factor = "1000"
free_prices = "accept"
due_days = { otherwise = 3650 }
notify = ["new"]
owners = { otherwise = "AB" }
acceptance = { most = "1000000", max_days = 366, max_gross = "1000000" }
duties = { closing = [["finance"]] }
"""
AMOUNTS: Final = ("expected", "charged", "recorded", "variance", "low", "high")


def facts(document: dict[str, Any]) -> dict[str, Any]:
    """Amounts of the period and of each model, what is known of each item, and the answer to 3."""
    items = document["evidence"]["contract_items"]
    return {
        "period": {name: document["summary"]["totals"]["USD"][name] for name in AMOUNTS},
        "models": {
            one["source_model_id"]: [one.get(name) for name in AMOUNTS]
            for one in document["models"]
        },
        "items": {one["item_id"]: (one["status"], one["at_stake"]) for one in items},
        "item 3": [one["answer"] for one in document["checklist"] if one["number"] == 3],
    }


def test_the_most_lenient_policy_moves_no_amount_and_verifies_nothing(tmp_path: Path) -> None:
    strict = report(made(tmp_path / "strict", SETTINGS))
    lenient = report(made(tmp_path / "lenient", SETTINGS + LENIENT))
    assert facts(strict) == facts(lenient)
    # By hand: completed calls are 0.016 + 0.008 + 0.5; the doubtful ones are in no figure.
    assert facts(lenient)["period"]["expected"] == "0.524"
    assert facts(lenient)["items"]["billing-failed"] == (
        "unverified", [{"currency": "USD", "leaning": "0.004", "change": "0.004"}],
    )  # fmt: skip
    # It does say how much money may rest on what nobody knows.
    fired = [
        {one["code"] for one in document["summary"]["triggers"] if one["fired"]}
        for document in (strict, lenient)
    ]
    assert "unverified_billing" in fired[0]
    assert "unverified_billing" not in fired[1]


def test_the_lenient_policy_names_every_term_but_one() -> None:
    said = {line.partition(" = ")[0] for line in LENIENT.splitlines() if " = " in line}
    fields = {one.name for one in msgspec.structs.fields(Policy)}
    assert fields - said == {"price_gap_range_hours"}


@pytest.mark.parametrize("term", ["billing", "billable", "failed_calls", "retried", "partial"])
def test_a_policy_that_says_what_is_billed_is_refused(term: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings(f'{SETTINGS}\n[policy]\n{term} = "billable"\n'.encode())
    assert caught.value.code == "CFG_UNKNOWN_KEY"
