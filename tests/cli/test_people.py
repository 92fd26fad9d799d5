"""People and keys on the command line: what is asked, what is refused, what nobody gets to see."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tieout.actions.start import create_workspace
from tieout.cli import main, signing_key
from tieout.evidence.log import EvidenceLog

CANARY = "canary-7f3d passphrase of AB"
OTHER = "another one, of CD"
Json = dict[str, Any]


class Desk:
    """A workspace, key files beside it, and a way to give commands with a passphrase."""

    def __init__(
        self, root: Path, patch: pytest.MonkeyPatch, said: pytest.CaptureFixture[str]
    ) -> None:
        """Make the workspace and the keys of AB and CD, each with a passphrase of its own."""
        self.root, self.patch, self.said = root, patch, said
        self.output: list[str] = []
        create_workspace(root / "acme-ai")
        self.public = {name: self.key(name, said) for name, said in LOCKS.items()}

    def key(self, name: str, passphrase: str) -> str:
        """A new key; its public half."""
        file = self.root / f"{name}.pass"
        file.write_text(passphrase + "\n")
        file.chmod(0o600)
        made = self.ask("key", "new", str(self.file(name)), "--passphrase-file", str(file))
        return str(made["public_key"])

    def file(self, name: str) -> Path:
        """The key file of a person."""
        return self.root / f"{name}.key"

    def signed(self, name: str) -> list[str]:
        """The options with which that person signs."""
        return ["--key", str(self.file(name)), "--passphrase-file", str(self.root / f"{name}.pass")]

    def ask(self, *words: str, code: int = 0) -> Json:
        """Give a command; its JSON answer."""
        assert main(["--workspace", str(self.root / "acme-ai"), *words, "--json"]) == code
        out, err = self.said.readouterr()
        self.output += [out, err]
        answer: Json = json.loads(out)
        return answer

    def tell(self, *words: str) -> str:
        """Give a command; its answer as text."""
        assert main(["--workspace", str(self.root / "acme-ai"), *words]) == 0
        out, err = self.said.readouterr()
        self.output += [out, err]
        return out

    def refused(self, *words: str, code: int = 8) -> str:
        """The code of the refusal."""
        return str(self.ask(*words, code=code)["refused"])

    def founded(self) -> Desk:
        """Found the people, with AB here and CD at another time."""
        waiting = self.ask("people", "found", *self.people(), *self.signed("ab"))
        self.ask("sign", waiting["ruling_id"], *self.signed("cd"))
        return self

    def people(self) -> list[str]:
        """Two people who between them may do everything."""
        roles = {"ab": "preparer,finance,administrator", "cd": "checker,engineering"}
        return [
            word
            for name, said in roles.items()
            for word in ("--person", f"{name.upper()}={said}:{self.public[name]}")
        ]


PRICE_LIST = """
[prices.list]
model = "model"
meters = { input_tokens = "in" }
fixed_unit = "1M tokens"
currency = "USD"
"""
LOCKS = {"ab": CANARY, "cd": OTHER}


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    monkeypatch.delenv(signing_key.VARIABLE, raising=False)
    return Desk(tmp_path, monkeypatch, capsys)


def test_a_key_file_is_for_its_owner_alone_and_locked(desk: Desk) -> None:
    file = desk.file("ab")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("-----BEGIN ENCRYPTED " + "PRIVATE KEY-----\n")
    shown = desk.ask("key", "show", str(file), "--passphrase-file", str(desk.root / "ab.pass"))
    assert shown["public_key"] == desk.public["ab"]


def test_a_key_never_replaces_a_file(desk: Desk) -> None:
    before = desk.file("ab").read_bytes()
    assert desk.refused("key", "new", str(desk.file("ab")), code=6) == "FILE_EXISTS"
    assert desk.file("ab").read_bytes() == before


@pytest.mark.parametrize("folder", ["evidence", "witness", "runs"])
def test_a_key_is_never_made_among_the_records(desk: Desk, folder: str) -> None:
    place = desk.root / "acme-ai" / folder / "ab.key"
    assert desk.refused("key", "new", str(place), code=2) == "CFG_PATH_OVERLAP"
    assert not place.exists()


def test_two_people_found_add_revoke_and_review(desk: Desk) -> None:
    desk.founded()
    public = desk.key("ef", "a third one, of EF")
    words = ["people", "add", "EF", "--roles", "preparer", "--public-key", public]
    added = desk.ask(*words, "--reason", "joins", *desk.signed("ab"))
    assert (added["in_force"], len(added["lacks"])) == (False, 1)
    review = desk.ask("people", "review")
    assert [one["ruling_id"] for one in review["waiting"]] == [added["ruling_id"]]
    assert desk.ask("sign", added["ruling_id"], *desk.signed("cd"))["in_force"]
    key_id = desk.ask("people", "review")["people"][2]["key_id"]
    desk.ask("people", "revoke", key_id[:10], "--reason", "left", *desk.signed("cd"))
    review = desk.ask("people", "review")
    assert [(one["name"], one["enrolled_by"]) for one in review["people"]] == [
        ("AB", ["AB", "CD"]),
        ("CD", ["AB", "CD"]),
    ]
    assert [(one["name"], one["by"], one["reason"]) for one in review["revoked"]] == [
        ("EF", ["CD"], "left")
    ]
    assert (review["waiting"], review["cannot_be_signed"]) == ([], [])
    text = desk.tell("people", "review")
    assert key_id[:12] in text
    assert public not in text


def test_what_is_signed_is_shown_before(desk: Desk) -> None:
    waiting = desk.ask("people", "found", *desk.people(), *desk.signed("ab"))
    text = desk.tell("sign", waiting["ruling_id"])
    for said in (desk.public["cd"], "checker, engineering", "materiality: 0", "another founder"):
        assert said in text
    assert not desk.ask("sign", waiting["ruling_id"])["in_force"]
    assert desk.ask("sign", waiting["ruling_id"])["policy"]["hold_limit"] == "0"


def test_both_founders_sign_at_once_each_with_a_passphrase(desk: Desk) -> None:
    both = [*desk.signed("ab"), *desk.signed("cd")]
    assert desk.ask("people", "found", *desk.people(), *both)["in_force"]
    assert desk.refused("people", "found", *desk.people(), *both) == "PEOPLE_FOUNDED"


@pytest.mark.parametrize(
    "person", ["AB", "AB=preparer", "AB:key", "AB=owner:key", "AB=:key", "AB=preparer,:key"]
)
def test_a_person_in_another_form_is_refused(desk: Desk, person: str) -> None:
    words = ("people", "found", "--person", person, *desk.signed("ab"))
    assert desk.refused(*words, code=2) == "COMMAND_LINE"


def test_a_passphrase_for_only_one_of_two_keys_is_refused(desk: Desk) -> None:
    words = (*desk.people(), *desk.signed("ab"), "--key", str(desk.file("cd")))
    assert desk.refused("people", "found", *words, code=2) == "COMMAND_LINE"


def test_people_are_not_founded_on_a_proposal(desk: Desk) -> None:
    settings = desk.root / "acme-ai" / "tieout.toml"
    settings.write_text("confirmed = false\n" + settings.read_text())
    words = ("people", "found", *desk.people(), *desk.signed("ab"))
    assert desk.refused(*words, code=2) == "CFG_UNCONFIRMED"


def test_a_gap_in_the_roles_is_named_in_the_review(desk: Desk) -> None:
    roles = {"ab": "preparer", "cd": "checker"}
    people = [
        word for name, said in roles.items()
        for word in ("--person", f"{name.upper()}={said}:{desk.public[name]}")
    ]  # fmt: skip
    desk.ask("people", "found", *people, *desk.signed("ab"), *desk.signed("cd"))
    # Worked out by hand: nobody administers, and there is no finance and no engineering.
    assert desk.ask("people", "review")["cannot_be_signed"] == [
        "enrolment", "policy", "merge", "calculation",
    ]  # fmt: skip
    assert "nobody can bring into force: enrolment" in desk.tell("people", "review")


def test_a_changed_policy_is_approved_by_the_two_who_may(desk: Desk) -> None:
    desk.founded()
    assert desk.ask("policy", "show")["signed"]
    words = ("policy", "approve", "--reason", "small differences")
    assert desk.refused(*words, *desk.signed("ab")) == "POLICY_SIGNED"
    settings = desk.root / "acme-ai" / "tieout.toml"
    changed = settings.read_text().replace('materiality = "0" ', 'materiality = "5" ')
    settings.write_text(changed)
    assert desk.refused(*words, *desk.signed("ab")) == "POLICY_VERSION"
    settings.write_text(changed.replace('version = "p1"', 'version = "p2"'))
    shown = desk.ask("policy", "show")
    assert (shown["signed"], shown["changed"]["materiality"]) == (
        False,
        {"signed": "0", "written": "5"},
    )
    assert "materiality: signed 0, written 5" in desk.tell("policy", "show")
    first = desk.ask(*words, *desk.signed("ab"))
    assert not first["in_force"]
    assert not desk.ask("policy", "show")["signed"]
    # Whoever is second signs that ruling; a reason of theirs would have no place.
    assert desk.refused(*words, *desk.signed("cd")) == "POLICY_WAITS"
    assert desk.ask("sign", first["ruling_id"], *desk.signed("cd"))["in_force"]
    shown = desk.ask("policy", "show")
    assert (shown["signed"], shown["signed_by"]) == (True, ["AB", "CD"])


def test_a_workspace_without_people_says_so(desk: Desk) -> None:
    review = desk.ask("people", "review")
    assert (review["people"], review["policy_signed"]) == ([], False)
    assert "Nobody is enrolled" in desk.tell("people", "review")
    assert "Nobody has signed a policy" in desk.tell("policy", "show")
    words = ("policy", "approve", "--reason", "x", *desk.signed("ab"))
    assert desk.refused(*words) == "PEOPLE_NONE"
    assert desk.refused("sign", "0123456789ab", code=2) == "RUN_UNKNOWN"
    assert desk.refused("people", "revoke", "00", "--reason", "x", *desk.signed("ab")) == (
        "PEOPLE_NONE"
    )


def test_a_ruling_that_waits_is_withdrawn_by_its_author_and_stays_readable(desk: Desk) -> None:
    desk.founded()
    new = ("EF", "--roles", "preparer", "--public-key", desk.key("ef", "a third long passphrase"))
    asked = desk.ask("people", "add", *new, "--reason", "joins", *desk.signed("ab"))
    ruling = asked["ruling_id"]
    # Without a key it shows what would be withdrawn, and how.
    text = desk.tell("sign", ruling, "--withdraw")
    assert f"tieout sign {ruling} --withdraw --reason WHY --key FILE" in text
    assert desk.refused("sign", ruling, "--withdraw", *desk.signed("ab")) == "RULING_REASON"
    why = ("--withdraw", "--reason", "wrong key")
    assert desk.refused("sign", ruling, *why, *desk.signed("cd")) == "WITHDRAW_AUTHOR"
    assert desk.refused("sign", "0123456789ab", *why, *desk.signed("ab"), code=2) == (
        "RULING_UNKNOWN"
    )
    assert desk.refused("sign", ruling, ruling, *why, code=2) == "COMMAND_LINE"
    made = desk.ask("sign", ruling, *why, *desk.signed("ab"))
    assert (made["kind"], made["in_force"]) == ("withdrawal", True)
    assert made["document"] == {
        "is": "withdrawal", "entry": asked["entry"], "reason": "wrong key",
    }  # fmt: skip
    review = desk.ask("people", "review")
    assert review["waiting"] == []
    (found,) = review["withdrawn"]
    assert found["document"] == asked["document"]
    assert (found["in_force"], found["lacks"]) == (False, [])
    assert found["withdrawn"] == {
        "ruling_id": made["ruling_id"], "by": "AB", "reason": "wrong key",
    }  # fmt: skip
    assert "1 ruling was withdrawn" in desk.tell("people", "review")
    shown = desk.tell("sign", ruling)
    assert "withdrawn by AB: wrong key" in shown
    assert "next" not in shown
    assert "next" not in desk.tell("sign", ruling, "--withdraw")
    assert desk.refused("sign", ruling, *desk.signed("cd")) == "WITHDRAW_RULING"
    # The same person may be proposed again.
    again = desk.ask("people", "add", *new, "--reason", "joins", *desk.signed("ab"))
    assert desk.ask("sign", again["ruling_id"], *desk.signed("cd"))["in_force"]
    assert desk.ask("verify", "--store-only")["agrees"]


def test_a_price_accepted_by_name_is_listed_shown_and_endorsed(desk: Desk) -> None:
    desk.founded()
    settings = desk.root / "acme-ai" / "tieout.toml"
    settings.write_text(settings.read_text() + PRICE_LIST)
    (desk.root / "prices.csv").write_text("model,in\nalpha,2\n")
    desk.ask(
        "prices", "import", str(desk.root / "prices.csv"), "--source", "list",
        "--format", "price-list", "--accessed-at", "2026-07-31T06:00:00Z",
        "--url", "https://example.com/prices", "--by", "EF", "--approved-by", "GH",
    )  # fmt: skip
    listed = desk.ask("people", "review")["unsigned"]
    assert {one["by"] for one in listed} == {"GH"}
    ids = [one["entry"][:12] for one in listed]
    assert ids[0] in desk.tell("people", "review")
    text = desk.tell("sign", *ids)
    assert "approved by: GH" in text
    assert f"tieout sign {' '.join(ids)} --reason WHY --key FILE" in text
    assert desk.ask("sign", ids[0])["entries"][0]["document"]["approved_by"] == "GH"
    assert desk.refused("sign", *ids, *desk.signed("ab")) == "RULING_REASON"
    assert desk.refused("sign", *ids, "00000000", "--reason", "x", *desk.signed("ab")) == (
        "ENDORSE_ENTRY"
    )
    made = desk.ask("sign", *ids, "--reason", "read the page", *desk.signed("ab"))
    assert (made["kind"], made["in_force"]) == ("endorsement", False)
    assert desk.ask("sign", made["ruling_id"], *desk.signed("cd"))["in_force"]
    assert desk.ask("people", "review")["unsigned"] == []
    assert desk.ask("verify", "--store-only")["agrees"]


# --- the passphrase -------------------------------------------------------------------------


def test_no_passphrase_and_no_terminal_is_refused(desk: Desk) -> None:
    assert desk.refused("key", "show", str(desk.file("ab"))) == "KEY_PASSPHRASE_NEEDED"
    assert desk.refused("key", "new", str(desk.root / "new.key")) == "KEY_PASSPHRASE_NEEDED"
    assert not (desk.root / "new.key").exists()


def test_the_variable_and_the_file_say_the_passphrase(desk: Desk) -> None:
    desk.patch.setenv(signing_key.VARIABLE, OTHER)
    assert desk.ask("key", "show", str(desk.file("cd")))["public_key"] == desk.public["cd"]
    assert desk.refused("key", "show", str(desk.file("ab"))) == "KEY_LOCKED"
    # A file that is named says more than a variable that happens to be set.
    asked = ("key", "show", str(desk.file("ab")), "--passphrase-file", str(desk.root / "ab.pass"))
    assert desk.ask(*asked)["public_key"] == desk.public["ab"]


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        (CANARY, 0o644, "KEY_PASSPHRASE_MODE"),
        (CANARY, 0o640, "KEY_PASSPHRASE_MODE"),
        ("", 0o600, "KEY_PASSPHRASE_NEEDED"),
        ("two\nlines of text\n", 0o600, "KEY_PASSPHRASE_NEEDED"),
        ("a tab\tin a passphrase", 0o600, "KEY_PASSPHRASE_NEEDED"),
    ],
)
def test_a_passphrase_file_that_will_not_do(desk: Desk, content: str, mode: int, code: str) -> None:
    file = desk.root / "ab.pass"
    file.write_text(content)
    file.chmod(mode)
    assert desk.refused("key", "show", str(desk.file("ab")), "--passphrase-file", str(file)) == code


def test_a_passphrase_file_that_is_no_text_is_refused(desk: Desk) -> None:
    file = desk.root / "ab.pass"
    file.write_bytes(b"\xff" + CANARY.encode())
    asked = ("key", "show", str(desk.file("ab")), "--passphrase-file", str(file))
    assert desk.refused(*asked) == "KEY_PASSPHRASE_NEEDED"


@pytest.mark.parametrize("name", ["absent.key", "."])
def test_a_key_file_that_cannot_be_opened_is_a_letter(desk: Desk, name: str) -> None:
    asked = ("key", "show", str(desk.root / name), "--passphrase-file", str(desk.root / "ab.pass"))
    assert desk.refused(*asked, code=3) == "FILE_UNREADABLE"


def test_the_terminal_asks_once_to_sign_and_twice_for_a_new_key(desk: Desk) -> None:
    asked: list[str] = []
    answers = [CANARY, "a new passphrase", "a new passphrase", "one passphrase", "another one"]
    desk.patch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return answers.pop(0)

    desk.patch.setattr("getpass.getpass", answer)
    assert desk.ask("key", "show", str(desk.file("ab")))["public_key"] == desk.public["ab"]
    desk.ask("key", "new", str(desk.root / "new.key"))
    asked_so_far = len(asked)
    assert desk.refused("key", "new", str(desk.root / "x.key"), code=3) == "KEY_PASSPHRASE"
    assert (asked_so_far, len(asked)) == (3, 5)
    assert asked[0] == "Passphrase of ab.key: "
    assert not (desk.root / "x.key").exists()


def test_a_short_passphrase_makes_no_file(desk: Desk) -> None:
    desk.patch.setenv(signing_key.VARIABLE, "eleven char")
    assert desk.refused("key", "new", str(desk.root / "x.key"), code=3) == "KEY_PASSPHRASE"
    assert not (desk.root / "x.key").exists()


def test_no_passphrase_is_in_any_answer_file_or_entry(desk: Desk) -> None:
    desk.founded()
    words = ("policy", "approve", "--reason", "x")
    desk.refused(*words, *desk.signed("ab"))
    desk.refused("sign", "0123456789ab", *desk.signed("ab"), code=2)
    desk.patch.setenv(signing_key.VARIABLE, CANARY)
    desk.refused("key", "show", str(desk.file("cd")))
    desk.tell("people", "review")
    desk.tell("key", "show", str(desk.file("ab")))
    said = "".join(desk.output)
    assert desk.public["ab"] in said
    assert CANARY not in said
    kept = [path for path in desk.root.rglob("*") if path.is_file() and path.suffix != ".pass"]
    assert len(kept) > 5
    for path in kept:
        assert CANARY.encode() not in path.read_bytes(), path
    workspace = desk.root / "acme-ai"
    entries = EvidenceLog(workspace / "evidence", workspace / "witness").entries()
    assert len(entries) == 2


def test_a_crash_shows_no_passphrase(desk: Desk) -> None:
    """A bug after the key was opened prints its trace; nothing in it is the passphrase."""
    desk.founded()
    program = (
        "import sys, tieout.people.record as record\n"
        "record.rulings_of = None\n"
        "from tieout.cli import app\n"
        "app.main()\n"
    )
    words = ["--workspace", str(desk.root / "acme-ai"), "policy", "approve", "--reason", "x"]
    done = subprocess.run(
        [sys.executable, "-c", program, *words, *desk.signed("ab")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" in done.stderr
    assert CANARY not in done.stderr + done.stdout
