"""``python -m fuzz``: polluted files by the thousand, and coverage-guided fuzzing by the minute.

``--polluted 10000`` judges so many files; ``--seconds 60`` fuzzes every target for that long, each
in a process of its own; ``--target NAME`` fuzzes one here. Exits 1 where anything was silent or
crashed. Fuzzing needs atheris, which is not among the locked packages.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> int:
    """Do what was asked; both by default."""
    asked = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    asked.add_argument("--polluted", type=int, default=0, help="how many polluted files")
    asked.add_argument("--seed", type=int, default=0, help="the first file's seed")
    asked.add_argument("--seconds", type=int, default=0, help="how long each target is fuzzed")
    asked.add_argument("--target", help="one target, fuzzed in this process")
    given = asked.parse_args()
    if given.target:
        _fuzz(given.target, given.seconds)
        return 0
    wrong = _polluted(given.polluted, given.seed) if given.polluted else 0
    return wrong or (_every_target(given.seconds) if given.seconds else 0)


def _polluted(files: int, first_seed: int) -> int:
    from fuzz.polluted import kinds, score  # noqa: PLC0415 - not before atheris in a target

    started = time.perf_counter()
    found = score(files, first_seed)
    by_verdict: dict[str, int] = {}
    for (_, verdict), count in found.verdicts.items():
        by_verdict[verdict] = by_verdict.get(verdict, 0) + count
    seconds = time.perf_counter() - started
    print(f"{found.files:,} polluted files of {len(kinds())} kinds, {seconds:,.0f} s")
    for verdict, count in sorted(by_verdict.items()):
        print(f"  {verdict:<12} {count:>8,}")
    print(f"  {'silent':<12} {len(found.silent):>8,}")
    for seed, kind, why in found.silent:
        print(f"  seed {seed}: {kind}: {why}")
    return 1 if found.silent else 0


def _every_target(seconds: int) -> int:
    from fuzz.targets import TARGETS  # noqa: PLC0415 - atheris instruments it in the child

    crashed = []
    for name in TARGETS:
        words = [sys.executable, "-m", "fuzz", "--target", name, "--seconds", str(seconds)]
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        said = done.stderr.splitlines()
        runs = next((line for line in reversed(said) if line.startswith("Done")), "")
        print(f"  {name:<12} {runs or 'CRASHED'}", flush=True)
        if done.returncode:
            crashed.append(name)
            print("\n".join(said[-40:]))
    return 1 if crashed else 0


def _fuzz(name: str, seconds: int) -> None:
    import atheris  # noqa: PLC0415 - optional; instruments what is imported after it

    with atheris.instrument_imports(include=["tieout"]):
        from fuzz.targets import TARGETS, seeds  # noqa: PLC0415 - instrumented here

    with tempfile.TemporaryDirectory(prefix="tieout-fuzz-") as folder:
        for number, seed in enumerate(seeds()[name]):
            (Path(folder) / str(number)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=2048"]
        atheris.Setup([sys.argv[0], folder, *options], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    raise SystemExit(main())
