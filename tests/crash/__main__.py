"""The nightly search: every call of every command killed and failed, every image of a power cut.

``python -m tests.crash sweep``, ``images`` and ``tamper`` (every byte of every kept file, three
bits each), with ``--commands``, ``--kinds`` and ``--step`` for a part of it.
Prints counts; exits 1 when an invariant was broken.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.crash.commands import COMMANDS, place_of, words_of
from tests.crash.cutting import compound, cut
from tests.crash.forked import Server
from tests.crash.preparing import prepare, rehearsing
from tests.crash.sweep import KINDS, sweep
from tests.evidence.tampering import flips, is_noticed, kept_files

# A second cut in each image of these would take days; what they do twice, shorter commands do too.
ONCE: Final = frozenset({"run", "usage fetch"})


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def swept(folder: Path, names: Sequence[str], kinds: Sequence[str], step: int) -> int:
    """Fail every call of those commands; returns how many invariants were broken."""
    wrong = 0
    with Server() as server:
        for name in names:
            began = time.monotonic()
            place = folder / name.replace(" ", "-")
            found = sweep(server, folder / "prepared", place, name, kinds=kinds, step=step)
            wrong += len(found.broken)
            say(
                f"{name}: {found.points} calls, {found.tried} faults, {found.disks} different"
                f" disks repeated, {len(found.broken)} broken, {time.monotonic() - began:.0f} s"
            )
            for ending, count in sorted(found.endings.items()):
                say(f"    {ending:<24}{count:>6}")
            for one in found.broken[:20]:
                say(f"    BROKEN {one}")
    return wrong


def imaged(folder: Path, names: Sequence[str], step: int) -> int:
    """Cut the power in those commands; returns how many images were not good."""
    wrong = 0
    prepared = folder / "prepared"
    for name in names:
        began = time.monotonic()
        command, words, before = COMMANDS[name], words_of(name, prepared), place_of(name, prepared)
        place = folder / name.replace(" ", "-")
        one = cut(before, place / "once", words, command, step=step, repeat=25)
        say(
            f"{name}: {one.steps} steps, {one.images} images, {one.distinct} of them different and"
            f" judged, {one.repeated} repeated, {len(one.broken)} broken,"
            f" {time.monotonic() - began:.0f} s"
        )
        found = list(one.broken)
        if name not in ONCE:
            began = time.monotonic()
            two = compound(before, place / "twice", words, command, step=step)
            say(
                f"    cut again while recovering: {two.images} images, {two.distinct} judged,"
                f" {len(two.broken)} broken, {time.monotonic() - began:.0f} s"
            )
            found += two.broken
        for each in found[:20]:
            say(f"    BROKEN {each}")
        wrong += len(found)
    return wrong


def tampered(folder: Path, step: int) -> int:
    """Flip the bits of every kept file, one at a time; returns how many nobody noticed."""
    root, began, tried, missed = folder / "prepared" / "small", time.monotonic(), 0, []
    size = sum(path.stat().st_size for path in kept_files(root))
    for path, place, bit in flips(root, step=step):
        tried += 1
        if not is_noticed(root):
            missed.append((path.relative_to(root).as_posix(), place, bit))
    say(
        f"tamper: {len(kept_files(root))} files, {size:,} bytes, {tried:,} flips of one bit,"
        f" {len(missed)} not noticed, {time.monotonic() - began:.0f} s"
    )
    for one in missed[:20]:
        say(f"    MISSED {one}")
    return len(missed) + is_noticed(root)


def main() -> int:
    """Do what was asked; 1 when anything was broken."""
    asked = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    asked.add_argument("what", choices=("sweep", "images", "tamper"))
    asked.add_argument("--commands", nargs="*", choices=sorted(COMMANDS), default=sorted(COMMANDS))
    asked.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS))
    asked.add_argument("--step", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="tieout-crash-") as folder:
        with contextlib.redirect_stdout(io.StringIO()):
            prepare(Path(folder) / "prepared")
        if given.what == "tamper":
            return 1 if tampered(Path(folder), given.step) else 0
        with rehearsing(Path(folder) / "prepared"):
            if given.what == "sweep":
                return 1 if swept(Path(folder), given.commands, given.kinds, given.step) else 0
            return 1 if imaged(Path(folder), given.commands, given.step) else 0


if __name__ == "__main__":
    raise SystemExit(main())
