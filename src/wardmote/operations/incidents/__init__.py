"""Calls: taken down, placed, routed, linked, closed."""
