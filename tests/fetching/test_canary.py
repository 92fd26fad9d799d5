"""A canary key through everything that touches it: it stands nowhere afterwards (G31).

The search is shown to find what it looks for first, in each form and each kind of place.
"""

from __future__ import annotations

import contextlib
import copy
import gzip
import http.client
import io
import json
import logging
import os
import pickle
import subprocess
import sys
import tempfile
import traceback
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.fetching.canary import CANARY, contents, files_of, forms, hits, processes
from tests.fetching.certificates import context_of
from tests.fetching.loopback import NAME, Script, answer, drip, guard_for, serving
from tests.fetching.rehearsed import (
    AT,
    FEEDS,
    LEDGER,
    USAGE,
    catalog,
    hurried,
    register,
    workspace_for,
)
from tieout.actions import capturing
from tieout.actions.capturing import capture_prices
from tieout.actions.vendor_access import credential_for
from tieout.cli import main
from tieout.errors import Refusal
from tieout.fetching import Asked, Caps, Credential, Guard, Secret, fetch
from tieout.workspace.layout import Workspace

HERE = Path(__file__).parent
URL = f"https://{NAME}/list"
BODY = catalog("0.5")
SOURCES = (
    """
rehearsal = true
access_token_env = "ACME_TOKEN"
api_key_file = "key.txt"
[fetch.sources.account]
endpoint = "endpoint-catalog"
auth = "auth-access-token"
credential = "access_token"
success = "success-flag"
rows = "catalog-rows-path"
retry = "retry-codes"
format = "cometapi-catalog"
[fetch.sources.quota]
endpoint = "endpoint-catalog"
key_parameter = "quota-key-parameter"
credential = "api_key"
format = "cometapi-catalog"
"""
    + FEEDS
)
# Ways to carry an object away, or to write it down.
WAYS: tuple[Callable[[Any], Any], ...] = (
    pickle.dumps, copy.copy, copy.deepcopy, json.dumps, msgspec.json.encode,
)  # fmt: skip
ECHO = catalog("1").replace(b'"m"', f'"{CANARY}"'.encode())
# How a service may answer, and where the key goes with it.
TROUBLES: dict[str, tuple[str, Script | bytes, str]] = {
    "refused key": ("account", answer(f"no {CANARY}".encode(), status="401 No", date=""), "good"),
    "echo in the body": ("account", answer(ECHO, date=""), "good"),
    "echo in a packed body": (
        "account", answer(gzip.compress(ECHO), "Content-Encoding: gzip", date=""), "good",
    ),
    "echo in a header": ("account", answer(BODY, f"Server: {CANARY}", date=""), "good"),
    "echo in a redirect": (
        "quota", answer(b"", f"Location: /?key={CANARY}", status="302 Moved", date=""), "good",
    ),
    "echo in a failure": ("quota", answer(CANARY.encode(), status="500 Broken", date=""), "good"),
    "echo as the status": ("account", f"HTTP/1.1 200 {CANARY}\r\n\r\n".encode(), "good"),
    "echo as no answer at all": ("quota", f"GET /?key={CANARY}\r\n\r\n".encode(), "good"),
    "echo, cut": ("quota", answer(ECHO, date="")[:-9], "good"),
    "no JSON": ("account", answer(b"{", date=""), "good"),
    "drip": ("quota", drip(answer(BODY, date=""), 0.05), "good"),
    "other certificate": ("account", answer(BODY), "other name"),
    "no answer": ("quota", b"", "good"),
}  # fmt: skip


@dataclass
class Sinks:
    """The places that were looked at: a name for each, and its bytes."""

    found: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, content: bytes | str) -> None:
        """One place."""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        self.found[name] = self.found.get(name, b"") + raw

    def leaks(self) -> dict[str, list[str]]:
        """Where the key stands, and as what."""
        return {name: found for name, raw in self.found.items() if (found := hits(raw))}


@pytest.fixture
def workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Any], Workspace]]:
    """Makes a workspace that reaches a server, knows where the key stands, and has a log on."""
    monkeypatch.setenv("ACME_TOKEN", CANARY)
    monkeypatch.setattr(capturing, "register_of", lambda *_: register())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 9)
    (tmp_path / "temporary").mkdir()
    (tmp_path / "key.txt").write_text(CANARY + "\n", encoding="utf-8")
    (tmp_path / "key.txt").chmod(0o600)

    def make(seen: Any) -> Workspace:
        folder = tmp_path / "w"
        text = SOURCES.replace('"key.txt"', '"../key.txt"')
        if (folder / "tieout.toml").exists():
            settings = (folder / "tieout.toml").read_text(encoding="utf-8")
            port = f'"127.0.0.1:{seen.port}"'
            settings = settings.replace(settings.split('= "127')[1].split('"')[0], port[4:-1])
            (folder / "tieout.toml").write_text(settings, encoding="utf-8")
            return Workspace.open(folder)
        return workspace_for(seen, folder, text)

    yield make
    logging.shutdown()


