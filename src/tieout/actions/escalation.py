"""Escalating a cause group: its packet, as files to hand on (A6)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tieout.close.packet import Packet, Recipient, packet_of
from tieout.close.runs import find_run
from tieout.evidence.durable import write_new_file
from tieout.report.packet import packet_files
from tieout.workspace.layout import Workspace, refuse_inside_records


@dataclass(frozen=True, slots=True)
class Escalated:
    """A packet and the files it was written to."""

    packet: Packet
    files: tuple[Path, ...]


def escalate(
    workspace: Workspace,
    group_id: str,
    *,
    to: Recipient,
    out: Path,
    run_id: str | None = None,
    period: str | None = None,
) -> Escalated:
    """Write the packet of a cause group into a folder.

    Args:
        workspace: the workspace.
        group_id: the cause group.
        to: the vendor, who is not told who bears the cost; or somebody of our own.
        out: the folder; a file that is there with other bytes is not overwritten.
        run_id: the run; the newest one, if it is left out.
        period: the newest run of this period.

    Raises:
        ConfigurationRefused: ``RUN_UNKNOWN``, ``VARIANCE_UNKNOWN`` or ``CFG_PATH_OVERLAP``.
        IntegrityRefused: ``RUN_FILE``: a published file is not what it was.
        ConflictRefused: ``FILE_EXISTS``.
    """
    refuse_inside_records(out / "escalation.md")
    packet = packet_of(workspace, find_run(workspace, run_id, period), group_id, to)
    files = packet_files(packet)
    for name, content in files.items():
        write_new_file(out / name, content)
    return Escalated(packet, tuple(out / name for name in files))
