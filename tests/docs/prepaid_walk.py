"""Somebody who follows the guide on a prepaid close: types its lines, keeps what each one says.

The simulator is started anew by the guide: the same account, with its clock at another instant.
Words in capitals are what the guide leaves to the reader: what only their own screen shows.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from simulator.__main__ import settings
from simulator.server import Running
from simulator.truth import truth, write
from tests.simulator.conftest import Asking
from tieout.cli import main

_BLOCK: Final = re.compile(r"^```text\n(\$ .*\n(?:.*\n)*?)```$", flags=re.MULTILINE)
_PAGES: Final = re.compile(r"\[(\d)-(\d)\]")
# What is another one at every walk: digests, ids, instants, ages and what is due after them.
_VARYING: Final = re.compile(
    r"\b[0-9a-f]{8,64}\b|\b20\d\d-\d\d-\d\d \d\d:\d\d(:\d\d)?Z|\b\d+ d  \d{4}-\d\d-\d\d\b|\b\d+ d\b"
)
_LEARNT: Final = {
    "RULING": re.compile(r"next  tieout sign ([0-9a-f]{12}) --key"),
    "LEDGER": re.compile(r"import ([0-9a-f]{12}), feed books"),
}


@dataclass
class Step:
    """A command of the guide, the lines it shows, and what was said and how it ended."""

    line: str
    shown: list[str]
    said: str = ""
    code: int = 0

    def missing(self) -> list[str]:
        """The lines that the guide shows and that were not said, in their order."""
        said = iter([_plain(one) for one in self.said.split("\n")])
        shown = [one for one in map(_plain, self.shown) if one not in {"", "..."}]
        return [one for one in shown if one not in said]


def steps(page: str) -> Iterator[Step]:
    """The commands of the page in their order."""
    for block in _BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command = re.match(r"(?:.*\\\n)*.*\n", part)
            assert command is not None
            line = command[0].replace("\\\n", " ").strip()
            yield Step(line, part[command.end() :].rstrip("\n").split("\n"))


def _plain(line: str) -> str:
    """A line without what is another one at every walk, and without its spacing."""
    return " ".join(_VARYING.sub("*", line).split())


@dataclass
class Reader:
    """The reader's terminal, and the simulator in the other one."""

    up: Running
    repository: Path
    monkeypatch: pytest.MonkeyPatch
    said: Callable[[], str]
    learnt: dict[str, str] = field(default_factory=dict)

    def does(self, step: Step) -> None:
        """Do what the line does and keep what it said."""
        words = shlex.split(step.line)
        if words[0] == "make":
            self._starts(words[-1])
        elif words[0] == "export":
            self.monkeypatch.setenv(*words[1].split("=", 1))
        elif words[0] == "cd":
            self.monkeypatch.chdir(words[1])
        elif words[0] == "curl":
            self._asks(words)
        elif words[0] == "tieout":
            self._tieout(step, words[1:])
        else:
            line = step.line.replace("REPO", shlex.quote(str(self.repository)))
            subprocess.run(["/bin/sh", "-euc", line], check=True)

    def _starts(self, given: str) -> None:
        """Let the clock stand where the line says; all else is the same account."""
        (now,) = re.findall(r"--now (\S+)", given)
        self.up.world.clock.now = int(datetime.fromisoformat(now).timestamp())
        hurried = settings(self.up) + "\n[collecting]\npages_per_minute = 6000\n"
        Path("rehearsal.toml").write_text(hurried, encoding="utf-8")
        write(truth(self.up.world), Path("truth.jsonl"))

    def _asks(self, words: list[str]) -> None:
        """An answer, or one for each page in brackets, saved where the line says."""
        path, out = words[-1].partition(":8443")[2], words[words.index("-o") + 1]
        pages = _PAGES.search(path)
        numbers = range(int(pages[1]), int(pages[2]) + 1) if pages else range(1)
        known = self.up.world.invented
        token = str(known.account["access_token"]) if "-H" in words else ""
        with closing(Asking(self.up)) as client:
            for number in numbers:
                asked = _PAGES.sub(str(number), path).replace("$COMETAPI_KEY", known.keys[-1].key)
                answer = client.get(asked, credential=token)
                assert answer.status == 200, asked
                Path(out.replace("#1", str(number))).write_bytes(answer.body)

    def _tieout(self, step: Step, words: list[str]) -> None:
        typed = [one for word in words for one in self._typed(word)]
        self.said()
        step.code = main(typed)
        step.said = self.said()
        for name, form in _LEARNT.items():
            for one in form.findall(step.said):
                self.learnt[name] = one
        if words[:2] == ["key", "new"]:
            (key,) = re.findall(r"public  (\S+)", step.said)
            self.learnt[f"PUBLIC_{words[2][:2].upper()}"] = key

    def _typed(self, word: str) -> list[str]:
        """What the reader types for a word of the guide."""
        lists: dict[str, Callable[[], list[str]]] = {
            "ENTRIES": lambda: [
                one["entry"][:12] for one in self.json("people", "review")["unsigned"]
            ],
            "GROUPS": lambda: [
                one["group_id"] for one in self.json("variance", "list", "--open")["groups"]
            ],
            "RUN": lambda: [self.json("checklist")["run_id"]],
            "DIGEST": lambda: [self.json("checklist")["signoff_digest"][:12]],
            "CLAIM": lambda: [self.json("claim", "list")["claims"][0]["claim_id"]],
        }
        if word in lists:
            return lists[word]()
        for name, value in self.learnt.items():
            word = word.replace(name, value)
        return [word]

    def json(self, *words: str) -> Any:
        """What a command answers with ``--json``."""
        self.said()
        main(["--json", *words])
        return json.loads(self.said())
