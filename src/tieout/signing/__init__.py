"""Signing: keys of persons, and envelopes that hold exactly the bytes that were signed."""
