"""Attachments price nothing: two people key them, agree to the last cell, and a third accepts."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.catalogue.cases_keyed import (
    ATTACHED_UNDER,
    CASES,
    JPEG,
    LIST,
    OTHERWISE,
    PDF,
    PNG,
    SAME,
    UNREAD,
)
from tests.catalogue.cases_saved_pages import html
from tests.catalogue.small_workspace import contents
from tieout.actions.keying import Attached, attach, key_prices, list_attached
from tieout.actions.origin import Origin
from tieout.actions.price_approval import approve_prices
from tieout.calendar import parse_instant
from tieout.cli import main
from tieout.errors import ConfigurationRefused, ExitCode, InputRefused
from tieout.evidence.documents import Capture
from tieout.evidence.records import captures, keyings
from tieout.evidence.verify import verify_store
from tieout.pricebook import parse_source, verify_locator
from tieout.workspace.layout import Workspace

AT = "2026-07-31T06:00:00Z"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace of its own."""
    return Workspace.create(tmp_path / "small", 'workspace = "small"\n')


@pytest.fixture
def picture(workspace: Workspace, tmp_path: Path) -> str:
    """The id of a picture that EF attached."""
    return attached(workspace, tmp_path / "shot.png", PNG).attachment.attachment_id


def attached(workspace: Workspace, file: Path, content: bytes) -> Attached:
    file.write_bytes(content)
    origin = Origin("https://prices.example/page", parse_instant(AT, "at"), "EF")
    return attach(workspace, file, source_name="page", origin=origin)[0]


def keyed(workspace: Workspace, picture: str, by: str, text: str, folder: Path) -> Attached:
    file = folder / f"{by.strip().lower()}.csv"
    file.write_text(text, encoding="utf-8")
    return key_prices(workspace, picture, file, keyed_by=by)


def only_capture(workspace: Workspace) -> Capture:
    (capture,) = captures(workspace.log)
    return capture


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("a.pdf", PDF, "pdf"), ("a.PNG", PNG, "png"), ("a.jpg", JPEG, "jpeg"),
     ("a.html", html(), "html"), ("a.md", b"# Prices\n", "markdown"), ("a", PDF, "pdf")],
)  # fmt: skip
def test_an_attachment_is_kept_whole_and_prices_nothing(
    name: str, content: bytes, kind: str, workspace: Workspace, tmp_path: Path
) -> None:
    state = attached(workspace, tmp_path / name, content)
    one = state.attachment
    assert (one.kind, one.operator, one.accessed_at, one.size) == (kind, "EF", AT, len(content))
    assert workspace.store.get(one.sha256) == content
    assert captures(workspace.log) == ()
    assert attached(workspace, tmp_path / name, content) == state
    counts = {check.name: check.count for check in verify_store(workspace.store, workspace.log)}
    assert counts["objects without an entry"] == 0


@pytest.mark.parametrize("number", ATTACHED_UNDER)
def test_an_attachment_is_what_its_name_says(
    number: str, workspace: Workspace, tmp_path: Path
) -> None:
    name, content, said = ATTACHED_UNDER[number]
    before = contents(workspace.root)
    with pytest.raises(InputRefused) as caught:
        attached(workspace, tmp_path / name, content)
    assert caught.value.code == "FILE_MAGIC"
    assert said in caught.value.what
    assert contents(workspace.root) == before


def test_one_keying_prices_nothing(workspace: Workspace, picture: str, tmp_path: Path) -> None:
    state = keyed(workspace, picture, "AB", LIST, tmp_path)
    assert (state.keyed_by, state.differences, state.capture_id) == (("AB",), (), "")
    assert captures(workspace.log) == ()


@pytest.mark.parametrize("second", [" ab ", "AB", "ab"])
def test_one_person_is_not_two(
    second: str, workspace: Workspace, picture: str, tmp_path: Path
) -> None:
    keyed(workspace, picture, "AB", LIST, tmp_path)
    state = keyed(workspace, picture, second, SAME, tmp_path)
    assert len(state.keyed_by) == 1
    assert captures(workspace.log) == ()


def test_two_equal_keyings_make_a_price_source(
    workspace: Workspace, picture: str, tmp_path: Path
) -> None:
    keyed(workspace, picture, "AB", LIST, tmp_path)
    state = keyed(workspace, picture, "CD", SAME, tmp_path)
    capture = only_capture(workspace)
    assert state.capture_id == capture.capture_id
    assert (capture.attachment_id, capture.keyed_by) == (picture, ("AB", "CD"))
    assert (capture.source_name, capture.accessed_at, capture.operator) == ("page", AT, "EF")
    assert (capture.approved_by, capture.method) == ("", "manual")
    (note,) = capture.notes
    assert note.startswith(f"MANUAL_KEYED: keyed in by AB and CD from attachment {picture}, sha256")
    content = workspace.store.get(capture.sha256)
    parsed = parse_source(content, capture.format, None)
    assert {(p.source_model_id, p.meter): Fraction(p.unit_rate) for p in parsed.prices} == {
        ("alpha", "input_tokens"): Fraction(2, 1_000_000),
        ("alpha", "output_tokens"): Fraction(8, 1_000_000),
        ("beta", "requests"): Fraction(1, 2),
    }
    assert all(verify_locator(content, p.locator) == p.price_text for p in parsed.prices)
    assert keyed(workspace, picture, "CD", SAME, tmp_path) == state
    assert len(captures(workspace.log)) == 1
    _, is_new = approve_prices(workspace, capture.capture_id, approved_by="GH")
    assert is_new
    assert only_capture(workspace).approved_by == "GH"


