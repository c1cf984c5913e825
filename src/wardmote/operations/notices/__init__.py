"""Notices: what a person is told on the phone while on duty, and the list of all of it."""
