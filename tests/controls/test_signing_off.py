"""Sign-off, close, reopen: who may, in which order, and what makes a signature stale (A3, A5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.controls.office import (
    AS_OF,
    LEDGER_HEADER,
    PERIOD,
    PRICES,
    approved,
    both_signed,
    bring,
    key_of,
    person,
    ran,
    ready,
    signed,
    written,
)
from tests.controls.paper import begun
from tieout.actions import signing_off
from tieout.actions.closing import run, verify
from tieout.actions.people import withdraw_ruling
from tieout.actions.prices import Origin, import_prices
from tieout.actions.signing_off import (
    close_period,
    reopen_period,
    show_approval,
    sign_run,
)
from tieout.errors import ExitCode, Refusal
from tieout.evidence.documents import KINDS, Approval
from tieout.evidence.records import append
from tieout.evidence.signed import Signed as SignedEntry
from tieout.people.person import Person
from tieout.people.record import countersign, record_ruling, rulings_of
from tieout.people.ruling import (
    Adjustment,
    ChecklistAnswer,
    Closing,
    Comment,
    Endorsement,
    Enrolment,
    PolicyApproval,
    Revocation,
    SignOff,
)
from tieout.people.statement import read_statement
from tieout.signing.envelope import Envelope
from tieout.workspace.layout import Workspace


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """A day whose decision is approve and which nobody signed yet; AB answered an item of it."""
    return approved(tmp_path)


def refused(function: object, *arguments: object, **named: object) -> Refusal:
    """The refusal of a call."""
    with pytest.raises(Refusal) as caught:
        function(*arguments, **named)  # type: ignore[operator]
    return caught.value


def standing(workspace: Workspace) -> dict[str, bool]:
    """Whether each signature of the newest run stands."""
    return {one.signed_as: one.stands for one in show_approval(workspace).signatures}


def change_person(workspace: Workspace, someone: Person) -> None:
    """Another role or key for a person, signed by two."""
    asked = record_ruling(workspace.log, Enrolment(someone, "a change"), key_of("AB"), AS_OF)
    countersign(workspace.log, asked.ruling_id, key_of("EF"), AS_OF)


def test_a_period_is_signed_by_two_closed_reopened_by_two_and_stays_readable(
    office: Workspace, tmp_path: Path
) -> None:
    assert show_approval(office).state == "open"
    signed(office, "AB", "prepared")
    assert show_approval(office).state == "in review"
    signed(office, "CD", "checked")
    done = close_period(office, PERIOD, key=key_of("GH"), at=AS_OF + timedelta(hours=2))
    assert (done.state.state, done.ruling.names) == ("closed", ("GH",))
    closed = done.state.facts.record
    assert refused(ran, office, 5).code == "PERIOD_CLOSED"
    assert refused(close_period, office, PERIOD, key=key_of("GH")).code == "PERIOD_CLOSED"
    shown = written(tmp_path, "mail.txt", "a row came late")
    asked = reopen_period(
        office, PERIOD, reason="a late row", evidence=[shown], key=key_of("AB"), at=AS_OF
    )
    assert asked.state.state == "closed"
    countersign(office.log, asked.ruling.ruling_id, key_of("CD"), AS_OF)
    assert show_approval(office).state == "reopened"
    assert ran(office, 6).summary["supersedes"] == closed.run_id
    before = show_approval(office, closed.run_id)
    assert [(one.signed_as, one.stands) for one in before.signatures] == [
        ("prepared", False), ("checked", False),
    ]  # fmt: skip
    assert {one.why for one in before.signatures} == {"the period was reopened after it"}
    assert verify(office, closed.run_id, threads=1).agrees


def test_a_reopened_period_is_signed_anew_also_where_nothing_changed(
    office: Workspace, tmp_path: Path
) -> None:
    both_signed(office)
    close_period(office, PERIOD, key=key_of("GH"), at=AS_OF)
    shown = written(tmp_path, "mail.txt", "look again")
    asked = reopen_period(office, PERIOD, reason="doubt", evidence=[shown], key=key_of("AB"))
    countersign(office.log, asked.ruling.ruling_id, key_of("GH"), AS_OF)
    assert refused(close_period, office, PERIOD, key=key_of("GH")).code == "FLOW_ORDER"
    both_signed(office)
    assert close_period(office, PERIOD, key=key_of("GH")).state.state == "closed"


def test_ap01_whoever_prepared_does_not_check_after_another_role_or_another_key(
    office: Workspace,
) -> None:
    signed(office, "AB", "prepared")
    assert refused(signed, office, "AB", "checked").code == "SOD_ROLE"
    change_person(office, person("AB", "checker"))
    assert refused(signed, office, "AB", "checked").code == "SOD_SELF"
    assert standing(office) == {"prepared": True}


def test_ap01_another_key_makes_no_other_person(office: Workspace) -> None:
    signed(office, "AB", "prepared")
    change_person(office, person("AB", "checker", key="AB, later"))
    assert refused(signed, office, "AB", "checked", "AB, later").code == "SOD_SELF"
    assert refused(signed, office, "AB", "checked").code == "KEY_STATUS"


def test_ap01_whoever_answered_an_item_does_not_check(tmp_path: Path) -> None:
    office = ready(tmp_path)
    said = next(i for i in show_approval(office).facts.report["checklist"] if i["number"] == 3)
    answer = ChecklistAnswer(PERIOD, 3, "yes", "read it", said["machine_digest"])
    record_ruling(office.log, answer, key_of("CD"), AS_OF)
    ran(office, 1)
    signed(office, "AB", "prepared")
    refusal = refused(signed, office, "CD", "checked")
    assert refusal.code == "SOD_SELF"
    assert any("answer" in line for line in refusal.where)
    assert signed(office, "GH", "checked").state.state == "in review"
    assert refused(close_period, office, PERIOD, key=key_of("CD")).code == "SOD_SELF"


def test_ap02_one_key_is_one_person(office: Workspace) -> None:
    twin = Person("MN", ("checker",), key_of("AB").public_key)
    refusal = refused(record_ruling, office.log, Enrolment(twin, "a twin"), key_of("AB"), AS_OF)
    assert refusal.code == "SOD_KEY"


def test_ap03_a_superseded_run_is_not_signed_and_its_signatures_are_stale(
    office: Workspace,
) -> None:
    first = signed(office, "AB", "prepared").state.facts
    ran(office, 7)
    refusal = refused(
        sign_run, office, first.record.run_id, signed_as="checked", digest=first.content.digest,
        key=key_of("CD"),
    )  # fmt: skip
    assert (refusal.code, refusal.exit_code) == ("APPROVE_STALE", ExitCode.APPROVAL)
    assert refused(signed, office, "CD", "checked").code == "FLOW_ORDER"
    (before,) = show_approval(office, first.record.run_id).signatures
    assert (before.stands, "superseded" in before.why) == (False, True)


def test_ap04_the_digest_that_was_looked_at_is_the_one_that_is_signed(office: Workspace) -> None:
    seen = show_approval(office).facts
    for digest in ("", seen.content.digest[:11], "0" * 64, seen.content.digest + "0"):
        refusal = refused(
            sign_run, office, seen.record.run_id, signed_as="prepared", digest=digest,
            key=key_of("AB"),
        )  # fmt: skip
        assert refusal.code == "APPROVE_DIGEST"


def test_ap04_a_sign_off_written_around_the_command_with_another_digest_does_not_stand(
    office: Workspace,
) -> None:
    honest = signed(office, "AB", "prepared").ruling.document
    assert isinstance(honest, SignOff)
    changes: tuple[dict[str, object], ...] = (
        {"signoff_digest": "0" * 64}, {"result_digest": "0" * 64}, {"input_digests": {}},
        {"policy_version": "p9"}, {"exceptions": ("none",)}, {"open_items": ("x",)},
    )  # fmt: skip
    for change in changes:
        forged = msgspec.structs.replace(honest, signed_as="checked", **change)
        record_ruling(office.log, forged, key_of("CD"), AS_OF)
        assert standing(office) == {"prepared": True, "checked": False}
    assert refused(close_period, office, PERIOD, key=key_of("GH")).code == "FLOW_ORDER"


def test_ap05_a_run_with_something_open_is_not_signed_and_the_list_is_given(
    tmp_path: Path,
) -> None:
    refusal = refused(signed, ready(tmp_path), "AB", "prepared")
    assert refusal.code == "APPROVE_OPEN"
    assert any("checklist item 3 is unanswered" in line for line in refusal.where)


def test_ap05_a_ruling_that_waits_keeps_the_period_open(office: Workspace) -> None:
    both_signed(office)
    shown = office.store.put(b"a mail")
    adjustment = Adjustment(PERIOD, "1", "USD", "AB", "why", (shown,), ("mail.txt",))
    waiting = record_ruling(office.log, adjustment, key_of("AB"), AS_OF)
    refusal = refused(close_period, office, PERIOD, key=key_of("GH"))
    assert refusal.code == "APPROVE_OPEN"
    assert refusal.where == (f"adjustment {waiting.ruling_id} waits for a signature",)
    countersign(office.log, waiting.ruling_id, key_of("CD"), AS_OF)
    # In force it changes what a run reads, so that what was signed is stale.
    assert refused(close_period, office, PERIOD, key=key_of("GH")).code == "APPROVE_STALE"


def test_ap05_a_ruling_that_was_withdrawn_stands_in_nobodys_way(office: Workspace) -> None:
    both_signed(office)
    shown = office.store.put(b"a mail")
    adjustment = Adjustment(PERIOD, "1", "USD", "AB", "why", (shown,), ("mail.txt",))
    waiting = record_ruling(office.log, adjustment, key_of("AB"), AS_OF)
    assert refused(close_period, office, PERIOD, key=key_of("GH")).code == "APPROVE_OPEN"
    withdraw_ruling(office, waiting.ruling_id, reason="twice", key=key_of("AB"), at=AS_OF)
    close_period(office, PERIOD, key=key_of("GH"), at=AS_OF)
    assert show_approval(office).state == "closed"


def test_a_withdrawn_adjustment_counts_for_nothing_and_leaves_item_12_answered(
    office: Workspace,
) -> None:
    shown = office.store.put(b"a mail")
    adjustment = Adjustment(PERIOD, "1", "USD", "AB", "why", (shown,), ("mail.txt",))
    waiting = record_ruling(office.log, adjustment, key_of("AB"), AS_OF)
    ran(office, 3)
    report = show_approval(office).facts.report
    answers = {one["number"]: one["answer"] for one in report["checklist"]}
    assert answers[12] == "unanswered"
    withdraw_ruling(office, waiting.ruling_id, reason="twice", key=key_of("AB"), at=AS_OF)
    assert ran(office, 4).summary["decision"] == "approve"
    report = show_approval(office).facts.report
    answers = {one["number"]: one["answer"] for one in report["checklist"]}
    assert answers[12] == "yes"
    # It stays in the report, with who took it back and why.
    (found,) = report["review"]["adjustments"]
    assert (found["counts"], found["why"]) == (False, "AB withdrew it: twice")


def test_ap05_a_decision_on_a_name_alone_is_endorsed_before_anything_is_signed() -> None:
    """Since people have keys, an approval of prices by a name alone is nobody's word (D27)."""
    paper = begun()
    paper.answer("AB")
    (capture, *_) = signing_off.show_approval(paper.workspace).facts.manifest.captures
    append(paper.log, Approval(capture.capture_id, "KL", "looks right"), paper.now)
    entry = paper.log.entries()[-1].digest
    paper.run()
    refusal = refused(paper.sign, "AB", "prepared")
    assert (refusal.code, len(refusal.where)) == ("APPROVE_OPEN", 1)
    assert f"by KL stands on a name alone: entry {entry[:12]}" in refusal.where[0]
    asked = paper.rule(Endorsement((entry,), "read it"), "EF")
    if not asked.is_in_force:
        paper.countersign("CD")
    paper.sign("AB", "prepared")
    assert signing_off.show_approval(paper.workspace).state == "in review"


