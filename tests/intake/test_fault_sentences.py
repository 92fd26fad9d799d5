"""The sentence of a quarantined record: what is wrong and what to do, for every reason there is."""

from __future__ import annotations

import ast
import re

import pyarrow as pa
import pytest

from tests.tidy.repository import PACKAGE
from tieout.intake.faults import SENTENCES, Faults

_READERS = ("intake/number_grammar.py", "intake/time_grammar.py", "intake/field.py",
            "intake/quantity.py", "intake/payload.py", "metering/reading.py", "metering/parts.py",
            "metering/frozen.py", "ledger/reading.py", "money.py")  # fmt: skip
_CODE = re.compile(r"[A-Z]{2,}_[A-Z_]+")
# Read with a remark, or refused before a record is looked at: never a reason for quarantine.
_OTHERS = {"STATUS_UNKNOWN", "FLAG_FORM", "CFG_ZONE", "CHARGE_RATIO_RANGE"}


def codes() -> set[str]:
    """Every reason code that a reader of fields can give, from the text of the readers."""
    found = set()
    for name in _READERS:
        for node in ast.walk(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if _CODE.fullmatch(node.value) else set()
    return found - _OTHERS


def test_every_reason_has_its_sentence_and_no_sentence_is_without_a_reason() -> None:
    assert len(codes()) > 20
    assert set(SENTENCES) == codes()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_says_what_is_wrong_and_then_what_to_do(code: str) -> None:
    sentence = SENTENCES[code]
    wrong, _, remedy = sentence.partition("; ")
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    assert wrong[0].isupper()
    assert remedy.split(" ")[0] in {
        "add", "correct", "declare", "export", "list", "name", "remove", "set", "check", "take",
        "write",
    }, sentence  # fmt: skip


def test_sentences_are_all_different() -> None:
    assert len(set(SENTENCES.values())) == len(SENTENCES)


# What each of these texts is, in words of our own.
SAID = {
    "TIME_FOLD": "twice",
    "TIME_GAP": "never",
    "TIME_NAIVE": "no offset",
    "TIME_FORM": "not written in the form",
    "NUM_LOCALE": "comma",
    "VALUE_UNKNOWN": "not listed",
}


@pytest.mark.parametrize("code", SAID)
def test_a_sentence_names_the_fault_and_not_its_opposite(code: str) -> None:
    faults = Faults(1)
    faults.note(pa.array([code]), "x")
    places: dict[str, list[object]] = {
        "ordinal": [1], "line": [2], "byte_offset": [0], "byte_length": [1], "record_digest": ["d"],
    }  # fmt: skip
    (row,) = faults.quarantined(pa.table(places), leg="usage", import_id="i").to_pylist()
    assert SAID[code] in row["detail"]
