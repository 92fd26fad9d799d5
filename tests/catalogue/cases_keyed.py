"""Pictures and documents whose prices people key in: every case, with what must happen."""

from __future__ import annotations

from tests.catalogue.cases_saved_pages import PageCase, html

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 17
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20

# By name of the file and bytes: what a letter must name.
ATTACHED_UNDER: dict[str, tuple[str, bytes, str]] = {
    "MC12g": ("shot.png", html(), "a PNG picture, but its content is a web page"),
    "MC12h": ("prices.pdf", PNG, "a PDF document, but its content is a PNG picture"),
    "MC12i": ("prices.pdf", b"PK\x03\x04rest", "its content is a zip archive"),
    "MC12j": ("prices.dat", b"MZ\x00", "its content is a program"),
}
_HEAD = "model,meter,price,unit,currency\n"
LIST = (
    _HEAD
    + "alpha,input_tokens,2,1M tokens,USD\n"
    + "alpha,output_tokens,8.00,1M tokens,USD\n"
    + "beta,requests,0.5,request,USD\n"
)
# The same prices, in another order and otherwise written.
SAME = (
    _HEAD
    + "beta,requests,0.50,call,USD\n"
    + "alpha,output_tokens,8,1M Tokens,USD\n"
    + "alpha,input_tokens,2.0,1 million tokens,USD\n"
)
# One cell changed: what the letter must say of it, AB having keyed LIST and CD this.
OTHERWISE: dict[str, tuple[str, str]] = {
    "MC13": (
        LIST.replace("8.00", "6.00"),
        "alpha, output_tokens: AB 8 USD per 1M tokens; CD 6 USD per 1M tokens",
    ),
    "MC13b": (
        LIST.replace("2,1M tokens", "2,1K tokens"),
        "alpha, input_tokens: AB 2 USD per 1M tokens; CD 2 USD per 1K tokens",
    ),
    "MC13c": (
        LIST.replace("0.5,request,USD", "0.5,request,EUR"),
        "beta, requests: AB 0.5 USD per request; CD 0.5 EUR per request",
    ),
    "MC13d": (
        LIST.replace("beta,requests,0.5,request,USD\n", ""),
        "beta, requests: AB 0.5 USD per request; CD nothing",
    ),
    "MC13e": (
        LIST.replace("beta", "Beta"),
        "Beta, requests: AB nothing; CD 0.5 USD per request",
    ),
}  # fmt: skip
# One line that cannot be read, and its code.
UNREAD: dict[str, tuple[str, str]] = {
    "MC12k": (LIST.replace("8.00", "8,00"), "PRICE_ROW at line 3"),
    "MC12l": (LIST.replace("8.00", ""), "PRICE_MISSING at line 3"),
    "MC12m": (LIST + "alpha,input_tokens,3,1M tokens,USD\n", "PRICE_CONFLICT at line 5"),
}

_AGREE = "Two people saw the same prices; somebody else accepts them."
_NEITHER = "Nobody checks what they made themselves."
_KEPT = "Both keyings stay on record and nothing prices; whoever misread keys again."

CASES: tuple[PageCase, ...] = (
    PageCase("MC12c", "a PDF whose prices one person has keyed", "waits", "MANUAL_KEYED",
        "A second person keys them too, for themselves.", told="test_one_keying_prices_nothing"),
    PageCase("MC12d", "a picture whose prices two people have keyed alike", "noted", "MANUAL_KEYED",
        _AGREE, told="test_two_equal_keyings_make_a_price_source"),
    PageCase("MC12e", "the same person keying twice", "waits", "MANUAL_KEYED",
        "Two keyings of one person are one; the later counts.", told="test_one_person_is_not_two"),
    PageCase("MC12f", "keyed prices accepted by one who keyed them, or who saved the picture",
        "configuration refused", "CFG_SOD", _NEITHER, told="test_whoever_keyed_accepts_nothing"),
    *(
        PageCase(number, title, "file refused", "FILE_MAGIC",
            told="test_an_attachment_is_what_its_name_says")
        for number, title in (
            ("MC12g", "a web page under the name of a PNG picture"),
            ("MC12h", "a PNG picture under the name of a PDF"),
            ("MC12i", "a zip archive under the name of a PDF"),
            ("MC12j", "a program"),
        )
    ),
    *(
        PageCase(number, title, "file refused", "KEYED_UNREAD",
            told="test_a_keyed_list_is_read_whole_or_not_at_all")
        for number, title in (
            ("MC12k", "a keyed list with a decimal comma"),
            ("MC12l", "a keyed list with an empty price"),
            ("MC12m", "a keyed list with two prices for one meter"),
        )
    ),
    *(
        PageCase(number, title, "waits", "MANUAL_DISAGREE", _KEPT,
            told="test_two_people_who_differ_price_nothing")
        for number, title in (
            ("MC13", "two people who key different prices"),
            ("MC13b", "two people who key different units"),
            ("MC13c", "two people who key different currencies"),
            ("MC13d", "two people of whom one leaves a price out"),
            ("MC13e", "two people who spell a model differently"),
        )
    ),
    PageCase("MC13f", "somebody who keys other prices after two agreed", "waits",
        "MANUAL_DISAGREE", "Until that is settled nobody can accept the prices.",
        told="test_a_later_doubt_stops_the_acceptance"),
)  # fmt: skip