def test_ap06_an_old_envelope_entered_again_makes_the_log_unreadable(office: Workspace) -> None:
    signed(office, "AB", "prepared")
    (entry,) = [one for one in office.log.entries() if _signs(one.body)]
    office.log.append(KINDS[SignedEntry], entry.body, AS_OF)
    refusal = refused(show_approval, office)
    assert (refusal.code, refusal.exit_code) == ("EV_SIGNATURE", ExitCode.INTEGRITY)


@pytest.mark.parametrize("copies", [2, 1_000])
def test_ap07_an_envelope_with_one_signature_many_times_is_refused(
    office: Workspace, copies: int
) -> None:
    signed(office, "AB", "prepared")
    (entry,) = [one for one in office.log.entries() if _signs(one.body)]
    envelope = entry.body["envelope"]
    many = {**envelope, "signatures": envelope["signatures"] * copies}
    office.log.append(KINDS[SignedEntry], {**entry.body, "envelope": many}, AS_OF)
    assert refused(show_approval, office).code == "EV_SIGNATURE"


def test_ap08_a_key_that_was_revoked_or_never_enrolled_signs_nothing(office: Workspace) -> None:
    signed(office, "AB", "prepared")
    assert refused(signed, office, "nobody", "checked").code == "KEY_STATUS"
    revoked = Revocation(key_of("CD").key_id, "lost")
    record_ruling(office.log, revoked, key_of("AB"), AS_OF)
    assert refused(signed, office, "CD", "checked").code == "KEY_STATUS"
    assert signed(office, "GH", "checked").ruling.is_in_force


