"""Rows of inspections."""
