"""Every refusal of the core, by its code, with the smallest case that shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people.sample_rulings import ADJUSTMENT, APPROVAL, sample
from tests.people.small_log import (
    AT,
    MemoryLog,
    founded,
    founding,
    key_of,
    person,
    two_people,
)
from tieout.errors import Refusal
from tieout.people.duty import Duty
from tieout.people.person import Person
from tieout.people.record import (
    countersign,
    find_ruling,
    record_founding,
    record_ruling,
    rulings_of,
    rulings_until,
)
from tieout.people.ruling import (
    Comment,
    Endorsement,
    Enrolment,
    Founding,
    PolicyApproval,
    Revocation,
)

AB = person("AB", "preparer", "finance", "administrator")
CD = person("CD", "checker", "engineering")


def code(caught: pytest.ExceptionInfo[Refusal]) -> str:
    """The code of what was refused; nothing else is looked at."""
    return caught.value.code


@pytest.mark.parametrize(
    ("people", "keys", "wanted"),
    [
        ((AB,), ("AB",), "PEOPLE_FEW"),
        ((AB, person("AB", "checker", key="CD")), ("AB", "CD"), "PEOPLE_FEW"),
        ((AB, person("CD", "checker", key="AB")), ("AB",), "SOD_KEY"),
        ((AB, person("ab", "checker", key="CD")), ("AB", "CD"), "SOD_NAME"),
        ((AB, person("CD", "checker", "preparer")), ("AB", "CD"), "SOD_ROLES"),
        ((AB, person("CD", "checker", "administrator")), ("AB", "CD"), "SOD_ROLES"),
        ((AB, person("CD", "auditor", "engineering")), ("AB", "CD"), "SOD_ROLES"),
        ((AB, person("CD")), ("AB", "CD"), "PERSON_FORM"),
        ((AB, person("C\x07D", "checker", key="CD")), ("AB", "CD"), "PERSON_FORM"),
        ((AB, person(" CD", "checker", key="CD")), ("AB", "CD"), "PERSON_FORM"),
        ((AB, person("\u0421D", "checker", key="CD")), ("AB", "CD"), "PERSON_FORM"),
        ((AB, Person("CD", ("checker", "checker"), CD.public_key)), ("AB", "CD"), "PERSON_FORM"),
        ((AB, Person("CD", ("checker",), "no key")), ("AB",), "KEY_FORM"),
        ((AB, CD), ("AB", "AB"), "SIGN_TWICE"),
        ((AB, CD), (), "SIGN_TWICE"),
        ((AB, CD, person("EF", "finance")), ("AB", "CD", "EF"), "SIGN_TWICE"),
        ((AB, CD), ("AB", "EF"), "SOD_ROLE"),
    ],
)
def test_a_founding_that_cannot_stand_is_refused(
    people: tuple[Person, ...], keys: tuple[str, ...], wanted: str
) -> None:
    log = MemoryLog()
    with pytest.raises(Refusal) as caught:
        record_founding(log, founding(*people), [key_of(name) for name in keys], AT)
    assert code(caught) == wanted
    assert log.list == []


def test_a_workspace_is_founded_once() -> None:
    log = two_people()
    with pytest.raises(Refusal) as caught:
        record_founding(log, founding(AB, CD), [key_of("AB"), key_of("CD")], AT)
    assert code(caught) == "PEOPLE_FOUNDED"


def test_a_founding_waits_for_the_second_founder() -> None:
    log = MemoryLog()
    made = record_founding(log, founding(AB, CD), [key_of("AB")], AT)
    assert not made.is_in_force
    assert not rulings_of(log).roster.is_founded
    with pytest.raises(Refusal) as caught:
        record_ruling(log, ADJUSTMENT, key_of("AB"), AT)
    assert code(caught) == "PEOPLE_NONE"
    with pytest.raises(Refusal) as caught:
        countersign(log, made.ruling_id, key_of("EF"), AT)
    assert code(caught) == "KEY_STATUS"
    with pytest.raises(Refusal) as caught:
        countersign(log, made.ruling_id, key_of("AB"), AT)
    assert code(caught) == "SOD_SELF"
    assert countersign(log, made.ruling_id, key_of("CD"), AT).names == ("AB", "CD")
    assert sorted(rulings_of(log).roster.people) == ["AB", "CD"]


def test_a_second_founding_that_waited_never_comes_into_force() -> None:
    log = MemoryLog()
    other = record_founding(
        log, founding(person("EF", "finance"), person("GH", "checker")), [key_of("EF")], AT
    )
    record_founding(log, founding(AB, CD), [key_of("AB"), key_of("CD")], AT)
    with pytest.raises(Refusal) as caught:
        countersign(log, other.ruling_id, key_of("GH"), AT)
    assert code(caught) == "PEOPLE_FOUNDED"


@pytest.mark.parametrize(
    ("enrolled", "wanted"),
    [
        (person("EF", "preparer", key="AB"), "SOD_KEY"),
        (person("cd", "preparer", key="EF"), "SOD_NAME"),
        (person("CD", "checker", "preparer"), "SOD_ROLES"),
        (person("EF"), "PERSON_FORM"),
        (Person("EF", ("preparer",), "AAAA"), "KEY_FORM"),
    ],
)
def test_an_enrolment_that_cannot_stand_is_refused(enrolled: Person, wanted: str) -> None:
    log = two_people()
    with pytest.raises(Refusal) as caught:
        record_ruling(log, Enrolment(enrolled, "joins"), key_of("AB"), AT)
    assert code(caught) == wanted
    assert len(log.list) == 1


def test_a_revoked_key_never_returns_under_any_name() -> None:
    log = two_people()
    record_ruling(log, Revocation(CD.key_id, "lost"), key_of("AB"), AT)
    for name in ("CD", "EF"):
        enrolment = Enrolment(person(name, "checker", key="CD"), "found again")
        with pytest.raises(Refusal) as caught:
            record_ruling(log, enrolment, key_of("AB"), AT)
        assert code(caught) == "SOD_KEY"
    with pytest.raises(Refusal) as caught:
        record_ruling(log, sample("comment"), key_of("CD"), AT)
    assert code(caught) == "KEY_STATUS"


def test_other_roles_with_the_same_key_revoke_nothing() -> None:
    log = two_people()
    changed = Enrolment(person("CD", "checker"), "no longer in engineering")
    made = record_ruling(log, changed, key_of("AB"), AT)
    countersign(log, made.ruling_id, key_of("CD"), AT)
    roster = rulings_of(log).roster
    assert roster.people["CD"].roles == ("checker",)
    assert roster.revoked == {}


def test_another_key_for_a_name_revokes_the_one_before() -> None:
    log = two_people()
    made = record_ruling(
        log, Enrolment(person("CD", "checker", key="CD2"), "a new machine"), key_of("AB"), AT
    )
    countersign(log, made.ruling_id, key_of("CD"), AT)
    assert rulings_of(log).roster.revoked == {CD.key_id: "a new machine"}
    with pytest.raises(Refusal) as caught:
        record_ruling(log, sample("comment"), key_of("CD"), AT)
    assert code(caught) == "KEY_STATUS"
    assert record_ruling(log, sample("comment"), key_of("CD2"), AT).names == ("CD",)


def test_a_maker_who_becomes_a_checker_does_not_check_the_own_ruling() -> None:
    log = founded(AB, CD, person("EF", "preparer"), by=("AB", "CD"))
    made = record_ruling(log, ADJUSTMENT, key_of("EF"), AT)
    for key in ("EF", "EF2"):
        changed = Enrolment(person("EF", "checker", key=key), "changes desks")
        countersign(log, record_ruling(log, changed, key_of("AB"), AT).ruling_id, key_of("CD"), AT)
        with pytest.raises(Refusal) as caught:
            countersign(log, made.ruling_id, key_of(key), AT)
        assert code(caught) == "SOD_SELF"


def test_a_waiting_ruling_loses_the_signature_of_a_revoked_key() -> None:
    log = founded(AB, CD, person("EF", "preparer"), by=("AB", "CD"))
    made = record_ruling(log, ADJUSTMENT, key_of("EF"), AT)
    record_ruling(log, Revocation(key_of("EF").key_id, "stolen"), key_of("AB"), AT)
    assert rulings_of(log).waiting[0].lacking == (("finance", "preparer"), ("checker",))
    assert not countersign(log, made.ruling_id, key_of("CD"), AT).is_in_force
    assert countersign(log, made.ruling_id, key_of("AB"), AT).is_in_force


def test_what_a_revoked_key_brought_into_force_stands() -> None:
    log = founded(AB, CD, person("EF", "preparer"), by=("AB", "CD"))
    made = record_ruling(log, ADJUSTMENT, key_of("EF"), AT)
    countersign(log, made.ruling_id, key_of("CD"), AT)
    record_ruling(log, Revocation(key_of("EF").key_id, "left"), key_of("AB"), AT)
    assert [one.document for one in rulings_of(log).of(type(ADJUSTMENT))] == [ADJUSTMENT]


def test_a_ruling_of_an_unknown_key_or_id_is_refused() -> None:
    log = two_people()
    with pytest.raises(Refusal) as caught:
        record_ruling(log, sample("comment"), key_of("EF"), AT)
    assert code(caught) == "KEY_STATUS"
    with pytest.raises(Refusal) as caught:
        countersign(log, "0123456789ab", key_of("CD"), AT)
    assert code(caught) == "RULING_UNKNOWN"
    with pytest.raises(Refusal) as caught:
        find_ruling(rulings_of(log), "")
    assert code(caught) == "RULING_UNKNOWN"


def test_a_ruling_in_force_takes_no_further_signature() -> None:
    log = two_people()
    made = record_ruling(log, sample("comment"), key_of("AB"), AT)
    with pytest.raises(Refusal) as caught:
        countersign(log, made.ruling_id, key_of("CD"), AT)
    assert code(caught) == "RULING_IN_FORCE"


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (Comment("2026-08", "g-1", "x" * 10_001), "RULING_TEXT"),
        (Comment("2026-08", "g" * 10_001, "x"), "RULING_TEXT"),
        (Comment("2026-08", "g-1", "  "), "RULING_REASON"),
        (Revocation(CD.key_id, ""), "RULING_REASON"),
        (Enrolment(person("EF", "preparer"), "\n"), "RULING_REASON"),
    ],
)
def test_a_text_that_is_too_long_or_missing_is_refused(
    document: Comment | Revocation | Enrolment, wanted: str
) -> None:
    with pytest.raises(Refusal) as caught:
        record_ruling(two_people(), document, key_of("AB"), AT)
    assert code(caught) == wanted


def test_a_text_of_the_longest_length_with_active_signs_is_kept_as_it_is() -> None:
    text = ("<script>=cmd|' \u202e" * 1000)[:10_000]
    log = two_people()
    record_ruling(log, Comment("2026-08", "g-1", text), key_of("AB"), AT)
    document = rulings_of(log).rulings[-1].document
    assert isinstance(document, Comment)
    assert document.text == text


def policy(version: str, digit: str, duties: dict[str, Duty] | None = None) -> PolicyApproval:
    """A policy of that version."""
    return PolicyApproval(digit * 64, version, "a new limit", duties or {})


def test_another_policy_of_a_version_that_was_signed_is_refused() -> None:
    log = two_people()
    with pytest.raises(Refusal) as caught:
        record_ruling(log, policy("p1", "b"), key_of("AB"), AT)
    assert code(caught) == "POLICY_VERSION"
    for version, digit in (("p2", "b"), ("p1", "a")):
        made = record_ruling(log, policy(version, digit), key_of("AB"), AT)
        countersign(log, made.ruling_id, key_of("CD"), AT)
        assert rulings_of(log).policy == (digit * 64, version)


def test_two_policies_of_one_version_that_both_waited_do_not_both_come_into_force() -> None:
    log = two_people()
    one = record_ruling(log, policy("p2", "b"), key_of("AB"), AT)
    other = record_ruling(log, policy("p2", "c"), key_of("AB"), AT)
    countersign(log, other.ruling_id, key_of("CD"), AT)
    with pytest.raises(Refusal) as caught:
        countersign(log, one.ruling_id, key_of("CD"), AT)
    assert code(caught) == "POLICY_VERSION"


@pytest.mark.parametrize(
    "duties",
    [
        {"burning": (("checker",),)},
        {"comment": (("owner",),)},
        {"comment": ((),)},
        {"comment": ()},
        {"comment": (("checker", "checker"),)},
        {"comment": (("checker",),) * 6},
    ],
)
def test_duties_that_name_no_ruling_or_no_role_are_refused(duties: dict[str, Duty]) -> None:
    with pytest.raises(Refusal) as caught:
        record_ruling(two_people(), policy("p2", "b", duties), key_of("AB"), AT)
    assert code(caught) == "POLICY_DUTY"
    document = Founding((AB, CD), "a" * 64, "p1", duties)
    with pytest.raises(Refusal) as caught:
        record_founding(MemoryLog(), document, [key_of("AB"), key_of("CD")], AT)
    assert code(caught) == "POLICY_DUTY"


def test_a_policy_asks_for_a_second_signature_of_what_is_made_after_it() -> None:
    log = two_people()
    before = record_ruling(log, sample("disposition"), key_of("AB"), AT)
    made = record_ruling(log, policy("p2", "b", {"disposition": (("checker",),)}), key_of("AB"), AT)
    assert record_ruling(log, sample("disposition"), key_of("AB"), AT).is_in_force
    countersign(log, made.ruling_id, key_of("CD"), AT)
    after = record_ruling(log, sample("disposition"), key_of("AB"), AT)
    assert before.is_in_force
    assert after.lacking == (("checker",),)
    back = record_ruling(log, policy("p3", "c"), key_of("AB"), AT)
    countersign(log, back.ruling_id, key_of("CD"), AT)
    # What was made under the stricter policy needs what that policy asked.
    assert [one.entry for one in rulings_of(log).waiting] == [after.entry]
    assert record_ruling(log, sample("disposition"), key_of("AB"), AT).is_in_force


def named_entries(log: MemoryLog, count: int = 1) -> tuple[str, ...]:
    """Entries that somebody's name alone stands behind."""
    made = [log.append("approval", {**APPROVAL, "capture_id": f"c{n}"}, AT) for n in range(count)]
    return tuple(sorted(one.digest for one in made))