def test_ap08_a_key_revoked_later_leaves_what_it_signed(office: Workspace) -> None:
    both_signed(office)
    record_ruling(office.log, Revocation(key_of("CD").key_id, "left"), key_of("AB"), AS_OF)
    assert standing(office) == {"prepared": True, "checked": True}


def test_ap09_no_step_is_skipped(office: Workspace, tmp_path: Path) -> None:
    shown = written(tmp_path, "mail.txt", "why")
    assert refused(close_period, office, PERIOD, key=key_of("GH")).code == "FLOW_ORDER"
    assert refused(signed, office, "CD", "checked").code == "FLOW_ORDER"
    assert (
        refused(reopen_period, office, PERIOD, reason="so", evidence=[shown], key=key_of("AB")).code
        == "FLOW_ORDER"
    )
    signed(office, "AB", "prepared")
    assert refused(close_period, office, PERIOD, key=key_of("GH")).code == "FLOW_ORDER"


def test_ap09_a_closing_written_around_the_command_closes_nothing(office: Workspace) -> None:
    seen = show_approval(office).facts
    _, start, end = seen.manifest.period
    closing = Closing(PERIOD, seen.record.run_id, seen.content.digest, start, end, seen.imports)
    record_ruling(office.log, closing, key_of("CD"), AS_OF)
    assert show_approval(office).state == "open"
    both_signed(office)
    # The closing came before the signatures, and they do not bring it back.
    assert show_approval(office).state == "in review"
    assert ran(office, 8).summary["decision"] == "approve"


