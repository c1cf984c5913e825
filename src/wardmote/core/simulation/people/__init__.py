"""How people behave in a demonstration or an exercise: crews who drive, callers who call."""
