"""The policy as it is signed: its exact bytes, and whether those in force by signature are these.

The settings say which policy a run uses; what people signed says which one they agreed on.
"""

from __future__ import annotations

from importlib.resources import files

from tieout.evidence.canonical import canonical, sha256
from tieout.people.replay import Replay
from tieout.people.ruling import Founding, PolicyApproval
from tieout.workspace.policy import Policy


def starter_policy() -> str:
    """The policy of a new workspace as text for its settings, each term with its reason."""
    return (files("tieout.workspace") / "template" / "policy.toml").read_text("utf-8")


def policy_content(policy: Policy) -> bytes:
    """The bytes of a policy that are signed: every term, also those that are left as they were."""
    return canonical(policy)


def policy_is_signed(policy: Policy, rulings: Replay) -> bool:
    """Whether exactly this policy is the one that people signed last.

    Args:
        policy: the policy of the settings.
        rulings: what people signed; where nobody is founded yet the answer is no.
    """
    for one in reversed(rulings.of(Founding, PolicyApproval)):
        said = one.document
        assert isinstance(said, Founding | PolicyApproval)
        return (said.policy_object, said.policy_version, dict(said.duties)) == (
            sha256(policy_content(policy)),
            policy.version,
            policy.duties,
        )
    return False
