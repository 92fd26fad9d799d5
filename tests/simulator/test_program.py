"""``python -m simulator``: one line says where it listens; the truth file says what is there."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
import tomllib
from pathlib import Path


def test_it_listens_says_where_writes_the_truth_and_answers(
    repo_root: Path, tmp_path: Path
) -> None:
    authority, truth = tmp_path / "authority.pem", tmp_path / "truth.jsonl"
    settings = tmp_path / "fetch.toml"
    words = [
        *(sys.executable, "-m", "simulator", "--scenario", "shifting", "--days", "1"),
        *("--rows-per-day", "100", "--start", "2026-09-01", "--seed", "5"),
        *("--authority", str(authority), "--truth", str(truth), "--settings", str(settings)),
    ]
    with subprocess.Popen(words, cwd=repo_root, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            said = json.loads(program.stdout.readline())
            context = ssl.create_default_context(cafile=str(authority))
            connection = http.client.HTTPSConnection("127.0.0.1", said["port"], context=context)
            headers = {"Authorization": f"Bearer {said['access_token']}"}
            connection.request("GET", "/api/log/self?p=1&page_size=100", headers=headers)
            page = json.loads(connection.getresponse().read())["data"]
            connection.close()
        finally:
            program.terminate()
    sums, *rows = (json.loads(line) for line in truth.read_text("utf-8").splitlines())
    assert sums["rows"] == len(rows) == page["total"] == 101
    newest = {name: value for name, value in page["items"][0].items() if name != "id"}
    assert newest.items() <= rows[-1].items()
    assert set(said["resolve"].values()) == {f"127.0.0.1:{said['port']}"}
    assert said["first_day"] == "2026-09-01"
    table = tomllib.loads(settings.read_text("utf-8"))["fetch"]
    assert (table["rehearsal"], table["trust"]) == (True, str(authority))
    assert table["resolve"] == said["resolve"]


def test_its_clock_stands_where_it_is_set(repo_root: Path, tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    words = [
        *(sys.executable, "-m", "simulator", "--days", "2", "--rows-per-day", "20"),
        *("--start", "2026-09-01", "--truth", str(truth)),
        *("--authority", str(tmp_path / "authority.pem"), "--now"),
    ]
    with subprocess.Popen(
        [*words, "2026-09-01T23:59:59Z"], cwd=repo_root, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        program.stdout.readline()
        program.terminate()
    sums, *rows = (json.loads(line) for line in truth.read_text("utf-8").splitlines())
    assert sums["rows"] == len(rows) == 20
    refused = subprocess.run(
        [*words, "2026-09-01T23:59:59"], cwd=repo_root, capture_output=True, text=True, check=False
    )
    assert (refused.returncode, "needs an offset" in refused.stderr) == (1, True)


def test_it_lists_its_scenarios(repo_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--list"],
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"plain", "shifting", "bad-bytes"} <= {
        line.split()[0] for line in done.stdout.splitlines()
    }
