"""A question about a place, asked of the planner and of the twin."""
