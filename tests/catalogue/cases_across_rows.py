"""Catalogue XR: what only shows across rows, files and days."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.catalogue.run_case import (
    CALL,
    ENTRY,
    LEDGER,
    SETTINGS,
    USAGE,
    RunCase,
    absent,
)

OTHER = CALL.replace(b"r1", b"r2")
THIRD = CALL.replace(b"r1", b"r3")
NAMELESS = CALL.replace(b"r1", b"")  # 41 bytes
BOOKED = LEDGER + ENTRY
BOOKED_TWO = BOOKED + ENTRY.replace(b"e1,r1", b"e2,r2")
BOOKED_THREE = BOOKED_TWO + ENTRY.replace(b"e1,r1", b"e3,r3")
BERYL = CALL.replace(b"r1", b"r2").replace(b"aster", b"beryl")

# A feed with tasks, row types and charges, for refunds.
TASKS = SETTINGS.replace(
    'meters = { input_tokens = "input" }',
    'meters = { input_tokens = "input" }\ntask_id = "task"\nrow_type = "type"\n'
    'row_kinds = { use = "consumption", back = "refund" }\n'
    'charged = { column = "charged", currency = "USD" }',
    1,  # the price list below it has meters of its own
)
TASK_HEADER = b"id,task,type,at,model,status,input,charged\n"  # 43 bytes
TASK_CALL = b"r1,t1,use,2026-08-03T09:00:00Z,aster-1,200,100000,0.2\n"  # 54 bytes
TASK_BACK = b",t1,back,2026-08-03T10:00:00Z,aster-1,200,0,0.2\n"
WITH_PAGE = b"page," + USAGE


def one_key(rows: int) -> bytes:
    """Calls without an id in one second of one model: one group key for all of them."""
    start = datetime(2026, 8, 3)  # noqa: DTZ001 (the text below says the zone)
    return USAGE + b"".join(
        b",%bZ,aster-1,200,1000\n"
        % (start + timedelta(microseconds=n)).isoformat(timespec="microseconds").encode()
        for n in range(rows)
    )


FETCHED = (
    "Nothing fetches the vendor's log yet (U9): a person saves its pages. A row on two pages counts"
    " once (XR07); a row on no page shows as an entry without usage (XR10)."
)

CASES: tuple[RunCase, ...] = (
    RunCase("XR01", "The same row twice, byte for byte", "excluded", "DUP_EXACT",
        usage=(USAGE + CALL + CALL,), rows={"rated": 1, "excluded": 1},
        places=(("usage", 2, 3, 68),), totals={"USD": ("0.2", "0.2", "0.2", "0.2")}),
    RunCase("XR01b", "The same row twice, without a request id", "noted", "EQUAL_WITHOUT_ID",
        "D4: rows without an id are all kept, and equal ones are noted.",
        usage=(USAGE + NAMELESS + NAMELESS,), rows={"rated": 2},
        ledger=(LEDGER + b"e1,,2026-08-03T09:00:00Z,aster-1,0.4\n",),
        said="aster-1: 2 rows", totals={"USD": ("0.4", "0.4", "0.4", "0.4")}),
    RunCase("XR02", "One request id on two different rows", "quarantined", "DUP_CONFLICT",
        usage=(USAGE + CALL + CALL.replace(b"100000", b"100001"),), rows={"quarantined": 2},
        entries={"unmatched": 1}, decision="hold",
        places=(("usage", 1, 2, 25), ("usage", 2, 3, 68))),
    RunCase("XR03", "One request id on a failed attempt and on the call that was charged",
        "accepted", usage=(USAGE + CALL.replace(b"200", b"500") + CALL,), rows={"rated": 2},
        totals={"USD": ("0.2", "0.2", "0.4", "0.2")}),
    RunCase("XR04", "A number that repeats on every page stands on many rows", "accepted",
        usage=(WITH_PAGE + b"1," + CALL + b"1," + OTHER,), rows={"rated": 2},
        ledger=(BOOKED_TWO,), entries={"matched": 2},
        totals={"USD": ("0.4", "0.4", "0.4", "0.4")}),
    absent("XR05", "Rows shift while paging: one comes twice, one not at all", FETCHED),
    absent("XR06", "The stated total stops at 10,000", FETCHED),
    RunCase("XR07", "Two exports share the row at their common bound", "excluded", "DUP_EXACT",
        "D4: a record seen twice counts once, whichever file repeats it.",
        usage=(USAGE + CALL + OTHER, USAGE + OTHER + THIRD), rows={"rated": 3, "excluded": 1},
        ledger=(BOOKED_THREE,), entries={"matched": 3}, places=(("usage", 1, 2, 25),),
        totals={"USD": ("0.6", "0.6", "0.6", "0.6")}),
    RunCase("XR08", "A day without a row between two busy days", "noted", "GAP_DAY",
        usage=(USAGE + CALL + OTHER.replace(b"-03T", b"-05T"),), rows={"rated": 2},
        ledger=(LEDGER + ENTRY + ENTRY.replace(b"e1,r1", b"e2,r2").replace(b"-03T", b"-05T"),),
        entries={"matched": 2}, period="2026-08-03/2026-08-06", said="2026-08-04"),
    absent("XR09", "Rows per day differ from the vendor's own counts",
        "No aggregate of the vendor is read yet; rows per day and model stand in the report (U6)."),
    RunCase("XR10", "An entry whose call is absent from the usage export", "noted",
        "not_in_usage", ledger=(BOOKED_TWO,), entries={"matched": 1, "unmatched": 1},
        totals={"USD": ("0.2", "0.2", "0.2", "0.4")}),
    RunCase("XR11", "A refund of a task of an earlier period", "noted", "refund_of_other_period",
        "It counts nothing in this period (D6); the money given back is timing (D15).",
        settings=TASKS, rows={"rated": 2, "excluded": 1},
        ledger=(BOOKED + b"e2,r0,2026-08-03T10:00:00Z,aster-1,-0.2\n",),
        usage=(TASK_HEADER + TASK_CALL.replace(b"r1,t1", b"r0,t0").replace(b"-08-", b"-07-")
            + TASK_BACK.replace(b"t1", b"t0") + TASK_CALL,),
        entries={"matched": 2}, totals={"USD": ("0.2", "0.2", "0.2", "0")}),
    RunCase("XR11b", "A refund whose task is in no file", "noted", "REFUND_WITHOUT_ORIGIN",
        settings=TASKS, rows={"rated": 1, "not_reconcilable": 1},
        usage=(TASK_HEADER + TASK_CALL + TASK_BACK.replace(b"t1", b"t0"),),
        places=(("usage", 2, 3, 97),)),
    RunCase("XR11c", "A refund of a part of what a task was charged", "noted", "BILLING_UNVERIFIED",
        "It settles the task; until the rule is verified the part is a range (D7).",
        settings=TASKS, usage=(TASK_HEADER + TASK_CALL + TASK_BACK.replace(b",0.2", b",0.05"),),
        rows={"rated": 2}, ledger=(LEDGER + ENTRY.replace(b"0.2", b"0.15"),),
        totals={"USD": ("0.2", "0.15", "0.2", "0.15")}, places=(("usage", 2, 3, 97),)),
    RunCase("XR11d", "Two refunds that give back more than the task was charged", "noted",
        "REFUND_WITHOUT_ORIGIN", settings=TASKS,
        usage=(TASK_HEADER + TASK_CALL + TASK_BACK.replace(b",0.2", b",0.15") * 2,),
        rows={"rated": 1, "not_reconcilable": 2},
        places=(("usage", 2, 3, 97), ("usage", 3, 4, 146))),
    RunCase("XR12", "A refund without a request id, joined to its call by the task", "accepted",
        settings=TASKS, usage=(TASK_HEADER + TASK_CALL + TASK_BACK,), rows={"rated": 2},
        ledger=(LEDGER + ENTRY.replace(b"0.2", b"0"),),
        totals={"USD": ("0", "0", "0.2", "0")}),
    RunCase("XR13", "A hundred thousand rows with one key", "accepted",
        usage=(one_key(100_000),), rows={"rated": 100_000},
        ledger=(LEDGER + b"e1,,2026-08-03T09:00:00Z,aster-1,200\n",),
        totals={"USD": ("200", "200", "200", "200")}),
    RunCase("XR14", "The rows in another order", "accepted",
        usage=(USAGE + CALL + OTHER + THIRD,), same_as=(USAGE + THIRD + CALL + OTHER,),
        rows={"rated": 3}, ledger=(BOOKED_THREE,), entries={"matched": 3}),
    RunCase("XR15", "Every row of one model waits", "quarantined", "NUM_FORM",
        "D30: the run is published and held; the model has no total to refuse.",
        usage=(USAGE + CALL + BERYL.replace(b"100000", b"1e5"),),
        rows={"rated": 1, "quarantined": 1}, decision="hold", places=(("usage", 2, 3, 68),)),
    RunCase("XR16", "Amounts that add up to more than any sum can hold", "run refused",
        "SUM_LIMIT", "A single amount has 17 integer digits (D29); their sum would have 18.",
        usage=(USAGE + CALL + OTHER,), said="larger than Tieout can hold exactly",
        ledger=(BOOKED_TWO.replace(b",0.2", b",60000000000000000"),)),
)  # fmt: skip
