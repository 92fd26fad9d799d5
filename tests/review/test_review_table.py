"""The review table: out, filled in, back, and signed; all of its rows or none (D16)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.report.samples import raw_reviewed, reloaded
from tests.review.books import EXACT, Books, key_of
from tieout.actions.disposing import Decision
from tieout.actions.proposing import propose_decisions, write_review_table
from tieout.actions.reviewing import standing_now, under_review
from tieout.actions.variances import list_variances, show_variance
from tieout.errors import InputRefused
from tieout.people.record import rulings_of
from tieout.report.csv_cell import plain_cell, text_cell
from tieout.report.review_csv import COLUMNS, review_csv

STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\0=", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
BODIES = ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.example";"y")', "SUM(1+1)"]
FORMULAS = [f"{start}{body}" for start in STARTS for body in BODIES]
TEXTS = ("title", "owner", "source_model_id", "cost_center", "project", "cause", "proof", "due")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def written(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_formula_runs_in_any_text_column(formula: str) -> None:
    group = reloaded(raw_reviewed()).summary.groups[0]
    hostile = msgspec.structs.replace(
        group, **dict.fromkeys((*TEXTS, "group_id", "group_digest", "currency", "status"), formula),
        stale_because=formula,
    )  # fmt: skip
    (row,) = rows_of(review_csv(formula, [hostile]))
    for name, cell in row.items():
        if name not in ("lines", "net", "gross", "age_days"):
            assert cell[:1] not in set("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"), name
    assert plain_cell(row["owner"]) == formula


def test_forty_formulas_and_more_are_tried() -> None:
    assert len(set(FORMULAS)) >= 40


@pytest.mark.parametrize("text", ["AB", "", "O'Neil", "'quoted'", "a=b", "'", "''=1"])
def test_a_text_comes_back_as_it_went_out(text: str) -> None:
    assert plain_cell(text_cell(text)) == text


# --- a table that goes out and comes back -------------------------------------------------------


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Two groups of differences nothing explains: one of alpha, one of beta."""
    books = Books(tmp_path_factory.mktemp("table"))
    calls = [("r1", "alpha", "search"), ("r2", "beta", "search"), ("r3", "alpha", "ads")]
    books.calls("2026-08", *calls)
    costs = ("0.0061", "0.0062", EXACT)
    books.booked("2026-08", *((*one, cost) for one, cost in zip(calls, costs, strict=True)))
    books.run("2026-08")
    (books.folder / "mails").mkdir()
    (books.folder / "mails" / "mail.txt").write_text("the mail", encoding="utf-8")
    (books.folder / "mails" / "empty.txt").write_text("", encoding="utf-8")
    (books.folder / "secret.txt").write_text("secret", encoding="utf-8")
    return books


def exported(books: Books, name: str) -> list[dict[str, str]]:
    found = list_variances(books.workspace, period="2026-08", open_only=True)
    path = write_review_table(found.period, found.groups, books.folder / name)
    return rows_of(path.read_text(encoding="utf-8"))


def proposed(
    books: Books, rows: list[dict[str, str]], *, signed: bool = False
) -> tuple[Decision, ...]:
    path = books.folder / "back.csv"
    path.write_text(written(rows), encoding="utf-8")
    return propose_decisions(
        books.workspace,
        path,
        evidence_dir=books.folder / "mails",
        key=key_of("AB") if signed else None,
        at=books.tick(),
    )


