"""Commands in a process of their own, each forked from one that has loaded everything.

``python -m tests.crash.forked`` reads one order a line and answers with one line: which command, in
which workspace, with which fault; or which workspace to judge. The process that takes the orders
never runs a command itself, so that each command and each judgement begins afresh.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.crash.commands import in_place
from tests.crash.faulty_calls import Fault, Watch
from tests.crash.invariants import Before, Ending, broken, differs
from tieout.actions.guarded import SERVER

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """The process that forks; use it as a context manager."""

    def __enter__(self) -> Self:
        """Start it; it answers when everything is loaded."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.forked"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _ask(self, **order: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def run(self, root: Path, words: tuple[str, ...], fault: Fault | None = None) -> Ending:
        """One command in a fresh process; with a fault, its calls into the folder are counted."""
        asked = None if fault is None else [fault.point, fault.error, fault.forever]
        return Ending(
            **self._ask(do="run", root=str(root), words=in_place(words, root), fault=asked)
        )

    def judge(self, root: Path, before: Path, ending: Ending, added: int) -> list[str]:
        """The invariants a fresh process finds broken."""
        found: list[str] = self._ask(
            do="judge", root=str(root), before=str(before), added=added,
            ending=[ending.code, ending.out],
        )  # fmt: skip
        return found

    def differs(self, root: Path, clean: Path) -> list[str]:
        """What differs from a workspace where nothing ever failed."""
        found: list[str] = self._ask(do="differs", root=str(root), clean=str(clean))
        return found


def _in_a_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """The exit code of a forked process, and what its work returned, if it came to that."""
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                answer = work()
                said.write(json.dumps(answer))
                said.flush()
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        text = said.read()
    return os.waitstatus_to_exitcode(status), json.loads(text) if text else None


def _adopt_reader() -> None:
    """Use the reader of files that was started before the fork: it writes to no workspace.

    Only its parent can ask the system whether it lives, so here it is taken to; an answer that
    does not come is an error all the same.
    """
    assert SERVER._process is not None
    SERVER._owner = os.getpid()
    SERVER._process.poll = lambda: None  # type: ignore[method-assign]


def _command(root: str, words: list[str], fault: list[Any] | None) -> dict[str, Any]:
    from tieout.cli import main  # noqa: PLC0415 - loaded before the fork

    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as calls:

        def work() -> int:
            os.dup2(out.fileno(), 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            sys.stdout = os.fdopen(1, "w", closefd=False)
            watch = Watch(Path(root), Fault(*(fault or [0])))
            real = watch._call

            def noted(name: str, place: str) -> None:
                # Written at once: nothing can be asked of a process that was killed.
                line = f"{name} {place.removeprefix(root)}\n"
                calls.write(line)
                calls.flush()
                real(name, place)

            watch._call = noted  # type: ignore[method-assign]
            _adopt_reader()
            if fault is not None:
                watch.begin()
            code = main(["--workspace", root, *words])
            sys.stdout.flush()
            return code

        code, answer = _in_a_child(work)
        out.seek(0)
        calls.seek(0)
        said, made = out.read(), calls.read().splitlines()
    hit = made[fault[0] - 1] if fault and 0 < fault[0] <= len(made) else ""
    return {"code": code if answer is None else answer, "out": said, "calls": made, "hit": hit}


def _answer(order: dict[str, Any]) -> Any:
    root = Path(order["root"])
    if order["do"] == "run":
        return _command(order["root"], order["words"], order["fault"])
    if order["do"] == "judge":
        before, ending = Path(order["before"]), Ending(*order["ending"])
        code, found = _in_a_child(lambda: broken(root, Before.of(before), ending, order["added"]))
    else:
        code, found = _in_a_child(lambda: differs(root, Path(order["clean"])))
    return found if code == 0 else [f"the judge itself ended with {code}"]


def serve() -> None:
    """Load everything, then answer one order after the other."""
    import tieout.report.html  # noqa: PLC0415 - loaded before the first fork
    from tieout.cli.app import COMMANDS, app  # noqa: PLC0415

    tieout.report.html.prepare()
    SERVER.start()
    for name, _, _ in COMMANDS:
        _ = app[name]

    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        answers.write(json.dumps(_answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
