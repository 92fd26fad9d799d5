"""The repository read as data: what no file may hold, and what must agree with what."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

import pytest

from tests.tidy import text_rules
from tests.tidy.repository import ROOT, files, files_under, name_of

TEXT_SUFFIXES = {
    "", ".cfg", ".css", ".html", ".j2", ".js", ".json", ".lock", ".md", ".py", ".sh", ".sql",
    ".svg", ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip
LOCKS = (
    "requirements.lock",
    "requirements-spark.lock",
    "requirements-nightly.lock",
    "requirements-client.lock",
    "requirements-notify.lock",
)
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "data", "info", "misc"}


def texts(*suffixes: str) -> list[tuple[str, str]]:
    """Name and text of the repository's text files, all of them or those of some suffixes."""
    wanted = set(suffixes) or TEXT_SUFFIXES
    return [
        (name_of(path), path.read_text(encoding="utf-8"))
        for path in files()
        if path.suffix in wanted
    ]


def offences(rule: Callable[[str], list[str]], *suffixes: str) -> list[str]:
    """Each offence against the rule in those files, with its file."""
    return [f"{name}: {found}" for name, text in texts(*suffixes) for found in rule(text)]


def direct_dependencies() -> set[str]:
    """The names of what the package and its developers ask for themselves."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *settings["project"]["dependencies"],
        *(one for group in settings["dependency-groups"].values() for one in group),
        *settings["build-system"]["requires"],
    ]
    return {text_rules.normalised(re.split(r"[<>=!~\[ ]", one, maxsplit=1)[0]) for one in asked}


def test_the_repository_is_found_and_not_empty() -> None:
    names = {name_of(path) for path in files()}
    assert {"pyproject.toml", "Makefile", "src/tieout/money.py"} <= names


def test_no_file_is_over_one_mebibyte() -> None:
    large = [name_of(path) for path in files() if path.stat().st_size > text_rules.LARGEST_FILE]
    assert large == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert offences(text_rules.local_paths) == []


def test_no_file_carries_an_unfinished_mark() -> None:
    assert offences(text_rules.unfinished) == []


def test_no_lock_file_holds_a_download_address() -> None:
    found = [
        f"{lock}: {offence}"
        for lock in LOCKS
        for offence in text_rules.addresses((ROOT / lock).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_locked_requirement_carries_a_hash() -> None:
    locked = {
        name: hashes
        for lock in LOCKS
        for name, hashes in text_rules.requirements((ROOT / lock).read_text("utf-8")).items()
    }
    assert locked
    assert [name for name, hashes in locked.items() if hashes == 0] == []


def test_every_direct_dependency_is_locked() -> None:
    locked = {
        name: hashes
        for lock in LOCKS
        for name, hashes in text_rules.requirements((ROOT / lock).read_text("utf-8")).items()
    }
    assert sorted(direct_dependencies() - set(locked)) == []


def test_every_direct_dependency_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, flags=re.MULTILINE))
    assert explained == direct_dependencies()


def test_no_module_hides_behind_a_vague_name() -> None:
    vague = [
        name_of(path)
        for path in files_under(ROOT / "src", ".py")
        if VAGUE_NAMES & {path.stem, path.parent.name}
    ]
    assert vague == []


def test_decision_records_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in files_under(ROOT / "docs" / "adr", ".md"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


@pytest.mark.parametrize("heading", ["## Decision", "## Rejected", "## What would change our mind"])
def test_each_decision_record_says_what_was_rejected_and_why(heading: str) -> None:
    silent = [
        name_of(path)
        for path in files_under(ROOT / "docs" / "adr", ".md")
        if heading not in path.read_text(encoding="utf-8").splitlines()
    ]
    assert silent == []


def test_ci_runs_what_a_person_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert "make test" in script.read_text(encoding="utf-8").splitlines()
    assert script.stat().st_mode & 0o111, "not executable"


# --- the rules can fail: each finds what is planted, and nothing in its innocent neighbour ----


@pytest.mark.parametrize(
    "planted",
    ["see " + "/work" + "/main/x", "'" + "/root" + "/.cache'", "(" + "/home" + "/someone/notes)"],
)
def test_a_planted_local_path_is_found(planted: str) -> None:
    assert text_rules.local_paths("fine\n" + planted) == ["line 2: path of one machine"]


@pytest.mark.parametrize("innocent", ["docs/work/plan", "https://example.com/work/x", "team-work/"])
def test_a_relative_path_is_no_local_path(innocent: str) -> None:
    assert text_rules.local_paths(innocent) == []


@pytest.mark.parametrize("mark", ["TO" + "DO", "FIX" + "ME", "XX" + "X"])
def test_a_planted_unfinished_mark_is_found(mark: str) -> None:
    assert text_rules.unfinished(f"x = 1  # {mark}: later") == ["line 1: unfinished mark"]


@pytest.mark.parametrize(
    "planted",
    [
        "--index-url https" + "://registry.example/simple",
        "six @ file:" + "///tmp/six.whl",
        "--find-" + "links wheels",
    ],
)
def test_a_planted_download_address_is_found(planted: str) -> None:
    assert text_rules.addresses(planted) == ["line 1: download address"]


def test_a_requirement_without_a_hash_is_found() -> None:
    lock = "One_Pkg==1.0 \\\n    --hash=sha256:aa\n    # via x\ntwo==2.0\n"
    assert text_rules.requirements(lock) == {"one-pkg": 1, "two": 0}


def test_repository_files_leave_out_what_tools_make() -> None:
    assert [name_of(path) for path in files() if "__pycache__" in path.parts] == []
