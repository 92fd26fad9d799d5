"""What goes wrong on purpose does, for the requests it was asked for and no others."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import ssl
from collections.abc import Iterator

import pytest

import simulator
from simulator.server import Running
from tests.simulator.conftest import LOG, Asking


@pytest.fixture
def world() -> Iterator[tuple[Running, Asking]]:
    """A small world of its own and a client of it."""
    with simulator.serve(days=1, rows_per_day=100) as up:
        client = Asking(up)
        yield up, client
        client.close()


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("400", 400, "invalid_parameter"),
        ("401", 401, "invalid_api_key"),
        ("403", 403, "forbidden"),
        ("429", 429, "rate_limit_exceeded"),
        ("500", 500, ""),
        ("500-invalid-request", 500, "invalid_request"),
        ("503", 503, ""),
        ("504", 504, ""),
        ("524", 524, ""),
    ],
)
def test_an_error_has_its_status_and_its_body_and_then_all_is_well(
    world: tuple[Running, Asking], name: str, status: int, code: str
) -> None:
    up, client = world
    up.world.fail_next(name)
    got = client.get(LOG)
    assert (got.status, got.said["error"]["code"]) == (status, code)
    assert got.said["error"]["type"] == "comet_api_error"
    assert ("Retry-After" in got.headers) == (name == "429")
    assert client.get(LOG).data["items"]


def test_a_fault_of_one_path_leaves_the_others_alone(world: tuple[Running, Asking]) -> None:
    up, client = world
    up.world.fail_next("503", path="/api/models", times=2)
    assert client.get(LOG).status == 200
    assert [client.get("/api/models").status for _ in range(3)] == [503, 503, 200]
    assert [one.status for one in up.world.served] == [200, 503, 503, 200]


def test_a_fault_nobody_made_is_refused_by_name(world: tuple[Running, Asking]) -> None:
    with pytest.raises(ValueError, match="no fault named 'teapot'"):
        world[0].world.fail_next("teapot")


def test_a_dropped_connection_ends_at_its_byte(world: tuple[Running, Asking]) -> None:
    up, client = world
    whole = client.get(LOG).body
    up.world.fail_next("drop", at=100)
    with pytest.raises(http.client.IncompleteRead) as cut:
        client.get(LOG)
    assert cut.value.partial == whole[:100]


def test_an_older_error_body_holds_the_request_id_in_its_message(
    world: tuple[Running, Asking],
) -> None:
    up, client = world
    up.world.fail_next("503-old-body")
    told = client.get(LOG).said["error"]
    assert set(told) == {"code", "message", "type"}
    assert "(request id: " in told["message"]


def test_a_large_answer_and_a_packed_bomb_are_as_large_as_was_asked(
    world: tuple[Running, Asking],
) -> None:
    up, client = world
    up.world.fail_next("large", at=3_000_000)
    up.world.fail_next("bomb", at=3_000_000)
    assert len(client.get(LOG).body) == 3_000_000
    packed = client.get(LOG).body
    assert len(packed) < 20_000
    assert len(gzip.decompress(packed)) == 3_000_000


def test_a_connection_can_end_without_a_word(world: tuple[Running, Asking]) -> None:
    up, client = world
    up.world.fail_next("drop", at=-1)
    with pytest.raises((http.client.RemoteDisconnected, ssl.SSLError)):
        client.get(LOG)


@pytest.mark.parametrize("name", ["long-length", "short-length", "cut-gzip"])
def test_a_wrong_length_or_a_cut_body_is_no_whole_answer(
    world: tuple[Running, Asking], name: str
) -> None:
    up, client = world
    up.world.fail_next(name)
    if name == "long-length":
        with pytest.raises(http.client.IncompleteRead):
            client.get(LOG)
        return
    body = client.get(LOG).body
    with pytest.raises((ValueError, EOFError)):
        json.loads(gzip.decompress(body) if name == "cut-gzip" else body)


def test_a_wrong_path_is_answered_with_a_page_and_a_wrong_base_with_a_redirect(
    world: tuple[Running, Asking],
) -> None:
    _, client = world
    assert client.get("/api/nothing").headers["Content-Type"].startswith("text/html")
    assert client.get("/chat/completions").status == 301


def test_the_flaky_world_fails_after_every_three_good_answers() -> None:
    with simulator.serve("flaky", days=1, rows_per_day=100) as up:
        client = Asking(up)
        found = [client.get(LOG).status for _ in range(20)]
        client.close()
    good = [200, 200, 200]
    assert found == [*good, 429, *good, 503, *good, 504, *good, 524, *good, 500]


def test_the_packed_world_packs_for_those_who_accept_it() -> None:
    with simulator.serve("compressed", days=1, rows_per_day=100) as up:
        client = Asking(up)
        plain, packed = client.get(LOG), client.get(LOG, packed=True)
        client.close()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_its_certificate_is_good_for_loopback_and_the_vendors_names_and_no_other() -> None:
    with simulator.serve(days=1, rows_per_day=50) as up:
        context = ssl.create_default_context(cafile=str(up.authority))
        for host in ("127.0.0.1", *up.hosts):
            connection = http.client.HTTPSConnection(host, up.port, context=context, timeout=10)
            connection._create_connection = _to_loopback  # type: ignore[attr-defined]
            connection.request("GET", "/api/models")
            assert connection.getresponse().status == 200
            connection.close()
        other = http.client.HTTPSConnection("else.example", up.port, context=context, timeout=10)
        other._create_connection = _to_loopback  # type: ignore[attr-defined]
        with pytest.raises(ssl.SSLCertVerificationError):
            other.request("GET", "/api/models")


def _to_loopback(address: tuple[str, int], *_: object) -> object:

    return socket.create_connection(("127.0.0.1", address[1]), timeout=10)
