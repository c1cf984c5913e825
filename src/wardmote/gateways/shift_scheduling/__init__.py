"""Shift-scheduling instances in the text format of the public benchmark collection."""
