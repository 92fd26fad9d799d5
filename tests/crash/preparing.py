"""The workspaces that the swept commands find, and the files beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import simulator
from simulator.facts import invented
from tests.catalogue.cases_keyed import LIST, PDF, SAME
from tests.catalogue.small_workspace import USAGE, filled
from tests.collection.conftest import FILTERS, LEANT_ON, SETTINGS, SUMS, TOKEN_VARIABLE, verified
from tests.crash.commands import READ, RUN, waiting
from tests.crash.founding import found_offices
from tests.credits.prepaid_office import drafted
from tieout.cli import main
from tieout.evidence.records import attachments, captures
from tieout.workspace.layout import Workspace

_DOCS: Final = """
[prices.docs]
model = "model"
meters = { input_tokens = "in", output_tokens = "out" }
fixed_unit = "1M tokens"
currency = "USD"
"""
_FILES: Final = {
    "waiting.csv": "model,in,out\nalpha,2,8\nbeta,1,1\n",
    "later.csv": "model,in,out\nalpha,2,9\n",
    "docs.csv": "model,in,out\nalpha,3,8\n",
    "more.csv": USAGE.replace("r1", "r3").replace("r2", "r4"),
    "books.csv": (
        "id,day,model,cost,team\n"
        "r3,2026-08-03,alpha,0.006,search\nr4,2026-08-04,alpha,0.004,search\n"
    ),
    "history.csv": (
        "file,accessed_at,url\nlater.csv,2026-08-09T06:00:00Z,\nwaiting.csv,2026-08-10T06:00:00Z,\n"
    ),
    "counts.csv": "day,model,meter,quantity\n2026-08-03,alpha,rows,1\n",
    "receipts.csv": (
        "time,kind,units,cash,currency,tax,fee,exchange_rate,reference,record,note\n"
        "2026-08-03T09:00:00Z,top_up,500,1.00,USD,,,,R-1,,\n"
    ),
    "books-of-the-day.csv": (
        "account,cost_center,amount,currency\n1480,,999.45,USD\n1576,,190,USD\n1200,,-1190,USD\n"
        "6400,,0.18,USD\n6400,ops,0.09,USD\n6410,search,0.28,USD\n"
    ),
    "letter.txt": "It was wrong that day.\n",
    "names.csv": (
        "internal_model_alias,source_model_id,pricing_unit,effective_from,effective_to\n"
        "aster-one,aster-1,1M tokens,2026-01-01T00:00:00Z,\n"
    ),
    "keyed-by-ab.csv": LIST,
    "keyed.csv": SAME,
}


def _done(root: Path, *words: str) -> None:
    assert main(["--workspace", str(root), *words]) in (0, 1, 9), words


def prepare(folder: Path) -> Path:
    """Every workspace but the one that fetches; returns ``small``."""
    folder.mkdir(parents=True)
    root = filled(folder)
    for name, text in _FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "later.pdf").write_bytes(PDF)
    (folder / "nothing").mkdir()
    words = ("prices", "import", str(folder / "waiting.csv"), "--source", "list")
    at = ("--accessed-at", "2026-09-01T06:00:00Z", "--by", "AB")
    _done(root, *words, "--format", "price-list", *at)
    _done(root, *RUN)
    _decided(folder)
    _leave_half_written(root)
    found_offices(folder)
    (folder / "bought").mkdir()
    drafted(folder / "bought").root.rename(folder / "prepaid")
    return root


def _decided(folder: Path) -> None:
    """Two sources that differ, a later list, a declaration and an attachment keyed by one."""
    (folder / "beside").mkdir()
    root = filled(folder / "beside").rename(folder / "decided")
    settings = root / "tieout.toml"
    settings.write_text(settings.read_text("utf-8") + _DOCS, encoding="utf-8")
    for source, name, at in (
        ("docs", "docs.csv", "2026-07-31T06:00:00Z"),
        ("list", "later.csv", "2026-08-09T06:00:00Z"),
    ):
        words = ("prices", "import", str(folder / name), "--source", source, "--by", "AB")
        more = ("--format", "price-list", "--accessed-at", at, "--approved-by", "CD")
        _done(root, *words, *more)
    first = captures(Workspace.open(root).log)[0].capture_id
    declared = ("prices", "declare", first, "--from", "2026-07-01T00:00:00Z", "--by", "AB")
    _done(root, *declared, "--reason", "as said", "--evidence", str(folder / "letter.txt"))
    _done(root, "prices", "attach", str(folder / "later.pdf"), "--source", "page", *READ)
    attached = attachments(Workspace.open(root).log)[0].attachment_id
    _done(root, "prices", "key", attached, str(folder / "keyed-by-ab.csv"), "--by", "AB")


def _leave_half_written(root: Path) -> None:
    """What an earlier command left when it died, two hours ago."""
    for place in ("evidence/objects", "evidence", "witness"):
        leftover = root / place / f".staged-{'0' * 32}"
        leftover.write_bytes(b"half writ")
        os.utime(leftover, (leftover.stat().st_mtime - 7200,) * 2)
    assert waiting(root)


@contextmanager
def rehearsing(folder: Path) -> Iterator[Path]:
    """The workspace ``fetching``, and the vendor it fetches from, as long as the block lasts."""
    with simulator.serve(rows_per_day=60, days=2) as up:
        os.environ[TOKEN_VARIABLE] = invented().account["access_token"]
        resolve = ", ".join(f'"{host}" = "{place}"' for host, place in up.hosts.items())
        text = SETTINGS.format(resolve=resolve, batch_rows=40)
        pages = ", ".join(f'"{host}"' for host in up.hosts)
        made = Workspace.create(folder / "fetching", f"{text}pages = [{pages}]\n")
        (made.root / "authority.pem").write_bytes(up.authority.read_bytes())
        verified(made, *LEANT_ON, *FILTERS, *SUMS, "endpoint-catalog", "catalog-rows-path")
        address = f"https://{next(iter(up.hosts))}{up.world.facts.paths['price_page']}"
        (folder / "page.address").write_text(address, encoding="utf-8")
        yield made.root
