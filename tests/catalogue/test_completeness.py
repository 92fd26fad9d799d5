"""The catalogue of bad input is whole: no case is missing, none is said twice, each can be read."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from scripts.write_reference import OUTCOMES, SECTIONS, bad_input_cases, bad_input_page

CASES = bad_input_cases()
NUMBERED = {
    "CF": [*range(1, 26)],
    "PR": [*range(1, 31)],
    "ST": [*range(1, 63)],
    "FV": [*range(1, 49)],
    "XR": [*range(1, 17)],
    "MP": [*range(1, 13)],
    "LG": [1, 2, 3, 4, 5, 6, 14, 15, 16],
}
NUMBER = re.compile(r"([A-Z]{2})([0-9]{2})([a-z]{0,2})")
# A reason code, or the name of a cause.
CODE = re.compile(r"[A-Z][A-Z0-9_]*(?::[a-z_]+)?|[a-z_]+|")


@pytest.mark.parametrize("section", NUMBERED)
def test_every_case_of_a_section_is_there_once_or_with_variants(section: str) -> None:
    mine = [found for case in CASES if (found := NUMBER.fullmatch(case.id)) and found[1] == section]
    assert {int(found[2]) for found in mine} == {*NUMBERED[section]}
    assert {found[2] for found in mine if not found[3]} == {found[2] for found in mine}


def test_no_case_is_said_twice() -> None:
    assert [number for number, times in Counter(c.id for c in CASES).items() if times > 1] == []
    titles = Counter((case.id[:2], case.title) for case in CASES)
    assert [title for title, times in titles.items() if times > 1] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_can_be_read_by_a_user(case: object) -> None:
    (found,) = (one for one in CASES if one is case)
    assert NUMBER.fullmatch(found.id)
    assert found.id[:2] in SECTIONS
    assert found.title.strip() == found.title != ""
    assert found.outcome in OUTCOMES
    assert CODE.fullmatch(found.code)
    assert "\n" not in found.title + found.why
    assert found.why or found.outcome != "not applicable"
    refused = found.outcome.endswith("refused") or found.outcome in ("quarantined", "noted")
    assert found.code or not refused


def test_the_page_names_every_case_and_counts_them() -> None:
    page = bad_input_page(CASES)
    absent = [case for case in CASES if case.outcome == "not applicable"]
    assert f"**{len(CASES) - len(absent):,} cases tested; {len(absent)} not applicable" in page
    assert [case.id for case in CASES if f"| {case.id} |" not in page] == []


def test_the_page_can_be_made_without_any_case() -> None:
    assert "0 cases tested" in bad_input_page([])
