"""The register of codes says what the code says: kinds, exit codes, next steps; no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.code_register import read_register
from scripts.write_reference import LETTER_OUTCOMES, bad_input_cases, codes_page
from tests.tidy.repository import PACKAGE

REGISTER = read_register(PACKAGE)
# A helper with a next step of its own, one that is handed it, and what must not count.
PLANTED = """
from tieout.errors import InputRefused, IntegrityRefused

_STEP: str = "Do this."

def refused(code: str, remedy: str) -> InputRefused:
    return InputRefused(code, "what", remedy=remedy)

def broken(code: str) -> IntegrityRefused:
    return IntegrityRefused(code, "what", remedy=_STEP)

def work(name: str) -> str:
    reader.note("PLAIN_NOTE", "said")
    os.environ.get("SOME_VARIABLE")
    if name:
        raise refused("GIVEN_STEP", "Do that.")
    if name == "NOT_A_CODE":
        raise refused("OPEN_STEP", f"Do {name}.")
    raise broken("FIXED_STEP")
"""


@pytest.mark.parametrize(
    ("code", "exit_codes", "kinds"),
    [
        ("CFG_PERIOD", {2}, set()),
        ("CONSERVATION", {4}, set()),
        ("LOCK_HELD", {6}, set()),
        ("IO_FSYNC", {5}, set()),
        ("ENC_BOM", set(), {"note"}),
        ("MODEL_UNMAPPED", set(), {"reason"}),
        ("REFUND_IN_FULL", set(), {"reason"}),
    ],
)
def test_a_code_is_listed_by_what_it_does(code: str, exit_codes: set[int], kinds: set[str]) -> None:
    assert (REGISTER[code].exit_codes, REGISTER[code].kinds) == (exit_codes, kinds)


def test_a_planted_code_is_read_with_its_next_step(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(PLANTED, encoding="utf-8")
    (tmp_path / "stage.sql").write_text("SELECT 'ROW_REASON' AS r, 'word' AS w", encoding="utf-8")
    found = read_register(tmp_path)
    assert {code: (e.exit_codes, e.remedies, e.kinds) for code, e in found.items()} == {
        "FIXED_STEP": ({4}, {"Do this."}, set()),
        "GIVEN_STEP": ({3}, {"Do that."}, set()),
        "OPEN_STEP": ({3}, {None}, set()),
        "PLAIN_NOTE": (set(), set(), {"note"}),
        "ROW_REASON": (set(), set(), {"reason"}),
    }


def test_every_code_that_a_tested_case_refuses_with_is_a_letter() -> None:
    rows = [line for line in codes_page(bad_input_cases()).split("\n") if line.startswith("| `")]
    lines = {row.split("`")[1]: row for row in rows}
    for case in bad_input_cases():
        if case.outcome in LETTER_OUTCOMES:
            assert "| letter" in lines[case.code]
            assert str(LETTER_OUTCOMES[case.outcome]) in lines[case.code].split("|")[3]