@contextlib.contextmanager
def heard(sinks: Sinks, name: str) -> Iterator[None]:
    """Everything that is said, logged and warned of meanwhile, by anybody."""
    out, err, log = io.StringIO(), io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(log)
    loggers = [logging.getLogger(), logging.getLogger("urllib3"), logging.getLogger("tieout")]
    levels = [one.level for one in loggers]
    loggers[0].addHandler(handler)
    for one in loggers:
        one.setLevel(logging.DEBUG)
    logging.getLogger("urllib3.connection").debug("heard")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield
    loggers[0].removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)
    assert "heard" in log.getvalue()
    for kind, text in (("stdout", out), ("stderr", err), ("log", log)):
        sinks.add(f"{name}: {kind}", text.getvalue())
    sinks.add(f"{name}: warnings", repr([str(one.message) for one in warned]))


def told(sinks: Sinks, name: str, error: BaseException) -> None:
    """Everything an error can be shown as, its local variables included."""
    sinks.add(f"{name}: error", f"{error} {error!r} {error.args!r} {vars(error)!r}")
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The frames of the tests hold the key, since they hand it over.
    frames = [one for one in shown.stack if not Path(one.filename).is_relative_to(HERE)]
    sinks.add(f"{name}: traceback with locals", repr([(one, one.locals) for one in frames]))
    chain: BaseException | None = error
    while chain is not None:
        sinks.add(f"{name}: chain", "".join(traceback.format_exception(chain)))
        chain = chain.__cause__ or chain.__context__
    if isinstance(error, Refusal):
        sinks.add(f"{name}: letter", error.letter())
        sinks.add(f"{name}: letter as JSON", json.dumps(error.as_json()))


