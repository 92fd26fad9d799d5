"""A fetch that does, its facts, and how little of the world it needs."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from tests.fetching.loopback import NAME, answer, chunked, guard_for, serving
from tieout.errors import CaptureRefused
from tieout.fetching import Asked, Caps, Credential, Secret, fetch
from tieout.fetching.body import decoded

URL = f"https://{NAME}/list"
BODY = b'{"success": true, "data": [1]}'


def test_a_whole_answer_comes_with_its_facts() -> None:
    with serving([answer(BODY)]) as seen:
        fetched = fetch(Asked(URL), guard_for(seen))
    told = fetched.exchange
    assert fetched.body == BODY
    assert (told.status, told.wire_size, told.url) == (200, len(BODY), URL)
    assert told.tls is not None
    assert told.tls.version == "TLSv1.3"
    assert told.tls.subject == NAME
    assert [one.code for one in told.attempts] == [""]
    assert [note.partition(":")[0] for note in told.notes] == [
        "LOCAL_AUTHORITY",
        "LOCAL_RESOLUTION",
    ]
    assert told.header("content-type") == "application/json"


def test_gzip_and_chunks_are_taken_off() -> None:
    packed = gzip.compress(BODY)
    whole = answer(b"", "Content-Encoding: gzip", "Transfer-Encoding: chunked", length=False)
    with serving([whole + chunked(packed[:9], packed[9:])]) as seen:
        fetched = fetch(Asked(URL), guard_for(seen))
    assert (fetched.body, fetched.exchange.wire_size) == (BODY, len(packed))


def test_a_request_says_what_it_must_and_no_more() -> None:
    key = Credential(Secret("key-0123456789", "[fetch] api_key_env"), "X-Key", "Bearer")
    with serving([answer(BODY)]) as seen:
        fetch(Asked(f"{URL}?p=1", credential=key), guard_for(seen))
    lines = seen.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /list?p=1 HTTP/1.1"
    assert sorted(line.partition(":")[0] for line in lines[1:] if line) == [
        "Accept", "Accept-Encoding", "Connection", "Host", "User-Agent", "X-Key",
    ]  # fmt: skip
    assert f"Host: {NAME}" in lines
    assert "X-Key: Bearer key-0123456789" in lines


def test_ten_gigabytes_in_ten_megabytes_are_refused_in_little_memory() -> None:
    """A megabyte of zeros packed once and repeated 10,240 times: 10 GiB, a thousand to one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = head + block * 10_240
    assert 9 << 20 < len(bomb) < 12 << 20
    tracemalloc.start()
    try:
        with pytest.raises(CaptureRefused, match="HTTP_BOMB"):
            decoded(bomb, "gzip", Caps().decoded, Caps().ratio)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
