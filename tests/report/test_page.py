"""The page: what it may load, what it shows, and what hostile text cannot do to it."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape
from itertools import pairwise
from typing import Any

import pytest

from tests.report.page_reader import Page, read
from tests.report.samples import amounts, document, hostile, raw, raw_reviewed, reloaded
from tieout.report.html import render

HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
SAFE_ATTRIBUTES = {
    *("href", "id", "class", "lang", "charset", "content", "http-equiv", "name", "rel", "title"),
    *("value", "type", "for", "role", "tabindex", "scope", "colspan", "data-tools", "width"),
    *("height", "x", "y", "x1", "x2", "y1", "y2", "viewbox", "preserveaspectratio"),
}


@pytest.fixture(scope="module")
def full_text() -> str:
    return render(document("full"))


@pytest.fixture(scope="module")
def full(full_text: str) -> Page:
    return read(full_text)


@pytest.fixture(scope="module")
def reviewed() -> Page:
    return read(render(reloaded(raw_reviewed())))


@pytest.fixture(scope="module")
def attacked_text() -> str:
    return render(hostile())


@pytest.fixture(scope="module")
def attacked(attacked_text: str) -> Page:
    return read(attacked_text)


def test_hostile_text_adds_no_tag_to_the_page(reviewed: Page, attacked: Page) -> None:
    assert {element.tag for element in attacked.elements} <= {e.tag for e in reviewed.elements}
    assert not attacked.of("img")
    assert len(attacked.of("script")) == len(attacked.of("style")) == 1
    assert not attacked.unbalanced
    assert not attacked.still_open


def test_hostile_text_adds_no_attribute_to_the_page(attacked: Page) -> None:
    names = {name for element in attacked.elements for name in element.attributes}
    assert {name for name in names if not name.startswith("aria-")} <= SAFE_ATTRIBUTES


def test_hostile_text_never_becomes_a_link(attacked: Page) -> None:
    targets = [link.attributes["href"] for link in attacked.of("a")]
    assert targets
    assert all(re.fullmatch(r"#[a-z0-9-]+", target) for target in targets)


def test_hidden_characters_are_shown_as_escapes(attacked_text: str) -> None:
    assert HIDDEN.search(unescape(attacked_text)) is None
    for escape in (r"\u202e", r"\u2028", r"\u200b", r"\x1b", r"\x00", r"\ufeff"):
        assert escape in attacked_text


def test_template_marks_in_text_are_not_evaluated(attacked_text: str) -> None:
    assert "{{ 7*7 }}" in attacked_text
    assert "<script>alert" not in attacked_text


def test_policy_names_the_digests_of_the_page_itself(full_text: str, full: Page) -> None:
    policy = next(
        meta.attributes["content"]
        for meta in full.of("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        block = re.search(f"<{tag}>(.*?)</{tag}>", full_text, re.DOTALL)
        assert block is not None
        digest = base64.b64encode(hashlib.sha256(block[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_page_loads_nothing_from_anywhere(full_text: str, full: Page) -> None:
    loading = {"src", "srcset", "data", "poster", "action", "style", "background"}
    assert not [e for e in full.elements if loading & set(e.attributes)]
    assert not full.of("link")
    assert "url(" not in full_text
    assert "@import" not in full_text


def test_every_amount_of_the_report_stands_on_the_page_exactly(full: Page) -> None:
    shown = {element.attributes["value"] for element in full.of("data")}
    shown |= set(re.findall(r"-?[0-9]+(?:\.[0-9]+)?", " ".join(full.words)))
    missing = [amount for amount in amounts(raw("full")) if amount not in shown]
    assert not missing


def test_unknown_money_reads_unknown_and_never_zero() -> None:
    page = read(render(document("near_empty")))
    text = " ".join(page.words)
    assert "Approved" in text
    # Sixteen totals, six buckets net and gross, and the recorded step are null in this report.
    assert sum(e.text == "unknown" for e in page.of("span")) == 16 + 12 + 1
    assert "0.00" not in text


def test_amounts_have_no_exponent_on_the_page() -> None:
    changed = raw("full")
    changed["summary"]["totals"]["USD"]["withheld"] = "0.000000000000000000001"
    page = read(render(reloaded(changed)))
    assert "<0.01" in [e.text for e in page.of("span")]
    assert "0.000000000000000000001" in [e.text for e in page.of("span")]
    assert re.search(r"\d[eE][+-]\d", " ".join(page.words)) is None


def test_absurd_lines_follow_the_decision_sentence_at_once(full: Page) -> None:
    text = re.sub(r"\s+", " ", " ".join(full.words))
    lead = text.index("These records may not be signed yet.")
    assert text[lead:].startswith(
        "These records may not be signed yet. One line stands out recorded 10.89"
    )


def test_sections_come_in_the_order_of_a_statement(full: Page) -> None:
    wanted = [
        "What to do", "From expected to recorded", "Days and models", "Cost centers and projects",
        "Coverage", "Largest lines", "Slices approved and withheld", "Checklist", "Completeness",
        "Findings", "Evidence", "Sources checked",
    ]  # fmt: skip
    assert [e.text for e in full.of("h2") if e.attributes.get("id") != "standout"] == wanted


def test_who_decided_what_on_which_evidence_stands_after_what_to_do(reviewed: Page) -> None:
    headings = [e.text for e in reviewed.of("h2")]
    assert headings.index("Who decided what on which evidence") == headings.index("What to do") + 1
    text = re.sub(r"\s+", " ", " ".join(reviewed.words))
    assert "The decision about it is stale: it came to 40 net, 40 gross" in text
    assert "counts for nothing: it waits for a signature" in text
    assert "gross over 2 periods, within materiality" in text
    assert "cd" * 32 in text


def test_every_amount_of_a_review_stands_on_the_page_exactly(reviewed: Page) -> None:
    shown = {element.attributes["value"] for element in reviewed.of("data")}
    shown |= set(re.findall(r"-?[0-9]+(?:\.[0-9]+)?", " ".join(reviewed.words)))
    assert not [amount for amount in amounts(raw_reviewed()) if amount not in shown]


def test_a_reviewed_page_has_no_id_twice_and_every_link_arrives(reviewed: Page) -> None:
    ids = [e.attributes["id"] for e in reviewed.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    targets = [a.attributes["href"] for a in reviewed.of("a")]
    assert {one[1:] for one in targets if one.startswith("#")} <= set(ids)
    assert "#review" in targets


def test_evidence_answers_the_four_questions_in_their_words(full: Page) -> None:
    asked = [element.text for element in full.of("h3") if element.text.endswith("?")]
    assert asked == [
        "Which pricing source did we use?",
        "Which requests or usage records were included?",
        "Which model, unit, and rate assumptions were applied?",
        "Which differences require correction or escalation?",
    ]


def test_headings_step_down_one_level_at_a_time(full: Page) -> None:
    levels = [int(e.tag[1]) for e in full.elements if re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_every_table_has_a_caption_and_scoped_headings(full: Page) -> None:
    assert len(full.of("table")) == len(full.of("caption"))
    assert all(element.attributes.get("scope") in {"col", "row"} for element in full.of("th"))


def test_every_chart_has_a_title_and_a_description(full: Page) -> None:
    charts = [element for element in full.of("svg") if element.attributes.get("role") == "img"]
    ids = {e.attributes.get("id") for e in full.elements if e.tag in {"title", "desc"}}
    assert len(charts) == 3
    for chart in charts:
        named = chart.attributes["aria-labelledby"].split()
        assert len(named) == 2
        assert set(named) <= ids


def test_no_id_stands_twice_and_every_inner_link_arrives(full: Page) -> None:
    ids = [e.attributes["id"] for e in full.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    targets = [a.attributes["href"] for a in full.of("a") if a.attributes["href"].startswith("#")]
    assert {target[1:] for target in targets} <= set(ids)


def test_way_down_ends_at_file_record_line_and_byte(full_text: str) -> None:
    text = re.sub(r"<[^>]+>|\s+", " ", full_text)
    assert re.search(r"usage +usage-2026-08\.csv +1204 +1205 +220410 +req-3f20", text)
    assert re.search(
        r"2 per 1M tokens, times 0\.8 +capture 5c1e90ab77d2, /data/3/pricing/input", text
    )


def test_two_currencies_are_shown_apart() -> None:
    changed = raw("full")
    changed["summary"]["totals"]["EUR"] = {
        **changed["summary"]["totals"]["USD"],
        "expected": "7.77",
        "high": None,
    }
    text = " ".join(read(render(reloaded(changed))).words)
    assert "The money, USD" in text
    assert "The money, EUR" in text
    assert "7.77" in text


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        ("approve", "These records may be signed."),
        ("investigate", "These records may be signed once the open questions are answered."),
        ("hold", "These records may not be signed yet."),
    ],
)
def test_decision_is_said_in_one_sentence(decision: str, sentence: str) -> None:
    changed = raw("full")
    changed["summary"]["decision"] = decision
    page = read(render(reloaded(changed)))
    assert sentence in [element.text for element in page.of("p")]
    assert f"decision-{decision}" in page.of("body")[0].attributes["class"]


# --- what is unmapped or never known ---------------------------------------------------------


def unmapped_sample() -> dict[str, Any]:
    sample = raw("full")
    sample["lines"][0]["source_model_id"] = None
    sample["lines"][0]["usage_refs"][0]["model_as_logged"] = "name-nobody-mapped"
    sample["slices"][0].update(source_model_id="slice-nobody-mapped", unmapped=True)
    return sample


def test_a_line_and_a_slice_of_unmapped_usage_show_the_name_as_logged() -> None:
    shown = unescape(render(reloaded(unmapped_sample())))
    assert "<td>name-nobody-mapped (unmapped)</td>" in shown
    assert '<th scope="row">slice-nobody-mapped (unmapped)</th>' in shown


def test_a_mapped_line_is_not_called_unmapped(full_text: str) -> None:
    model = raw("full")["lines"][0]["source_model_id"]
    assert f"<td>{model}</td>" in full_text
    assert f"{model} (unmapped)" not in full_text


def coverage_heads(text: str) -> list[str]:
    table = text[text.index('id="coverage-table"') :]
    heads = table[: table.index("<tbody")]
    return re.findall(r"<th[^>]*scope=\"col\"[^>]*>(?:<[^>]+>)*([^<]+)", heads)


def test_a_recorded_column_that_is_never_known_is_left_out(full_text: str) -> None:
    sample = raw("full")
    assert "Recorded" in coverage_heads(full_text)
    for row in sample["coverage"]:
        row["recorded"] = None
    heads = coverage_heads(render(reloaded(sample)))
    assert "Recorded" not in heads
    assert "Charged" in heads


def test_recorded_money_without_expected_is_not_more_at_stake_than_a_larger_difference() -> None:
    changed = raw("full")
    known, unknown = changed["lines"][0], changed["lines"][1]
    known.update(expected="1", recorded="100", variance="99")
    unknown.update(expected=None, recorded="5", variance=None)
    changed["lines"] = [unknown, known]
    page = render(reloaded(changed))
    table = page.index('id="line-table"')
    assert page.index(known["line_key"], table) < page.index(unknown["line_key"], table)
