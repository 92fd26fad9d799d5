"""Every stage's SQL, parsed in both dialects: what the calculation may not do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scripts.write_reference import declared_tables
from tests.tidy.repository import PACKAGE, files_under, name_of
from tests.tidy.sql_rules import columns_made, offences

STATEMENTS = files_under(PACKAGE, ".sql")


def test_there_are_statements_to_read() -> None:
    assert STATEMENTS


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_statement_keeps_the_rules(path: Path) -> None:
    assert offences(path.read_text(encoding="utf-8"), path.stem) == []


def test_no_two_statements_make_one_table() -> None:
    counted = Counter(path.stem for path in STATEMENTS)
    assert [name for name, times in counted.items() if times > 1] == []


def test_a_statement_makes_the_columns_its_table_declares() -> None:
    declared = {table.name: table.column_names for table in declared_tables()}
    differing = [
        name_of(path)
        for path in STATEMENTS
        if path.stem in declared
        and columns_made(path.read_text(encoding="utf-8")) != declared[path.stem]
    ]
    assert differing == []


def test_every_table_has_a_name_of_its_own_and_a_meaning() -> None:
    tables = declared_tables()
    assert tables
    counted = Counter(table.name for table in tables)
    assert [name for name, times in counted.items() if times > 1] == []
    assert [table.name for table in tables if not table.meaning.strip()] == []


def test_every_column_has_a_name_of_its_own_and_a_meaning() -> None:
    repeated = [
        f"{table.name}.{name}"
        for table in declared_tables()
        for name, times in Counter(table.column_names).items()
        if times > 1
    ]
    silent = [
        f"{table.name}.{column.name}"
        for table in declared_tables()
        for column in table.columns
        if not column.meaning.strip()
    ]
    assert (repeated, silent) == ([], [])


# --- the rules can fail ----------------------------------------------------------------------

HEAD = "-- t: what it answers.\n"


INNOCENT = """
WITH a AS (SELECT x, CAST('1e-6' AS DECIMAL(38,21)) AS y FROM u)
SELECT x, count(*) AS n, sum(y * 0.5) AS z FROM a GROUP BY x
"""


def test_a_plain_select_has_no_offence() -> None:
    assert offences(HEAD + INNOCENT, "t") == []
    assert columns_made(HEAD + INNOCENT) == ("x", "n", "z")


@pytest.mark.parametrize(
    ("planted", "sentence"),
    [
        ("SELECT a / b AS c FROM u", "divides with /"),
        ("SELECT a // b AS c FROM u", "divides with //"),
        ("SELECT fdiv(a, b) AS c FROM u", "divides"),
        ("SELECT avg(a) AS c FROM u", "averages"),
        ("SELECT mean(a) AS c FROM u", "averages"),
        ("SELECT CAST(a AS DOUBLE) AS c FROM u", "names a float type"),
        ("SELECT CAST(a AS REAL) AS c FROM u", "names a float type"),
        ("SELECT a * 1e-6 AS c FROM u", "writes a number with an exponent: 1e-6"),
        ("SELECT u.a FROM u ASOF JOIN v ON u.a >= v.a", "joins ASOF"),
        ("SELECT * FROM u", "selects *"),
        ("SELECT u.* FROM u", "selects *"),
        ("SELECT b FROM (SELECT * FROM u) AS v", "selects *"),
        ("SELECT now() AS c", "asks the clock"),
        ("SELECT current_timestamp AS c", "asks the clock"),
        ("SELECT current_date AS c", "asks the clock"),
        ("SELECT random() AS c", "draws a random number"),
        ("SELECT uuid() AS c", "draws a random number"),
        (
            "SELECT CAST(a AS VARCHAR) AS c FROM u",
            "writes VARCHAR, which Spark wants with a length: STRING means text on both",
        ),
        ("SELECT round(a) AS c FROM u", "calls round, which was not compared on both engines"),
        (
            "SELECT strftime(a, 'x') AS c FROM u",
            "calls time_to_str, which was not compared on both engines",
        ),
        (
            "SELECT epoch_us(a) AS c FROM u",
            "calls epoch_us, which was not compared on both engines",
        ),
        (
            "SELECT 'it''s' AS c",
            "writes a quote or a backslash in a text, which engines read apart",
        ),
        ("SELECT 'a\\b' AS c", "writes a quote or a backslash in a text, which engines read apart"),
        ("SELECT a FROM u ORDER BY a", "orders its rows: a table has none"),
        (
            "SELECT a FROM u LIMIT 1",
            "uses a clause that the engines do not share, or that takes any rows",
        ),
        ("SELECT 1 AS c; SELECT 2 AS c", "holds 2 statements"),
        ("CREATE TABLE t AS SELECT 1 AS c", "is not a plain SELECT"),
        ("DELETE FROM u", "is not a plain SELECT"),
    ],
)
def test_a_planted_offence_is_found(planted: str, sentence: str) -> None:
    assert sentence in offences(HEAD + planted, "t")


def test_a_statement_that_one_dialect_cannot_read_is_found() -> None:
    found = offences(HEAD + "SELECT a FROM u WHERE (a = 1", "t")
    assert [sentence.split(":")[0] for sentence in found] == [
        "does not parse as duckdb",
        "does not parse as spark",
    ]


@pytest.mark.parametrize("text", ["SELECT 1 AS a", "-- u: another table\nSELECT 1 AS a"])
def test_a_statement_that_does_not_say_its_table_is_found(text: str) -> None:
    assert offences(text, "t") == ["does not open with '-- t: ' and what it answers"]
