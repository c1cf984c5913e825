"""Decisions about the day of a beat: what is due, whose it is, in which order, how it compares."""