def test_ap10_of_two_checkers_one_wins_and_the_other_is_told(office: Workspace) -> None:
    both_signed(office)
    refusal = refused(signed, office, "GH", "checked")
    assert (refusal.code, refusal.exit_code) == ("CONFLICT", ExitCode.CONFLICT)


def test_ap15_a_clock_that_runs_behind_is_noted_and_decides_nothing(office: Workspace) -> None:
    seen = show_approval(office).facts
    sign_run(
        office, seen.record.run_id, signed_as="prepared", digest=seen.content.digest,
        key=key_of("AB"), at=AS_OF - timedelta(days=400),
    )  # fmt: skip
    (found,) = show_approval(office).signatures
    assert found.stands
    assert [note.partition(":")[0] for note in found.notes] == ["CLOCK_SKEW"]


def test_a_run_that_leaves_out_what_is_known_today_is_not_signed(office: Workspace) -> None:
    """It looks as the log stood at an instant, for whoever asks what was known then (P7)."""
    run(
        office, PERIOD, operator="job", as_of=AS_OF + timedelta(minutes=9), threads=1,
        known_at=AS_OF + timedelta(minutes=5),
    )  # fmt: skip
    refusal = refused(signed, office, "AB", "prepared")
    assert (refusal.code, "left out" in refusal.where[1]) == ("APPROVE_STALE", True)


def test_the_operator_of_a_run_does_not_check_it(office: Workspace) -> None:
    run(office, PERIOD, operator="CD", as_of=AS_OF + timedelta(minutes=9), threads=1)
    signed(office, "AB", "prepared")
    assert refused(signed, office, "CD", "checked").code == "SOD_SELF"


def test_lg06_no_day_of_a_closed_period_is_run_under_another_name(office: Workspace) -> None:
    both_signed(office)
    close_period(office, PERIOD, key=key_of("GH"), at=AS_OF)
    assert refused(ran, office, 9, "2026-08-03/2026-08-04").code == "PERIOD_CLOSED"


def test_a_period_that_is_not_over_is_not_closed(office: Workspace) -> None:
    """The run looks from the evening of the day; the same signatures would close it a day later."""
    run(office, PERIOD, operator="job", as_of=datetime(2026, 8, 3, 20, tzinfo=UTC), threads=1)
    both_signed(office)
    refusal = refused(close_period, office, PERIOD, key=key_of("GH"))
    assert (refusal.code, "not over" in refusal.what) == ("FLOW_ORDER", True)


