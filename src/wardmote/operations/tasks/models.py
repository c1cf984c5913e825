"""Rows of tasks."""
