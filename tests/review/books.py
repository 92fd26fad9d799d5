"""Books under review: a month small enough to work out by hand, its people, and its decisions.

The price is 2 per 1M input tokens and 8 per 1M output tokens. Each call has 1,000 input and 500
output tokens: 0.002 + 0.004 = 0.006.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from tieout.actions.adjusting import Adjusted, adjust_period
from tieout.actions.closing import run, verify
from tieout.actions.disposing import Decision, resolve_groups
from tieout.actions.price_approval import approve_prices
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.evidence.documents import Leg
from tieout.evidence.records import imports
from tieout.people.person import Person, Role
from tieout.people.record import countersign, record_founding
from tieout.people.ruling import Disposed, Founding
from tieout.signing.key import SigningKey, new_key
from tieout.workspace.layout import Workspace

SETTINGS = """
workspace = "books"

[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
outcome = { column = "status", values = { "200" = "completed", "500" = "failed" } }
meters = { input_tokens = "in", output_tokens = "out" }
cost_center = "team"
environment = { value = "production" }

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }

[prices.list]
model = "model"
meters = { input_tokens = "in", output_tokens = "out" }
fixed_unit = "1M tokens"
currency = "USD"
"""
EXACT = "0.006"
STARTED = datetime(2026, 9, 1, 6, tzinfo=UTC)


@cache
def key_file(name: str) -> tuple[SigningKey, bytes]:
    """The key of a person and its file; made once, for making one takes a while."""
    return new_key(f"passphrase of {name}")


def key_of(name: str) -> SigningKey:
    """The key of a person."""
    return key_file(name)[0]


def founded(workspace: Workspace, at: datetime) -> None:
    """Found the people of a workspace: AB prepares, CD checks, EF is finance, GH audits."""
    roles: dict[str, tuple[Role, ...]] = {
        "AB": ("preparer",), "CD": ("checker",), "EF": ("finance",), "GH": ("auditor",),
    }  # fmt: skip
    people = tuple(
        Person(name, held, key_of(name).public_key) for name, held in sorted(roles.items())
    )
    founding = Founding(people, workspace.store.put(b"{}"), "p1")
    record_founding(workspace.log, founding, [key_of("AB"), key_of("CD")], at)


class Books:
    """One workspace with people AB (preparer), CD (checker), EF (finance) and GH (auditor)."""

    def __init__(self, folder: Path, policy: str = "") -> None:
        """A workspace with its people and its price."""
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.now = STARTED
        if "acceptance" not in policy:
            policy += '\nacceptance = { max_days = 366, max_gross = "1000" }'
        text = f"{SETTINGS}\n[policy]\nprice_max_age_days = 365\n{policy}\n"
        self.workspace = Workspace.create(folder / "books", text)
        founded(self.workspace, self.tick())
        self.prices(datetime(2026, 7, 1, tzinfo=UTC), "2")

    def tick(self) -> datetime:
        """A moment later."""
        self.now += timedelta(minutes=1)
        return self.now

    def at(self, moment: datetime) -> None:
        """It is that instant now."""
        self.now = moment

    def file(self, name: str, content: str) -> Path:
        """A file beside the workspace."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    def prices(self, accessed: datetime, of_input: str) -> None:
        """Import and approve the list as it was then: 1M input tokens cost that, 1M output 8."""
        capture = import_prices(
            self.workspace,
            self.file("prices.csv", f"model,in,out\nalpha,{of_input},8\nbeta,{of_input},8\n"),
            source_name="list",
            source_format="price-list",
            origin=Origin("https://prices.example/list", accessed, "AB"),
            at=self.tick(),
        )
        approve_prices(self.workspace, capture.capture.capture_id, approved_by="CD", at=self.tick())

    def calls(self, month: str, *calls: tuple[str, str, str]) -> None:
        """Import the calls of a month: id, model and team of each."""
        rows = [f"{name},{month}-03T10:00:00Z,{m},200,1000,500,{team}" for name, m, team in calls]
        text = "\n".join(["id,at,model,status,in,out,team", *rows, ""])
        self._import("usage", self.file(f"usage-{month}.csv", text))

    def booked(
        self, month: str, *entries: tuple[str, str, str, str], corrected: bool = False
    ) -> None:
        """Import the books of a month: id, model, team and amount of each; or correct the last."""
        rows = [f"{name},{month}-03T10:00:00Z,{m},{team},{cost}" for name, m, team, cost in entries]
        text = "\n".join(["id,at,model,team,cost", *rows, ""])
        before = [one.import_id for one in imports(self.workspace.log) if one.leg == "ledger"]
        self._import(
            "ledger", self.file(f"ledger-{month}.csv", text), before[-1] if corrected else None
        )

    def _import(self, leg: Leg, path: Path, replaces: str | None = None) -> None:
        found = import_files(
            self.workspace, leg, [path], operator="AB", at=self.tick(), replaces=replaces
        )
        assert len(list(found)) == 1

    def run(self, period: str) -> dict[str, Any]:
        """Run a period; the report as it was written."""
        result = run(self.workspace, period, operator="AB", as_of=self.tick())
        report: dict[str, Any] = json.loads(result.document)
        return report

    def resolve(
        self, groups: list[str], disposed: Disposed, by: str = "AB", **terms: Any
    ) -> Decision:
        """Decide about cause groups, with a mail as evidence."""
        return resolve_groups(
            self.workspace, groups, disposed=disposed, reason=terms.pop("reason", "seen before"),
            evidence=[self.file("mail.txt", "the mail that says so")], key=key_of(by),
            at=self.tick(), **terms,
        )  # fmt: skip

    def adjust(self, period: str, amount: str, group: str = "", by: str = "AB") -> Adjusted:
        """Make an adjustment; it waits for a checker."""
        return adjust_period(
            self.workspace, period, amount=amount, currency="USD", owner="AB",
            reason="posted twice",
            evidence=[self.file("entry.txt", "journal entry 17")], key=key_of(by), group_id=group,
            at=self.tick(),
        )  # fmt: skip

    def checked(self, ruling_id: str, by: str = "CD") -> None:
        """Sign a ruling that waits."""
        countersign(self.workspace.log, ruling_id, key_of(by), self.tick())

    def verified(self) -> bool:
        """Whether the newest run comes out the same when it is calculated again."""
        return verify(self.workspace, threads=1).agrees


