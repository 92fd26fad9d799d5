"""The guide on rehearsing, walked as a reader walks it: its own command lines, in its own order."""

from __future__ import annotations

import json
import re
import shlex
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import simulator
from simulator.__main__ import settings
from simulator.server import Running
from simulator.truth import write
from tests.simulator.conftest import USER, Asking
from tieout.cli import main


def command_lines(repo_root: Path) -> list[str]:
    """The lines of the guide that a reader types."""
    page = (repo_root / "docs" / "guide" / "rehearsal.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


class Reader:
    """Types the lines of the guide and keeps what was answered."""

    def __init__(
        self,
        up: Running,
        today: date,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Know what the guide leaves to the reader: instants, days, and the id of a capture."""
        self.words = {
            "NOW": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "TODAY": today.isoformat(),
            "YESTERDAY": (today - timedelta(days=1)).isoformat(),
        }
        self._up = up
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.codes: list[int] = []
        self.said: list[str] = []

    def type(self, line: str) -> None:
        """Do what the line does."""
        words = [self.words.get(word, word) for word in shlex.split(line)]
        if words[0] == "tieout":
            self._tieout(words[1:])
        elif words[0] == "cat":
            with Path(words[3]).open("a", encoding="utf-8") as appended:
                appended.write(Path(words[1]).read_text(encoding="utf-8"))
        elif words[0] == "export":
            self._monkeypatch.setenv(*words[1].split("=", 1))
        elif words[0] == "cd":
            self._monkeypatch.chdir(words[1])
        else:
            assert words[0] == "curl", line
            with closing(Asking(self._up)) as client:
                Path(words[4]).write_bytes(client.get(words[5].partition("8443")[2]).body)

    def _tieout(self, words: list[str]) -> None:
        self.codes.append(main(words))
        out, err = self._capsys.readouterr()
        self.said.append(out + err)
        if words[:2] == ["prices", "list"]:
            main([*words, "--json"])
            listed = json.loads(self._capsys.readouterr().out)["captures"]
            self.words["CATALOG"] = listed[0]["capture_id"]


@pytest.mark.slow
def test_the_walk_of_the_guide_ends_with_two_sources_and_yesterdays_usage(
    repo_root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Yesterday's log counts as settled an hour into the day; a test at night takes the day before.
    today = (datetime.now(UTC) - timedelta(hours=2)).date()
    start = today - timedelta(days=3)
    monkeypatch.chdir(tmp_path)
    authority = tmp_path / "simulator-authority.pem"
    with simulator.serve(start=start, authority=authority, now=int(time.time()), speed=1) as up:
        hurried = settings(up) + "\n[collecting]\npages_per_minute = 6000\n"
        Path("rehearsal.toml").write_text(hurried, encoding="utf-8")
        told = simulator.truth(up.world)
        write(told, Path("truth.jsonl"))
        reader = Reader(up, today, monkeypatch, capsys)
        for line in command_lines(repo_root):
            reader.type(line)
    # Only the first capture is refused: nothing was verified yet.
    assert reader.codes == [0, 2, *[0] * 10], reader.said[10]
    assert "CONTRACT_UNVERIFIED" in reader.said[1]
    shown = reader.said[7]
    assert "catalog, capture" in shown
    assert "page, capture" in shown
    assert shown.count("= 0.000001 each") == 2
    opens = up.world.span.opens + 2 * 86_400
    yesterday = told.between(opens, opens + 86_399)
    assert len(yesterday) == 400
    assert "400 rows recorded" in reader.said[10]
    assert "are open" not in reader.said[10]
    assert USER not in "".join(reader.said)
