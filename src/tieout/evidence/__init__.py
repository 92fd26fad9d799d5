"""Evidence: the bytes we were shown, and one log of what happened and who decided what.

Every figure of a report leads back to this folder (law L1), and nothing in it is ever overwritten
(law L6). It answers two questions: *which bytes did you see?* and *has anybody changed them since?*

- :mod:`~tieout.evidence.durable` does all durable writing of the program,
  :mod:`~tieout.evidence.machine` the careful reading.
- :mod:`~tieout.evidence.canonical` gives a document its one canonical text.
- :mod:`~tieout.evidence.store` keeps bytes under their own SHA-256.
- :mod:`~tieout.evidence.checkpoint` is the commit point, and its copy in the witness folder.
- :mod:`~tieout.evidence.lock` lets one writer in at a time.
- :mod:`~tieout.evidence.log` is the hash-chained log; state is a replay of it.
- :mod:`~tieout.evidence.documents` is what the log records, :mod:`~tieout.evidence.capture` records
  it, :mod:`~tieout.evidence.records` reads it back.
- :mod:`~tieout.evidence.meta` reads the pair of a snapshot and its ``.meta.json``;
  :mod:`~tieout.evidence.redact` keeps secrets out.
- :mod:`~tieout.evidence.verify` re-hashes everything and says what it checked.

On disk::

    evidence/objects/<sha256>      captured bytes and log entries, each named by its digest
    evidence/checkpoint            origin, size, head and time of the log: the only commit point
    evidence/lock, lock-owner      who writes at present
    witness/checkpoints.txt        every checkpoint so far, one a line; kept elsewhere as well
    witness/checkpoint             the latest of them

A hash chain cannot show that its tail was cut off. The witness can, as long as a copy of it is kept
where whoever could change the evidence folder cannot write. Somebody who can rewrite both can forge
both: that limit is real, and it is why every report prints the head of the log.
"""
