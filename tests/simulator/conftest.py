"""A simulator to ask, and the vendor's own client to ask it with."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import simulator
from simulator.facts import invented
from simulator.server import Running
from tests.simulator.client_commands import FAILING, OPERATING, PAGES, READING, looked_up

LOG = "/api/log/self"
PROGRAM = Path(__file__).parent / "client_program.py"
USER = str(invented().account["access_token"])
OPERATOR = str(invented().account["operator_token"])
API_KEY = invented().keys[2].key


@dataclass(frozen=True)
class Got:
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        """What the account's envelope holds."""
        assert self.said["success"] is True, self.body[:200]
        return self.said["data"]


class Asking:
    """A plain client with one connection; it knows no more than HTTP."""

    def __init__(self, up: Running) -> None:
        """Connect on the first request."""
        context = ssl.create_default_context(cafile=str(up.authority))
        self.up = up
        self._connection = http.client.HTTPSConnection(
            "127.0.0.1", up.port, timeout=10, context=context
        )

    def get(
        self,
        path: str,
        query: Mapping[str, object] | None = None,
        *,
        credential: str = USER,
        packed: bool = False,
    ) -> Got:
        """GET with a bearer credential, or without one where it is empty."""
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        if packed:
            headers["Accept-Encoding"] = "gzip"
        target = f"{path}?{urlencode(query)}" if query else path
        self._connection.request("GET", target, headers=headers)
        answer = self._connection.getresponse()
        return Got(answer.status, dict(answer.headers), answer.read())

    def log(self, **query: object) -> list[dict[str, Any]]:
        """All rows that a plain reader finds, page after page, until a page comes back empty."""
        found: list[dict[str, Any]] = []
        page = 1
        while items := self.page(page, 100, **query)["items"]:
            found.extend(items)
            page += 1
        return found

    def page(self, page: int, size: int, **query: object) -> Any:
        """One page of the log: `items`, `total`, `page` and `page_size`."""
        return self.get(LOG, {"p": page, "page_size": size, **query}).data

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="session")
def up() -> Iterator[Running]:
    """The plain scenario: three days of 400 rows, the clock still. Nobody changes it."""
    with simulator.serve() as running:
        yield running


@pytest.fixture
def asking(up: Running) -> Iterator[Asking]:
    """A client of the plain scenario."""
    client = Asking(up)
    yield client
    client.close()


@pytest.fixture(scope="session")
def client_python(repo_root: Path) -> Path:
    """The interpreter of the vendor client's own environment; `make test` brings it."""
    python = repo_root / ".venv-client" / "bin" / "python"
    if not python.exists():
        pytest.skip("the vendor's client is not installed: `make vendor-client` brings it")
    return python


@dataclass(frozen=True)
class Told:
    """What one command of the client said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> Any:
        """The JSON that a command without an error printed."""
        assert self.code == 0, self
        return json.loads(self.out)


def newest_and_retried(up: Running) -> tuple[str, str]:
    """The request ids of the newest call and of an old one that succeeded at its third attempt."""
    told = simulator.truth(up.world)
    ids = [one.get("request_id", "") for one in told.printed]
    newest = next(one for one in reversed(ids) if one)
    retried = next(one for one in ids if ids.count(one) == 3)
    return newest, retried


@pytest.fixture(scope="session")
def client(
    client_python: Path, up: Running, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Told]]:
    """What the vendor's client said to every command of ``client_commands``, by who asked.

    One process runs them all: starting the client takes longer than its calls.
    """
    newest, retried = newest_and_retried(up)
    with simulator.serve(days=1) as failing:
        for name in FAILING:
            failing.world.fail_next(name, path=LOG)
        asked = {
            "user": (up, USER, list(READING.values())),
            "operator": (up, OPERATOR, list(OPERATING.values())),
            "pages": (up, USER, PAGES),
            "lookups": (up, USER, [looked_up(newest), looked_up("unheard-of")]),
            "operator lookup": (up, OPERATOR, [looked_up(retried)]),
            "failing": (failing, USER, [["logs", "--json"]] * (len(FAILING) + 1)),
        }
        runs = [
            {
                "address": at.address,
                "environment": {
                    "SSL_CERT_FILE": str(at.authority),
                    "COMETAPI_KEY": API_KEY,
                    "COMETAPI_ACCESS_TOKEN": token,
                    "COMETAPI_BASE_URL": f"{at.address}/v1",
                },
                "commands": commands,
            }
            for at, token, commands in asked.values()
        ]
        done = subprocess.run(
            [str(client_python), str(PROGRAM)],
            input=json.dumps(runs),
            env={
                "HOME": str(tmp_path_factory.mktemp("client-home")),
                "PATH": os.environ.get("PATH", ""),
                "COLUMNS": "200",
                "NO_COLOR": "1",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    return {who: [Told(**one) for one in told] for who, told in zip(asked, answers, strict=True)}
