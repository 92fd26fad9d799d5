"""The morning check: what it says the first day, the second, and when somebody has looked (A7)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.review.books import Books, add_month, key_of, month, only_group
from tieout.actions.daily import FailOn, Morning, daily, month_of_yesterday
from tieout.actions.disposing import assign_groups
from tieout.actions.notifying import tell
from tieout.cli import main
from tieout.errors import ConfigurationRefused, EnvironmentRefused, ExitCode

pytestmark = pytest.mark.slow


def morning(books: Books, fail_on: FailOn = "new", period: str = "2026-08") -> Morning:
    return daily(books.workspace, period, operator="AB", as_of=books.tick(), fail_on=fail_on)


def changes(done: Morning) -> list[str]:
    return [one.change for one in done.since.changes]


def test_a_known_owned_unchanged_state_ends_with_zero_and_news_do_not(tmp_path: Path) -> None:
    books = month(tmp_path)
    first = morning(books)
    assert (changes(first), first.since.before) == (["new"], "")
    assert first.exit_code is ExitCode.HOLD
    # As it was, but nobody is named for it: that is not known well enough.
    second = morning(books)
    assert (changes(second), second.since.before) == (["aged"], first.result.run_id)
    assert second.exit_code is ExitCode.HOLD
    group = only_group(json.loads(second.result.document))["group_id"]
    assign_groups(
        books.workspace, [group], owner="AB", due="2026-12-31", key=key_of("AB"), at=books.tick()
    )
    assert morning(books).exit_code is ExitCode.APPROVE
    assert morning(books, fail_on="any").exit_code is ExitCode.HOLD
    # The line comes to more: it has grown, whoever owns it.
    add_month(books, "2026-08", "0.0065", corrected=True)
    grown = morning(books)
    assert (changes(grown), grown.exit_code) == (["grown"], ExitCode.HOLD)
    # The books are right now: it is cleared.
    add_month(books, "2026-08", "0.006", corrected=True)
    assert changes(morning(books)) == ["cleared"]


def test_an_overdue_group_is_news_again(tmp_path: Path) -> None:
    books = month(tmp_path)
    group = only_group(books.run("2026-08"))["group_id"]
    assign_groups(
        books.workspace, [group], owner="AB", due="2026-08-31", key=key_of("AB"), at=books.tick()
    )
    done = morning(books)
    assert (changes(done), done.since.changes[0].is_overdue) == (["aged"], True)
    assert done.exit_code is ExitCode.HOLD


def test_in_a_new_month_the_same_cause_goes_on(tmp_path: Path) -> None:
    books = month(tmp_path)
    books.run("2026-08")
    add_month(books, "2026-09", "0.0061")
    done = morning(books, period="2026-09")
    assert changes(done) == ["aged"]


def test_a_fetch_that_cannot_be_made_is_said_and_the_run_is_made_all_the_same(
    tmp_path: Path,
) -> None:
    books = month(tmp_path, odd="0.006")
    settings = books.workspace.root / "tieout.toml"
    settings.write_text(
        settings.read_text("utf-8") + '\n[daily]\nsources = ["list"]\n', encoding="utf-8"
    )
    books.workspace = type(books.workspace).open(books.workspace.root)
    done = morning(books)
    (fetched,) = done.fetched
    assert (fetched.name, fetched.code) == ("list", "CFG_SOURCE")
    assert done.result.run_id
    assert done.exit_code is ExitCode.CAPTURE


def test_the_command_says_it_in_words_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = month(tmp_path)
    words = ["--workspace", str(books.workspace.root), "daily", "--period", "2026-08"]
    assert main([*words, "--by", "AB"]) == ExitCode.HOLD
    assert "since the last look  there is none: everything open is new" in capsys.readouterr().out
    assert main(["--json", *words, "--by", "AB"]) == ExitCode.HOLD
    answer = json.loads(capsys.readouterr().out)
    assert answer["since"]["counts"] == {
        "new": 0, "grown": 0, "changed": 0, "aged": 1, "cleared": 0,
    }  # fmt: skip
    assert answer["since"]["known"] is False
    assert answer["told"]["places"] == 0


def test_the_month_is_the_one_that_yesterday_lies_in(tmp_path: Path) -> None:
    books = month(tmp_path)
    assert month_of_yesterday(books.workspace, books.now.replace(month=9, day=1)) == "2026-08"
    assert month_of_yesterday(books.workspace, books.now.replace(month=9, day=2)) == "2026-09"


# --- telling somebody ---------------------------------------------------------------------------


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[bytes]]]:
    """A place on this machine that takes messages; yields its address and what it got."""
    got: list[bytes] = []

    class Place(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Place)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/secret-path", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_place_gets_the_message() -> None:
    with listening() as (one, got), listening() as (other, more):
        told = tell("PLACES", "hold", "g-1 new", {"PLACES": f"{one}\n\n{other}\n"})
    assert told.places == 2
    for bodies in (got, more):
        (said,) = map(json.loads, bodies)
        assert (said["title"], said["message"]) == ("hold", "g-1 new")


def test_nobody_is_told_where_nobody_is_named() -> None:
    assert tell("", "hold", "g-1 new", {}).places == 0


@pytest.mark.parametrize("said", ["", "\n \n", "no address", "json://127.0.0.1/x\n" * 21])
def test_a_place_that_is_none_is_refused_and_not_repeated(said: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        tell("PLACES", "hold", "g-1 new", {"PLACES": said})
    assert refused.value.code == "NOTIFY_PLACE"
    assert "no address" not in refused.value.letter().replace("is no address", "")


def test_a_place_that_does_not_take_it_is_a_letter_without_the_address() -> None:
    with listening(500) as (place, _), pytest.raises(EnvironmentRefused) as refused:
        tell("PLACES", "hold", "g-1 new", {"PLACES": place})
    assert refused.value.code == "NOTIFY_FAILED"
    assert "secret-path" not in refused.value.letter()
