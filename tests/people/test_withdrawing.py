"""Taking back a ruling that waits: by its author, signed, readable, and for good."""

from __future__ import annotations

import pytest

from tests.people.sample_rulings import ADJUSTMENT, sample
from tests.people.small_log import (
    AT,
    MemoryLog,
    body_of,
    chained,
    founded,
    founding,
    key_of,
    person,
)
from tieout.calendar import instant_text
from tieout.errors import IntegrityRefused, Refusal
from tieout.evidence.signed import Countersigned, Signed
from tieout.people.record import (
    countersign,
    record_founding,
    record_ruling,
    rulings_of,
    rulings_until,
)
from tieout.people.replay import Ruling
from tieout.people.ruling import Enrolment, PolicyApproval, Revocation, Withdrawal
from tieout.people.statement import Statement
from tieout.signing.envelope import seal, sign

AB = person("AB", "administrator", "finance", "preparer")
CD = person("CD", "checker", "engineering")
EF = person("EF", "preparer")


def office() -> MemoryLog:
    """AB administers and prepares, CD checks, EF prepares, GH audits."""
    return founded(AB, CD, EF, person("GH", "auditor"), by=("AB", "CD"))


def asked(log: MemoryLog, by: str = "EF") -> Ruling:
    """An adjustment that waits for its checker."""
    return record_ruling(log, ADJUSTMENT, key_of(by), AT)


def withdrawn(log: MemoryLog, one: Ruling, by: str = "EF") -> Ruling:
    """The ruling, withdrawn by somebody; the withdrawal."""
    return record_ruling(log, Withdrawal(one.entry, "entered twice"), key_of(by), AT)


def refusal(log: MemoryLog, one: Ruling, by: str) -> Refusal:
    """What the withdrawal is refused for; nothing is written."""
    before = len(log.list)
    with pytest.raises(Refusal) as caught:
        withdrawn(log, one, by)
    assert len(log.list) == before
    return caught.value


def test_its_author_withdraws_what_waits_and_it_stays_readable() -> None:
    log = office()
    one = asked(log)
    made = withdrawn(log, one)
    assert made.is_in_force
    replayed = rulings_of(log)
    assert replayed.waiting == ()
    found = next(each for each in replayed.rulings if each.entry == one.entry)
    assert found.document == ADJUSTMENT
    assert (found.is_in_force, found.waits, found.names) == (False, False, ("EF",))
    assert found.withdrawn is not None
    assert (found.withdrawn.by, found.withdrawn.reason) == ("EF", "entered twice")
    assert found.withdrawn.entry == made.entry
    # Before that entry it waited: nothing of the past changes.
    assert [each.entry for each in rulings_until(log, len(log.list) - 1).waiting] == [one.entry]


def test_nobody_else_withdraws_it_whatever_the_role() -> None:
    log = office()
    one = asked(log)
    for name in ("AB", "CD", "GH"):
        assert refusal(log, one, name).code == "WITHDRAW_AUTHOR"
    assert rulings_of(log).waiting[0].entry == one.entry


def test_what_was_withdrawn_takes_no_signature_and_is_not_withdrawn_again() -> None:
    log = office()
    one = asked(log)
    withdrawn(log, one)
    with pytest.raises(Refusal) as caught:
        countersign(log, one.ruling_id, key_of("CD"), AT)
    assert caught.value.code == "WITHDRAW_RULING"
    assert "EF" in caught.value.where[0]
    assert refusal(log, one, "EF").code == "WITHDRAW_RULING"


def test_what_is_in_force_is_not_withdrawn() -> None:
    log = office()
    one = asked(log)
    countersign(log, one.ruling_id, key_of("CD"), AT)
    assert refusal(log, one, "EF").code == "WITHDRAW_RULING"
    remark = record_ruling(log, sample("comment"), key_of("AB"), AT)
    assert refusal(log, remark, "AB").code == "WITHDRAW_RULING"


def test_a_ruling_that_is_not_there_is_not_withdrawn() -> None:
    log = office()
    for entry in ("0" * 64, "", log.list[0].digest[:12]):
        with pytest.raises(Refusal) as caught:
            record_ruling(log, Withdrawal(entry, "so"), key_of("AB"), AT)
        assert caught.value.code == "WITHDRAW_RULING"
    with pytest.raises(Refusal) as caught:
        record_ruling(log, Withdrawal(asked(log).entry, " "), key_of("EF"), AT)
    assert caught.value.code == "RULING_REASON"