def test_no_command_lets_the_key_out(
    workspace: Callable[[Any], Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sinks = Sinks()

    def busy(sock: Any) -> None:
        for name, raw in processes(os.getpid()):
            sinks.add(name.rpartition(" ")[0], raw)
        sock.sendall(answer(BODY, "X-Request-Id: r-1", date=""))

    with serving([busy]) as seen:
        place = workspace(seen)
        monkeypatch.chdir(place.root)
        for source in ("account", "quota"):
            for more in ((), ("--json",)):
                words = ("prices", "capture", source, "--by", "job", *more)
                with heard(sinks, f"capture {source} {' '.join(more)}"):
                    assert main(words) == 0
    assert CANARY.encode() in b"".join(seen.requests)
    with heard(sinks, "other commands"):
        (place.root / "usage.csv").write_text(USAGE, encoding="utf-8")
        (place.root / "ledger.csv").write_text(LEDGER, encoding="utf-8")
        for words in (
            ("prices", "list", "--json"), ("prices", "show", "m", "--json"),
            ("usage", "import", "usage.csv", "--by", "AB"),
            ("ledger", "import", "ledger.csv", "--by", "AB"),
            ("run", "--period", "2026-11-21"), ("doctor",), ("verify",),
        ):  # fmt: skip
            main(words)
    for name, raw in files_of(tmp_path):
        if not name.endswith("key.txt"):
            sinks.add(str(Path(name).relative_to(tmp_path)), raw)
    assert len(sinks.found) >= 40
    assert sinks.leaks() == {}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_failure_lets_the_key_out(
    trouble: str, workspace: Callable[[Any], Workspace], tmp_path: Path
) -> None:
    sinks = Sinks()
    source, script, context = TROUBLES[trouble]

    def hasty(guard: Guard) -> Guard:
        return replace(hurried(guard), caps=Caps(deadline_ms=400 if trouble == "drip" else 5_000))

    with serving([script], context_of(context)) as seen:
        place = workspace(seen)
        with heard(sinks, trouble), pytest.raises(Refusal) as refused:
            capture_prices(place, source, operator="job", at=AT, adjust=hasty)
    told(sinks, trouble, refused.value)
    for name, raw in files_of(tmp_path):
        if not name.endswith("key.txt"):
            sinks.add(str(Path(name).relative_to(tmp_path)), raw)
    assert any("objects" in name for name in sinks.found)
    assert sinks.leaks() == {}


def test_nothing_that_holds_the_key_shows_it() -> None:
    sinks = Sinks()
    secret = Secret(CANARY, "[fetch] api_key_env")
    credential = Credential(secret, "X-Key", "Bearer")
    guard = guard_for()
    asked = Asked(URL, credential=credential)
    for name, one in (("secret", secret), ("credential", credential), ("asked", asked)):
        sinks.add(f"{name}: shown", f"{one} {one!r} {[one]!r} {dir(one)!r}")
        # What holds a secret may be copied; the copy holds the same secret.
        for way in WAYS if one is secret else (way for way in WAYS if way is not copy.copy):
            with pytest.raises(TypeError) as refused:
                way(one)
            shown = "".join(traceback.format_exception(refused.value))
            sinks.add(f"{name}: {way.__name__}", shown)
    with pytest.raises(AttributeError):
        secret.name = "other"
    with pytest.raises(TypeError):
        sinks.add("asdict", repr(asdict(asked)))
    sinks.add("guard", repr(guard))
    with serving([answer(BODY)]) as seen:
        fetched = fetch(asked, guard_for(seen))
        sinks.add("fetched", repr(fetched) + repr(asdict(fetched.exchange)))
    assert len(sinks.found) >= 15
    assert sinks.leaks() == {}


@pytest.mark.parametrize(
    "said", [f"{CANARY}\r\nX: 1", f"{CANARY} ", f"\t{CANARY}", f"{CANARY}\x00"]
)
def test_no_refusal_of_a_secret_shows_it(said: str, tmp_path: Path) -> None:
    sinks = Sinks()
    place = Workspace.create(tmp_path / "w")
    settings = 'workspace = "w"\n[fetch]\naccess_token_env = "ACME_TOKEN"\n'
    (place.root / "tieout.toml").write_text(settings, encoding="utf-8")
    place = Workspace.open(place.root)
    with pytest.raises(Refusal) as refused:
        credential_for(place, "access_token", auth="X-Key:", environment={"ACME_TOKEN": said})
    told(sinks, "refusal", refused.value)
    # The variables are the caller's; the frames of the reading are ours.
    del sinks.found["refusal: traceback with locals"]
    assert sinks.leaks() == {}


def test_a_crash_of_the_program_shows_no_key(
    workspace: Callable[[Any], Workspace], repo_root: Path
) -> None:
    """A fault of our own within the transport ends with the program's own words on a crash."""
    program = (
        "import sys\n"
        "from tests.fetching.rehearsed import register\n"
        "from tieout.actions import capturing\n"
        "from tieout.fetching import transport\n"
        "capturing.register_of = lambda *_: register()\n"
        "def broken(*_): raise ZeroDivisionError('planted')\n"
        "transport._read = broken\n"
        "sys.argv = ['tieout', 'prices', 'capture', 'account', '--by', 'job']\n"
        "from tieout.cli import main\n"
        "sys.exit(main())\n"
    )
    sinks = Sinks()
    with serving([answer(BODY, date="")]) as seen:
        place = workspace(seen)
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", program],
            cwd=place.root,
            env={**os.environ, "PYTHONPATH": f"{repo_root / 'src'}:{repo_root}"},
            capture_output=True,
            check=False,
        )
    assert b"planted" in done.stderr
    sinks.add("stdout", done.stdout)
    sinks.add("stderr", done.stderr)
    assert sinks.leaks() == {}


@pytest.mark.parametrize("form", sorted(forms(CANARY)), ids=range(len(forms(CANARY))))
def test_the_search_finds_every_form(form: bytes) -> None:
    assert hits(b"before " + form + b" after")


@pytest.mark.parametrize(
    "split",
    [
        CANARY[:14] + "\r\n" + CANARY[14:],
        f"'{CANARY[:12]}', '{CANARY[12:]}'",
        "\n".join(CANARY),
        CANARY[5:19],
        f"5\r\n{CANARY[:5]}\r\n18\r\n{CANARY[5:]}",
    ],
)
def test_the_search_finds_a_split_key(split: str) -> None:
    assert hits(split.encode())


def test_the_search_finds_no_key_where_none_is() -> None:
    assert hits(BODY + URL.encode() + os.urandom(1 << 16)) == []


def planted(folder: Path) -> None:
    """An error in a frame of another file, which holds the key in a local variable."""
    program = "def leaking(key):\n    import zlib\n    zlib.decompress(key.encode())\n"
    found: dict[str, Any] = {}
    exec(compile(program, str(folder / "leaking.py"), "exec"), found)  # noqa: S102 - planted
    found["leaking"](CANARY)


def test_the_search_looks_into_every_kind_of_place(tmp_path: Path) -> None:
    """A leak planted in each kind of place is found there."""
    pq.write_table(pa.table({"a": [CANARY]}), tmp_path / "rows.parquet", compression="zstd")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(CANARY.encode()))
    (tmp_path / "text.json").write_text(json.dumps({"k": CANARY}), encoding="utf-8")
    (tmp_path / "name-tk-Qz7Lw+Kx93=TbV0n5RyHdWs84").touch()
    assert [bool(hits(raw)) for _, raw in files_of(tmp_path)] == [True] * 4
    assert hits(contents(CANARY.encode()))

    sinks = Sinks()
    with heard(sinks, "planted"):
        print(CANARY)  # noqa: T201 - a planted leak
        sys.stderr.write(CANARY)
        logging.getLogger("urllib3.connectionpool").debug("GET /?key=%s", CANARY)
        warnings.warn(CANARY, stacklevel=1)
    with pytest.raises(zlib.error) as refused:
        planted(tmp_path)
    told(sinks, "planted", refused.value)
    # Its own word that it runs: until then its command line may not be there to be read.
    says = "import time; print(flush=True); time.sleep(60)"
    child = subprocess.Popen(
        [sys.executable, "-c", says, CANARY], env={"LEAK": CANARY}, stdout=subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        for name, raw in processes(os.getpid()):
            sinks.add(name.rpartition(" ")[0], raw)
    finally:
        child.kill()
        child.communicate()
    assert sinks.leaks().keys() == {
        "planted: stdout", "planted: stderr", "planted: log", "planted: warnings",
        "planted: traceback with locals", "command line of", "environment of",
    }  # fmt: skip
