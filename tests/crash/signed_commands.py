"""The commands of a close that swept commands sign, decide and hand on with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.controls.office import PERIOD
from tests.crash.telling import ROOT, Command, file, words_told, written_in

_DAY: Final = ("--period", PERIOD)
_WHY: Final = ("--reason", "the letter says so")
_SHOWN: Final = (*_WHY, "--evidence", file("letter.txt"))
# How a second time ends where the first one counted: nothing is left to sign, or it is there.
_SIGNED: Final = 8
_THERE: Final = 6


def _key(name: str) -> tuple[str | Callable[[Path], str], ...]:
    return ("--key", file(f"{name}.key"), "--passphrase-file", file("passphrase.txt"))


def _founder(name: str, roles: str) -> tuple[str | Callable[[Path], str], ...]:
    public = written_in(f"{name}.public")
    return ("--person", lambda folder: f"{name}={roles}:{public(folder)}", *_key(name.lower()))


SIGNED: Final[dict[str, Command]] = {
    "adjust": Command(
        words_told(
            *("adjust", *_DAY, "--amount", "-0.1", "--currency", "USD", "--owner", "AB"),
            *("--group", written_in("group.id"), *_SHOWN, *_key("ab")),
        ),
        "open",
        repeats=True,
    ),
    "calculation approve": Command(
        words_told("calculation", "approve", "v1", *_WHY, *_key("ef")), "open", repeats=True
    ),
    "checklist answer": Command(
        words_told("checklist", "answer", "3", "yes", "--detail", "read it", *_key("ab")),
        "open",
        repeats=True,
    ),
    "claim answered": Command(
        words_told(
            *("claim", "answered", written_in("claim.id"), "--accepted", "0.04"),
            *("--rejected", "0.01", "--reference", "A-1", "--on", PERIOD),
            *("--evidence", file("letter.txt"), *_key("ab")),
        ),
        "filed",
        repeats=True,
    ),
    "claim credited": Command(
        words_told(
            *("claim", "credited", written_in("claim.id"), "--amount", "0.04"),
            *("--movement", "R-1", "--on", PERIOD, "--evidence", file("letter.txt"), *_key("ab")),
        ),
        "filed",
        done=_SIGNED,
    ),
    "claim filed": Command(
        words_told(
            *("claim", "filed", written_in("claim.id"), "--ticket", "T-1", "--on", PERIOD),
            *_key("ab"),
        ),
        "claimed",
        done=_SIGNED,
    ),
    "claim make": Command(
        words_told("claim", "make", written_in("claim.id"), "--out", f"{ROOT}/claim"),
        "claimed",
        added=0,
    ),
    "close": Command(words_told("close", PERIOD, *_key("gh")), "signed", done=_SIGNED),
    "daily": Command(
        words_told(
            *("daily", *_DAY, "--as-of", "2099-09-02T06:00:00Z", "--by", "AB", "--threads", "1")
        ),
        "open",
        repeats=True,
    ),
    "escalate": Command(
        words_told("escalate", written_in("group.id"), "--to", "vendor", "--out", f"{ROOT}/claim"),
        "open",
        added=0,
    ),
    "estimate approve": Command(
        words_told(
            *("estimate", "approve", "--meter", "cache_read_tokens", "--model", "aster-1", *_DAY),
            *("--quantity", "1", "--lowest", "0", "--highest", "2", "--method", "a sample"),
            *(*_SHOWN, *_key("ef")),
        ),
        "open",
        repeats=True,
    ),
    "exclusions approve": Command(
        words_told("exclusions", "approve", *_SHOWN, *_key("ef")), "open", done=2
    ),
    "key new": Command(
        words_told("key", "new", f"{ROOT}/new.key", "--passphrase-file", file("passphrase.txt")),
        "open",
        added=0,
        done=_THERE,
    ),
    "mapping approve": Command(
        words_told("mapping", "approve", file("names.csv"), *_SHOWN, *_key("ef")),
        "open",
        repeats=True,
    ),
    "mapping suggest --out": Command(
        words_told("mapping", "suggest", "--out", f"{ROOT}/proposed.csv"), "open", added=0
    ),
    "pack": Command(
        words_told("pack", "--out", f"{ROOT}/august.zip", "--threads", "1"), "approved", added=0
    ),
    "people add": Command(
        words_told(
            *("people", "add", "MN", "--roles", "checker", "--public-key", written_in("MN.public")),
            *(*_WHY, *_key("ab")),
        ),
        "open",
        repeats=True,
    ),
    "people found": Command(
        words_told(
            "people",
            "found",
            *_founder("AB", "preparer,finance,administrator"),
            *_founder("CD", "checker,engineering"),
        ),
        done=_SIGNED,
    ),
    "people revoke": Command(
        words_told("people", "revoke", written_in("GH.id"), *_WHY, *_key("ab")),
        "open",
        done=_SIGNED,
    ),
    "policy approve": Command(
        words_told("policy", "approve", *_WHY, *_key("ef")), "open", done=_SIGNED
    ),
    "reopen": Command(words_told("reopen", PERIOD, *_SHOWN, *_key("ab")), "closed", repeats=True),
    "sign, a ruling": Command(
        words_told("sign", written_in("ruling.id"), *_key("cd")), "open", done=_SIGNED
    ),
    "sign, a run": Command(
        words_told(
            *("sign", written_in("run.id"), "--as", "prepared"),
            *("--digest", written_in("run.digest"), *_key("ab")),
        ),
        "approved",
        done=_THERE,
    ),
    "sign, withdrawing": Command(
        words_told("sign", written_in("ruling.id"), "--withdraw", *_WHY, *_key("ab")),
        "open",
        done=_SIGNED,
    ),
    "sign, what stands on a name": Command(
        words_told("sign", written_in("entry.id"), *_WHY, *_key("ef")), "open", repeats=True
    ),
    "variance assign": Command(
        words_told("variance", "assign", written_in("group.id"), "--owner", "AB", *_key("ab")),
        "open",
        repeats=True,
    ),
    "variance comment": Command(
        words_told("variance", "comment", written_in("group.id"), "--text", "asked", *_key("ab")),
        "open",
        repeats=True,
    ),
    "variance export": Command(
        words_told("variance", "export", f"{ROOT}/review.csv"), "open", added=0
    ),
    "variance propose": Command(
        words_told(
            *("variance", "propose", file("filled.csv"), "--evidence-dir", str, *_key("ef")),
        ),
        "open",
        added=-1,
        repeats=True,
    ),
    "variance resolve": Command(
        words_told(
            *("variance", "resolve", written_in("group.id"), "--as", "accepted"),
            *(*_SHOWN, *_key("ef")),
        ),
        "open",
        repeats=True,
    ),
}
