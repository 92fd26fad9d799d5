"""The declared forms of contract values: what code may read, checked before it is believed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, Literal

Form = Literal["text", "https-url", "header", "integer", "numbers", "words", "billing", "bounds"]

BILLABLE: Final = "billable"
NOT_BILLABLE: Final = "not billable"

_RULES: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    "text": (re.compile(r"[^\x00-\x1f\x7f]+"), "one line of text"),
    # Braces stand for a part that the caller fills in, like {code}.
    "https-url": (
        re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~{}:/-]*)?"),
        "an https address without user, query and fragment",
    ),
    "header": (
        re.compile(r"[A-Za-z0-9-]+:(?: [A-Za-z][A-Za-z0-9_-]*)?"),
        "a header name, a colon and its scheme",
    ),
    "integer": (re.compile(r"0|[1-9][0-9]{0,17}"), "a whole number"),
    "numbers": (re.compile(r"[0-9]{1,9}(?:, [0-9]{1,9})*"), "whole numbers, like 429, 503"),
    "words": (
        re.compile(r"[A-Za-z0-9_.-]+(?:, [A-Za-z0-9_.-]+)*"),
        "names, like model, max_tokens",
    ),
    "billing": (re.compile(f"{BILLABLE}|{NOT_BILLABLE}"), f"{BILLABLE}, or {NOT_BILLABLE}"),
    "bounds": (re.compile("inclusive|half-open"), "inclusive, or half-open"),
}


class NotOfItsForm(ValueError):
    """A value that is not of the declared form; the message says which form that is."""


def check_value(form: Form, value: str) -> str:
    """The value, which is of that form.

    Raises:
        NotOfItsForm: it is not, with the form in words.
    """
    rule, words = _RULES[form]
    if not value:
        raise NotOfItsForm(f"no value is stated; it is to be {words}")
    if not rule.fullmatch(value) or len(value) > 1000:
        raise NotOfItsForm(f"{value[:80]!a} is not {words}")
    return value


def numbers(value: str) -> tuple[int, ...]:
    """The whole numbers of a value of the form ``numbers``, in order."""
    return tuple(int(text) for text in value.split(", "))


def words(value: str) -> tuple[str, ...]:
    """The names of a value of the form ``words``, in order."""
    return tuple(value.split(", "))


def integer(value: str) -> int:
    """The number of a value of the form ``integer``."""
    return int(value)


def per_unit(value: str) -> Decimal:
    """One divided by a whole number of units, where that is a short decimal.

    Raises:
        NotOfItsForm: no decimal of 21 places is that fraction.
    """
    whole = int(value)
    scale = 10**21
    if whole <= 0 or scale % whole:
        raise NotOfItsForm(f"one divided by {whole} is no decimal of 21 places")
    return Decimal(scale // whole).scaleb(-21)
