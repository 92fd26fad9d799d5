"""The workspaces with people that the swept commands find, each a stage of one close."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tests.controls import office
from tieout.actions.signing_off import close_period, show_approval
from tieout.cli import main

_UNKNOWN: Final = "r3,2026-08-03T12:00:00Z,aster-one,200,10000,0,search,production\n"
_CHARGED: Final = office.SETTINGS.replace(
    "[ledger.books]", 'charged = { column = "charged", currency = "USD" }\n\n[ledger.books]'
)
_TAKEN: Final = (
    office.USAGE_HEADER.replace("\n", ",charged\n")
    + "r1,2026-08-03T10:00:00Z,aster-1,200,100000,10000,search,production,0.35\n"
    "r2,2026-08-03T11:00:00Z,aster-1,200,50000,0,search,production,0.1\n"
)
_RULE: Final = "load test,request_id,r9,booked elsewhere,CD\n"


def found_offices(folder: Path) -> None:
    """The workspaces with people, one for each stage of a close or claim, and the keys beside them.

    ``open`` has a run with a cause group, a ruling that waits, and decisions made on a name alone;
    ``approved`` has two runs, of which the later may be signed; both did in ``signed``. In
    ``claimed`` a run found a claim on the vendor, which was filed in ``filed``.
    """
    (folder / "passphrase.txt").write_text(f"{office.OPENS}\n", encoding="utf-8")
    (folder / "passphrase.txt").chmod(0o600)
    for name in office.ROLES:
        office.key_file(folder, name)
        _note(folder, f"{name}.public", office.key_of(name).public_key)
    _note(folder, "GH.id", office.key_of("GH").key_id)
    _open(folder)
    _stages(folder)
    _claims(folder)


def _open(folder: Path) -> None:
    (folder / "open-files").mkdir()
    made = office.made(folder / "open-files", ledger=office.WRONG_LEDGER)
    office.bring(made, "usage", office.USAGE_HEADER + _UNKNOWN, folder / "open-files", "unknown")
    settings = made.root / "tieout.toml"
    settings.write_text(office.SETTINGS.replace('"p1"', '"p2"'), encoding="utf-8")
    with (made.root / "exclusions.csv").open("a", encoding="utf-8") as file:
        file.write(_RULE)
    office.ran(made)
    root = made.root.rename(folder / "open")
    groups = _said(root, "variance", "list")["groups"]
    _note(folder, "group.id", groups[0]["group_id"])
    new = ("--roles", "checker", "--public-key", office.key_of("KL").public_key)
    enrolled = _said(root, "people", "add", "KL", *new, "--reason", "joins", *_key(folder, "AB"))
    _note(folder, "ruling.id", enrolled["ruling_id"])
    _note(folder, "MN.public", office.key_of("MN").public_key)
    later = str(office.written(folder, "page-later.csv", office.PRICES.replace("10", "12")))
    words = ("prices", "import", later, "--source", "page", "--format", "price-list", "--by", "AB")
    _said(root, *words, "--accessed-at", "2026-08-20T06:00:00Z", "--approved-by", "CD")
    _note(folder, "entry.id", _said(root, "people", "review")["unsigned"][0]["entry"])
    _said(root, "variance", "export", str(folder / "exported.csv"))
    with (folder / "exported.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answer = {"owner": "AB", "decide": "accepted", "reason": "known", "evidence": "letter.txt"}
    with (folder / "filled.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | answer for row in rows)


def _stages(folder: Path) -> None:
    """A day that ties out, before anybody signed it, after both did, and closed."""
    (folder / "stages").mkdir()
    made = office.approved(folder / "stages")
    _note(folder, "run.id", show_approval(made).facts.record.run_id)
    _note(folder, "run.digest", show_approval(made).facts.content.digest)
    _said(made.root, "pack", "--out", str(folder / "kept.zip"), "--threads", "1")
    shutil.copytree(made.root, folder / "approved")
    office.both_signed(made)
    shutil.copytree(made.root, folder / "signed")
    at = office.AS_OF + timedelta(hours=2)
    close_period(made, office.PERIOD, key=office.key_of("GH"), at=at)
    made.root.rename(folder / "closed")


def _claims(folder: Path) -> None:
    """A day on which the vendor took 0.05 above its price, before the claim was filed and after."""
    place = folder / "claims"
    made = office.made(place, settings=_CHARGED, usage=_TAKEN)
    office.ran(made)
    root = made.root.rename(folder / "claimed")
    (one,) = _said(root, "claim", "list")["claims"]
    _note(folder, "claim.id", one["claim_id"])
    shutil.copytree(root, folder / "filed")
    words = ("claim", "filed", one["claim_id"], "--ticket", "T-1", "--on", office.PERIOD)
    _said(folder / "filed", *words, *_key(folder, "AB"))


def _note(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def _key(folder: Path, name: str) -> tuple[str, ...]:
    key = str(folder / f"{name.lower()}.key")
    return ("--key", key, "--passphrase-file", str(folder / "passphrase.txt"))


def _said(root: Path, *words: str) -> Any:
    """What a command answers as JSON."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = main(["--workspace", str(root), *words, "--json"])
    assert code == 0, words
    return json.loads(out.getvalue())
