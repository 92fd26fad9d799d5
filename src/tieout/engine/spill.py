"""Where an engine puts what does not fit into memory, and what a dead one left there.

The name says which process on which machine it belongs to, so that the next start can tell what
nobody uses any more. A killed run left hundreds of MiB behind where nobody looked for them.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Final

_FORM: Final = re.compile(r"tieout-(?:spill|spark)-(.+)-([0-9]{1,10})-[0-9A-Za-z_]{8,}")


def scratch_prefix(kind: str) -> str:
    """The beginning of the name of a temporary folder of this process."""
    return f"tieout-{kind}-{_host()}-{os.getpid()}-"


def spill_folder() -> Path:
    """A folder for what does not fit into memory; the engine makes it when it needs it."""
    return Path(tempfile.gettempdir()) / f"{scratch_prefix('spill')}{secrets.token_hex(4)}"


def left_behind() -> tuple[Path, ...]:
    """Temporary folders of engines whose process on this machine is dead, of this account."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(tempfile.gettempdir()):
            form = _FORM.fullmatch(entry.name)
            if form is None or form[1] != _host() or _is_alive(int(form[2])):
                continue
            with contextlib.suppress(OSError):
                mine = entry.stat(follow_symlinks=False).st_uid == os.getuid()
                if mine and entry.is_dir(follow_symlinks=False):
                    found.append(Path(entry.path))
    return tuple(sorted(found))


def sweep_left_behind() -> tuple[Path, ...]:
    """Remove what dead engines left; nothing in it was ever evidence."""
    swept = left_behind()
    for folder in swept:
        shutil.rmtree(folder, ignore_errors=True)
    return swept


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9.]", "", socket.gethostname())[:60] or "host"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
