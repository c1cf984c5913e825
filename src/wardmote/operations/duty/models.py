"""Rows of duty."""
