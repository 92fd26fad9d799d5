"""Forbidden targets, however they are spelled: no connection is made, no key goes out (G32)."""

# ruff: noqa: RUF001, S104 - look-alikes and addresses of all interfaces are what is tried

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from tests.fetching.loopback import NAME, guard_for, serving
from tieout.errors import CaptureRefused, ConfigurationRefused
from tieout.evidence.source_url import check_source_url
from tieout.fetching import Asked, Credential, Host, Secret, fetch
from tieout.fetching.address import is_public_address, is_public_name

# Spellings of this machine, of private networks and of the inside of clouds, as hosts.
HOSTS = (
    "127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "017700000001", "0x7f000001",
    "0x7f.0.0.1", "0177.0.0.1", "0177.0.0.01", "127.0.0.1.", "127.000.000.001", "0x7f.1",
    "localhost", "localhost.", "LOCALHOST", "localhost.localdomain", "a.localhost", "ip6-localhost",
    "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::]", "10.0.0.1", "10.1", "0x0a.0.0.1", "012.0.0.1",
    "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1", "0xc0a80001", "3232235521",
    "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518",
    "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "metadata.google.internal", "metadata",
    "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.2.1", "198.18.0.1", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "prices.local", "prices.internal", "intranet", "printer.lan",
    "①②⑦.0.0.1", "127。0。0。1", "exаmple.com", "xn--exmple-4nf.com", "127.0.0.1%00.example.com",
    "example.com%2f@127.0.0.1", "prices.example.com@127.0.0.1", "127.0.0.1#prices.example.com",
    "127.0.0.1\\@prices.example.com", "prices.example.com:443@127.0.0.1", "1.1.1.1 &@127.0.0.1",
    "prices.example.com..", ".prices.example.com", "prices_.example.com",
)  # fmt: skip
# The same places as answers of a name server, in the standard form and in others.
ANSWERS = (
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.1", "192.0.2.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8",
    "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
    "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1", "2001:0:7f00:1::",
    "2002:7f00:1::", "2002:a00:1::", "100::1", "3fff::1", "2001:20::1", "127.1", "0x7f000001",
    "2130706433", "localhost", "",
)  # fmt: skip
KEY = Credential(Secret("sk-canary-0123456789", "[fetch] api_key_env"), "X-Key")


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every connection that is tried, and every name that is looked up by the system."""
    tried: list[object] = []

    def connect(_self: object, place: object) -> None:
        tried.append(place)
        raise OSError

    def look_up(*place: object, **_named: object) -> None:
        tried.append(place)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return tried


def test_there_are_enough_spellings() -> None:
    assert len(set(HOSTS)) >= 60
    assert len(set(ANSWERS)) >= 40


@pytest.mark.parametrize("spelling", HOSTS)
def test_a_forbidden_host_is_not_asked_even_if_the_list_names_it(
    spelling: str, untouched: list[object]
) -> None:
    guard = guard_for(hosts=(Host(NAME), Host(spelling), Host(spelling.strip("[]"))))
    for port in ("", ":443", ":80"):
        with pytest.raises(CaptureRefused) as refused:
            fetch(Asked(f"https://{spelling}{port}/list", credential=KEY), guard)
        assert refused.value.code in {"HTTP_URL", "HTTP_HOST"}
        with pytest.raises(ConfigurationRefused):
            check_source_url(f"https://{spelling}{port or ':80'}/list")
    assert untouched == []


@pytest.mark.parametrize("address", ANSWERS)
def test_a_name_that_leads_to_a_forbidden_address_is_not_connected_to(
    address: str, untouched: list[object]
) -> None:
    for found in ((address,), ("93.184.216.34", address), (address, "93.184.216.34")):
        guard = replace(guard_for(), resolver=lambda _name, _port, found=found: found)  # type: ignore[misc]
        with pytest.raises(CaptureRefused, match="HTTP_ADDRESS"):
            fetch(Asked(f"https://{NAME}/list", credential=KEY), guard)
    assert untouched == []


@pytest.mark.parametrize(
    "scheme", ["http", "ftp", "file", "gopher", "HTTPS", "https:", "data", "dict", "ldap", "jar"]
)
def test_another_scheme_is_not_asked(scheme: str, untouched: list[object]) -> None:
    with pytest.raises(CaptureRefused, match="HTTP_URL"):
        fetch(Asked(f"{scheme}://{NAME}/list"), guard_for())
    assert untouched == []


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111"])
def test_a_public_address_is_one(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize("name", [NAME, "api.example.com", "a.b-c.co"])
def test_a_public_name_is_one(name: str) -> None:
    assert is_public_name(name)


def test_a_rehearsal_leads_to_this_machine_and_nowhere_else(untouched: list[object]) -> None:
    guard = replace(guard_for(), local={NAME: ("93.184.216.34", 443)})
    with pytest.raises(CaptureRefused, match="HTTP_ADDRESS"):
        fetch(Asked(f"https://{NAME}/list"), guard)
    assert untouched == []


def test_a_key_goes_to_the_host_on_the_list_and_to_no_other() -> None:
    with serving([b""]) as other:
        guard = replace(guard_for(other), hosts=(Host("api.example.com"),))
        with pytest.raises(CaptureRefused, match="HTTP_HOST"):
            fetch(Asked(f"https://{NAME}/list", credential=KEY), guard)
    assert other.connections == 0
