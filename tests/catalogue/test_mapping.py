"""Catalogue MP, each case told to a small workspace through import and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.cases_mapping import CASES
from tests.catalogue.run_case import RunCase, run_case


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.outcome != "not applicable"],
    ids=lambda case: case.id,
)
def test_a_mapping_comes_out_as_stated(case: RunCase, tmp_path: Path) -> None:
    run_case(case, tmp_path)


def test_what_is_not_applicable_says_why() -> None:
    assert [case.id for case in CASES if case.outcome == "not applicable" and not case.why] == []


def test_every_case_of_the_section_is_there_once() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids))
    assert {name[:4] for name in ids} == {f"MP{n:02}" for n in range(1, 13)}