GOOD = {"decide": "accepted", "reason": "seen before", "evidence": "mail.txt"}
Spoil = Callable[[dict[str, str]], Any]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda r: r.update(group_digest="0" * 64), "DISPOSE_STALE"),
        (lambda r: r.update(group_id="g-00000000"), "VARIANCE_UNKNOWN"),
        (lambda r: r.update(period="2026-07"), "it is about '2026-07', and not 2026-08"),
        (lambda r: r.update(reason=" "), "no reason"),
        (lambda r: r.update(evidence=""), "no evidence"),
        (lambda r: r.update(owner=""), "no owner"),
        (lambda r: r.update(owner="", reason=""), "no owner and no reason"),
        (lambda r: r.update(decide="accept"), "'accept' is no decision"),
        (lambda r: r.update(decide=""), "and no decision"),
        (lambda r: r.update(evidence="../secret.txt"), "PROPOSE_EVIDENCE"),
        (lambda r: r.update(evidence="missing.txt"), "FILE_UNREADABLE"),
        (lambda r: r.update(evidence="empty.txt"), "DISPOSE_EVIDENCE"),
        (lambda r: r.update(cap="1"), "DISPOSE_CAP"),
        (lambda r: r.update(due="soon"), "ASSIGN_FORM"),
    ],
)
def test_one_bad_row_refuses_the_table_and_names_its_line(
    reviewed: Books, spoil: Spoil, said: str
) -> None:
    good, bad = exported(reviewed, f"out-{reviewed.tick():%H%M}.csv")
    good.update(GOOD)
    bad.update(GOOD)
    spoil(bad)
    before = reviewed.workspace.log.checkpoint().size
    with pytest.raises(InputRefused) as refused:
        proposed(reviewed, [good, bad], signed=True)
    assert refused.value.code == "PROPOSE_ROW"
    assert any(said in line for line in refused.value.where), refused.value.where
    if said != "ASSIGN_FORM":
        assert refused.value.where[0].startswith("back.csv, line 3: ")
    assert reviewed.workspace.log.checkpoint().size == before


def test_a_row_that_stands_twice_is_refused(reviewed: Books) -> None:
    first, _ = exported(reviewed, "twice.csv")
    with pytest.raises(InputRefused) as refused:
        proposed(reviewed, [{**first, **GOOD}, {**first, **GOOD}])
    assert "stands twice" in refused.value.where[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\r\n1,2\r\n", "the columns are not"),
        (b"", "it has no row"),
        (b"\xff\xfe\x00", "it is not UTF-8"),
        (",".join(COLUMNS).encode() + b"\r\n", "it has no row"),
        (";".join(COLUMNS).encode() + b"\r\n", "the columns are not"),
        (",".join(COLUMNS).encode() + b"\r\na,b\r\n", "2 cells, not 24"),
        (",".join(COLUMNS).encode() + b'\r\n"a\0"\r\n', "a zero byte"),
        (",".join(COLUMNS).encode() + b'\r\n"a"b,c\r\n', "line 2"),
    ],
)
def test_a_file_that_is_no_review_table_is_refused(
    reviewed: Books, content: bytes, said: str
) -> None:
    path = reviewed.folder / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(InputRefused) as refused:
        propose_decisions(reviewed.workspace, path, evidence_dir=reviewed.folder, key=None)
    assert refused.value.code == "PROPOSE_FORM"
    assert said in refused.value.where[0]


def test_a_table_that_comes_back_is_signed_and_stands(reviewed: Books) -> None:
    first, second = exported(reviewed, "round.csv")
    rows = [{**first, **GOOD}, {**second, **GOOD, "owner": "EF", "due": "2026-09-30"}]
    shown = proposed(reviewed, rows)
    assert [one.what for one in shown] == ["accepted", "assigned"]
    assert all(one.ruling is None for one in shown)
    size = reviewed.workspace.log.checkpoint().size
    signed = proposed(reviewed, rows, signed=True)
    # One decision and one reason for both groups is one ruling.
    assert [len(one.groups) for one in signed] == [2, 1]
    assert reviewed.workspace.log.checkpoint().size == size + 2
    under = under_review(reviewed.workspace, period="2026-08")
    found = standing_now(reviewed.workspace, under, reviewed.tick())
    assert {one.state for one in found.values()} == {"accepted"}
    assert found[second["group_id"]].owner == "EF"
    assert list_variances(reviewed.workspace, period="2026-08", open_only=True).groups == ()
    said = show_variance(reviewed.workspace, first["group_id"]).said.decisions
    assert [(one.by, one.evidence[0].name) for one in said] == [(("AB",), "mail.txt")]
    rulings = rulings_of(reviewed.workspace.log)
    assert len(rulings.rulings) == 3
