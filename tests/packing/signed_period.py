"""A small period, worked out by hand, with people who sign it, and its pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tieout.cli import main
from tieout.close.run_facts import run_facts
from tieout.close.runs import find_run
from tieout.packing.make import Pack, make_pack
from tieout.people.person import Person
from tieout.people.record import countersign, record_founding, record_ruling, rulings_of
from tieout.people.ruling import (
    Comment,
    DisposedGroup,
    Disposition,
    Endorsement,
    Enrolment,
    Founding,
    GroupScope,
    Reopening,
    Revocation,
    SignOff,
    Withdrawal,
)
from tieout.signing.key import SigningKey, new_key
from tieout.workspace.layout import Workspace

PROMPT = "tell nobody: blue-heron-4711"

SETTINGS = """
workspace = "signed"

[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
outcome = { column = "status", values = { "200" = "completed", "500" = "failed" } }
meters = { input_tokens = "tokens_in", cache_read_tokens = "cached", output_tokens = "tokens_out" }
input_includes_parts = true
cost_center = "team"

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }
decimal = ","
delimiter = ";"

[prices.list]
model = "model"
meters = { input_tokens = "in", cache_read_tokens = "cached", output_tokens = "out" }
fixed_unit = "1M tokens"
currency = "USD"
multiplier = "factor"
delimiter = ";"
decimal = ","
"""
# By hand, for one token: alpha 2 x 0.5 = 1, 0.1 and 4 per million; beta 10 and 30, no cache price.
PRICES = "model;in;cached;out;factor\nalpha;2;0,2;8;0,5\nbeta;10;1;30;\n"
USAGE = (
    "id,at,model,status,tokens_in,cached,tokens_out,team,prompt\n"
    + "".join(
        f"a{n},2026-08-{1 + n % 28:02}T10:00:00Z,alpha,200,"
        f"{1000 + n},{n},{500 + n},search,{PROMPT}\n"
        for n in range(40)
    )
    + f'b1,2026-08-03T11:00:00Z,house-beta,200,2000,0,0,"se""arch",{PROMPT}\n'
    + f"b2,2026-08-05T13:00:00Z,beta,200,many,0,10,search,{PROMPT}\n"
    + f"b3,2026-08-05T14:00:00Z,Gamma,200,10,0,10,search,{PROMPT}\n"
)
# By hand: 1,000 plain input at 1, n cached at 0.1 and 500 + n output at 4 per million make
# 0.0030000 + n x 0.0000041; the books are right but for one unit of the last digit of a7.
LEDGER = (
    "id;at;model;cost;team\n"
    + "".join(
        f"a{n};2026-08-{1 + n % 28:02}T10:00:00Z;alpha;0,00{30000 + 41 * n + (n == 7)};search\n"
        for n in range(40)
    )
    + 'b1;2026-08-03T11:00:00Z;house-beta;0,02;"se""arch"\n'
)
MAPPING = (
    "internal_model_alias,source_model_id,pricing_unit,effective_from,approved_by\n"
    "house-beta,beta,1M tokens,2026-01-01T00:00:00Z,CD\n"
)
AS_OF = "2099-09-02T09:00:00Z"
PASSPHRASE = "correct horse battery"  # noqa: S105 - of keys that are thrown away


@dataclass(frozen=True)
class Signed:
    """A workspace with a signed run, its pack, and whoever could sign.

    Attributes:
        root: the workspace.
        files: the folder with the original files.
        keys: the keys by the initials of their people.
        pack: the pack of the run.
    """

    root: Path
    files: Path
    keys: dict[str, SigningKey]
    pack: Pack

    @property
    def workspace(self) -> Workspace:
        """The workspace, opened anew."""
        return Workspace.open(self.root)

    @property
    def kept(self) -> bytes:
        """The checkpoint as it was when the pack was made."""
        return (self.root / "witness" / "checkpoint").read_bytes()


def moment(minutes: int) -> datetime:
    """An instant after the run."""
    return datetime(2026, 9, 3, 9, tzinfo=UTC) + timedelta(minutes=minutes)


def filled(folder: Path) -> Path:
    """A workspace with everything imported and nothing run."""
    for name, text in (("prices.csv", PRICES), ("usage.csv", USAGE), ("ledger.csv", LEDGER)):
        (folder / name).write_text(text, encoding="utf-8")
    root = folder / "small"
    Workspace.create(root, SETTINGS)
    (root / "mapping.csv").write_text(MAPPING, encoding="utf-8")
    for words in (
        ["prices", "import", folder / "prices.csv", "--source", "list", "--format", "price-list",
         "--accessed-at", "2026-07-31T06:00:00Z", "--url", "https://example.com/prices",
         "--by", "AB", "--approved-by", "CD"],
        ["usage", "import", folder / "usage.csv", "--by", "AB"],
        ["ledger", "import", folder / "ledger.csv", "--by", "AB"],
    ):  # fmt: skip
        assert main(["--workspace", str(root), *map(str, words)]) == 0
    return root


def run_august(root: Path) -> None:
    """Run the period."""
    words = ["run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB"]
    assert main(["--workspace", str(root), *words]) in {0, 1, 9}


def founded(root: Path) -> dict[str, SigningKey]:
    """Found the workspace with four people, enrol a fifth and take a key away again."""
    workspace = Workspace.open(root)
    keys = {name: new_key(PASSPHRASE)[0] for name in ("AB", "CD", "EF", "GH", "IJ", "KL")}
    roles = {
        "AB": ("finance", "preparer"), "CD": ("checker", "finance"), "EF": ("administrator",),
        "GH": ("engineering",),
    }  # fmt: skip
    people = tuple(
        Person(name, tuple(own), keys[name].public_key)  # type: ignore[arg-type]
        for name, own in roles.items()
    )
    policy = workspace.store.put(b'{"materiality":"0"}')
    first = (keys["AB"], keys["EF"])
    record_founding(workspace.log, Founding(people, policy, "1"), first, moment(-60))
    for name in ("IJ", "KL"):
        enrolment = Enrolment(Person(name, ("checker",), keys[name].public_key), "a new checker")
        waiting = record_ruling(workspace.log, enrolment, keys["EF"], moment(-50))
        countersign(workspace.log, waiting.ruling_id, keys["AB"], moment(-40))
    gone = Revocation(keys["KL"].key_id, "has left")
    record_ruling(workspace.log, gone, keys["EF"], moment(-30))
    return keys


def sign_off(root: Path, signed_as: str) -> SignOff:
    """What there is to sign of the newest run, as the program puts it together."""
    workspace = Workspace.open(root)
    found = find_run(workspace, None)
    facts = run_facts(
        workspace.store,
        found.record,
        rulings_of(workspace.log),
        lambda folder: (root / folder / "report.json").read_bytes(),
    )
    return SignOff(
        found.record.period,
        found.record.run_id,
        "checked" if signed_as == "checked" else "prepared",
        facts.content.digest,
        facts.content.result_digest,
        dict(facts.content.input_digests),
        policy_version=facts.content.policy_version,
        policy_object=facts.content.policy_object,
        open_items=facts.content.open_items,
    )


def signed_period(folder: Path) -> Signed:
    """The period, run and signed by its maker and a checker."""
    root = filled(folder)
    keys = founded(root)
    run_august(root)
    workspace = Workspace.open(root)
    remark = Comment("2026-08", "g-none", "nothing to add")
    record_ruling(workspace.log, remark, keys["GH"], moment(5))
    scope = GroupScope("unexplained", "unknown", "none", "alpha", "search", None, "USD")
    groups = tuple(
        DisposedGroup(f"g-{n}", str(n) * 64, scope, "0.0000001", "0.0000001") for n in (1, 2)
    )
    decided = Disposition("2026-08", groups, "escalated", "asked the vendor", (), ())
    record_ruling(workspace.log, decided, keys["GH"], moment(6))
    never = record_ruling(
        workspace.log, Reopening("2026-08", "asked by mistake"), keys["AB"], moment(6)
    )
    back = Withdrawal(never.entry, "it was never closed")
    record_ruling(workspace.log, back, keys["AB"], moment(6))
    entries = tuple(sorted(rulings_of(workspace.log).named))
    behind = Endorsement(entries, "the page was looked at again")
    waiting = record_ruling(workspace.log, behind, keys["GH"], moment(7))
    countersign(workspace.log, waiting.ruling_id, keys["IJ"], moment(8))
    record_ruling(workspace.log, sign_off(root, "prepared"), keys["AB"], moment(10))
    record_ruling(workspace.log, sign_off(root, "checked"), keys["IJ"], moment(20))
    return Signed(root, folder, keys, make_pack(workspace, find_run(workspace, None)))
