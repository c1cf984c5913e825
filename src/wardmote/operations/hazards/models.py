"""Rows of hazards."""
