"""Rows of patrols."""
