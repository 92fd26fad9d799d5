"""A free price and a price that moved too far are accepted only with a word of their own."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.catalogue.cases_alarms import BEFORE, CASES, SETTINGS, AlarmCase
from tests.catalogue.small_workspace import contents
from tieout.actions.price_alarms import Word
from tieout.actions.price_approval import approve_prices
from tieout.actions.prices import CapturedPrices, Origin, import_prices
from tieout.calendar import parse_instant
from tieout.cli import main
from tieout.errors import ApprovalRefused, ConfigurationRefused, ExitCode
from tieout.evidence.records import captures
from tieout.workspace.layout import Workspace

FIRST, LATER = "2026-07-01T00:00:00Z", "2026-07-31T00:00:00Z"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace whose policy asks, with one price list accepted, free prices and all."""
    found = Workspace.create(tmp_path / "small", SETTINGS)
    imported(found, tmp_path, BEFORE, FIRST, approved_by="CD", accept=("free",))
    return found


def imported(
    workspace: Workspace,
    folder: Path,
    text: str,
    at: str,
    *,
    approved_by: str = "",
    accept: tuple[Word, ...] = (),
) -> CapturedPrices:
    file = folder / "prices.csv"
    file.write_text(text, encoding="utf-8")
    return import_prices(
        workspace, file, source_name="list", source_format="price-list",
        origin=Origin("", parse_instant(at, "at"), "AB"), approved_by=approved_by, accept=accept,
    )  # fmt: skip


def accepted_by(workspace: Workspace, capture_id: str) -> str:
    return next(o.approved_by for o in captures(workspace.log) if o.capture_id == capture_id)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_alarm_is_answered_by_its_word_and_by_no_other(
    case: AlarmCase, workspace: Workspace, tmp_path: Path
) -> None:
    later = imported(workspace, tmp_path, case.after, LATER).capture.capture_id
    if case.word is None:
        approve_prices(workspace, later, approved_by="CD")
        assert accepted_by(workspace, later) == "CD"
        return
    other: Word = "free" if case.word == "jump" else "jump"
    for words in ((), (other,)):
        with pytest.raises(ApprovalRefused) as caught:
            approve_prices(workspace, later, approved_by="CD", accept=words)
        assert (caught.value.code, caught.value.exit_code) == (case.code, ExitCode.APPROVAL)
        assert case.said in caught.value.where
        assert f"--accept {case.word}" in caught.value.remedy
        assert accepted_by(workspace, later) == ""
    approval, _ = approve_prices(workspace, later, approved_by="CD", accept=(case.word,))
    assert approval.reason == f"accepted alarms: {case.word}"
    assert accepted_by(workspace, later) == "CD"


def test_an_import_that_accepts_at_once_raises_the_same_alarm(
    workspace: Workspace, tmp_path: Path
) -> None:
    before = contents(workspace.root)
    with pytest.raises(ApprovalRefused, match="PRICE_JUMP"):
        imported(workspace, tmp_path, BEFORE.replace("2,8", "9,8"), LATER, approved_by="CD")
    assert contents(workspace.root) == before
    done = imported(
        workspace, tmp_path, BEFORE.replace("2,8", "9,8"), LATER, approved_by="CD", accept=("jump",)
    )
    assert done.capture.approved_by == "CD"
    assert "accepted alarms: jump" in done.capture.notes


def test_a_policy_that_asks_nothing_raises_no_alarm(tmp_path: Path) -> None:
    quiet = Workspace.create(tmp_path / "quiet", SETTINGS.partition("[policy]")[0])
    imported(quiet, tmp_path, BEFORE, FIRST, approved_by="CD")
    done = imported(quiet, tmp_path, BEFORE.replace("2,8", "9,0"), LATER, approved_by="CD")
    assert done.capture.approved_by == "CD"


RATIOS = """workspace = "gateway"

[prices.table]
form = "ratios"
price_at_one = "2"
unit = "1M tokens"
currency = "USD"
"""
ZERO = '{"model_ratio": {"alpha": 0, "beta": 1}, "completion_ratio": {"alpha": 4, "beta": 0}}'


