"""Simulated callers, crews and a colleague, for demonstrations and exercises.

They are outside the system and act through the same public interfaces as real people: they log
in, follow the live stream, tap buttons and report positions over HTTP.
"""
