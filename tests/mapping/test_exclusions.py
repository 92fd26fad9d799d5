"""Exclusion rules count when they are signed by two people; what they take is shown before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.catalogue.run_case import AS_OF
from tests.mapping.conftest import Small, findings, homes
from tests.signers import Signers
from tieout.actions.exclusions import SignedExclusions, approve_exclusions, check_exclusions
from tieout.errors import ApprovalRefused, ConfigurationRefused
from tieout.people.ruling import ExclusionApproval

HEADER = "rule_name,field,equals,reason,approved_by\n"
OTHER = "not ours,model_as_logged,other,another house,CD\n"
IDS = "load test,request_id,r3,a load test,CD\n"


def rules(small: Small, text: str) -> None:
    """Write the exclusion rules."""
    small.workspace.exclusions_path.write_text(HEADER + text, encoding="utf-8")


def signed(people: Signers, *names: str, by: str = "AB") -> SignedExclusions:
    """What is not signed yet, signed by one person."""
    return approve_exclusions(
        people.workspace, people[by], reason="another house", rules=names, at=AS_OF
    )


def test_while_nobody_is_enrolled_a_name_is_enough(small: Small) -> None:
    rules(small, OTHER)
    report = small.run()
    assert homes(report) == {"excluded": 1, "rated": 1, "unmapped": 1, "unrated": 1}
    assert findings(report, "EXCLUDE_APPROVAL") == []


def test_a_rule_that_nobody_signed_leaves_its_rows_in(small: Small) -> None:
    rules(small, OTHER)
    small.found()
    report = small.run(verified=True)
    assert homes(report) == {"rated": 1, "unmapped": 2, "unrated": 1}
    (said,) = findings(report, "EXCLUDE_APPROVAL")
    assert said.startswith("open ")
    assert "tieout exclusions approve --key FILE" in said
    assert "line 2, 'not ours': model_as_logged equal to 'other'; 1 imported row stays in" in said


def test_a_rule_with_one_signature_waits_and_with_two_it_counts(small: Small) -> None:
    rules(small, OTHER)
    people = small.found()
    done = signed(people)
    assert done.ruling.lacking == (("checker", "finance"),)
    report = small.run()
    assert homes(report) == {"rated": 1, "unmapped": 2, "unrated": 1}
    assert "signed by AB, waits for checker or finance" in findings(report, "EXCLUDE_APPROVAL")[0]
    assert people.countersign(done.ruling, "EF", AS_OF).is_in_force
    report = small.run(verified=True)
    assert homes(report) == {"excluded": 1, "rated": 1, "unmapped": 1, "unrated": 1}
    (rule,) = report["evidence"]["exclusions"]
    assert (rule["approved_by"], rule["rows"]) == ("AB, EF", 1)


def test_a_rule_that_is_changed_after_signing_counts_no_more(small: Small) -> None:
    rules(small, OTHER)
    people = small.found()
    people.countersign(signed(people).ruling, "EF", AS_OF)
    rules(small, OTHER.replace(",other,", ",our-a,"))
    report = small.run()
    assert "excluded" not in homes(report)
    assert "it was changed after ruling" in findings(report, "EXCLUDE_APPROVAL")[0]


def test_each_rule_is_signed_on_its_own_and_only_what_is_open(small: Small) -> None:
    rules(small, OTHER + IDS)
    people = small.found()
    assert [one.rule.rule_name for one in signed(people, "load test").taken] == ["load test"]
    assert [one.rule.rule_name for one in signed(people).taken] == ["not ours"]
    with pytest.raises(ConfigurationRefused, match="EXCLUDE_NOTHING"):
        signed(people)
    with pytest.raises(ConfigurationRefused, match="EXCLUDE_NOTHING"):
        signed(people, "no such rule")


def test_what_a_rule_takes_is_shown_in_rows_quantity_and_money(small: Small) -> None:
    rules(small, OTHER + IDS)
    people = small.found()
    other, load = check_exclusions(small.workspace)
    assert (other.rows, other.counts, other.days) == (1, False, ("2026-07-10", "2026-07-10"))
    assert other.quantity == {"input_tokens": Decimal(100000), "requests": Decimal(1)}
    assert [(one.currency, one.rated, one.expected) for one in other.money] == [(None, 0, None)]
    # 100,000 tokens of aster-1 at 2 a million are 0.2.
    assert [(one.currency, one.rated, one.expected) for one in load.money] == [
        ("USD", 1, Decimal("0.2"))
    ]
    done = signed(people, "load test")
    document = done.ruling.document
    assert isinstance(document, ExclusionApproval)
    (shown,) = document.shown
    assert shown == (
        "'load test': request_id equal to 'r3': 1 row, 100000 input_tokens, 1 requests,"
        " expected USD 0.2 for 1 priced row"
    )


def test_exclusions_are_not_checked_by_whoever_asks_for_them(small: Small) -> None:
    rules(small, OTHER)
    people = small.found()
    done = signed(people)
    with pytest.raises(ApprovalRefused, match="SOD_SELF"):
        people.countersign(done.ruling, "AB", AS_OF)
    with pytest.raises(ApprovalRefused, match="SOD_ROLE"):
        people.countersign(done.ruling, "GH", AS_OF)
