"""Decisions. Pure: no Django, no I/O, no clock, no logging, no global randomness."""
