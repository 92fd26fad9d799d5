"""No text runs in a spreadsheet: every payload in every text column of every CSV we write."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.samples import raw_reviewed, reloaded
from tests.report.spreadsheet import DELIMITERS, NUMBER, PAYLOADS, cells, live, runs
from tests.tidy import csv_writers
from tests.tidy.repository import PACKAGE, files_under
from tieout import tables
from tieout.actions.mapping_proposal import Proposed, proposal_csv, read_proposal
from tieout.actions.proposal_rows import read_rows
from tieout.actions.suggested import suggested_rows
from tieout.calendar import parse_instant
from tieout.close import packet as packets
from tieout.close.packet import Packet
from tieout.mapping.suggestion import Suggestion
from tieout.pricebook.units import SPELLINGS
from tieout.report import csv as variances
from tieout.report import review_csv as review
from tieout.report.csv_cell import plain_cell, text_cell
from tieout.report.packet import packet_files
from tieout.tables import ColumnType
from tieout.tables.stages import STAGE_TABLES

FEWEST_PAYLOADS = 40
Written = tuple[bytes, frozenset[str]]

# Every place that writes CSV, and what proves it safe. A new one fails the tests below until it
# stands here and in MATRIX.
WRITERS = {
    "report/csv.py variances_csv": "matrix",
    "report/review_csv.py review_csv": "matrix",
    "report/packet.py _table": "matrix",
    "actions/mapping_proposal.py proposal_csv": "matrix",
    "actions/suggested.py _row": "a name that would run gets no row: tested below",
    "actions/keying.py _record_agreed": "evidence: exact bytes in the store, no file of ours",
    "demo/write.py _ledger_text": "the demonstration's own names: tests/demo",
    "packing/script.py run_script": "names of our figures: tests/packing",
    "packing/script.py _digest": "names of our columns inside a query, no file",
    "engine/sameness.py digest_of": "the text of a digest, no file",
    "actions/proposal_rows.py read_rows": "a sentence of a letter, no file",
}
FILES = {
    "variances.csv": {"actions/closing.py"},
    "lines.csv": {"report/packet.py"},
    "requests.csv": {"report/packet.py"},
    # What people write themselves: read, or copied as it is.
    "mapping.csv": {
        "actions/demo_real.py", "actions/demo_workspace.py", "actions/mapping_approval.py",
        "close/stored.py", "demo/write.py", "mapping/alias.py", "packing/restored.py",
        "workspace/layout.py",
    },
    "exclusions.csv": {
        "actions/demo_workspace.py", "actions/exclusions.py", "close/stored.py", "demo/write.py",
        "packing/restored.py", "workspace/layout.py",
    },
    "ledger.csv": {"demo/write.py"},
    "found.csv": {"packing/script.py", "packing/verify_pack.py"},
}  # fmt: skip


# --- the matrix: each CSV with a text put into one of its columns, or into all ---------------


def variances_with(text: str, only: str | None) -> Written:
    """The open variances; the text in the group and in a line of it and in one of none."""
    changed = raw_reviewed()
    lines = [*changed["lines"], *changed["headline_lines"]]
    for one in (*changed["summary"]["groups"], *lines):
        for column in _REPORT:
            field = _field(column, one)
            if only in (None, column) and field in one:
                one[field] = text
    content = variances.variances_csv(reloaded(changed)).encode()
    return content, frozenset(_MONEY)


_MONEY = {"lines", "expected", "charged", "recorded", "variance", "gross", "booking", "billing"}
_FIXED = {"record", "bucket"}  # words of the schema, which refuses any other
_REPORT = [one for one in variances.COLUMNS if one not in _MONEY | _FIXED]


def _field(column: str, one: dict[str, Any]) -> str:
    """The field of a group or a line that the column shows; a line has one day."""
    return "day" if "day" in one and column in ("first_day", "last_day") else column


def review_with(text: str, only: str | None) -> Written:
    """The review table that goes out."""
    group = reloaded(raw_reviewed()).summary.groups[0]
    texts = [one for one in _REVIEW if one != "period" and only in (None, one)]
    period = text if only in (None, "period") else "2026-08"
    changed = msgspec.structs.replace(group, **dict.fromkeys(texts, text))
    return review.review_csv(period, [changed]).encode(), frozenset(_REVIEW_NUMBERS)


_REVIEW_NUMBERS = {"lines", "net", "gross", "age_days"}
# What people fill in goes out empty, but for owner and day.
_EMPTY = {"decide", "reason", "evidence", "cap", "expires_on"}
_REVIEW = [one for one in review.COLUMNS if one not in _REVIEW_NUMBERS | _FIXED | _EMPTY]


def lines_with(text: str, only: str | None) -> Written:
    """The lines of an escalation packet."""
    return _packet_with(text, only, "lines.csv")


def requests_with(text: str, only: str | None) -> Written:
    """The requests of an escalation packet."""
    return _packet_with(text, only, "requests.csv")


_TYPES = {
    column.name: column.type
    for table in (*STAGE_TABLES.values(), tables.USAGE_READING)
    for column in table.columns
}
_SELECTED = {
    "lines.csv": re.findall(r"\bv\.(\w+)", packets._LINES.partition(" FROM ")[0]),
    "requests.csv": re.findall(r"\b[pue]\.(\w+)", packets._REQUESTS.partition(" FROM ")[0]),
}
_WORDS = (ColumnType.TEXT, ColumnType.INSTANT, ColumnType.DAY)


def _numbers_of(file: str) -> frozenset[str]:
    return frozenset(one for one in _SELECTED[file] if _TYPES[one] not in _WORDS)


def _packet_with(text: str, only: str | None, file: str) -> Written:
    numbers = _numbers_of(file)
    row = {
        one: "-12.50" if one in numbers else text if only in (None, one) else "plain"
        for one in _SELECTED[file]
    }
    head = {
        "period": {"label": "2026-08", "start": "2026-08-01", "end": "2026-09-01"},
        "run_id": "r", "clock": {"as_of": "2026-09-01"}, "zone": "UTC", "endpoint": "unknown",
        "prices": [], "digests": {},
        "group": {
            "group_id": "g", "title": "t", "explanation": "e", "currency": "USD", "net": None,
            "gross": None, "lines": 1, "cause": "c", "proof": "p", "first_day": None,
            "last_day": None,
        },
    }  # fmt: skip
    rows = {one: (row if one == file else dict.fromkeys(_SELECTED[one], "1"),) for one in _SELECTED}
    return packet_files(Packet(head, rows["lines.csv"], rows["requests.csv"]))[file], numbers


_PROPOSED = (
    "internal_model_alias",
    "pricing_unit",
    "suggestion_1",
    "reason_1",
    "suggestion_2",
    "reason_2",
)


def proposal_with(text: str, only: str | None) -> Written:
    """The proposed rows of the mapping."""
    said = {one: text if only in (None, one) else "plain" for one in _PROPOSED}
    near = tuple(
        Suggestion(said["internal_model_alias"], said[f"suggestion_{n}"], said[f"reason_{n}"])
        for n in (1, 2)
    )
    one = Proposed(said["internal_model_alias"], 3, MOMENT, near, said["pricing_unit"])
    return proposal_csv([one], 2), frozenset({"rows"})


MOMENT = parse_instant("2026-08-01T00:00:00Z", "test")
MATRIX: dict[str, tuple[Callable[[str, str | None], Written], list[str]]] = {
    "variances.csv": (variances_with, _REPORT),
    "review table": (review_with, _REVIEW),
    "lines.csv": (lines_with, [o for o in _SELECTED["lines.csv"] if _TYPES[o] in _WORDS]),
    "requests.csv": (requests_with, [o for o in _SELECTED["requests.csv"] if _TYPES[o] in _WORDS]),
    "mapping proposal": (proposal_with, list(_PROPOSED)),
}  # fmt: skip
each_csv = pytest.mark.parametrize("name", MATRIX)
each_payload = pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)


@each_csv
@each_payload
def test_no_cell_runs_whatever_text_stands_in_whichever_column(name: str, payload: str) -> None:
    write, columns = MATRIX[name]
    # What may end a cell is tried alone as well: its neighbours could hide what it does.
    alone = columns if set(payload) & set("\"';\t\r\n") else []
    for only in (*alone, None):
        content, numbers = write(payload, only)
        assert live(content, numbers) == [], only
        header, *rows = cells(content, ",")
        for column in columns if only is None else [only]:
            there = [plain_cell(row[header.index(column)]) for row in rows]
            assert payload in there, f"{column} does not hold the payload"


@each_csv
def test_every_column_is_a_number_a_fixed_word_or_in_the_matrix(name: str) -> None:
    write, columns = MATRIX[name]
    content, numbers = write("plain", None)
    others = {
        "variances.csv": _FIXED,
        "review table": {"bucket"} | _EMPTY,
        # An instant that is written as the calendar writes it, and what people fill in.
        "mapping proposal": {"source_model_id", "effective_from", "effective_to"},
    }.get(name, set())
    assert set(cells(content, ",")[0]) == {*columns, *numbers, *others}


@each_csv
def test_a_number_stays_a_number(name: str) -> None:
    content, numbers = MATRIX[name][0]("=1+1", None)
    header, *rows = cells(content, ",")
    found = {row[place] for row in rows for place, column in enumerate(header) if column in numbers}
    assert found
    assert [one for one in found - {"", "unknown"} if not NUMBER.fullmatch(one)] == []
    assert [one for one in found if one.startswith("'")] == []


def test_a_negative_amount_is_written_as_it_is() -> None:
    found = {Decimal(row["variance"]) for row in csv.DictReader(_text(variances_with("x", None)[0]))
             if row["variance"] not in ("", "unknown")}  # fmt: skip
    assert Decimal("-8.32") in found
    (row,) = csv.DictReader(_text(requests_with("x", None)[0]))
    assert (row["quantity"], row["expected_cost"]) == ("-12.50", "-12.50")


def _text(content: bytes) -> io.StringIO:
    return io.StringIO(content.decode(), newline="")


# --- what comes back ---------------------------------------------------------------------------


@each_payload
def test_a_text_comes_back_as_it_went_out(payload: str) -> None:
    assert plain_cell(text_cell(payload)) == payload
    assert plain_cell(text_cell(f"'{payload}")) == f"'{payload}"


@given(
    st.text(alphabet=st.sampled_from("=+-@'\"; \t\r\n,#\0\uff1d\u200b\ufeff\u00a0a1"), max_size=12)
)
def test_any_text_comes_back_as_it_went_out_and_runs_nowhere(text: str) -> None:
    led = text_cell(text)
    assert plain_cell(led) == text
    out = io.StringIO()
    csv.writer(out).writerows([["first", "second", "third"], [led, "between", led]])
    assert live(out.getvalue().encode()) == []


@each_payload
def test_a_review_table_brings_back_owner_and_group_exactly(payload: str, tmp_path: Path) -> None:
    if "\0" in payload:
        return  # the import quarantines a zero byte, and the table that holds one is refused
    path = tmp_path / "review.csv"
    path.write_bytes(review_with(payload, None)[0])
    (row,) = read_rows(path)
    # Names are kept without white space at their ends.
    assert row.owner == row.group_id == row.period == payload.strip()


@each_payload
def test_a_proposal_brings_back_name_and_id_exactly(payload: str) -> None:
    if any(sign in payload for sign in "*?"):
        return  # MAP_PATTERN refuses a wildcard in either
    unit = next(iter(SPELLINGS))
    (one,) = [Proposed(payload, 3, MOMENT, (Suggestion(payload, payload, "why"),), unit)]
    header, row = cells(proposal_csv([one], 1), ",")
    said = dict(zip(header, row, strict=True))
    # A person copies the cell of the suggestion.
    said["source_model_id"] = said["suggestion_1"]
    out = io.StringIO()
    csv.writer(out).writerows([header, [said[column] for column in header]])
    (alias,) = read_proposal(out.getvalue().encode(), "proposed.csv")
    assert (alias.internal_model_alias, alias.source_model_id) == (payload, payload)


@each_payload
def test_a_row_to_paste_into_the_mapping_is_offered_for_no_name_that_would_run(
    payload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "tieout.actions.suggested."
    monkeypatch.setattr(place + "pricing_unit", lambda *_: "1M tokens")
    monkeypatch.setattr(place + "first_seen", lambda *_: MOMENT)
    header = b"internal_model_alias,source_model_id,pricing_unit,effective_from,approved_by\n"
    for name, source in ((payload, "aster-1"), ("ours", payload)):
        (one,) = suggested_rows((Suggestion(name, source, "why"),), None, header)  # type: ignore[arg-type]
        offered = header + (one.row or "").encode()
        assert live(offered) == []
    (plain,) = suggested_rows((Suggestion("our-a", "aster-1", "why"),), None, header)  # type: ignore[arg-type]
    assert plain.row == "our-a,aster-1,1M tokens,2026-08-01T00:00:00Z,"


# --- nothing is left out of the matrix -----------------------------------------------------------


def test_every_writer_of_csv_in_the_package_is_known() -> None:
    found = {
        f"{path.relative_to(PACKAGE).as_posix()} {function}"
        for path in files_under(PACKAGE, ".py")
        for function in csv_writers.writers(path.read_text(encoding="utf-8"))
    }
    assert found == set(WRITERS)


def test_every_csv_that_the_package_names_is_known() -> None:
    found: dict[str, set[str]] = {}
    for path in files_under(PACKAGE, ".py"):
        for name in csv_writers.file_names(path.read_text(encoding="utf-8")):
            found.setdefault(name, set()).add(path.relative_to(PACKAGE).as_posix())
    assert found == FILES


@pytest.mark.parametrize(
    "offender",
    [
        "import csv\ndef out(f): csv.writer(f).writerow(['a'])",
        "import csv as c\ndef out(f): c.DictWriter(f, [])",
        "from csv import writer\n",
        "import pyarrow.csv as pa_csv\ndef out(t): pa_csv.write_csv(t, 'x')",
        "def out(frame): frame.to_csv('x')",
        "def out(row): return ','.join(row)",
        "def out(row): return ';'.join(row)",
        "def out(e, f): e.run(f\"COPY (SELECT 1) TO '{f}'\")",
        "def out(e): e.run(\"copy t to 'x' (FORMAT CSV)\")",
    ],
)
def test_a_new_writer_would_be_seen(offender: str) -> None:
    assert csv_writers.writers(offender)
    assert not csv_writers.writers("import csv\ndef read(f): return list(csv.reader(f))")


def test_a_new_file_name_would_be_seen() -> None:
    assert csv_writers.file_names("NAME = 'extra.csv'") == {"extra.csv"}


def test_there_are_enough_payloads_and_each_would_run_if_it_were_written_as_it_is() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= FEWEST_PAYLOADS
    harmless = {"'=1+1", "''=1+1", "'\t=1+1", "'", "'plain'", "# a remark", "'#", "a,=1+1,b",
                'a","=1+1', '"=1+1"', '""=1+1', "a;'=1+1"}  # fmt: skip
    for payload in PAYLOADS:
        out = io.StringIO()
        csv.writer(out).writerows([["first", "text", "last"], ["plain", payload, "plain"]])
        seen = bool(live(out.getvalue().encode()))
        assert seen or payload in harmless, ascii(payload)
    for delimiter, payload in itertools.product(DELIMITERS, PAYLOADS[:4]):
        assert runs(payload), delimiter
