"""Exercises for dispatchers: scenarios, the script drawn from one, what came of it."""
