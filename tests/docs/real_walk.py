"""The walk of the real period from hold to a signed close: what people say on the command line.

What a person would know is made up, and the evidence says so; every figure is of the data.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.docs.real_figures import Request, share_that_differs
from tieout.cli import main

PERIOD = "2024-08-13/2025-04-01"
R1 = "fireworks_ai/accounts/fireworks/models/deepseek-r1"
FREE = "openrouter/google/gemini-2.5-pro-exp-03-25:free"

# Prices of models that were used before the list named them: the day of the capture that is the
# first to name them, the day from which they were used, and the models.
DECLARED = (
    ("2024-11-08", "2024-11-07", ("claude-3-5-haiku-20241022",)),
    ("2024-11-22", "2024-11-21", ("openrouter/qwen/qwen-2.5-coder-32b-instruct",)),
    (
        "2025-01-14",
        "2024-12-27",
        ("gemini/gemini-1.5-flash-8b", "gemini/gemini-2.0-flash-exp", "o1"),
    ),
    (
        "2025-02-11",
        "2025-01-23",
        ("deepseek/deepseek-reasoner", "gemini/gemini-2.0-flash-thinking-exp", "o3-mini"),
    ),
    (
        "2025-03-02",
        "2025-02-24",
        ("claude-3-7-sonnet-20250219", "openrouter/anthropic/claude-3.7-sonnet"),
    ),
    ("2025-06-01", "2025-03-25", ("gemini/gemini-2.5-pro-exp-03-25",)),
)
# The one was named months later, the other never: no declaration reaches so far.
ESTIMATED = f"""\
model,meter,unit,price
{R1},input_tokens,1M tokens,3
{R1},output_tokens,1M tokens,8
{FREE},input_tokens,1M tokens,0
{FREE},output_tokens,1M tokens,0
"""
# Models whose price has cache rates, which the export cannot say anything about.
READ = ("cache_read_tokens",)
READ_AND_WRITE = ("cache_read_tokens", "cache_write_tokens")
CACHED = {
    "claude-3-5-haiku-20241022": READ_AND_WRITE,
    "claude-3-5-sonnet-20241022": READ_AND_WRITE,
    "claude-3-7-sonnet-20250219": READ_AND_WRITE,
    "deepseek/deepseek-chat": READ_AND_WRITE,
    "gpt-4o": READ,
    "gpt-4o-2024-08-06": READ,
    "gpt-4o-mini": READ,
    "o1": READ,
    "o1-preview": READ,
    "o3-mini": READ,
}
# What stays open of the expected cost of one model may come to 1.50 USD, a hundredth of the books;
# the hold limit stays nothing. Everything else of the policy is as the demo has it.
MATERIALITY = ('materiality = "0"', 'materiality = "1.5"')
VERSION = ('version = "p1"', 'version = "p2"')
ESTIMATES_FEED = """
[prices.estimates]
model = "model"
price = "price"
meter = "meter"
meter_values = { input_tokens = "input_tokens", output_tokens = "output_tokens" }
unit = "unit"
currency = "USD"
meaning = "discounted"
"""
EVIDENCE = {
    "names.txt": "Made up. The look-up rule of the client; its opt-in log redacts other names.",
    "prices.txt": "Made up. The announcement of each model, read beside the later list.",
    "working.txt": "Made up. The nearest list, June 2025; the name of the other says free.",
    "cache.txt": "Worked out from the export: the tokens of requests no plain price explains.",
    "looked.txt": "Made up. One developer, no staging; days off; a count of the client's own log.",
    "review.txt": "Made up. Minutes of the review of the open groups.",
}
ANSWERS = {
    2: "each list read beside the vendors' own pages of that month",
    3: "no figure leans on a contract item; the client's own table is read",
    4: "one developer; the client's own log was counted, the empty days are days off",
    5: "one developer's machine, production alone",
}


@dataclass
class Walk:
    """A workspace, keys, and what each command answered.

    Attributes:
        root: the workspace.
        desk: keys, tables and evidence, outside of it.
        rulings: how many decisions were signed, by kind of command.
    """

    root: Path
    desk: Path
    rulings: dict[str, int] = field(default_factory=dict)

    def say(self, *words: object, ends: Sequence[int] = (0,)) -> Any:
        """What one command answers with ``--json``; it ends as it must."""
        told, complained = io.StringIO(), io.StringIO()
        line = ["--json", *(str(word) for word in words)]
        if words[0] not in ("demo", "key"):
            line += ["--workspace", str(self.root)]
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(complained):
            code = main(line)
        assert code in ends, (line, told.getvalue()[-2000:], complained.getvalue()[-2000:])
        return json.loads(told.getvalue())

    def key(self, name: str) -> Path:
        """The key file of a person."""
        return self.desk / f"{name.lower()}.key"

    def evidence(self, name: str) -> tuple[object, ...]:
        """A file that shows it."""
        return ("--evidence", self.desk / name)

    def sign(self, *words: object) -> Any:
        """A decision that AB signs, and that nobody else has to."""
        kind = str(words[0])
        self.rulings[kind] = self.rulings.get(kind, 0) + 1
        return self.say(*words, "--key", self.key("AB"))

    def both(self, *words: object, second: str = "CD") -> Any:
        """A decision that AB signs, and somebody else after looking at it."""
        first = self.sign(*words)
        assert not first["in_force"]
        done = self.say("sign", first["ruling_id"], "--key", self.key(second))
        assert done["in_force"]
        return done

    def run(self, ends: int) -> Any:
        """A run of the period by a job, which ends with its decision."""
        return self.say("run", "--period", PERIOD, "--by", "job", ends=(ends,))

    def report(self, run_id: str) -> Any:
        """The report of a run."""
        (path,) = self.root.glob(f"runs/*/{run_id}/report.json")
        return json.loads(path.read_bytes())


def hold(walk: Walk, datasets: Path) -> Any:
    """The demo as it is."""
    return walk.say("demo", "--real", datasets, "--keep", walk.root, ends=(9,))


def found(walk: Walk) -> None:
    """AB and CD sign who may sign, and the policy with its materiality.

    EF signs the engineering half of the merges: whoever does has made figures, and checks none.
    """
    settings = walk.root / "tieout.toml"
    text = settings.read_text("utf-8")
    assert text.count(MATERIALITY[0]) == text.count(VERSION[0]) == 1
    text = text.replace(*MATERIALITY).replace(*VERSION) + ESTIMATES_FEED
    settings.write_text(text, "utf-8")
    walk.desk.mkdir()
    for name, said in EVIDENCE.items():
        (walk.desk / name).write_text(said + "\n", "utf-8")
    public = {
        name: walk.say("key", "new", walk.key(name))["public_key"] for name in ("AB", "CD", "EF")
    }
    walk.say(
        "people", "found", "--key", walk.key("AB"), "--key", walk.key("CD"),
        "--person", f"AB=preparer,finance,administrator:{public['AB']}",
        "--person", f"CD=checker:{public['CD']}", "--person", f"EF=engineering:{public['EF']}",
    )  # fmt: skip


def review_names(walk: Walk) -> list[dict[str, Any]]:
    """Merges by finance and engineering, then the other rows; what names no model is left over."""
    shown = walk.evidence("names.txt")
    merge = ("mapping", "approve", "--merge", "--reason", "one model, two names")
    walk.both(*merge, *shown, second="EF")
    walk.sign("mapping", "approve", "--reason", "the look-up rule of the client", *shown)
    left: list[dict[str, Any]] = walk.say("mapping", "suggest")["names"]
    return left


def exclude(walk: Walk, names: Sequence[str]) -> None:
    """Calls that name no model are left out by rules that say so, each signed by two."""
    with (walk.root / "exclusions.csv").open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for name in names:
            why = "the log names no model, so that no price is its own"
            writer.writerow([f"no model: {name}", "model_as_logged", name, why, "AB"])
    shown = walk.evidence("names.txt")
    walk.both("exclusions", "approve", "--reason", "names that stand for no model", *shown)


def price(walk: Walk) -> None:
    """What no list stated in time is declared from the first that does, or estimated: grade D."""
    captures = walk.say("prices", "list")["captures"]
    seen = {one["accessed_at"][:10]: one["capture_id"] for one in captures}
    reason = "the list learned the model after it was in use"
    for capture, start, models in DECLARED:
        said = walk.say(
            "prices", "declare", seen[capture], "--from", f"{start}T00:00:00Z", "--by", "AB",
            *(word for model in models for word in ("--model", model)),
            "--reason", reason, *walk.evidence("prices.txt"),
        )  # fmt: skip
        walk.both(
            "estimate", "approve", said["declaration_id"], "--reason", reason,
            "--method", "the first list that names it", *walk.evidence("prices.txt"),
        )  # fmt: skip
    table = walk.desk / "estimates.csv"
    table.write_text(ESTIMATED, "utf-8")
    walk.say(
        "prices", "import", table, "--source", "estimates", "--format", "price-list",
        "--by", "AB", "--grade", "D", *walk.evidence("working.txt"),
        "--url", "https://prices.example/working", "--accessed-at", "2025-02-06T00:00:00Z",
    )  # fmt: skip
    (capture,) = (
        one["capture_id"]
        for one in walk.say("prices", "list")["captures"]
        if one["source_name"] == "estimates"
    )
    walk.both(
        "estimate", "approve", capture, "--method", "the nearest list; the name says free",
        "--reason", "no list of that time states it", *walk.evidence("working.txt"),
    )  # fmt: skip


def bound_caches(walk: Walk, requests: list[Request]) -> None:
    """How many tokens a cache gave or took is estimated: none, and at most a share."""
    for model, meters in CACHED.items():
        most = share_that_differs(requests, model)
        for meter in meters:
            walk.both(
                "estimate", "approve", "--meter", meter, "--model", model, "--period", PERIOD,
                "--quantity", "0", "--lowest", "0", "--highest", most, "--per", "input_tokens",
                "--method", "tokens of the requests that no plain price explains",
                "--reason", "the export has no such column", *walk.evidence("cache.txt"),
            )  # fmt: skip


def answer(walk: Walk) -> None:
    """The items that no query can answer."""
    for item, detail in ANSWERS.items():
        walk.sign(
            "checklist", "answer", item, "yes", "--detail", detail, *walk.evidence("looked.txt")
        )


def endorse(walk: Walk) -> int:
    """What was declared under a name alone gets the signatures of two."""
    entries = [one["entry"][:12] for one in walk.say("people", "review")["unsigned"]]
    walk.both("sign", *entries, "--reason", "read again beside the lists")
    return len(entries)


def dispose(walk: Walk) -> list[dict[str, str]]:
    """The table of open groups goes out, is filled in, and comes back; all its rows or none."""
    went, back = walk.desk / "open.csv", walk.desk / "filled.csv"
    walk.say("variance", "export", went)
    with went.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["owner"], row["decide"], row["evidence"] = "AB", "accepted", "review.txt"
        row["reason"] = f"looked at line by line: {row['title']}"
    with back.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    walk.sign("variance", "propose", back, "--evidence-dir", walk.desk)
    return rows


def sign_and_close(walk: Walk, run_id: str) -> Any:
    """AB signs as prepared, CD as checked and closes; what stands then."""
    digest = walk.say("sign", run_id)["signoff_digest"]
    for name, signed_as in (("AB", "prepared"), ("CD", "checked")):
        walk.say("sign", run_id, "--as", signed_as, "--digest", digest, "--key", walk.key(name))
    walk.say("close", PERIOD, "--key", walk.key("CD"))
    return walk.say("sign", run_id)