def test_rows_for_the_day_make_the_signatures_stale_and_rows_of_another_month_do_not(
    office: Workspace, tmp_path: Path
) -> None:
    both_signed(office)
    october = "r9,2026-10-03T10:00:00Z,aster-1,search,0.3\n"
    bring(office, "ledger", LEDGER_HEADER + october, tmp_path, "october")
    assert standing(office) == {"prepared": True, "checked": True}
    bring(office, "ledger", LEDGER_HEADER + october.replace("10-03", "08-03"), tmp_path, "late")
    assert standing(office) == {"prepared": False, "checked": False}
    assert refused(close_period, office, PERIOD, key=key_of("GH")).code == "APPROVE_STALE"


def test_a_new_capture_makes_the_signatures_stale(office: Workspace, tmp_path: Path) -> None:
    both_signed(office)
    import_prices(
        office, written(tmp_path, "docs.csv", PRICES), source_name="docs",
        source_format="price-list", approved_by="CD", at=AS_OF,
        origin=Origin("https://docs.example/list", datetime(2026, 8, 4, tzinfo=UTC), "KL"),
    )  # fmt: skip
    assert standing(office) == {"prepared": False, "checked": False}


@pytest.mark.parametrize("name", ["tieout.toml", "mapping.csv", "exclusions.csv"])
def test_a_byte_in_a_file_of_the_workspace_makes_the_signatures_stale(
    office: Workspace, name: str
) -> None:
    both_signed(office)
    path = office.root / name
    content = path.read_bytes()
    path.write_bytes(
        b"# said differently\n" + content if name == "tieout.toml" else content + b"\n"
    )
    again = Workspace.open(office.root)
    assert standing(again) == {"prepared": False, "checked": False}
    refusal = refused(close_period, again, PERIOD, key=key_of("GH"))
    assert (refusal.code, name in refusal.where) == ("APPROVE_STALE", True)
    path.write_bytes(content)
    assert standing(Workspace.open(office.root)) == {"prepared": True, "checked": True}


def test_a_comment_and_the_policy_of_next_month_leave_the_signatures(office: Workspace) -> None:
    both_signed(office)
    record_ruling(office.log, Comment(PERIOD, "g-1", "seen"), key_of("IJ"), AS_OF)
    policy = PolicyApproval(office.store.put(b'{"version":"p2"}'), "p2", "stricter")
    asked = record_ruling(office.log, policy, key_of("EF"), AS_OF)
    countersign(office.log, asked.ruling_id, key_of("CD"), AS_OF)
    assert rulings_of(office.log).policy[1] == "p2"
    path = office.root / "tieout.toml"
    text = path.read_text().replace('version = "p1"', 'version = "p2"\nhold_limit = "10"')
    path.write_text(text)
    again = Workspace.open(office.root)
    assert again.settings.policy.version == "p2"
    assert standing(again) == {"prepared": True, "checked": True}
    assert close_period(again, PERIOD, key=key_of("GH")).state.state == "closed"


def test_nothing_hides_in_the_text_of_the_policy(office: Workspace) -> None:
    """A text that looks like the table of the policy and is none."""
    both_signed(office)
    path = office.root / "tieout.toml"
    path.write_text(path.read_text().replace('workspace = "office"', 'workspace = "of\\u0066ice"'))
    assert standing(Workspace.open(office.root)) == {"prepared": False, "checked": False}


@pytest.mark.parametrize(
    ("changed", "named"), [('version = "p7"', "p7"), ('version = "p1"\nmateriality = "5"', "p1")]
)
def test_a_policy_that_nobody_signed_lets_nothing_be_signed(
    office: Workspace, changed: str, named: str
) -> None:
    """Its name is not what was signed: a term that was changed under the same name counts too."""
    path = office.root / "tieout.toml"
    path.write_text(path.read_text().replace('version = "p1"', changed))
    ran(office, 4)
    refusal = refused(signed, Workspace.open(office.root), "AB", "prepared")
    assert (refusal.code, refusal.where) == (
        "APPROVE_OPEN", (f"policy {named} is signed by nobody",),
    )  # fmt: skip


def _signs(body: dict[str, object]) -> bool:
    """Whether an entry holds a sign-off."""
    if "envelope" not in body:
        return False
    content = msgspec.convert(body["envelope"], Envelope).content
    return isinstance(read_statement(content).ruling, SignOff)