def month(folder: Path, odd: str = "0.0061", policy: str = "", name: str = "2026-08") -> Books:
    """A month of three calls of one team, one of them booked at an amount nothing explains."""
    books = Books(folder, policy)
    add_month(books, name, odd)
    return books


def add_month(books: Books, name: str, odd: str, *, corrected: bool = False) -> None:
    """Three calls of alpha by search; the third is booked at the odd amount."""
    ids = [f"{name}-r{number}" for number in (1, 2, 3)]
    # A month is looked at once it is over.
    books.at(max(books.now, datetime.fromisoformat(f"{name}-28T00:00:00+00:00") + timedelta(4)))
    if not corrected:
        books.calls(name, *((one, "alpha", "search") for one in ids))
    booked = zip(ids, (EXACT, EXACT, odd), strict=True)
    books.booked(
        name, *((one, "alpha", "search", cost) for one, cost in booked), corrected=corrected
    )


def groups_of(report: dict[str, Any]) -> dict[str, str]:
    """The status of every cause group of a report, by its id."""
    return {one["group_id"]: one["status"] for one in report["summary"]["groups"]}


def only_group(report: dict[str, Any]) -> dict[str, Any]:
    """The only cause group of a report."""
    (group,) = report["summary"]["groups"]
    found: dict[str, Any] = group
    return found


def gross(report: dict[str, Any]) -> Decimal:
    """What was accepted over all periods, gross."""
    return sum((Decimal(one["gross"]) for one in report["review"]["accumulated"]), Decimal(0))
