"""Rows of photos."""