def ratios(workspace: Workspace, folder: Path, text: str, at: str) -> str:
    file = folder / "table.json"
    file.write_text(text, encoding="utf-8")
    return import_prices(
        workspace, file, source_name="table", source_format="gateway-ratios",
        origin=Origin("", parse_instant(at, "at"), "AB"),
    ).capture.capture_id  # fmt: skip


def test_a_ratio_of_zero_is_asked_after_whatever_the_policy_says_and_named_when_accepted(
    tmp_path: Path,
) -> None:
    quiet = Workspace.create(tmp_path / "quiet", RATIOS)
    assert quiet.settings.policy.free_prices == "accept"
    capture = ratios(quiet, tmp_path, ZERO, FIRST)
    named = [
        "alpha, input_tokens: 0 at /model_ratio/alpha",
        "alpha, output_tokens: 4 at /completion_ratio/alpha",
        "beta, output_tokens: 0 at /completion_ratio/beta",
    ]
    with pytest.raises(ApprovalRefused) as caught:
        approve_prices(quiet, capture, approved_by="CD")
    assert (caught.value.code, list(caught.value.where)) == ("PRICE_ZERO", named)
    assert accepted_by(quiet, capture) == ""
    approval, _ = approve_prices(quiet, capture, approved_by="CD", accept=("free",))
    assert approval.reason == f"accepted alarms: free; accepted as free: {'; '.join(named)}"
    # What was accepted as free stays accepted; only the new zero is asked after.
    later = ratios(quiet, tmp_path, ZERO.replace('"beta": 1', '"beta": 0'), LATER)
    with pytest.raises(ApprovalRefused) as caught:
        approve_prices(quiet, later, approved_by="CD")
    assert list(caught.value.where) == ["beta, input_tokens: 0 at /model_ratio/beta"]


def test_a_ratio_a_thousand_times_higher_than_before_waits_for_its_word(tmp_path: Path) -> None:
    asking = Workspace.create(tmp_path / "asks", f'{RATIOS}\n[policy]\nprice_jump_factor = "2"\n')
    text = '{"model_ratio": {"alpha": 0.325}, "completion_ratio": {"alpha": 1}}'
    approve_prices(asking, ratios(asking, tmp_path, text, FIRST), approved_by="CD")
    later = ratios(asking, tmp_path, text.replace("0.325", "325"), LATER)
    with pytest.raises(ApprovalRefused) as caught:
        approve_prices(asking, later, approved_by="CD")
    assert caught.value.code == "PRICE_JUMP"
    assert caught.value.where == (
        "alpha, input_tokens: 0.325 x 2 USD per 1M tokens, now 325 x 2 USD per 1M tokens",
        "alpha, output_tokens: 1 x 0.65 USD per 1M tokens, now 1 x 650 USD per 1M tokens",
    )


def test_a_table_of_ratios_without_a_declaration_is_not_read(tmp_path: Path) -> None:
    bare = Workspace.create(tmp_path / "bare", 'workspace = "bare"\n')
    with pytest.raises(ConfigurationRefused, match="CFG_RATIO_TABLE"):
        ratios(bare, tmp_path, ZERO, FIRST)


def test_the_command_ends_with_the_code_of_a_refused_approval(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = imported(workspace, tmp_path, BEFORE.replace("2,8", "9,8"), LATER).capture.capture_id
    words = ("--workspace", str(workspace.root), "prices", "approve", later, "--by", "CD")
    assert main(words) == ExitCode.APPROVAL
    assert "alpha, input_tokens: 2 USD per 1M tokens, now 9 USD" in capsys.readouterr().err
    assert main((*words, "--accept", "jump")) == 0


def test_every_starter_policy_asks(tmp_path: Path) -> None:
    policy = Workspace.create(tmp_path / "fresh").settings.policy
    assert policy.free_prices == "ask"
    assert policy.price_jump_factor == Decimal(2)