def test_what_stands_on_a_name_since_the_founding_is_listed_until_two_endorse_it() -> None:
    log = MemoryLog()
    before = named_entries(log)
    record_founding(log, founding(AB, CD), [key_of("AB"), key_of("CD")], AT)
    log.append("capture", {"capture_id": "c7", "approved_by": ""}, AT)
    log.append("import", {"operator": "AB"}, AT)
    after = named_entries(log, 2)
    assert {one.entry for one in rulings_of(log).unsigned} == set(after)
    made = record_ruling(log, Endorsement(after, "read both pages"), key_of("AB"), AT)
    assert len(rulings_of(log).unsigned) == 2
    countersign(log, made.ruling_id, key_of("CD"), AT)
    assert rulings_of(log).unsigned == ()
    # What was accepted before there were keys may be endorsed too.
    record_ruling(log, Endorsement(before, "read it again"), key_of("AB"), AT)


def test_only_decisions_on_a_name_are_endorsed_each_once() -> None:
    log = two_people()
    (entry,) = named_entries(log)
    done = record_ruling(log, Endorsement((entry,), "read it"), key_of("AB"), AT)
    for entries in ((), (entry, entry), ("f" * 64,), (done.entry,), (log.list[0].digest,)):
        with pytest.raises(Refusal) as caught:
            record_ruling(log, Endorsement(entries, "read it"), key_of("AB"), AT)
        assert code(caught) == "ENDORSE_ENTRY"
    other = record_ruling(log, Endorsement((entry,), "read it too"), key_of("AB"), AT)
    countersign(log, done.ruling_id, key_of("CD"), AT)
    with pytest.raises(Refusal) as caught:
        countersign(log, other.ruling_id, key_of("CD"), AT)
    assert code(caught) == "ENDORSE_ENTRY"


def test_a_signer_whose_clock_is_behind_is_known_by_the_order_of_entries() -> None:
    log = two_people()
    ahead, behind = AT + timedelta(hours=2), AT + timedelta(hours=1)
    made = record_ruling(log, ADJUSTMENT, key_of("AB"), ahead)
    countersign(log, made.ruling_id, key_of("CD"), behind)
    assert rulings_until(log, known_at=AT).of(type(ADJUSTMENT)) == ()
    for known_at in (behind, ahead):
        assert len(rulings_until(log, known_at=known_at).of(type(ADJUSTMENT))) == 1
    assert rulings_until(log, size=2, known_at=ahead).of(type(ADJUSTMENT)) == ()
