"""The live approval record of a run: reviewer, date, exceptions, and what stands today (R)."""

from __future__ import annotations

from tieout.close.approval import ApprovalState
from tieout.close.summary import Json
from tieout.people.replay import Ruling


def approval_record(state: ApprovalState) -> Json:
    """Who signed a run as what, by which key, what stands, and what was accepted."""
    record, content = state.facts.record, state.facts.content
    return {
        "schema": "tieout-approval-state/1",
        "run_id": record.run_id,
        "period": record.period,
        "period_state": state.state,
        "newest": state.is_newest,
        "decision": record.decision,
        "signoff_digest": content.digest,
        "result_digest": content.result_digest,
        "input_digests": dict(content.input_digests),
        "policy_version": content.policy_version,
        "policy_signed": bool(content.policy_object),
        "signatures": [
            {
                **signed_json(one.ruling),
                "signed_as": one.signed_as,
                "stands": one.stands,
                "why": one.why or None,
                "notes": list(one.notes),
            }
            for one in state.signatures
        ],
        "closing": None if state.closing is None else signed_json(state.closing),
        "open": list(state.still_open),
        "changed": list(state.changed),
        "exceptions": list(state.facts.exceptions),
    }


def signed_json(ruling: Ruling) -> Json:
    """A ruling: who signed it, when, and where it stands in the log."""
    return {
        "ruling": ruling.ruling_id,
        "by": list(ruling.names),
        "keys": [one.key_id for one in ruling.signers],
        "at": ruling.statement.at,
        "entry": ruling.entry,
    }
