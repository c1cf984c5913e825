"""Decisions about places and shifts: demand, posts, grids, rosters. Pure functions on arrays."""
