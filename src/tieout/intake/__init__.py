"""Intake: bytes become framed records, framed records become readings, or wait in quarantine.

What a row is, is decided here and not by an engine: our own strict pass gives every record an
ordinal, a first line and a byte offset; every field stays text until our grammar reads it.
"""
