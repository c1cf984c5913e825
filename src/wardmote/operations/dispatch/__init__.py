"""Sending units: assignments, recommendations, alarms, the board and its worker."""