@pytest.mark.parametrize("maker", ["AB", "cd", " EF"])
def test_whoever_keyed_accepts_nothing(
    maker: str, workspace: Workspace, picture: str, tmp_path: Path
) -> None:
    keyed(workspace, picture, "AB", LIST, tmp_path)
    state = keyed(workspace, picture, "CD", SAME, tmp_path)
    with pytest.raises(ConfigurationRefused) as caught:
        approve_prices(workspace, state.capture_id, approved_by=maker)
    assert caught.value.code == "CFG_SOD"
    assert only_capture(workspace).approved_by == ""


@pytest.mark.parametrize("number", OTHERWISE)
def test_two_people_who_differ_price_nothing(
    number: str, workspace: Workspace, picture: str, tmp_path: Path
) -> None:
    text, said = OTHERWISE[number]
    keyed(workspace, picture, "AB", LIST, tmp_path)
    with pytest.raises(InputRefused) as caught:
        keyed(workspace, picture, "CD", text, tmp_path)
    assert (caught.value.code, caught.value.exit_code) == ("MANUAL_DISAGREE", ExitCode.INPUT)
    assert said in caught.value.where
    assert captures(workspace.log) == ()
    assert [one.keyed_by for one in keyings(workspace.log)] == ["AB", "CD"]
    # Whoever misread it keys it again; then they agree.
    state = keyed(workspace, picture, "CD", SAME, tmp_path)
    assert state.differences == ()
    assert only_capture(workspace).capture_id == state.capture_id
    assert len(keyings(workspace.log)) == 3


@pytest.mark.parametrize("number", UNREAD)
def test_a_keyed_list_is_read_whole_or_not_at_all(
    number: str, workspace: Workspace, picture: str, tmp_path: Path
) -> None:
    text, said = UNREAD[number]
    before = contents(workspace.root)
    with pytest.raises(InputRefused) as caught:
        keyed(workspace, picture, "AB", text, tmp_path)
    assert caught.value.code == "KEYED_UNREAD"
    assert any(said in place for place in caught.value.where)
    assert contents(workspace.root) == before


def test_a_later_doubt_stops_the_acceptance(
    workspace: Workspace, picture: str, tmp_path: Path
) -> None:
    keyed(workspace, picture, "AB", LIST, tmp_path)
    state = keyed(workspace, picture, "CD", SAME, tmp_path)
    with pytest.raises(InputRefused, match="MANUAL_DISAGREE"):
        keyed(workspace, picture, "IJ", LIST.replace("8.00", "9.00"), tmp_path)
    with pytest.raises(InputRefused, match="MANUAL_DISAGREE"):
        approve_prices(workspace, state.capture_id, approved_by="GH")
    assert only_capture(workspace).approved_by == ""


def test_a_keying_names_an_attachment_that_is_there(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="ATTACHMENT_UNKNOWN"):
        keyed(workspace, "0" * 12, "AB", LIST, tmp_path)


def test_the_commands_say_what_comes_next(
    tmp_path: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> str:
        assert main(["--workspace", str(workspace.root), "prices", *words]) == 0
        return capsys.readouterr().out

    shot, keyed_list = tmp_path / "shot.png", tmp_path / "keyed.csv"
    shot.write_bytes(PNG)
    keyed_list.write_text(LIST, encoding="utf-8")
    said = run("attach", str(shot), "--source", "page", "--accessed-at", AT, "--by", "EF")
    (state,) = list_attached(workspace)
    picture = state.attachment.attachment_id
    assert f"kept as {picture}  png" in said
    assert f"next  tieout prices key {picture} FILE.csv --by NAME" in said
    assert "a second person must key it too" in run("key", picture, str(keyed_list), "--by", "AB")
    said = run("key", picture, str(keyed_list), "--by", "CD")
    capture = only_capture(workspace).capture_id
    assert f"keyed by AB, CD, who agree: capture {capture}" in said
    assert f"next  tieout prices approve {capture} --by NAME" in said
    assert f"attachment {picture} of page, png" in run("list")
    (listed,) = json.loads(run("list", "--json"))["attachments"]
    assert (listed["attachment_id"], listed["capture_id"]) == (picture, capture)


def test_every_case_is_looked_at_by_a_test() -> None:
    numbers = {*ATTACHED_UNDER, *OTHERWISE, *UNREAD}
    assert {one.told for one in CASES} <= {name for name in globals() if name.startswith("test_")}
    assert numbers <= {one.id for one in CASES}
