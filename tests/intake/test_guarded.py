"""What comes back from a child is checked: a lie is a refusal, honesty reads as it does here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieout.actions import guarded
from tieout.actions.guarded import opened, records_read
from tieout.actions.reading_child import Records
from tieout.errors import InputRefused
from tieout.intake.child import AVAILABLE, ChildServer
from tieout.intake.feed import AmountSource, Feed, TimeSource
from tieout.intake.framing import frame

HERE = Path(__file__).parent
FEED = Feed(
    format="csv",
    time=TimeSource(column="at", form="rfc3339"),
    model="model",
    recorded=AmountSource(column="cost", currency="USD"),
)
TEXT = (
    "at,model,cost\n"
    "2026-08-01T00:00:00Z,alpha,0.5\n"
    "2026-08-01T00:00:01Z,beta,0.25\n"
    "2026-08-01T00:00:02Z,too,many,fields\n"
)
# The record of four fields waits; two are read.
FRAMED, READ = 3, 2


@pytest.fixture(scope="module")
def forging() -> Iterator[ChildServer]:
    server = ChildServer("forging_program", (HERE,))
    yield server
    server.close()


def asked(name: str) -> Records:
    return Records(name, "ledger", "books", FEED, "0" * 12)


def read(path: Path) -> tuple[int, int]:
    with opened(path) as source, records_read(source, asked(path.name)) as found:
        return found.framed.records_framed, found.reading.readable


@pytest.mark.skipif(not AVAILABLE, reason="this system cannot fork")
@pytest.mark.parametrize(
    "lie",
    [
        "nothing",
        "a pickle",
        "another count",
        "counters apart",
        "no reading",
        "exit code nought",
        "a code of its own",
        "a row more",
        "another column",
        "another type",
        "metadata",
        "text that is none",
        "text beyond its buffer",
        "noise",
    ],
)
def test_what_a_child_made_up_is_refused(
    lie: str, forging: ChildServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "SERVER", forging)
    for name in ("honest.csv", f"{lie}.csv"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert read(tmp_path / "honest.csv") == (FRAMED, READ)
    with pytest.raises(InputRefused) as refused:
        read(tmp_path / f"{lie}.csv")
    assert refused.value.code == "INPUT_CRASH"
    assert refused.value.where == (f"{lie}.csv",)


def test_a_child_that_read_other_bytes_than_were_hashed_is_refused(
    forging: ChildServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "SERVER", forging)
    path = tmp_path / "another digest.csv"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        read(path)
    assert refused.value.code == "FILE_CHANGING"


@pytest.mark.parametrize("child", [True, False], ids=["a child", "no child on this system"])
def test_a_child_gives_what_reading_here_gives(
    child: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if child and not AVAILABLE:
        pytest.skip("this system cannot fork")
    monkeypatch.setattr(guarded, "AVAILABLE", child)
    path = tmp_path / "books.csv"
    path.write_text(TEXT, encoding="utf-8")
    here = frame(TEXT.encode(), FEED, leg="ledger", import_id="0" * 12, name=path.name)
    with opened(path) as source, records_read(source, asked(path.name)) as found:
        assert found.framed == here
    assert here.records_framed == FRAMED


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_plain_file_is_refused_and_nobody_waits_for_it(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(InputRefused) as refused, opened(path):
        pass
    assert refused.value.code == "FILE_KIND"