def test_who_signed_second_does_not_withdraw_and_the_author_still_does() -> None:
    """The policy asks a third signature of adjustments, so that two of them still wait."""
    log = office()
    asks = PolicyApproval("b" * 64, "p2", "more eyes", {"adjustment": (("engineering",),)})
    countersign(log, record_ruling(log, asks, key_of("AB"), AT).ruling_id, key_of("CD"), AT)
    one = asked(log)
    assert not countersign(log, one.ruling_id, key_of("CD"), AT).is_in_force
    assert refusal(log, one, "CD").code == "WITHDRAW_AUTHOR"
    withdrawn(log, one)
    assert rulings_of(log).waiting == ()


def test_an_author_with_a_new_key_is_still_the_author() -> None:
    log = office()
    one = asked(log)
    changed = Enrolment(person("EF", "preparer", key="EF2"), "a new machine")
    countersign(log, record_ruling(log, changed, key_of("AB"), AT).ruling_id, key_of("CD"), AT)
    assert refusal(log, one, "EF").code == "KEY_STATUS"
    assert record_ruling(log, Withdrawal(one.entry, "so"), key_of("EF2"), AT).is_in_force


def test_an_administrator_withdraws_for_an_author_who_signs_no_more() -> None:
    log = office()
    one = asked(log)
    assert refusal(log, one, "AB").code == "WITHDRAW_AUTHOR"
    record_ruling(log, Revocation(EF.key_id, "left"), key_of("CD"), AT)
    assert refusal(log, one, "CD").code == "WITHDRAW_AUTHOR"
    withdrawn(log, one, "AB")
    assert rulings_of(log).waiting == ()


def test_a_founding_that_lost_is_withdrawn_by_nobody_but_its_author() -> None:
    log = MemoryLog()
    other = record_founding(log, founding(AB, person("EF", "finance")), [key_of("AB")], AT)
    record_founding(log, founding(AB, CD), [key_of("AB"), key_of("CD")], AT)
    assert refusal(log, other, "CD").code == "WITHDRAW_AUTHOR"
    withdrawn(log, other, "AB")
    assert rulings_of(log).waiting == ()


def test_a_withdrawal_that_the_policy_asks_two_for_withdraws_with_the_second() -> None:
    log = office()
    asks = PolicyApproval("b" * 64, "p2", "more eyes", {"withdrawal": (("checker",),)})
    countersign(log, record_ruling(log, asks, key_of("AB"), AT).ruling_id, key_of("CD"), AT)
    one, other = asked(log), asked(log)
    first, second = withdrawn(log, one), withdrawn(log, other)
    assert rulings_of(log).waiting == (*rulings_of(log).rulings[-4:],)
    countersign(log, first.ruling_id, key_of("CD"), AT)
    left = {each.entry for each in rulings_of(log).waiting}
    assert left == {other.entry, second.entry}
    # The other comes into force before its withdrawal does: that one has come too late.
    countersign(log, other.ruling_id, key_of("CD"), AT)
    with pytest.raises(Refusal) as caught:
        countersign(log, second.ruling_id, key_of("CD"), AT)
    assert caught.value.code == "WITHDRAW_RULING"
    withdrawn(log, second)


def test_a_revocation_gives_what_was_withdrawn_no_new_life() -> None:
    log = office()
    one = asked(log)
    withdrawn(log, one)
    record_ruling(log, Revocation(EF.key_id, "left"), key_of("AB"), AT)
    found = next(each for each in rulings_of(log).rulings if each.entry == one.entry)
    assert (found.waits, found.withdrawn is None) == (False, False)
    assert found.lacking == (("checker",),)


@pytest.mark.parametrize(("name", "by"), [("AB", "AB"), ("EF", "AB"), ("CD", "CD"), ("EF", "EF")])
def test_a_withdrawal_written_around_the_commands_counts_by_the_same_rules(
    name: str, by: str
) -> None:
    log = office()
    one = asked(log)
    document = Withdrawal(one.entry, "so")
    content = Statement(log.origin, log.list[-1].digest, instant_text(AT), name, document).encoded()
    body = body_of(Signed(seal(content, [key_of(by)]), ()))
    log.list.append(chained(log.list, "signed", body, instant_text(AT)))
    if (name, by) == ("EF", "EF"):
        assert rulings_of(log).waiting == ()
        return
    with pytest.raises(IntegrityRefused) as caught:
        rulings_of(log)
    assert caught.value.code == "EV_SIGNATURE"


def test_a_signature_written_under_what_was_withdrawn_makes_the_log_refused() -> None:
    log = office()
    one = asked(log)
    withdrawn(log, one)
    body = body_of(Countersigned(one.entry, sign(one.content, key_of("CD"))))
    log.list.append(chained(log.list, "countersigned", body, instant_text(AT)))
    with pytest.raises(IntegrityRefused) as caught:
        rulings_of(log)
    assert caught.value.code == "EV_SIGNATURE"
