"""The face: where an answer goes, as text for a person or as one JSON object, and how it looks.

Colour only repeats what a word already says; it obeys NO_COLOR and stays out of a pipe. Progress is
one line on the terminal and nothing anywhere else.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TextIO, TypeAlias

from cyclopts import Parameter

from tieout.report.shown import visible

_WIDEST: Final = 100
_NARROWEST: Final = 40
_CLEAR: Final = "\r\x1b[2K"
_PAUSE: Final = 100_000_000  # nanoseconds between two redraws of the progress line


@dataclass(frozen=True, slots=True)
class Face:
    """What every command may say, and the workspace it was told to use.

    Attributes:
        workspace: the folder named on the command line, if one was.
        as_json: whether answers are one JSON object.
    """

    workspace: Path | None
    as_json: bool

    @property
    def width(self) -> int:
        """Columns of the terminal, at most 100; 100 in a pipe."""
        return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns))

    @property
    def color(self) -> bool:
        """Whether standard output is a terminal that wants colour."""
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return sys.stdout.isatty() and not plain

    def answer(self, text: str, document: Mapping[str, object]) -> None:
        """Say the text, or the document where JSON was asked for."""
        sys.stdout.write(json_text(document) if self.as_json else text)
        sys.stdout.flush()

    def remark(self, text: str) -> None:
        """Say something beside the answer; it never mixes with JSON."""
        sys.stderr.write(text)
        sys.stderr.flush()

    def warn(self, sentences: Iterable[str], *, beside_json: bool = False) -> None:
        """Say what looks wrong, one line each; with JSON it stands in the answer instead."""
        if self.as_json and not beside_json:
            return
        for sentence in sentences:
            self.remark(f"  warning: {visible(sentence)}\n")


def next_text(step: str) -> str:
    """The last line of an answer: what comes next, in one line, so that it can be copied."""
    return f"\n  next  {visible(step)}\n"


# A command takes its face from here; it is no option of the command line.
Here: TypeAlias = Annotated[Face, Parameter(parse=False)]


def json_text(document: Mapping[str, object]) -> str:
    """One JSON object; the keys keep their order, and no character needs an encoding."""
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


class ProgressLine:
    """One line on a terminal: stage, rows, rows per second, seconds so far; none in a pipe."""

    def __init__(self, stream: TextIO) -> None:
        """Start the clock; nothing is shown yet."""
        self._stream = stream
        self._shown = stream.isatty()
        self._started = time.monotonic_ns()
        self._drawn = self._started - _PAUSE
        self._rows = 0

    def __call__(self, stage: str, rows: int) -> None:
        """A stage is done, with so many rows."""
        now = time.monotonic_ns()
        self._rows += rows
        if not self._shown or now - self._drawn < _PAUSE:
            return
        self._drawn = now
        spent = max(now - self._started, 1)
        rate = self._rows * 1_000_000_000 // spent
        seconds = spent // 1_000_000_000
        text = f"  {stage}  {rows:,} rows  {rate:,} rows/s  {seconds} s"
        self._stream.write(_CLEAR + text[: shutil.get_terminal_size((_WIDEST, 24)).columns - 1])
        self._stream.flush()

    def close(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()
