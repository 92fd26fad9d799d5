"""Answers over https: what is no source is refused by name, what is odd is noted, no key gets out.

The servers are raw sockets behind real TLS; the guard is the one that is shipped.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.catalogue.cases_fetching import CASES, KEY, ROWS, FetchCase
from tests.evidence.faulty_disk import FaultyOs
from tests.fetching.certificates import context_of, trust_with_revocations
from tests.fetching.loopback import (
    NAME,
    Seen,
    Waits,
    answer,
    guard_for,
    serving,
    trust_file,
)
from tests.fetching.rehearsed import AT, catalog, hurried, register, workspace_for
from tieout.actions.capturing import capture_prices
from tieout.actions.json_answer import Envelope, read_answer
from tieout.errors import CaptureRefused, EnvironmentRefused, ExitCode
from tieout.evidence import durable
from tieout.evidence.records import captures
from tieout.fetching import Asked, Credential, Fetched, FetchFailed, Guard, Secret, fetch

URL = f"https://{NAME}/list"
ENVELOPE = Envelope("success", "data", "total")
SECRET = Secret(KEY, "[fetch] api_key_env")
PLACES = {
    "": None,
    "header": Credential(SECRET, "X-Key"),
    "parameter": Credential(SECRET, parameter="key"),
}
FETCHED = [one for one in CASES if one.told == "fetch"]


def asked_of(case: FetchCase) -> Asked:
    """What a case asks for."""
    return Asked(URL, credential=PLACES[case.key])


def guard_of(case: FetchCase, seen: Seen, waits: Waits) -> Guard:
    """The guard of a case."""
    trust = trust_with_revocations() if case.context == "revoked" else trust_file()
    guard = guard_for(
        seen, key_in_url=case.key_in_url, caps=case.caps, retry=case.retry, waits=waits, trust=trust
    )
    guard = replace(guard, environment=dict.fromkeys(case.environment, "http://u:p@proxy.invalid"))
    if case.resolves:
        found = tuple(one for one in case.resolves if one)
        guard = replace(guard, local={}, resolver=lambda _name, _port: found)
    return guard


def whole(case: FetchCase, guard: Guard) -> Fetched:
    """The answer of a case, fetched and read."""
    fetched = fetch(asked_of(case), guard)
    read_answer(fetched.body, ENVELOPE)
    return fetched


@pytest.mark.parametrize("case", FETCHED, ids=lambda one: one.id)
def test_an_answer_over_https_ends_as_the_catalogue_says(case: FetchCase) -> None:
    waits = Waits()
    with serving(case.answers, context_of(case.context)) as seen:
        guard = guard_of(case, seen, waits)
        if case.outcome == "capture failed":
            with pytest.raises(CaptureRefused) as refused:
                whole(case, guard)
            _check_failure(case, refused.value)
        else:
            notes = [note.partition(":")[0] for note in whole(case, guard).exchange.notes]
            expected = {"LOCAL_RESOLUTION", "LOCAL_AUTHORITY", case.code} - {""}
            assert sorted(notes) == sorted(expected)
    assert seen.connections == case.connections
    assert tuple(waits.said) == case.waits


def _check_failure(case: FetchCase, refused: CaptureRefused) -> None:
    assert (refused.code, refused.exit_code) == (case.code, ExitCode.CAPTURE)
    assert not case.place or case.place in refused.where
    assert KEY not in refused.letter()
    if isinstance(refused, FetchFailed):
        attempts = refused.exchange.attempts
        assert [one.number for one in attempts] == list(range(1, len(attempts) + 1))
        assert tuple(one.waited_ms for one in attempts if one.waited_ms) == case.waits
        assert not SECRET.stands_in(refused.body)
        assert not SECRET.stands_in(repr(refused.exchange).encode())


def test_ht04_a_redirect_to_another_port_shows_the_key_to_nobody() -> None:
    with serving([answer(ROWS)]) as other:
        moved = answer(b"", f"Location: https://{NAME}:{other.port}/", status="307 Moved")
        with serving([moved]) as seen, pytest.raises(CaptureRefused) as refused:
            fetch(Asked(URL, credential=PLACES["header"]), guard_for(seen))
    assert refused.value.code == "HTTP_REDIRECT"
    assert refused.value.where == (f"to https://{NAME}:{other.port}/",)
    assert (seen.connections, other.connections) == (1, 0)
    assert KEY.encode() in seen.requests[0]


def test_ht05d_the_address_that_was_judged_is_the_one_connected_to() -> None:
    looked, dialled = [], []
    with serving([answer(b"{}", status="503 Broken"), answer(ROWS)]) as seen:

        def resolver(name: str, port: int) -> tuple[str, ...]:
            looked.append((name, port))
            return ("93.184.216.34",) if len(looked) == 1 else ("127.0.0.1",)

        def dial(place: tuple[str, int], within_ms: int) -> socket.socket:
            dialled.append(place)
            return socket.create_connection(seen.place, within_ms / 1000)

        case = next(one for one in CASES if one.id == "HT14e")
        guard = replace(guard_of(case, seen, Waits()), local={}, resolver=resolver, dial=dial)
        told = fetch(Asked(URL), guard).exchange
    assert looked == [(NAME, 443)]
    assert dialled == [("93.184.216.34", 443)] * 2
    assert [one.address for one in told.attempts] == ["93.184.216.34, port 443"] * 2
    assert [note.partition(":")[0] for note in told.notes] == ["LOCAL_AUTHORITY"]


def test_ht23_a_drip_ends_with_the_deadline() -> None:
    case = next(one for one in CASES if one.id == "HT23")
    started = time.monotonic()
    with serving(case.answers) as seen:
        with pytest.raises(CaptureRefused, match="HTTP_DEADLINE"):
            fetch(Asked(URL), guard_of(case, seen, Waits()))
        # Twice and a second: the machine may be busy, and the whole answer would drip for three.
        assert time.monotonic() - started < 2 * case.caps.deadline_ms / 1000 + 1


def test_ht29_a_capture_that_differs_waits(tmp_path: Path) -> None:
    with serving([answer(catalog("1")), answer(catalog("3"))]) as seen:
        workspace = workspace_for(seen, tmp_path / "w")
        for _ in range(2):
            done = capture_prices(
                workspace, "catalog", operator="job", at=AT, register=register(), adjust=hurried
            )
    assert [one.approved_by for one in captures(workspace.log)] == ["", ""]
    assert [one.change for one in done.changes] == ["price_change"]
    assert any(note.startswith("PRICE_CHANGED: ") for note in done.capture.notes)


def test_ht32_the_address_is_kept_with_the_key_replaced() -> None:
    case = next(one for one in CASES if one.id == "HT32")
    with serving(case.answers) as seen:
        told = fetch(asked_of(case), guard_of(case, seen, Waits())).exchange
    assert seen.requests[0].startswith(b"GET /list?key=cv-Key%2F0123%2Babc%3D789 HTTP/1.1\r\n")
    assert told.url == f"{URL}?key=REDACTED"
    assert not SECRET.stands_in(repr(told).encode())


def test_ht33_a_proxy_of_the_environment_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving([answer(ROWS)]) as proxy, serving([answer(ROWS)]) as seen:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://user:password@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("SSL_CERT_FILE", "nowhere.pem")
        monkeypatch.setenv("SSLKEYLOGFILE", "nowhere/keys.log")
        told = fetch(Asked(URL), replace(guard_for(seen), environment=os.environ)).exchange
    (note,) = (one for one in told.notes if one.startswith("ENV_PROXY"))
    assert "HTTPS_PROXY" in note
    assert "SSLKEYLOGFILE" in note
    assert "password" not in note
    assert (proxy.connections, seen.connections) == (0, 1)


def test_ht34_a_full_disk_leaves_no_capture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([answer(catalog("1"))]) as seen:
        workspace = workspace_for(seen, tmp_path / "w")
        monkeypatch.setattr(durable, "os", FaultyOs(1, errno.ENOSPC, forever=True))
        with pytest.raises(EnvironmentRefused) as refused:
            capture_prices(
                workspace, "catalog", operator="job", at=AT, register=register(), adjust=hurried
            )
        monkeypatch.undo()
    assert (refused.value.code, refused.value.exit_code) == ("STORE_ENOSPC", ExitCode.ENVIRONMENT)
    assert workspace.log.entries() == ()


def test_no_case_is_silent_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    """The library's own log never holds the key, whatever level it is set to."""
    caplog.set_level(logging.DEBUG)
    case = next(one for one in CASES if one.id == "HT32")
    with serving(case.answers) as seen:
        fetch(asked_of(case), guard_of(case, seen, Waits()))
    assert not SECRET.stands_in(caplog.text.encode())
