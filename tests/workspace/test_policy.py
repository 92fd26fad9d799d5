"""Policy as data: each term is read, bounded, and conservative where nobody wrote it."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal

import msgspec
import pytest

from tests.people.small_log import AT, MemoryLog, founding, key_of, person, two_people
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import sha256
from tieout.findings import Bucket
from tieout.people.record import countersign, record_founding, record_ruling, rulings_of
from tieout.people.ruling import PolicyApproval
from tieout.workspace.policy import Policy
from tieout.workspace.policy_signing import policy_content, policy_is_signed, starter_policy
from tieout.workspace.settings import read_settings

NAME = 'workspace = "w"\n'


def policy_of(text: str) -> Policy:
    """The policy that the settings say."""
    return read_settings(f"{NAME}{text}".encode()).policy


def test_a_policy_that_says_nothing_allows_nothing() -> None:
    policy = policy_of("[policy]\n")
    assert policy.trivial_amount == policy.acceptance.max_gross == policy.most_unverified == 0
    assert (policy.acceptance.max_days, policy.auto_clear_timing) == (0, False)
    assert policy.duties == {}
    assert [policy.owners.of(bucket) for bucket in Bucket] == [""] * 6
    assert [policy.due_days.of(bucket) for bucket in Bucket] == [None] * 6


def test_every_term_is_read_as_it_was_written() -> None:
    policy = policy_of(
        '[policy]\nversion = "p7"\nmateriality = "50"\ntrivial_amount = "0.50"\n'
        'unverified_limit = "12.5"\nauto_clear_timing = true\n'
        'due_days = { timing = 0, otherwise = 4 }\nnotify = ["overdue"]\n'
        'owners = { usage = "AB", otherwise = "CD" }\n'
        'acceptance = { max_days = 90, max_gross = "20" }\n'
        'duties = { disposition = [["finance", "checker"]], closing = [["finance"]] }\n'
    )
    assert (policy.trivial_amount, policy.most_unverified) == (Decimal("0.50"), Decimal("12.5"))
    assert (policy.auto_clear_timing, policy.notify) == (True, ("overdue",))
    assert [policy.due_days.of(b) for b in (Bucket.TIMING, Bucket.USAGE)] == [0, 4]
    assert [policy.owners.of(b) for b in (Bucket.USAGE, Bucket.TIMING)] == ["AB", "CD"]
    assert (policy.acceptance.max_days, policy.acceptance.max_gross) == (90, Decimal(20))
    assert policy.duties["disposition"] == (("finance", "checker"),)


def test_money_behind_unverified_items_is_bounded_by_the_materiality_alone() -> None:
    assert policy_of('[policy]\nmateriality = "50"\n').most_unverified == Decimal(50)


def test_small_differences_are_bounded_together_by_the_materiality_or_by_less() -> None:
    assert policy_of('[policy]\ntrivial_amount = "0.50"\n').review_terms.trivial_total == 0
    assert policy_of('[policy]\nmateriality = "50"\n').review_terms.trivial_total == Decimal(50)
    less = policy_of('[policy]\nmateriality = "50"\ntrivial_total = "20"\n')
    assert less.review_terms.trivial_total == Decimal(20)


@pytest.mark.parametrize(
    ("text", "code", "setting"),
    [
        ('trivial_amount = "-1"', "CFG_RANGE", "policy.trivial_amount"),
        ('trivial_total = "-1"', "CFG_RANGE", "policy.trivial_total"),
        ('materiality = "5"\ntrivial_total = "5.01"', "CFG_RANGE", "policy.trivial_total"),
        ('unverified_limit = "-0.01"', "CFG_RANGE", "policy.unverified_limit"),
        ('acceptance = { max_gross = "-1" }', "CFG_RANGE", "policy.acceptance.max_gross"),
        ("acceptance = { max_days = 367 }", "CFG_RANGE", "policy.acceptance.max_days"),
        ("acceptance = { max = 1 }", "CFG_UNKNOWN_KEY", "policy.acceptance.max"),
        ("due_days = { otherwise = -1 }", "CFG_RANGE", "policy.due_days.otherwise"),
        ("due_days = { rate = 1 }", "CFG_UNKNOWN_KEY", "policy.due_days.rate"),
        ('owners = { source = " AB" }', "CFG_NAME", "policy.owners.source"),
        ('owners = { source = "A\\u202eB" }', "CFG_NAME", "policy.owners.source"),
        ('notify = ["hourly"]', "CFG_TYPE", "policy.notify"),
        ('notify = ["everything"]', "CFG_TYPE", "policy.notify"),
        ('duties = { burning = [["checker"]] }', "CFG_DUTY", "policy.duties"),
        ("duties = { closing = [] }", "CFG_DUTY", "policy.duties"),
        ('duties = { closing = [["checker", "checker"]] }', "CFG_DUTY", "policy.duties"),
        ('duties = { closing = [["owner"]] }', "CFG_TYPE", "policy.duties"),
    ],
)
def test_a_term_that_cannot_be_meant_is_refused(text: str, code: str, setting: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        policy_of(f"[policy]\n{text}\n")
    assert caught.value.code == code
    assert caught.value.where[0].startswith(setting)


def test_the_starter_explains_every_term_and_says_what_is_there_by_default() -> None:
    text = starter_policy()
    terms = tomllib.loads(text)["policy"]
    optional = set(re.findall(r"^# (\w+) = ", text, flags=re.MULTILINE))
    fields = {one.name for one in msgspec.structs.fields(Policy)}
    assert fields == set(terms) | optional
    assert optional == {
        "unverified_limit", "trivial_total", "second_source_share", "owners", "duties",
        "claim_days",
    }  # fmt: skip
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if re.match(r"(# )?\w+ = ", line):
            assert "  # " in line or lines[number - 1].startswith("# "), line


def test_what_the_starter_offers_in_comments_is_understood() -> None:
    text = re.sub(r"^# (\w+ = )", r"\1", starter_policy(), flags=re.MULTILINE)
    policy = policy_of(text)
    assert policy.owners.of(Bucket.SOURCE) == "AB"
    assert policy.duties == {"disposition": (("checker",),), "closing": (("finance",),)}


def test_the_starter_lets_nothing_pass() -> None:
    policy = policy_of(starter_policy())
    assert policy.hold_limit == policy.materiality == policy.trivial_amount == 0
    assert policy.most_unverified == policy.acceptance.max_gross == policy.quarantine_limit == 0
    assert (policy.free_prices, policy.auto_clear_timing) == ("ask", False)


def signed(log: MemoryLog, policy: Policy, said: PolicyApproval | None = None) -> bool:
    """Whether the policy is signed after AB and CD approved what is said."""
    document = said or PolicyApproval(
        sha256(policy_content(policy)), policy.version, "a new limit", policy.duties
    )
    made = record_ruling(log, document, key_of("AB"), AT)
    assert not policy_is_signed(policy, rulings_of(log))
    countersign(log, made.ruling_id, key_of("CD"), AT)
    return policy_is_signed(policy, rulings_of(log))


def test_a_policy_counts_as_signed_when_two_have_signed_exactly_it() -> None:
    policy = policy_of('[policy]\nversion = "p2"\nmateriality = "5"\n')
    log = two_people()
    assert signed(log, policy)
    assert not policy_is_signed(
        msgspec.structs.replace(policy, materiality=Decimal(6)), rulings_of(log)
    )
    assert not policy_is_signed(policy, rulings_of(MemoryLog()))


def test_a_policy_signed_with_other_duties_than_its_own_does_not_count() -> None:
    policy = policy_of('[policy]\nversion = "p2"\nduties = { closing = [["finance"]] }\n')
    content = sha256(policy_content(policy))
    assert not signed(two_people(), policy, PolicyApproval(content, "p2", "less work"))
    assert signed(two_people(), policy)


def test_a_policy_signed_at_the_founding_counts() -> None:
    policy = policy_of("")
    log = MemoryLog()
    people = (person("AB", "finance"), person("CD", "checker"))
    document = founding(*people, policy=sha256(policy_content(policy)), version=policy.version)
    record_founding(log, document, [key_of("AB"), key_of("CD")], AT)
    assert policy_is_signed(policy, rulings_of(log))
