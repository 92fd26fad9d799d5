"""The package's Python, parsed: exact money, short functions, no vendor facts, honest imports."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.tidy import python_rules, text_rules
from tests.tidy.repository import PACKAGE, ROOT, files_under, name_of

MODULES = files_under(PACKAGE, ".py")
NEAR_MONEY = (
    "money", "tables", "pricebook", "metering", "ledger", "mapping", "rating", "matching",
    "variance", "review",
)  # fmt: skip
LONG_MODULE = 300


def room(path: Path) -> str:
    """The top-level module or folder of the package that the file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def vendor_model_ids() -> set[str]:
    """The model ids that the shipped vendor data names."""
    return {
        name
        for suffix in (".json", ".toml")
        for path in files_under(ROOT / "vendors", suffix)
        for name in text_rules.model_ids(path.read_text(encoding="utf-8"))
    }


def test_there_are_modules_to_read() -> None:
    assert len(MODULES) > len(NEAR_MONEY)


def test_every_module_opens_with_what_it_answers() -> None:
    silent = [
        name_of(path)
        for path in MODULES
        if not python_rules.has_docstring(path.read_text(encoding="utf-8"))
    ]
    assert silent == []


def test_no_float_stands_near_money() -> None:
    found = [
        f"{name_of(path)}: {offence}"
        for path in MODULES
        if room(path) in NEAR_MONEY
        for offence in python_rules.floats(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_function_is_longer_than_a_screen() -> None:
    found = [
        f"{name_of(path)}: {offence}"
        for path in MODULES
        for offence in python_rules.long_functions(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_function_imports_behind_the_readers_back() -> None:
    found = [
        f"{name_of(path)}: {offence}"
        for path in MODULES
        for offence in python_rules.late_imports(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_code_and_statements_hold_no_vendor_facts() -> None:
    names = vendor_model_ids()
    found = [
        f"{name_of(path)}: {offence}"
        for path in [*MODULES, *files_under(PACKAGE, ".sql")]
        for offence in text_rules.vendor_facts(path.read_text(encoding="utf-8"), names)
    ]
    assert found == []


def test_long_modules_are_reported() -> None:
    """A long module may be one thing after all: it is named in the summary and fails nothing."""
    for path in MODULES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONG_MODULE:
            with warnings.catch_warnings():
                warnings.simplefilter("always")
                warnings.warn(f"{name_of(path)} has {lines} lines: one thing?", stacklevel=1)


# --- the rules can fail ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "planted",
    ["x = 0.5", "x = -1e9", "x = float('1')", "x = map(float, y)", "x: float = y", "pa.float64()"],
)
def test_a_planted_float_is_found(planted: str) -> None:
    assert len(python_rules.floats(planted)) == 1


@pytest.mark.parametrize("innocent", ["x = Decimal('0.5')", "x = 5", "'a float in words: 0.5'"])
def test_a_decimal_is_no_float(innocent: str) -> None:
    assert python_rules.floats(innocent) == []


def test_a_long_function_is_found_whatever_its_docstring() -> None:
    docstring = '    """' + "words\n" * 100 + '    """\n'
    fits = "def f():\n" + docstring + "    x = 1\n" * 59
    assert python_rules.long_functions(fits) == []
    assert python_rules.long_functions(fits + "    x = 1\n") == ["line 1: f has 61 lines"]


def test_a_module_without_a_docstring_is_found() -> None:
    assert not python_rules.has_docstring("# a comment is no docstring\nx = 1\n")
    assert python_rules.has_docstring('"""Says it."""\n')


def test_an_import_inside_a_function_is_found() -> None:
    planted = "import os\nclass A:\n    def f(self):\n        import json\n"
    assert python_rules.late_imports(planted) == ["line 4: import inside f"]


@pytest.mark.parametrize("word", text_rules.VENDOR_WORDS)
def test_a_planted_vendor_word_is_found(word: str) -> None:
    assert text_rules.vendor_facts(f"x = '{word}'") != []


def test_a_planted_model_id_is_found_only_as_a_whole() -> None:
    names = {"made-up-4.5"}
    assert text_rules.vendor_facts("x = 'made-up-4.5'", names) == ["model id 'made-up-4.5'"]
    assert text_rules.vendor_facts("x = 'not-made-up-4.55'", names) == []


def test_model_ids_are_found_in_vendor_data_of_either_form() -> None:
    toml = '[[models]]\nid = "made-up-4.5"\nmodel = "model_name"\nid = "data"\n'
    json = '{"data": [{"id": "other-1", "price": {"source_model_id": "third-2"}}]}'
    assert text_rules.model_ids(toml) == {"made-up-4.5"}
    assert text_rules.model_ids(json) == {"other-1", "third-2"}


def test_the_shipped_vendor_data_names_models_to_look_for() -> None:
    assert vendor_model_ids()
