"""The terminal: one screen, five things in order, never wider than asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest

from tests.report.samples import document, hostile, raw, raw_reviewed, reloaded
from tieout.report.listing import find_line, line_show, variance_list, variance_show
from tieout.report.review_text import decided_lines
from tieout.report.shown import columns, cut, digits, instant, period, short, visible
from tieout.report.text import render
from tieout.report.wording import by_owner


def widest(page: str) -> int:
    return max(
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
        for line in page.split("\n")
    )


def all_pages(width: int) -> list[str]:
    pages = []
    for report in (document("full"), document("near_empty"), hostile()):
        pages += [render(report, width), variance_list(report.summary.groups, width)]
        pages += [variance_show(group, report.lines, width) for group in report.summary.groups]
        pages += [line_show(line, width) for line in report.lines]
    return pages


def test_screen_is_as_it_was_agreed(same_as_golden: Callable[[str, str], None]) -> None:
    same_as_golden("full.txt", render(document("full")))


def test_screen_of_a_reviewed_report_is_as_it_was_agreed(
    same_as_golden: Callable[[str, str], None],
) -> None:
    report = reloaded(raw_reviewed())
    group = report.summary.groups[1]
    said = decided_lines(report.review.decisions, 100)
    pages = [render(report), variance_list(report.summary.groups)]
    pages.append(variance_show(group, report.lines, 100, said))
    same_as_golden("reviewed.txt", "".join(pages))


def test_stale_decisions_come_first_then_the_oldest() -> None:
    owners = by_owner(reloaded(raw_reviewed()).open_groups)
    ids = [group.group_id for _, members in owners for group in members]
    assert ids == ["g-1a2b3c4d", "g-2b3c4d5e", "g-3c4d5e6f", "g-unknown01"]


def test_screen_of_a_nearly_empty_report_is_as_agreed(
    same_as_golden: Callable[[str, str], None],
) -> None:
    same_as_golden("near_empty.txt", render(document("near_empty")))


def test_variances_as_text_are_as_they_were_agreed(
    same_as_golden: Callable[[str, str], None],
) -> None:
    report = document("full")
    pages = [variance_list(report.summary.groups)]
    pages += [variance_show(report.summary.groups[1], report.lines), line_show(report.lines[1])]
    same_as_golden("variance.txt", "".join(pages))


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert max(widest(page) for page in all_pages(width)) <= width


def test_wide_characters_count_twice() -> None:
    changed = raw("full")
    changed["summary"]["workspace"] = "\u6771" * 200
    changed["summary"]["groups"][0]["title"] = "\u6771" * 200
    changed["reasons"] = ["\u6771" * 300]
    assert widest(render(reloaded(changed))) <= 100


def test_screen_fits_forty_lines() -> None:
    # The blank line before the answer parts it from the prompt; it is not part of the screen.
    assert len(render(document("full")).strip("\n").split("\n")) <= 40


def test_five_things_come_in_their_order() -> None:
    page = render(document("full"))
    marks = [
        "HOLD",
        "recorded 10.89",
        "approved  17",
        "variance",
        "usage rows  ",
        "open, by owner",
        "next ",
    ]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_amounts_stand_on_their_decimal_points() -> None:
    page = render(document("full")).splitlines()
    names = ("recorded  ", "charged  ", "expected  ", "variance  ", "  booking", "  billing")
    table = [line for line in page if line.strip() and line[2:].startswith(names)]
    assert len(table) == 6
    assert len({re.search(r"\.\d\d", line).start() for line in table}) == 1  # type: ignore[union-attr]


def test_groups_come_by_money_at_stake_and_the_rest_is_counted() -> None:
    changed = raw("full")
    group = changed["summary"]["groups"][0]
    changed["summary"]["groups"] = [
        {**group, "group_id": f"g-{n}", "title": f"cause {n}", "net": f"{n}", "gross": f"{n}"}
        for n in range(1, 13)
    ]
    page = render(reloaded(changed))
    shown = [int(n) for n in re.findall(r"cause (\d+)", page)]
    assert shown == [12, 11, 10, 9, 8, 7, 6, 5]
    assert "and 4 more cause groups" in page


def test_rows_that_do_not_add_up_are_said_not_to() -> None:
    changed = raw("full")
    changed["summary"]["rows"]["rated"] -= 1
    assert "60,214 received DOES NOT EQUAL" in render(reloaded(changed))
    assert "60,214 received = 31" in render(document("full"))


def test_hidden_characters_never_reach_the_terminal() -> None:
    for page in all_pages(100):
        bad = [c for c in page if c != "\n" and unicodedata.category(c)[0] in "CZ" and c != " "]
        assert not bad


def test_colour_only_repeats_the_word() -> None:
    plain = render(document("full"))
    coloured = render(document("full"), color=True)
    assert "\x1b" not in plain
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_next_command_follows_what_is_open() -> None:
    assert "tieout variance list --period 2026-08 --open" in render(document("full"))
    changed = raw("full")
    for group in changed["summary"]["groups"]:
        group["status"] = "accepted"
    run_id = changed["summary"]["run_id"]
    assert f"tieout report --run {run_id}" in render(reloaded(changed))
    assert "tieout report --run 000000000001" in render(document("near_empty"))


def test_hostile_period_is_quoted_in_the_next_command() -> None:
    changed = raw("full")
    changed["summary"]["period"]["label"] = "2026-08; rm -rf ~"
    assert "--period '2026-08; rm -rf ~' --open" in render(reloaded(changed))


def test_escalated_group_stays_open_and_settled_ones_leave() -> None:
    changed = raw("full")
    for group, status in zip(
        changed["summary"]["groups"], ["escalated", "corrected", "stale", "open"], strict=False
    ):
        group["status"] = status
    shown = [group.status for group in reloaded(changed).open_groups]
    assert shown == ["escalated", "stale", "open"]


def test_line_is_found_by_its_key() -> None:
    report = document("full")
    found = find_line(report, "id:req-e811")
    assert found is not None
    assert found.expected == "8.32"
    assert find_line(report, "id:nowhere") is None


@pytest.mark.parametrize(
    ("amount", "signed", "shown"),
    [
        ("1234567.895", False, "1,234,567.90"),
        ("187.2787654322", True, "+187.28"),
        ("-8.32", True, "-8.32"),
        ("0", True, "0.00"),
        ("-0.000", True, "0.00"),
        ("0.004", False, "<0.01"),
        ("0.004", True, "+<0.01"),
        ("-0.0000000000000000001", True, "-<0.01"),
        ("0.005", False, "0.01"),
        (None, True, "unknown"),
    ],
)
def test_amount_on_the_first_page(amount: str | None, shown: str, *, signed: bool) -> None:
    assert short(amount, signed=signed) == shown


def test_every_digit_is_one_step_down() -> None:
    assert digits("187.2787654322", signed=True) == "+187.2787654322"
    assert digits("-8.320", signed=True) == "-8.320"
    assert digits(None) == "unknown"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain \u00e9\u6771", "plain \u00e9\u6771"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u2028b", r"a\u2028b"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\u00a0b\tc\nd\r", r"a\xa0b\tc\nd\r"),
        ("\U000e0041", r"\U000e0041"),
        ("\u3164\ufe0f\u2800", r"\u3164\ufe0f\u2800"),
    ],
)
def test_text_that_hides_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_cut_text_is_marked_and_fits() -> None:
    assert cut("abcdefgh", 6) == "abc..."
    assert columns(cut("\u6771" * 9, 8)) <= 8
    assert cut("abc", 3) == "abc"


def test_periods_and_instants_read_like_dates() -> None:
    assert period("2026-08") == "August 2026"
    assert period("2026-08-10") == "2026-08-10"
    assert instant("2026-09-02T09:00:00Z") == "2026-09-02 09:00Z"
    assert instant("2026-09-02T09:00:07.5+02:00") == "2026-09-02 09:00:07.5+02:00"


def test_usage_without_price_and_entry_is_one_line_without_currency() -> None:
    changed = raw("full")
    empty = dict.fromkeys(changed["summary"]["totals"]["USD"], "0")
    changed["summary"]["totals"]["unknown"] = {**empty, "high": None, "charged": None}
    for stated in changed["not_comparable"]:
        stated["currency"] = "USD"
    changed["not_comparable"].append(
        {"state": "unmapped", "bucket": "source", "lines": 7, "recorded": "0", "currency": None}
    )
    page = render(reloaded(changed))
    assert "no currency     expected unknown, nothing recorded: unmapped (7 lines)" in page
    assert page.count("recorded - expected") == 1


def test_same_cause_in_two_cost_centers_reads_apart() -> None:
    changed = raw("full")
    group = changed["summary"]["groups"][0]
    changed["summary"]["groups"] = [
        {**group, "group_id": f"g-{team}", "cost_center": team} for team in ("search", "support")
    ]
    report = reloaded(changed)
    for page in (render(report), variance_list(report.summary.groups)):
        assert f"{group['title']}, search" in page
        assert f"{group['title']}, support" in page


def test_the_way_down_from_a_group_is_its_largest_line() -> None:
    report = document("full")
    page = variance_show(report.summary.groups[1], report.lines)
    assert "next    tieout variance show id:req-3f20" in page


def test_seconds_of_a_run_have_no_fraction_on_the_screen() -> None:
    changed = raw("full")
    changed["summary"]["as_of"] = "2026-09-02T09:00:07.123456Z"
    assert "as of 2026-09-02 09:00:07Z" in render(reloaded(changed))
