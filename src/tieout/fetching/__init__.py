"""Reading a vendor's addresses over https, behind one guard.

The guard names the hosts, connects only where their names lead in public, follows nothing, believes
no environment, and bounds every byte and second. What does not come whole is refused with a code.
"""

from tieout.errors import CaptureRefused
from tieout.fetching.asked import Asked, Attempt, Exchange, Fetched, FetchFailed, TlsFacts
from tieout.fetching.attempts import fetch
from tieout.fetching.guard import Caps, Guard, Host, RetryRule
from tieout.fetching.secret import Credential, Secret, SecretRefused

__all__ = [
    "Asked",
    "Attempt",
    "Caps",
    "CaptureRefused",
    "Credential",
    "Exchange",
    "FetchFailed",
    "Fetched",
    "Guard",
    "Host",
    "RetryRule",
    "Secret",
    "SecretRefused",
    "TlsFacts",
    "fetch",
]
