"""Saved pages: the page of the profile is read exactly, any other one leaves no trace."""

from __future__ import annotations

import errno
import os
from fractions import Fraction
from pathlib import Path

import pytest

from tests.catalogue import cases_saved_pages
from tests.catalogue.cases_saved_pages import CASES, MD, RATES, SETTINGS, PageCase, html
from tests.catalogue.small_workspace import contents
from tieout.actions import guarded
from tieout.actions.guarded import OpenFile
from tieout.actions.prices import CapturedPrices, Origin, import_prices, read_manifest
from tieout.calendar import parse_instant
from tieout.cli import main
from tieout.errors import ConfigurationRefused, ExitCode, InputRefused
from tieout.evidence.documents import PriceFormat
from tieout.evidence.records import captures
from tieout.pricebook import verify_locator
from tieout.workspace.layout import Workspace

REFUSED = [one for one in CASES if one.outcome == "file refused" and not one.told]
READ = [one for one in CASES if one.outcome != "file refused" and not one.told]
AT = "2026-07-31T06:00:00Z"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace that declares the profile of the page."""
    return Workspace.create(tmp_path / "small", SETTINGS)


def content_of(case: PageCase) -> bytes:
    return case.content if isinstance(case.content, bytes) else case.content()


def imported(
    workspace: Workspace, file: Path, form: PriceFormat = "html-page", at: str = AT
) -> CapturedPrices:
    """A page on record."""
    origin = Origin("https://prices.example/page", parse_instant(at, "at"), "AB")
    return import_prices(workspace, file, source_name="page", source_format=form, origin=origin)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_a_page_that_is_refused_leaves_no_trace(
    case: PageCase, workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(content_of(case))
    before = contents(workspace.root)
    with pytest.raises(InputRefused) as caught:
        imported(workspace, file, case.form, case.at)
    assert caught.value.code == case.code
    assert caught.value.exit_code is ExitCode.INPUT
    assert case.place in f"{caught.value.what} {' '.join(caught.value.where)}"
    assert caught.value.remedy.endswith(".")
    assert contents(workspace.root) == before


@pytest.mark.parametrize("case", READ, ids=lambda case: case.id)
def test_a_page_says_what_the_case_says(
    case: PageCase, workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(content_of(case))
    done = imported(workspace, file, case.form, case.at)
    rates = {
        (price.source_model_id, price.meter): Fraction(price.unit_rate)
        for prices in done.parsed.usable().values()
        for price in prices
    }
    missing = {("alpha", "input_tokens")} if case.outcome == "waits" else set()
    assert rates == {
        key: Fraction(text)
        for key, text in RATES.items()
        if key[0] not in case.waits and key not in missing
    }
    refused = {one.reason_code: f"{one.locator} {one.detail}" for one in done.parsed.refused}
    notes = {note.code: note for note in done.parsed.notes}
    if case.outcome in {"quarantined", "waits"}:
        assert [*refused] == [case.code]
        assert case.place in refused[case.code]
        assert not notes
    else:
        assert not refused
        assert [*notes] == ([case.code] if case.outcome == "noted" else [])
        assert all(case.place in note.where for note in notes.values())
    stored = workspace.store.get(done.capture.sha256)
    for price in done.parsed.prices:
        assert verify_locator(stored, price.locator) == price.price_text


def test_the_bytes_of_a_page_are_stored_whole(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(html(more="<script>alert(1)</script>"))
    done = imported(workspace, file)
    assert workspace.store.get(done.capture.sha256) == file.read_bytes()
    assert (done.capture.operator, done.capture.accessed_at) == ("AB", AT)
    assert done.capture.source_url == "https://prices.example/page"
    assert done.capture.method == "manual"


@pytest.mark.parametrize("name", ["C:\\x.", "CON", "a\nb", "x" * 201, "a\udcffb", "page. "])
def test_an_odd_name_is_only_text(name: str, workspace: Workspace, tmp_path: Path) -> None:
    """MC01."""
    file = tmp_path / name
    file.write_bytes(html())
    done = imported(workspace, file)
    assert [n.partition(":")[0] for n in done.capture.notes] == ["NAME_UNSAFE"]
    assert done.capture.original_name.isprintable()
    assert {p.name for p in tmp_path.iterdir()} == {name, "small"}
    stored = {p.name for p in (workspace.root / "evidence").rglob("*") if p.is_file()}
    assert not any(name in one for one in stored)


@pytest.mark.parametrize("name", ["../outside.html", "/etc/passwd", "C:\\x", "..\\x", "a/../../b"])
def test_a_list_names_no_file_elsewhere(name: str, tmp_path: Path) -> None:
    """MC01b."""
    manifest = tmp_path / "history.csv"
    manifest.write_text(f'file,accessed_at,url\n"{name}",{AT},\n', encoding="utf-8")
    with pytest.raises(ConfigurationRefused) as caught:
        list(read_manifest(manifest, "AB"))
    assert caught.value.code == "NAME_UNSAFE"
    assert "history.csv, line 2" in caught.value.where[0]


@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "device", "folder"])
def test_what_is_no_file_of_its_own_is_refused(
    kind: str, workspace: Workspace, tmp_path: Path
) -> None:
    """MC02."""
    real, file = tmp_path / "real.html", tmp_path / "page.html"
    real.write_bytes(html())
    if kind == "link":
        file.symlink_to(real)
    elif kind == "hard link":
        file.hardlink_to(real)
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file = Path(os.devnull)
    before = contents(workspace.root)
    with pytest.raises(InputRefused) as caught:
        imported(workspace, file)
    assert caught.value.code == "FILE_KIND"
    assert contents(workspace.root) == before


def test_what_was_opened_is_what_is_stored(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MC03: between the digest and the reading another page is put in its place."""
    file, other = tmp_path / "page.html", tmp_path / "other.html"
    file.write_bytes(html())
    other.write_bytes(html().replace(b"$2 /", b"$9 /"))
    read = guarded.prices_read

    def swapped(source: OpenFile, *rest: object) -> object:
        file.unlink()
        file.symlink_to(other)
        return read(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("tieout.actions.prices.prices_read", swapped)
    done = imported(workspace, file)
    assert workspace.store.get(done.capture.sha256) == html()
    assert {p.price_text for p in done.parsed.prices} == {"2", "8", "0.50", "1.50"}


def test_a_file_that_grows_is_refused(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MC04: it grows between the digest and the reading."""
    file = tmp_path / "page.html"
    file.write_bytes(html())
    read = guarded.prices_read

    def grown(source: OpenFile, *rest: object) -> object:
        with file.open("ab") as more:
            more.write(b"\n")
        return read(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("tieout.actions.prices.prices_read", grown)
    before = contents(workspace.root)
    with pytest.raises(InputRefused) as caught:
        imported(workspace, file)
    assert caught.value.code == "FILE_CHANGING"
    assert contents(workspace.root) == before


def test_a_page_named_like_a_picture_is_a_page(workspace: Workspace, tmp_path: Path) -> None:
    """MC12b."""
    file = tmp_path / "page.png"
    file.write_bytes(html())
    assert len(imported(workspace, file).parsed.prices) == len(RATES)


def test_a_page_without_an_access_time_is_refused(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """MC14d."""
    file = tmp_path / "page.html"
    file.write_bytes(html())
    words = ("prices", "import", str(file), "--source", "page", "--format", "html-page")
    code = main(["--workspace", str(workspace.root), *words, "--by", "AB"])
    assert code == ExitCode.CONFIGURATION
    assert "COMMAND_LINE" in capsys.readouterr().err
    assert captures(workspace.log) == ()


def test_the_same_bytes_again_are_linked(workspace: Workspace, tmp_path: Path) -> None:
    """MC15."""
    file = tmp_path / "page.html"
    file.write_bytes(html())
    first = imported(workspace, file)
    again = imported(workspace, file, at="2026-08-01T06:00:00Z")
    assert again.is_new
    assert again.capture.sha256 == first.capture.sha256
    assert again.capture.notes == (
        f"DUPLICATE_BYTES: the same bytes as capture {first.capture.capture_id}",
    )
    assert not imported(workspace, file).is_new


def test_a_file_that_may_not_be_read_is_refused(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MC18: nothing is unreadable to the superuser, so the system's answer is given here."""
    file = tmp_path / "page.html"
    file.write_bytes(html())
    real = os.open

    def forbidden(path: str | Path, *rest: int) -> int:
        if Path(path) == file:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path, *rest)

    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(InputRefused) as caught:
        imported(workspace, file)
    assert caught.value.code == "FILE_UNREADABLE"


def test_every_case_is_looked_at_by_a_test() -> None:
    tests = {name for name in globals() if name.startswith("test_")}
    told = {one.told for one in CASES if one.told}
    assert told <= tests
    assert len({one.id for one in CASES}) == len(CASES)
    assert {one.id for one in CASES} == {one.id for one in (*READ, *REFUSED)} | {
        one.id for one in CASES if one.told
    }


def test_the_two_forms_of_the_page_say_the_same(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(MD.encode())
    done = imported(workspace, file, "markdown-page")
    assert done.parsed.stated_on == "2026-07-20"
    assert [p.locator for p in done.parsed.prices[:2]] == [
        "md line 7, cell 2, part 1, characters 2-2",
        "md line 7, cell 3, part 1, characters 2-2",
    ]
    assert cases_saved_pages.RATES.keys() == {
        (p.source_model_id, p.meter) for p in done.parsed.prices
    }
